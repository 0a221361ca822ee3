"""Who did what: the audit trail, as a table and as a file."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import Intent, Question
from bot.intents.people import whom, whom_else
from bot.intents.sentences import ISSUE_ID, TICKET_ID, issue_in
from bot.model import figures, spreadsheet
from bot.model.errors import Rejected
from bot.model.message import PersonId, Role
from bot.model.reply import Block, Button, File, Files, Reply, Table
from bot.ports.storage import Entry, Trail
from bot.ports.tools import Tools
from bot.query import ranges

SHOWN, EXPORTED = 30, 10_000
_COLUMNS = ("at", "who", "act", "object", "place", "details")
_BY = re.compile(r"\bby ([\w@.+'-]+)|(\S*@\S+)")


class Audit(BaseModel, frozen=True):
    about: str = Field("", max_length=200, title="About", description="The id of an issue, a ticket, a silence")
    by: str = Field("", max_length=200, title="By", description="A name, @mention or e-mail address")
    act: str = Field("", max_length=100, title="Act", description="Such as issue.acknowledge")
    window: str = Field("24h", max_length=60, title="Over", description="Such as 24h, yesterday, last 7 days")
    export: bool = Field(False, title="As a file")


async def answer(ask: Audit, tools: Tools) -> Reply:
    turn = tools.turn
    found = ranges.find(ask.window.lower(), turn.at, turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, last 7 days.")
    actor: PersonId | None = None
    if ask.by:
        people = await whom(tools, ask.by)
        if len(people) != 1:
            return await whom_else(tools, ask.by, "audit", "by", ask.model_dump(exclude_defaults=True, exclude={"by"}))
        actor = people[0].id
    limit = EXPORTED if ask.export else SHOWN + 1
    until = found.range.end + timedelta(seconds=1) if found.range.end >= turn.at else found.range.end
    trail = Trail(ask.act, ask.about, actor, found.range.start, until, limit)
    entries = await tools.desks.office.trail(turn.tenant, trail)
    if not entries:
        return Reply(f"The trail has nothing of that, {found.range.words}.")
    names = await _names(entries, tools)
    more = len(entries) > SHOWN
    count = f"More than {SHOWN}" if more and not ask.export else figures.plain(len(entries))
    rows = tuple(_row(one, names) for one in entries[:SHOWN])
    blocks: list[Block] = [Table(("When", "Who", "Act", "Object", "Where"), rows, "Latest first" if more else "")]
    if ask.export:
        name = f"audit-{turn.at:%Y%m%d-%H%M}.csv"
        blocks.append(Files((File(name, "text/csv", written(entries, names)),)))
    again = {**ask.model_dump(exclude_defaults=True), "export": True}
    buttons = () if ask.export else (Button("As a file", "audit", again),)
    cut = f" The file holds the latest {EXPORTED:,}." if ask.export and len(entries) >= EXPORTED else ""
    return Reply(f"{count} entries, {found.range.words}.{cut}", tuple(blocks), buttons, title="Audit trail")


def written(entries: Sequence[Entry], names: Mapping[PersonId, str]) -> bytes:
    """CSV that a spreadsheet shows and does not run."""
    details = [json.dumps(dict(one.details), ensure_ascii=False, sort_keys=True, default=str) for one in entries]
    rows = [
        (one.at.isoformat(), _who(one, names), one.act, one.object, one.place, told)
        for one, told in zip(entries, details, strict=True)
    ]
    return spreadsheet.write(_COLUMNS, rows)


async def _names(entries: Sequence[Entry], tools: Tools) -> Mapping[PersonId, str]:
    people = sorted({one.actor for one in entries if one.actor})
    found = await asyncio.gather(*(tools.desks.office.name(tools.turn.tenant, one) for one in people))
    return dict(zip(people, found, strict=True))


def _who(one: Entry, names: Mapping[PersonId, str]) -> str:
    return (names.get(one.actor, "") if one.actor else "") or str(one.details.get("name") or one.actor or "Nightdesk")


def _row(one: Entry, names: Mapping[PersonId, str]) -> tuple[str, ...]:
    return (figures.clock(one.at), _who(one, names), _what(one), one.object[:80], one.place[:60])


def _what(one: Entry) -> str:
    """With its reason: that something was kept quiet says little without why."""
    reason = str(one.details.get("reason", ""))[:80]
    return f"{one.act}: {reason}" if reason else one.act


def words(question: Question) -> Mapping[str, Any] | None:
    """In any order: what it is about, who, which act, since when, and “export”."""
    given: dict[str, Any] = {}
    text = question.text.strip(" ?.!")
    ticket = TICKET_ID.search(text)
    if about := issue_in(text) or (ticket[0] if ticket else ""):
        given["about"] = about
    text = TICKET_ID.sub(" ", ISSUE_ID.sub(" ", text)).lower()
    if found := ranges.find(text, question.at, question.zone):
        given["window"], text = found.range.words.removeprefix("the "), found.rest
    if by := _BY.search(text):
        given["by"], text = by[1] or by[2], f"{text[: by.start()]} {text[by.end() :]}"
    for word in text.split():
        if word in ("export", "csv", "file"):
            given["export"] = True
        elif re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)+", word):
            given["act"] = word
        elif word not in ("of", "by", "for", "as", "a", "the", "over", "on"):
            return None
    return given


INTENT = Intent(
    name="audit",
    help="Who did what, from the audit trail.",
    examples=("audit 24h", "audit ISS-1773835200-checkout export"),
    asks=Audit,
    answer=answer,
    title="Audit trail",
    command="audit",
    words=words,
    submit="Show",
    needs=Role.ADMIN,
    remembered=False,
)
