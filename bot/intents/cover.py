"""Somebody stands in on call for who the rota says."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, Field

from bot.desk.spans import until
from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.people import in_plan, whom, whom_else
from bot.intents.sentences import asked
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Button, Moment, Reply, Text
from bot.ports.incidents import Cover as Covering
from bot.ports.tools import Tools

_BEHIND = (
    r"(?P<rota>[\w-]+)(?: (?:by|with) (?P<by>\S+(?: \S+)??))?(?: from (?P<start>.+?))?"
    r"(?: (?:to|until|till) (?P<end>.+?)| for (?P<length>.+?))?"
)


class Cover(BaseModel, frozen=True):
    rota: str = Field(min_length=1, max_length=100, title="Rota", description="As the plan names it")
    by: str = Field("", max_length=200, title="By", description="A name, @mention or e-mail address; empty: you")
    start: str = Field("", max_length=60, title="From", description="Such as tomorrow 18:00; empty: now")
    end: str = Field("", max_length=60, title="Until", description="Such as 2h, 22:00, tomorrow 9:00")


class Uncover(BaseModel, frozen=True):
    cover: str = Field(min_length=1, max_length=200)


async def cover(ask: Cover, tools: Tools) -> Reply:
    turn = tools.turn
    if not ask.end:
        given = ask.model_dump(exclude_defaults=True)
        row = (Button("Say until when", "cover", given, asks=("start", "end"), style="primary"),)
        return Reply("Until when?", buttons=row)
    found = await whom(tools, ask.by)
    if len(found) != 1:
        return await whom_else(tools, ask.by, "cover", "by", ask.model_dump(exclude_defaults=True, exclude={"by"}))
    begins = ask.start.strip().lower() in ("", "now")
    starts_at = turn.at if begins else until(ask.start, turn.at, turn.zone)
    ends_at = until(ask.end, starts_at, turn.zone)
    if ends_at <= starts_at:
        raise Rejected("That ends before it begins.", advice="Name an end that lies after the beginning.")
    person = found[0]
    made = Covering(
        str(uuid5(NAMESPACE_URL, f"{turn.tenant}:{turn.cause}")),  # the same letter makes the same one
        ask.rota, in_plan(person, tools), starts_at, ends_at, by=turn.person.id,
    )  # fmt: skip
    await tools.desks.duty.cover(turn.actor, made)
    return Reply(
        f"{person.name or 'You'} cover{'s' if person.name else ''} {ask.rota}.",
        (Text(("From ", Moment(starts_at), " until ", Moment(ends_at), ".")),),
        (Button("Undo", "uncover", {"cover": made.id}), Button("Next shifts", "shifts", {"rota": ask.rota})),
        tone="good",
    )


async def uncover(ask: Uncover, tools: Tools) -> Reply:
    gone = await tools.desks.duty.uncover(tools.turn.actor, ask.cover)
    return Reply("The rota stands again as it was." if gone else "That was taken back already.")


def _words(question: Question) -> Mapping[str, Any] | None:
    """“primary by ben@example.com from tomorrow 18:00 to 22:00”."""
    found = asked(question.text, (_BEHIND,))
    if found is None:
        return None
    end = found["end"] or found["length"]
    given = {"rota": found["rota"], "by": found["by"], "start": found["start"], "end": end}
    return {name: value for name, value in given.items() if value}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "cover", "Stand in on call for a while.", ("cover primary by ben@example.com from 18:00 to 22:00",),
        Cover, cover, title="Stand in", command="cover", words=_words, submit="Stand in",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "uncover", "Take a cover back.", (), Uncover, uncover, needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
