"""What stands beside the cost so far: the month as projected, its budget, and the best of the advice."""

import asyncio
from dataclasses import dataclass

from bot.desk import usage_words
from bot.intents import advice, spend_words
from bot.intents.about_usage import Subject
from bot.model.errors import Problem
from bot.model.reply import Block, Button, Buttons, Strong, Text, Tone
from bot.model.spend import Budget, NoForecast
from bot.ports.tools import Tools

PATIENCE = 2.0  # seconds that the rest of the answer waits for either


@dataclass(frozen=True, slots=True)
class Outlook:
    total: float
    projected: str
    status: str  # of the budget; empty where there is none
    tone: Tone
    basis: str


async def nothing() -> Outlook | None:
    return None


async def silence() -> tuple[Block, ...]:
    return ()


async def outlook(subject: Subject, tools: Tools) -> Outlook | None:
    """Only of the running month as a whole, or of one tool."""
    if subject.range.words != "this month" or subject.model:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            ahead = await tools.desks.spending.ahead(tools.turn.tenant, with_record=False)
    except (Problem, TimeoutError):
        return None
    if isinstance(ahead, NoForecast):
        return None
    budget = next((one for one in ahead.budgets if one.tool.casefold() == subject.tool.casefold()), None)
    basis = f"Projected by {ahead.method}, from {usage_words.many(ahead.history, 'known day')}."
    if subject.tool:
        part = ahead.parts.get(subject.tool)
        return _outlook(part.month, usage_words.usd(part.month), budget, basis) if part else None
    low, high = usage_words.usd(ahead.month.p80.low), usage_words.usd(ahead.month.p80.high)
    total = ahead.month.total
    return _outlook(total, f"{usage_words.usd(total)}; four times in five {low} to {high}", budget, basis)


def _outlook(total: float, projected: str, budget: Budget | None, basis: str) -> Outlook:
    status = spend_words.status(budget) if budget else ""
    return Outlook(total, projected, status, spend_words.tone([budget]) if budget else "neutral", basis)


async def tip(subject: Subject, tools: Tools) -> tuple[Block, ...]:
    """The advice that saves most; none where it is switched off, or where there is none."""
    if subject.range.words != "this month":
        return ()
    try:
        async with asyncio.timeout(PATIENCE):
            found = await tools.desks.spending.advised(tools.turn.tenant)
    except (Problem, TimeoutError):
        return ()
    best = next((one for one in found.advice if subject.tool in ("", one.tool)), None)
    if best is None:
        return ()
    said = Text((Strong("What would save most: "), f"{best.tool}: {best.title}, {advice.effect(best)}."))
    row = (Button("Explain", "explain_advice", {"advice": best.name}), Button("All advice", "advice"))
    return said, Buttons(row)
