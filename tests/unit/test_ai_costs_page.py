"""docs/ai-costs.md: every command as the catalogue has it, and the numbers of its rules."""

from pathlib import Path

import pytest

from bot.desk import usage_signs
from bot.intents import cost, usage, usage_compare, usage_trends, usage_why
from bot.intents.intent import AnyIntent

PAGE = (Path(__file__).parents[2] / "docs" / "ai-costs.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())
INTENTS = [one.INTENT for one in (cost, usage, usage_trends, usage_compare, usage_why)]


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.name)
def test_every_command_stands_on_the_page(intent: AnyIntent):
    examples = ", ".join(f"“{example}”" for example in intent.examples)
    row = f"| `{intent.command}` | {intent.help} | {examples} | {intent.needs.value} |"
    assert row in PAGE.splitlines()


@pytest.mark.parametrize(
    "told",
    [
        f"| longer prompts | a call reads {usage_signs.MORE} times the tokens of its normal, or more |",
        f"| less from the cache | {usage_signs.LESS_CACHED * 100:.0f} points less",
        f"at least {usage_signs.ERRORS * 100:.0f} %, and so many that chance would do it less than once in "
        f"{'twenty' if usage_signs.CHANCE == 0.05 else usage_signs.CHANCE} times |",
        f"| one model for all calls | {usage_signs.ONE_FOR_ALL * 100:.0f} % of the calls or more",
        f"from {usage_signs.SLOW:.0f} times degraded, from {usage_signs.VERY_SLOW:.0f} times much slower",
        f"the newest {usage_why.MOST:,} of each side",
        f"up to {usage_why.NORMAL.days}, each with five calls or more",
    ],
)
def test_the_page_has_the_numbers_of_the_rules(told: str):
    assert told in FLAT
    assert usage_signs.FEW == 5
