"""What is worth watching here: the golden signals of every service, and what applications say of themselves."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta

from bot.desk import app_metrics
from bot.model.errors import Problem
from bot.model.profile import Profile, spelt
from bot.model.series import Series
from bot.model.severity import Severity
from bot.model.watch import BURN, SILENCE, WatchDraft
from bot.ports.tools import MetricsSource
from bot.query.measures import WINDOW, Measure, write
from bot.query.vitals import BY_VITAL, ERRORS, VITALS

A_WHILE = timedelta(hours=1)
_KINDS = {"latency": "latency", "errors": "error ratio", "traffic": "traffic", "saturation": "saturation"}
_SEVERITY = {"latency": Severity.MEDIUM, "errors": Severity.MEDIUM, "saturation": Severity.LOW, "traffic": Severity.LOW}
_OF_HOSTS = "instance"
_THERE = Measure("there", "requests counted", (), "series", "count{by} (http_requests_total{m})", "http_requests_total")
_FULL = ("memory_share", "pool_share", "host_memory")  # what has no more to give when it is full; a busy CPU has


async def proposed(source: MetricsSource, apps: Sequence[Profile], now: datetime) -> Sequence[WatchDraft]:
    """Only what has values now; a source that has none of it is proposed nothing."""
    services, envs = await source.values("service"), await source.values("env")
    env = {"env": "prod"} if "prod" in envs else {}
    drafts = [*_golden(env), _silence(env), *(one for app in apps for one in _objectives(app, services, env))]
    found = await asyncio.gather(*(_there(source, one, now) for one in drafts))
    own = await asyncio.gather(*(_of_itself(source, app, now) for app in apps))
    return [*(one for one, there in zip(drafts, found, strict=True) if there), *(one for each in own for one in each)]


def _golden(env: dict[str, str]) -> list[WatchDraft]:
    found = []
    for vital in VITALS:
        kind = _KINDS.get(vital.aspect)
        shares = vital.aspect != "saturation" or vital.measure.unit == "ratio"
        if kind is None or vital.of == "tool" or not shares:
            continue
        by = _OF_HOSTS if vital.of == "host" else "service"
        query = _written(vital.measure, env, by)
        found.append(
            WatchDraft(
                query=query,
                name=vital.measure.title,
                kind=kind,
                unit=vital.measure.unit,
                severity=_SEVERITY[vital.aspect],
                above=vital.full_from if vital.measure.name in _FULL else None,
            )
        )
    return found


def _silence(env: dict[str, str]) -> WatchDraft:
    return WatchDraft(query=_written(_THERE, env, "service"), name="requests counted", kind=SILENCE, unit="series")


def _objectives(app: Profile, services: Sequence[str], env: dict[str, str]) -> list[WatchDraft]:
    """The limits that an application sets itself, and the budget of failures that follows from them."""
    mine = tuple(one for one in services if one in app.services or spelt(one) in app.names)
    latency, errors = app.slos.p95_latency_ms, app.slos.error_rate
    found = []
    for name, kind, limit in (("latency", "latency", latency and latency / 1000), ("errors", "error ratio", errors)):
        if mine and limit:
            measure = BY_VITAL[name].measure
            query = write(measure, {**env, "service": mine}, "service", WINDOW)
            found.append(
                WatchDraft(
                    query=query,
                    name=f"{measure.title} against the objective of {app.name}"[:120],
                    kind=kind,
                    unit=measure.unit,
                    above=limit,
                    severity=Severity.MEDIUM,
                    datasource=app.datasource or "",
                )
            )
    if mine and (allowed := app.slos.allowed):
        query = write(ERRORS, {**env, "service": mine}, "service", WINDOW)
        found.append(
            WatchDraft(
                query=query, name=f"error budget ({app.name})"[:120], kind=BURN, unit="ratio", above=allowed,
                severity=Severity.HIGH, datasource=app.datasource or "",
            )
        )  # fmt: skip
    return found


async def _of_itself(source: MetricsSource, app: Profile, now: datetime) -> list[WatchDraft]:
    """Its default metrics, as they are shown."""
    if not app.default_metrics or app.datasource:
        return []
    try:
        reads = await app_metrics.read(app, source, now - A_WHILE, now)
    except Problem:
        return []
    return [
        WatchDraft(
            query=one.query,
            name=f"{one.metric} of {app.name}"[:120],
            kind=_kind(one.query),
            unit=one.unit,
            severity=Severity.LOW,
            service=app.name,
        )
        for one in reads
        if one.series
    ]


def _kind(query: str) -> str:
    if query.startswith("histogram_quantile"):
        return "latency"
    return "traffic" if query.startswith("sum(rate(") else "gauge"


def _written(measure: Measure, env: dict[str, str], by: str) -> str:
    return write(measure, {name: value for name, value in env.items() if name in measure.labels}, by, WINDOW)


async def _there(source: MetricsSource, draft: WatchDraft, now: datetime) -> bool:
    reading: Awaitable[Sequence[Series]] = source.instant(draft.query, now)
    try:
        return bool(await reading)
    except Problem:
        return False
