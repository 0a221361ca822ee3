"""Every query that runs for an answer is written down by code, so that no intent can forget its sources."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.desk.asked_for import OneAskers
from bot.desk.logs_reader import LogsReader
from bot.desk.reader import Asker, Read, Reader, SeriesReader, grown
from bot.intents import export, show_queries, show_table
from bot.model import figures
from bot.model.lines import LogLine
from bot.model.parcel import Subject
from bot.model.reply import Block, Button, Buttons, Query, Reply, Text
from bot.model.series import Series
from bot.ports.desks import Language
from bot.ports.services import Clock
from bot.ports.tools import Direction

T = TypeVar("T")
FEW = 3  # up to so many queries, the main one is printed under the answer; all of several wait behind a button


class Trace:
    """What one answer asked of its sources, and how old what they gave is."""

    def __init__(self, clock: Clock) -> None:
        self.queries: list[Query] = []
        self.reads: list[Read[Any]] = []
        self._clock = clock

    def note(
        self, reader: SeriesReader, language: Language, read: Read[T], start: datetime, end: datetime
    ) -> Sequence[T]:
        """The rows, once their query is written down."""
        self.reads.append(read)
        url = reader.link(read.query, start, end)
        self.queries.append(Query(reader.title, language, read.query, start, end, read.step, read.read_at, url))
        return read.rows

    def used(self, title: str, asked: str, start: datetime, end: datetime, step: timedelta | None) -> None:
        """Read from what we keep ourselves, at this moment."""
        now = self._clock.now()
        self.reads.append(Read(asked, (), now, step))
        self.queries.append(Query(title, "usage", asked, start, end, step, now))

    def ground(self, reply: Reply, subject: Subject) -> Reply:
        """The reply with its sources: the main query in full, the rest a button away, and how old the figures are."""
        main = show_queries.main(self.queries)
        if main is None:
            return reply
        count = f"{len(self.queries)} queries" if len(self.queries) > 1 else "1 query"
        small_print = ", ".join((main.source, count, self._age(), *dict.fromkeys(self._told("said"))))
        more = (Button("Show queries", "show_queries", {"of": subject}),) if len(self.queries) > 1 else ()
        shown = (main,) if len(self.queries) <= FEW else ()
        footer = f"{reply.footer} · {small_print}" if reply.footer else small_print
        grounded = replace(reply, blocks=(*reply.blocks, *shown), buttons=(*reply.buttons, *more), footer=footer)
        return self._marked(grounded)

    def _age(self) -> str:
        """Of the oldest figure; what comes from one moment may have been read in several steps."""
        told = grown(self.reads)
        read_at, cached = min(read.read_at for read in told), any(read.cached for read in told)
        age = f", cached {figures.span(self._clock.now() - read_at)} ago" if cached else ""
        return f"read at {figures.clock(read_at)}{age}"

    def _told(self, what: str) -> list[str]:
        return [sentence for read in self.reads for sentence in getattr(read, what)]

    def _marked(self, reply: Reply) -> Reply:
        """An old reading is not the state of things, and a part is not the whole: both are said first."""
        away = next((read.away for read in self.reads if read.away), None)
        missing = tuple(dict.fromkeys(self._told("missing")))
        if not away and not missing:
            return reply
        notes: list[Block] = [Text((f"Missing, {part}",)) for part in missing]
        summary = reply.summary
        if away:
            oldest = min(read.read_at for read in self.reads if read.away)
            age = figures.span(self._clock.now() - oldest)
            summary = f"{away.says} This is from {age} ago: {summary}"
        tone = "warning" if reply.tone in ("neutral", "good") else reply.tone
        return replace(reply, summary=summary, blocks=(*notes, *reply.blocks), tone=tone)

    @property
    def cached(self) -> bool:
        return any(read.cached for read in grown(self.reads))


class TracedMetrics(OneAskers):
    """Fills the port of metrics for one answer."""

    def __init__(self, trace: Trace, reader: Reader, asker: Asker) -> None:
        super().__init__(reader, asker)
        self._trace = trace

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        read = await self._reader.instant(query, at, self._asker)
        return self._trace.note(self._reader, "promql", read, at, at)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        read = await self._reader.range(query, start, end, step, self._asker)
        return self._trace.note(self._reader, "promql", read, start, end)


class TracedLogs:
    """Fills the port of logs for one answer."""

    def __init__(self, trace: Trace, reader: LogsReader, asker: Asker) -> None:
        self.title = reader.title
        self._trace, self._reader, self._asker = trace, reader, asker

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction = "backward"
    ) -> Sequence[LogLine]:
        read = await self._reader.lines(query, start, end, limit, direction, self._asker)
        return self._trace.note(self._reader, "logql", read, start, end)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        read = await self._reader.instant(query, at, self._asker)
        return self._trace.note(self._reader, "logql", read, at, at)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        read = await self._reader.range(query, start, end, step, self._asker)
        return self._trace.note(self._reader, "logql", read, start, end)

    async def labels(self) -> Sequence[str]:
        return await self._reader.labels(self._asker)

    async def values(self, label: str) -> Sequence[str]:
        return await self._reader.values(label, self._asker)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._reader.link(query, start, end)


def with_its_data(reply: Reply, subject: Subject) -> Reply:
    """Long tables in pages, what is shown as a file a button away, and buttons that change this very message."""
    blocks = show_table.paged(tuple(_here(block, subject) for block in reply.blocks), subject)
    return export.offered(replace(reply, blocks=blocks), subject)


def _here(block: Block, subject: Subject) -> Block:
    if not isinstance(block, Buttons):
        return block
    return replace(block, buttons=tuple(_of(button, subject) for button in block.buttons))


def _of(button: Button, subject: Subject) -> Button:
    """Which answer it changes, where it does not say so yet."""
    return (
        replace(button, arguments={**button.arguments, "of": subject}) if button.arguments.get("of") == "" else button
    )
