"""Fills the port of logs from the demo world."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.model.errors import Rejected
from bot.model.lines import LogLine, nanoseconds
from bot.model.series import Series
from bot.ports.services import Clock
from bot.ports.tools import Direction
from bot.query.logql import check, tree
from bot.query.logql.parse import parse
from integrations.demo.log_streams import TownStream, streams
from integrations.demo.logql import evaluate
from integrations.demo.logql.streams import Entry
from integrations.demo.metrics import in_words
from integrations.demo.signals import MINUTE
from integrations.demo.world import HISTORY, DemoWorld

LABELS = ("env", "level", "pod", "region", "service")
FIRST_LOOK = 10 * MINUTE * 1_000_000  # lines are sought from the wanted end, in stretches that grow
GROWS = 4


class DemoLogs:
    title = "demo logs"

    def __init__(self, world: DemoWorld, clock: Clock, delay: timedelta = timedelta(0)) -> None:
        self._world, self._clock, self._delay = world, clock, delay
        self._turn = asyncio.Semaphore(2)  # so that many questions at once need no more memory than two

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction = "backward"
    ) -> Sequence[LogLine]:
        if end <= start or limit < 1:
            raise Rejected("Lines need an end after their start, and a number above zero.", code="bad_data")
        read = _read(query)
        if not isinstance(read, tree.Logs):
            raise Rejected("The query comes to numbers, not to lines.", code="numbers")
        there = self._streams()
        async with self._turn:
            await self._take_time()
            span = nanoseconds(start), min(nanoseconds(end), there[0].until * 1_000_000 + 1)
            found = await asyncio.to_thread(_sought, read, there, *span, limit, direction)
        return tuple(LogLine(entry.at, entry.line, dict(entry.shown())) for entry in found)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return await self._numbers(query, at, at, timedelta(seconds=1))

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        if step < timedelta(milliseconds=1) or end < start:
            raise Rejected("A range needs an end after its start, and a step above zero.", code="bad_data")
        return await self._numbers(query, start, end, step)

    async def labels(self) -> Sequence[str]:
        await self._take_time()
        return LABELS

    async def values(self, label: str) -> Sequence[str]:
        await self._take_time()
        return sorted({stream.labels[label] for stream in self._streams() if label in stream.labels})

    def link(self, query: str, start: datetime, end: datetime) -> str:  # noqa: ARG002
        """The town has no page for its logs."""
        return ""

    async def _numbers(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        read = _read(query)
        if isinstance(read, tree.Logs):
            raise Rejected("The query comes to lines, not to numbers.", code="lines")
        asked = nanoseconds(start), nanoseconds(end), step // timedelta(microseconds=1) * 1000
        there = self._streams()
        async with self._turn:
            await self._take_time()
            value, at = await asyncio.to_thread(evaluate.numbers, read, there, *asked)
        return tuple(in_words(query, value, at // 1_000_000))

    def _streams(self) -> tuple[TownStream, ...]:
        view = self._world.at(self._clock.now())
        return tuple(streams(self._world.seed, view.now - HISTORY, view.now, view.forced))

    async def _take_time(self) -> None:
        if self._delay:
            await self._clock.sleep(self._delay.total_seconds())


def _read(query: str) -> tree.Expression:
    read = parse(query)
    check.check(read)
    return read


def _sought(
    read: tree.Logs, there: Sequence[TownStream], start: int, end: int, limit: int, direction: Direction
) -> list[Entry]:
    """No more is written than it takes to find as many as are wanted."""
    found: list[Entry] = []
    for first, last in _stretches(start, end, direction):
        found += evaluate.lines(read, there, first, last, limit - len(found), direction)
        if len(found) >= limit:
            break
    return found


def _stretches(start: int, end: int, direction: Direction) -> Iterator[tuple[int, int]]:
    length = FIRST_LOOK
    while start < end:
        if direction == "forward":
            middle = min(end, start + length)
            yield start, middle
            start = middle
        else:
            middle = max(start, end - length)
            yield middle, end
            end = middle
        length *= GROWS
