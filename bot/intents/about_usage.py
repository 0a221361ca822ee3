"""Questions about the use of AI over some time, made exact; and what is said where nothing is known."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from bot.model import figures
from bot.model.charge import ASSISTANT, By, Charge, Charged
from bot.model.errors import Rejected
from bot.model.reply import Button, Reply, Text
from bot.ports.ledger import Ledger
from bot.ports.tools import Tools
from bot.query import months
from bot.query.ranges import Range

Split: TypeAlias = Literal["tool", "model", "operation", "person", "endpoint"]
SPLITS: dict[str, By] = {name: By(name) for name in ("tool", "model", "operation", "person", "endpoint")}
NEAREST = 4
DAY, LONG = timedelta(days=1), timedelta(days=90)


class AboutUsage(BaseModel, frozen=True):
    intent: ClassVar[str] = "usage"
    window: str = Field(
        "this month", max_length=200, title="Over", description="Such as 24h, yesterday, this month",
        examples=["last 24 hours", "yesterday", "last 7 days", "this month", "last month"],
    )  # fmt: skip
    tool: str = Field("", max_length=200, title="AI tool")
    model: str = Field("", max_length=200, title="Model")


@dataclass(frozen=True, slots=True)
class Subject:
    ledger: Ledger
    range: Range
    zone: str
    tool: str
    model: str
    first: datetime  # from when on usage is known
    last: datetime
    now: datetime

    @property
    def name(self) -> str:
        return " on ".join(part for part in (self.tool, self.model) if part)

    @property
    def of(self) -> str:
        return f" of {self.name}" if self.name else ""

    async def sums(
        self, start: datetime, end: datetime, by: Sequence[By] = (), every: timedelta | None = None
    ) -> Sequence[Charged]:
        return await self.ledger.sums(start, end, by, every, self.tool, self.model)

    async def each(self, start: datetime, end: datetime, limit: int) -> Sequence[Charge]:
        return await self.ledger.each(start, end, limit, self.tool, self.model)

    def clock(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{local:%Y-%m-%d %H:%M} {self.zone}"


async def exactly(ask: AboutUsage, tools: Tools) -> Subject | Reply:
    """Or what there is to say instead."""
    turn, ledger = tools.turn, tools.used()
    known = await ledger.known() or await _ours(ledger, turn.at)
    if known is None:
        return not_connected()
    found = months.find(ask.window.lower(), turn.at, turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, or this month.")
    names, models = await tools.desks.ledgers.names(turn.tenant)
    tool = _spelt(ask.tool, [*names, ASSISTANT])
    if ask.tool and tool is None:
        return _unknown(ask, "tool", ask.tool, names)
    model = _spelt(ask.model, models)
    if ask.model and model is None:
        return _unknown(ask, "model", ask.model, models)
    return Subject(ledger, found.range, turn.zone, tool or "", model or "", *known, turn.at)


async def _ours(ledger: Ledger, now: datetime) -> tuple[datetime, datetime] | None:
    """Our own calls are usage, too, where no other is told."""
    days = [one.at for one in await ledger.sums(now - LONG, now, (), DAY) if one.at and one.calls]
    return (min(days), now) if days else None


def not_connected() -> Reply:
    return Reply(
        "No AI usage is connected, so I know neither calls nor costs of AI tools.",
        (Text(("An administrator can send it to POST /api/ai/usage, as OpenTelemetry, or from the provider.",)),),
        (Button("Look it up", "kb", {"query": "connect AI usage"}),),
        tone="warning",
    )


def _spelt(asked: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if name.lower() == asked.strip().lower()), None)


def _unknown(ask: AboutUsage, what: str, asked: str, names: Sequence[str]) -> Reply:
    spelt = {name.lower(): name for name in names}
    near = difflib.get_close_matches(asked.lower(), spelt, n=NEAREST, cutoff=0.4) or list(spelt)[:NEAREST]
    given = ask.model_dump(exclude_defaults=True, exclude={what})
    row = tuple(Button(spelt[name], ask.intent, {**given, what: spelt[name]}) for name in near)
    says = f"I know no {'AI tool' if what == 'tool' else what} “{asked[:80]}”."
    return Reply(f"{says} Did you mean one of these?" if row else says, tone="warning", buttons=row)


def nothing(subject: Subject) -> Reply:
    """No call is told, which may mean that there was none, or that nobody told."""
    when = subject.range.words
    if subject.range.end <= subject.first:
        says = f"AI usage is known from {subject.clock(subject.first)} on; of {when} nothing is known."
    else:
        says = (
            f"No AI call{subject.of} is known, {when}. The last one of any tool was at {subject.clock(subject.last)}."
        )
    return Reply(says, tone="warning", buttons=(Button("Last 7 days", "usage", {"window": "last 7 days"}),))


def since_known(subject: Subject) -> str:
    """Where the span began before anything was told."""
    if subject.range.start < subject.first:
        return f"AI usage is known from {subject.clock(subject.first)} on."
    return ""


def spanned(subject: Subject) -> str:
    return f"{figures.clock(subject.range.start)} to {figures.clock(subject.range.end)}"
