"""An application over a time: health, events, lines and the impact of an alert, by the same desks as in chat."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.conversation.grounding import Trace, TracedLogs, TracedMetrics
from bot.desk import events, health, log_lines, log_streams
from bot.desk.evidence import gather, worse
from bot.desk.health import Judged
from bot.desk.log_streams import Wanted
from bot.desk.moves import Sign, Window
from bot.desk.reader import Asker
from bot.desk.readers import Readable
from bot.intents import applications
from bot.model.errors import Missing, Rejected
from bot.model.profile import Profile
from bot.model.reply import Query
from bot.ports.services import Clock
from bot.query import log_levels
from bot.query.ranges import Range
from bot.query.vitals import BY_VITAL
from handlers.api import history_shapes as shapes
from handlers.api.asked import Spanned, WantedEvents, WantedHealth, WantedImpact, WantedLines
from handlers.api.route import AnyRoute, Call, Given, Route

TAG = "Applications"
SPLIT = (BY_VITAL["latency"], BY_VITAL["errors"])

A = TypeVar("A", bound=Spanned | WantedImpact)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one call reads, and writes down what it read."""

    call: Call
    readers: Readable
    trace: Trace
    app: Profile | None

    @property
    def name(self) -> str:
        return self.app.name if self.app else self.call.id

    async def metrics(self) -> TracedMetrics:
        reader = await self.readers.metrics(self.call.tenant, (self.app and self.app.datasource) or "")
        if reader is None:
            raise Rejected("No metrics source is connected.")
        return TracedMetrics(self.trace, reader, Asker(self.call.tenant))

    async def logs(self) -> TracedLogs:
        reader = await self.readers.logs(self.call.tenant)
        if reader is None:
            raise Rejected("No source of logs is connected.")
        return TracedLogs(self.trace, reader, Asker(self.call.tenant))

    def about(self, where: Mapping[str, str], range_: Range, said: Sequence[str] = ()) -> dict[str, Any]:
        told = [one for read in self.trace.reads for one in (*read.said, *read.missing)]
        away = [read.away.says for read in self.trace.reads if read.away]
        return {
            "application": self.name,
            "where": dict(where),
            "start": range_.start,
            "end": range_.end,
            "said": list(dict.fromkeys((*said, *told, *away))),
            "queries": [_traced(one) for one in self.trace.queries],
        }


async def healthy(reading: Reading, asked: WantedHealth) -> Given:
    source, range_ = await reading.metrics(), _range(reading.call, asked)
    where = await _where(reading, source, asked)
    whole, found = await health.judged(source, where, range_, applications.objectives(reading.app))
    known = [one for one in found if one.known]
    return shapes.AppHealth(
        **reading.about(where, range_, [one.problem for one in found if one.problem]),
        healthy=not any(one.missed for one in known) if known else None,
        objectives=[_held(one) for one in found],
        requests=_number(whole.requests),
        failed=_number(whole.failed),
    )


async def counted(reading: Reading, asked: WantedEvents) -> Given:
    source, range_ = await reading.logs(), _range(reading.call, asked)
    found = await _streams(reading, source, asked, range_)
    levels = log_levels.said(asked.level.lower())
    counts = await events.counted(source, found.streams, range_, levels, asked.containing)
    peak = counts.peak
    return shapes.EventCount(
        **reading.about(found.where, range_, found.streams.notes),
        total=counts.total,
        levels=[
            shapes.LevelCount(
                level=one.level, count=one.count, percent=percent, course=[(p.at, p.value) for p in one.course]
            )
            for one, percent in zip(counts.slices, counts.shares, strict=True)
        ],
        step_seconds=counts.step.total_seconds(),
        peak=shapes.PeakOf(start=peak.start, end=peak.end, count=peak.count) if peak else None,
    )


async def lines(reading: Reading, asked: WantedLines) -> Given:
    source, range_ = await reading.logs(), _range(reading.call, asked)
    found = await _streams(reading, source, asked, range_)
    query = found.streams.lines(log_levels.said(asked.level.lower()), asked.containing)
    read = await log_lines.read(source, found.streams, query, range_, asked.limit)
    return shapes.AppLogs(
        **reading.about(found.where, range_, found.streams.notes),
        full=read.full,
        lines=[
            shapes.AppLine(
                at=one.line.at, nanoseconds=one.line.nanoseconds, level=one.level, message=one.message,
                text=one.line.text, labels=one.line.labels,
            )
            for one in read.lines
        ],
        patterns=[
            shapes.Repeated(
                text=one.pattern.text, count=one.pattern.count, first=one.pattern.first, last=one.pattern.last,
                before=one.before,
            )
            for one in read.sayings
        ],
    )  # fmt: skip


async def impact(reading: Reading, asked: WantedImpact) -> Given:
    call, source = reading.call, await reading.metrics()
    end = min(asked.alert_time + asked.window, call.now)
    if end <= asked.alert_time:
        raise Rejected("The alert has to lie in the past.", code="bad_data")
    range_, window = Range(asked.alert_time, end, ""), Window(asked.alert_time, end)
    where = await _where(reading, source, asked)
    hosts = {label: value for label, value in where.items() if label in ("region", "env")}
    found = await gather(source, call.desks.incidents, call.tenant, where, window, SPLIT, hosts=hosts)
    requests = (await health.measured(source, where, range_, strict=False)).get("", health.Measured())
    unread = [f"{name} could not be read" for name in found.unread]
    return shapes.AppImpact(
        **reading.about(where, range_, unread),
        affected=bool(worse(found.own)) if any(one.measured for one in found.own) else None,
        moved=[_moved(one) for one in worse(found.own)],
        machines=[_moved(one) for one in worse(found.hosts)],
        regions=[_moved(one) for one in worse(found.regions)],
        services=[_moved(one) for one in worse(found.others)],
        deploys=found.deploys,
        outages=[shapes.Beside(name=one.name, start=one.start, end=one.end) for one in found.outages],
        issues=[
            shapes.Nearby(id=one.id, title=one.title, opened_at=one.opened_at, resolved_at=one.resolved_at)
            for one in found.issues
        ],
        requests=_number(requests.requests),
        failed=_number(requests.failed),
    )


async def _app(call: Call) -> Profile | None:
    """A service without a profile is called by its own name."""
    try:
        return await call.desks.profiles.find(call.tenant, call.id)
    except Missing:
        return None


async def _where(reading: Reading, source: TracedMetrics, asked: Spanned | WantedImpact) -> dict[str, str]:
    known = await source.values("service")
    service = applications.service(reading.app, reading.name, known) if reading.app else reading.name
    if service not in known:
        raise Missing(f"There is no application “{reading.call.id[:80]}”, and no service of that name.")
    env = asked.env or ("prod" if "prod" in await source.values("env") else "")
    where = {"service": service, "region": asked.region, "env": env}
    for label in ("region", "env"):
        if where[label] and where[label] not in await source.values(label):
            raise Missing(f"There is no {label} “{where[label]}”.")
    return {label: value for label, value in where.items() if value}


async def _streams(reading: Reading, source: TracedLogs, asked: Spanned, range_: Range) -> log_streams.Found:
    wanted = Wanted(reading.name, asked.region, asked.env, reading.app)
    return await log_streams.find(source, wanted, range_.start, range_.end)


def _range(call: Call, asked: Spanned) -> Range:
    end = min(asked.until or call.now, call.now)
    start = asked.since or end - (asked.range or asked.usual)
    if start >= end:
        raise Rejected("A range needs an end after its start.", code="bad_data")
    return Range(start, end, "")


def _held(one: Judged) -> shapes.Held:
    return shapes.Held(
        objective=one.objective.kind,
        target=one.objective.target,
        at_least=one.objective.at_least,
        unit=one.objective.unit,
        is_default=one.objective.default,
        measured=_number(one.value),
        result="not measured" if not one.known else "fail" if one.missed else "pass",
        broken=[shapes.BrokenSpan.model_validate(breach) for breach in one.breaches],
    )


def _moved(sign: Sign) -> shapes.Moved:
    assert sign.move is not None
    measure = sign.vital.measure
    return shapes.Moved(
        sign=measure.title, unit=measure.unit, usual=sign.move.usual.value, seen=sign.move.seen, since=sign.move.since,
        name=sign.name,
    )  # fmt: skip


def _traced(query: Query) -> shapes.Traced:
    step = query.step.total_seconds() if query.step else None
    return shapes.Traced(
        source=query.source, language=query.language, query=query.text, start=query.start, end=query.end,
        step_seconds=step, read_at=query.read_at,
    )  # fmt: skip


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def routes(readers: Readable, clock: Clock) -> tuple[AnyRoute, ...]:
    def reading(act: Callable[[Reading, A], Awaitable[Given]]) -> Callable[[Call, A], Awaitable[Given]]:
        async def answer(call: Call, asked: A) -> Given:
            return await act(Reading(call, readers, Trace(clock), await _app(call)), asked)

        return answer

    return (
        Route(
            method="GET", path="/api/applications/{id}/health", says="How it kept its objectives.", tag=TAG,
            asks=WantedHealth, gives=shapes.AppHealth, act=reading(healthy),
        ),
        Route(
            method="GET", path="/api/applications/{id}/events/count", says="How many events it logged, by level.",
            tag=TAG, asks=WantedEvents, gives=shapes.EventCount, act=reading(counted),
        ),
        Route(
            method="GET", path="/api/applications/{id}/impact", says="What an alert's hour did to it.", tag=TAG,
            asks=WantedImpact, gives=shapes.AppImpact, act=reading(impact),
        ),
        Route(
            method="GET", path="/api/grafana/logs/{id}", says="The newest lines of an application.", tag=TAG,
            asks=WantedLines, gives=shapes.AppLogs, act=reading(lines),
        ),
    )  # fmt: skip
