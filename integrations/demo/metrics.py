"""Fills the port of metrics from the demo world."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.model.errors import Rejected
from bot.model.series import Labels, Metric, Point, Series, labels_of
from bot.ports.services import Clock
from integrations.demo.links import Links
from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import NAME, Ints, Value, Vector
from integrations.demo.world import DemoWorld, milliseconds

NOWHERE = Links()


class DemoMetrics:
    title = "demo world"

    def __init__(
        self,
        world: DemoWorld,
        clock: Clock,
        delay: timedelta = timedelta(0),
        links: Links = NOWHERE,
        only: Mapping[str, str] | None = None,
    ) -> None:
        self._world = world
        self._links = links
        self._clock = clock
        self._delay = delay
        self._only = only or {}
        self._turn = asyncio.Semaphore(2)  # so that many questions at once need no more memory than two

    def limited(self, only: Mapping[str, str]) -> "DemoMetrics":
        return DemoMetrics(self._world, self._clock, self._delay, self._links, only)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return await self._worked_out(query, milliseconds(at), milliseconds(at), 1)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        if step < timedelta(milliseconds=1) or end < start:
            raise Rejected("A range needs an end after its start, and a step above zero.", code="bad_data")
        return await self._worked_out(query, milliseconds(start), milliseconds(end), step // timedelta(milliseconds=1))

    async def metrics(self) -> Sequence[Metric]:
        await self._take_time()
        if not self._only:
            return self._world.metrics
        there = frozenset(await self.values(NAME))
        return [one for one in self._world.metrics if any(name.startswith(one.name) for name in there)]

    async def values(self, label: str) -> Sequence[str]:
        await self._take_time()
        return self._world.at(self._clock.now()).values(label, self._only)

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        await self._take_time()
        view = self._world.at(self._clock.now())
        return {name: labels_of(view.labels(name, self._only), most) for name in names}

    def link(self, query: str, start: datetime, end: datetime) -> str:
        return self._links.graph(query, end, max(end - start, timedelta(minutes=15)))

    async def _worked_out(self, query: str, start: int, end: int, step: int) -> Sequence[Series]:
        await self._take_time()
        view = self._world.at(self._clock.now())
        async with self._turn:
            value, at = await asyncio.to_thread(evaluate, query, view, start, end, step)
        return tuple(in_words(query, value, at))

    async def _take_time(self) -> None:
        if self._delay:
            await self._clock.sleep(self._delay.total_seconds())


def in_words(query: str, value: Value, at: Ints) -> Iterator[Series]:
    moments = [datetime.fromtimestamp(moment / 1000, UTC) for moment in at.tolist()]
    if not isinstance(value, Vector):
        value = Vector(((),), value[None], np.ones((1, len(at)), dtype=bool))
    for labels, values, present in zip(value.labels, value.values, value.present, strict=True):
        given = dict(labels)
        points = tuple(
            Point(moment, number)
            for moment, number, there in zip(moments, values.tolist(), present.tolist(), strict=True)
            if there
        )
        if points:
            yield Series(given.pop(NAME, query), points, labels=given)
