"""Every query that runs for an answer is written down by code, so that no intent can forget its sources."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import figures
from bot.model.parcel import Subject
from bot.model.reply import Button, Query, Reply
from bot.model.series import Metric, Series
from bot.ports.services import Clock
from bot.ports.tools import MetricsSource

FEW = 3  # up to so many queries, the main one is printed under the answer; all of several wait behind a button


class TracedMetrics:
    """A metrics source that remembers what it was asked."""

    def __init__(self, source: MetricsSource, clock: Clock) -> None:
        self.title = source.title
        self.queries: list[Query] = []
        self._source, self._clock = source, clock

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        found = await self._source.instant(query, at)
        self._note(query, at, at, None)
        return found

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        found = await self._source.range(query, start, end, step)
        self._note(query, start, end, step)
        return found

    async def metrics(self) -> Sequence[Metric]:
        return await self._source.metrics()

    async def values(self, label: str) -> Sequence[str]:
        return await self._source.values(label)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._source.link(query, start, end)

    def _note(self, query: str, start: datetime, end: datetime, step: timedelta | None) -> None:
        url = self._source.link(query, start, end)
        self.queries.append(Query(self.title, "promql", query, start, end, step, self._clock.now(), url))


def ground(reply: Reply, queries: Sequence[Query], subject: Subject) -> Reply:
    """The reply with its sources: the main query in full, the rest a button away."""
    if not queries:
        return reply
    main = max(
        queries, key=lambda query: (query.step is not None, query.end, -(query.step or timedelta()).total_seconds())
    )
    read_at = max(query.read_at or query.end for query in queries)
    count = f"{len(queries)} queries" if len(queries) > 1 else "1 query"
    small_print = f"{main.source}, {count}, read at {figures.clock(read_at)}"
    more = (Button("Show queries", "show_queries", {"of": subject}),) if len(queries) > 1 else ()
    shown = (main,) if len(queries) <= FEW else ()
    return replace(reply, blocks=(*reply.blocks, *shown), buttons=(*reply.buttons, *more), footer=small_print)
