"""What our own talking cost: today, and the dearest sessions. For administrators, beside the usage of Nightdesk."""

import asyncio

from bot.desk import usage_words
from bot.intents.about_usage import Subject
from bot.model import figures
from bot.model.charge import ASSISTANT, together
from bot.model.message import Role
from bot.model.reply import Block, Fact, Facts, Table, Text
from bot.model.usage import DearSession
from bot.ports.tools import Tools
from bot.query import months

MOST, LAST_SIGNS = 10, 8


def shown(subject: Subject, tools: Tools) -> bool:
    return subject.tool == ASSISTANT and tools.turn.person.role is Role.ADMIN


async def blocks(subject: Subject) -> tuple[Block, ...]:
    day, asked = months.find("today", subject.now, subject.zone), subject.range
    assert day
    spent, today, dearest = await asyncio.gather(
        subject.ledger.sums(day.range.start, day.range.end, tool=ASSISTANT),
        subject.ledger.talks(day.range.start, day.range.end),
        subject.ledger.dearest(asked.start, asked.end, MOST),
    )
    facts = Facts(
        (
            Fact("Own cost, today", usage_words.spent(together(spent))),
            Fact("Sessions, today", f"{today.sessions:,}"),
            Fact("Messages, today", f"{today.messages:,}"),
        )
    )
    if not dearest:
        return (facts, Text((f"No session asked a model, {asked.words}.",)))
    columns = ("Session", "Kind", "Cost USD", "Calls", "Messages", "Begun")
    return (facts, Table(columns, tuple(_row(one) for one in dearest), f"Dearest sessions, {asked.words}"))


def _row(one: DearSession) -> tuple[str | float, ...]:
    kind = one.kind.words if one.kind else "not chosen"
    return one.id[-LAST_SIGNS:], kind, _cost(one), one.calls, one.messages, figures.clock(one.begun)


def _cost(one: DearSession) -> str:
    """A cost that nobody knows is not zero."""
    if one.priced == 0:
        return "no price"
    return f"{'at least ' if one.priced < one.calls else ''}{usage_words.amount(one.cost)}"
