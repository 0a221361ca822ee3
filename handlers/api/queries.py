"""Queries that programs write: the same checks, the same pace and the same reader as for people in chat."""

import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from bot.desk.reader import Asker, Read, SeriesReader
from bot.desk.readers import Readable
from bot.model.errors import Problem, Rejected
from bot.model.message import Role
from bot.model.series import Series
from bot.query.logql.check import checked
from bot.query.ranges import Range
from handlers.api import shapes
from handlers.api.asked import AskingLoki, AskingPrometheus, Querying
from handlers.api.route import AnyRoute, Call, Given, Route

TAG = "Queries"
HOUR = timedelta(hours=1)
T = TypeVar("T")


def _prometheus(readers: Readable) -> Callable[[Call, AskingPrometheus], Awaitable[Given]]:
    async def act(call: Call, asked: AskingPrometheus) -> Given:
        source = await readers.metrics(call.tenant, asked.datasource)
        if source is None:
            raise Rejected("No metrics source is connected.")
        span = _span(call, asked)
        await call.desks.queries.admit(call.actor, "promql", asked.query, span.end)
        return await _numbers(source, asked, span, _asker(call))

    return act


def _loki(readers: Readable) -> Callable[[Call, AskingLoki], Awaitable[Given]]:
    async def act(call: Call, asked: AskingLoki) -> Given:
        source = await readers.logs(call.tenant, asked.datasource)
        if source is None:
            raise Rejected("No source of logs is connected.")
        span = _span(call, asked)
        await call.desks.queries.admit(call.actor, "logql", asked.query, span.end)
        found = checked(asked.query)
        if isinstance(found, Problem) or not found.lines:
            return await _numbers(source, asked, span, _asker(call))
        start = span.start if span.end > span.start else span.end - HOUR
        read = await source.lines(asked.query, start, span.end, asked.limit, asked.direction, _asker(call))
        return _told(source, read, lines=[shapes.LogLine.model_validate(line) for line in read.rows])

    return act


def _asker(call: Call) -> Asker:
    return Asker(call.tenant)


def _span(call: Call, asked: Querying) -> Range:
    """Without a start and a range, one instant."""
    end = min(asked.end or call.now, call.now)
    start = asked.start or (end - asked.range if asked.range else end)
    if start > end:
        raise Rejected("A range needs an end after its start.", code="bad_data")
    return Range(start, end, "")


async def _numbers(source: SeriesReader, asked: Querying, span: Range, asker: Asker) -> shapes.Queried:
    if span.start == span.end:
        read = await source.instant(asked.query, span.end, asker)
    else:
        read = await source.range(asked.query, span.start, span.end, asked.step or span.step(), asker)
    return _told(source, read, series=[_series(one) for one in read.rows])


def _told(
    source: SeriesReader,
    read: Read[T],
    *,
    series: Sequence[shapes.Series] = (),
    lines: Sequence[shapes.LogLine] = (),
) -> shapes.Queried:
    return shapes.Queried(
        query=read.query,
        datasource=source.title,
        read_at=read.read_at,
        cached=read.cached,
        away=read.away.says if read.away else "",
        step_seconds=read.step.total_seconds() if read.step else None,
        said=read.said,
        missing=read.missing,
        series=series,
        lines=lines,
    )


def _series(one: Series) -> shapes.Series:
    points = [(point.at, point.value if math.isfinite(point.value) else None) for point in one.points]
    return shapes.Series(name=one.name, labels=one.labels, points=points)


def routes(readers: Readable) -> tuple[AnyRoute, ...]:
    return (
        Route(
            method="POST", path="/api/grafana/query/prometheus", says="Run a query in PromQL.", tag=TAG,
            asks=AskingPrometheus, gives=shapes.Queried, act=_prometheus(readers), needs=Role.OPERATOR,
        ),
        Route(
            method="POST", path="/api/grafana/query/loki", says="Run a query in LogQL.", tag=TAG,
            asks=AskingLoki, gives=shapes.Queried, act=_loki(readers), needs=Role.OPERATOR,
        ),
    )  # fmt: skip
