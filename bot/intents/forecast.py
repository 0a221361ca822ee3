"""What AI will have cost this month and the next, by tool, and when a budget is passed."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents import spend_words as told
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model import figures
from bot.model.errors import Missing
from bot.model.reply import Button, Reply, Text
from bot.model.spend import Ahead, NoForecast
from bot.pipeline.ai_budget_words import usd
from bot.ports.tools import Tools

_SPEND = r"(?:ai |llm |model )?(?:spend(?:ing)?|costs?|bills?|usage costs?)"
_AHEAD = r"(?:projected|expected|forecast(?:ed)?|predicted|estimated)"
_END = r"(?: (?:at|by) (?:the )?(?:month(?:'s)? end|end of the month))"
_MONTH = rf"(?: (?:for |of |in |by the end of )?(?:this|next|the) months?|{_END})?"
_OUR = r"(?:our |the |my |this month's |next month's )?"
_TOOLS = r"(?: (?:by|per|for each|of each) (?P<tools>tools?))?"
_SAID = (
    rf"(?:what(?:'s| is| are|s) |show (?:me )?)?{_OUR}{_AHEAD} {_SPEND}{_TOOLS}{_MONTH}",
    rf"(?:what(?:'s| is|s) |show (?:me )?)?{_OUR}{_SPEND} (?:forecast|projection|outlook){_TOOLS}{_MONTH}",
    rf"(?:forecast|project|predict) {_OUR}{_SPEND}{_TOOLS}{_MONTH}",
    rf"(?:what|how much) will (?:we|i|ai|our ai|it) (?:have )?(?:spend|spent|cost)(?: on ai)?{_TOOLS}{_MONTH}",
)
_PASSES = r"(?:exceed|pass|hit|reach|use up|blow|run out of|go over|burn through)"
_IT = r"(?:the |our |my )?(?:ai )?budget"
_BUDGET = (
    rf"when (?:will|do|would|are) (?:we|i) (?:going to )?{_PASSES} {_IT}",
    rf"(?:will|do|are) (?:we|i) (?:going to )?(?:{_PASSES}|stay (?:with)?in|keep(?: to)?) {_IT}(?: this month)?",
    rf"are (?:we|i) (?:still )?(?:within|over|on|in) {_IT}(?: this month)?",
)

_ELSE = re.compile(
    r"\b(?:disks?|memory|cpu|latency|errors?|requests?|traffic|queues?|full|space|when|will|what|how)\b", re.IGNORECASE
)


class Forecast(BaseModel, frozen=True):
    tool: str = Field("", max_length=200, title="Tool", description="Empty: all together")
    about: Literal["month", "tools", "budget"] = Field("month", title="About")


async def answer(ask: Forecast, tools: Tools) -> Reply:
    await tools.step("Looking at what each day has cost")
    ahead = await tools.desks.spending.ahead(tools.turn.tenant)
    if isinstance(ahead, NoForecast):
        return Reply(ahead.says, tone="warning", title="AI spend ahead")
    return Reply(
        _summary(ask, ahead),
        (
            told.chart(ahead),
            told.facts(ahead),
            told.table(ahead),
            *(Text((told.crossing(ahead, limit),), listed=True) for one in ahead.budgets if not one.tool
              for limit in one.limits),
            *told.basis(ahead),
        ),
        (
            Button("How to save", "advice"),
            Button("Budgets", "ai_budget"),
        ),
        title=f"AI spend, {ahead.month.first:%B} and {ahead.following.first:%B}",
        tone=told.tone(ahead.budgets),
        footer=f"{ahead.calls:,} calls this month, read {figures.clock(ahead.at)}; days of {ahead.zone}",
        rateable=True,
    )  # fmt: skip


def _summary(ask: Forecast, ahead: Ahead) -> str:
    if ask.tool:
        return _of_tool(ask.tool, ahead)
    whole = next((one for one in ahead.budgets if not one.tool), None)
    if ask.about == "budget":
        if whole is None:
            return f"No budget of AI spend is set. {told.outlook(ahead)}"
        return f"{told.crossing(ahead, whole.against)} {told.outlook(ahead)}"
    if ask.about == "tools" and ahead.parts:
        first = ", ".join(f"{name} {usd(one.month)}" for name, one in list(ahead.parts.items())[:3])
        return f"{told.outlook(ahead)} Most of it: {first}."
    return f"{told.outlook(ahead)} {told.status(whole)}" if whole else told.outlook(ahead)


def _of_tool(tool: str, ahead: Ahead) -> str:
    name = next((one for one in ahead.parts if one.casefold() == tool.casefold()), None)
    if name is None:
        known = ", ".join(list(ahead.parts)[:5])
        raise Missing(f"I know no charges of a tool “{tool[:80]}”.", advice=f"There are {known}." if known else "")
    one, budget = ahead.parts[name], next((b for b in ahead.budgets if b.tool.casefold() == tool.casefold()), None)
    says = (
        f"{name} will have cost {usd(one.month)} in {ahead.month.first:%B %Y} ({usd(one.spent)} is spent), and "
        f"{usd(one.following)} in {ahead.following.first:%B}."
    )
    return f"{says} {told.status(budget)}" if budget else says


def _reads(question: Question) -> Reading | None:
    if asked(question.text, _BUDGET):
        return Reading("forecast", {"about": "budget"}, 0.95)
    found = asked(question.text, _SAID)
    return Reading("forecast", {"about": "tools"} if found["tools"] else {}, 0.95) if found else None


def _words(question: Question) -> Mapping[str, Any] | None:
    """“by tool”, “budget”, or the name of a tool."""
    text = question.text.strip(" ?.!")
    if re.fullmatch(r"(?:by|per) tools?|tools", text, re.IGNORECASE):
        return {"about": "tools"}
    if re.fullmatch(r"(?:the |our )?(?:ai )?budgets?", text, re.IGNORECASE):
        return {"about": "budget"}
    if re.fullmatch(r"(?:of |for )?(?:this|next|the) months?|(?:ai )?(?:spend(?:ing)?|costs?)", text, re.IGNORECASE):
        return {}
    name = re.sub(r"^(?:of|for) ", "", text, flags=re.IGNORECASE)
    return {"tool": name} if len(name.split()) <= 4 and not _ELSE.search(name) else None


INTENT = Intent(
    name="forecast",
    help="What AI will have cost this month and the next, by tool, and when a budget is passed.",
    examples=("forecast", "forecast by tool", "what's our projected spend for this month?",
              "when will we exceed the budget?"),
    asks=Forecast,
    answer=answer,
    reads=_reads,
    title="AI spend ahead",
    command="forecast",
    words=_words,
    submit="Show",
    by_clock=True,
)  # fmt: skip
