"""The use of AI in a few facts, for answers about everything."""

from bot.desk import usage_sums, usage_words
from bot.model.charge import Charged
from bot.model.reply import Fact, Facts


def facts(whole: Charged, over: str) -> Facts:
    if not whole.calls:
        return Facts((Fact(f"AI calls, {over}", "no call is known"),))
    return Facts(
        (
            Fact(f"AI calls, {over}", f"{whole.calls:,}, {usage_words.percent(usage_sums.success(whole))} succeeded"),
            Fact(f"AI tokens, {over}", f"{whole.tokens:,}" if whole.counted else "not counted"),
            Fact(f"AI spend, {over}", usage_words.spent(whole)),
        )
    )
