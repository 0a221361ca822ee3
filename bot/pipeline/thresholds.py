"""What is too much of which metric, and what an event that breaks it says of its service. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Literal, TypeAlias

from bot.model import figures
from bot.model.log_event import Breach, LogEvent, Standing
from bot.model.severity import Severity, worst

REMEMBERED = 100  # events of a service that say what is normal there
IN_A_ROW = 3  # events that break a threshold, one after the other: then it is critical
CALM = 5  # events that break none, one after the other: then it is over

Rule: TypeAlias = Literal["above", "from", "below", "present", "times"]


@dataclass(frozen=True, slots=True)
class Threshold:
    metric: str
    title: str
    rule: Rule
    limit: float
    unit: str = ""
    severe: float | None = None  # from here on it is high
    severity: Severity = Severity.MEDIUM
    most: float = 1e12  # a limit beyond this makes no sense

    def breaks(self, value: float, normal: float | None) -> bool:
        return self._beyond(self.limit, value, normal)

    def worse(self, value: float, normal: float | None) -> bool:
        return self.severe is not None and self._beyond(self.severe, value, normal)

    def says(self, limit: float | None = None) -> str:
        """The condition: “above 500 ms”, “at least 2x the normal”."""
        held = self.limit if limit is None else limit
        match self.rule:
            case "above" | "below":
                return f"{self.rule} {self.written(held)}"
            case "from":
                return f"at least {self.written(held)}"
            case "present":
                return "more than none"
            case "times":
                return f"at least {figures.plain(held)}x the normal"

    def refuses(self, limit: float) -> str:
        """Why this limit makes no sense; empty where it does."""
        if self.rule == "present":
            return f"{self.title} break their threshold whenever there are any; it can only be switched off."
        least = 1.0 if self.rule == "times" else 0.0
        if not least <= limit <= self.most or (self.rule != "above" and limit == 0):
            return f"The limit of {self.title} has to be between {figures.plain(least)} and {figures.plain(self.most)}."
        return ""

    def written(self, value: float) -> str:
        return (
            f"{figures.plain(value)} {self.unit}".strip() if self.unit != "ratio" else figures.measured(value, "ratio")
        )

    def _beyond(self, limit: float, value: float, normal: float | None) -> bool:
        match self.rule:
            case "above":
                return value > limit
            case "from":
                return value >= limit
            case "below":
                return value < limit
            case "present":
                return value > 0
            case "times":  # without a history there is nothing to hold it against
                return normal is not None and normal > 0 and value >= limit * normal


DEFAULTS: tuple[Threshold, ...] = (
    Threshold("latency_ms", "API latency", "above", 500, "ms"),
    Threshold("status_code", "API status", "from", 500, most=599),
    Threshold("p95_ms", "API p95", "times", 2, "ms", severe=3, most=1000),
    Threshold("error_rate", "Error rate", "above", 0.01, "ratio", severe=0.02, most=1),
    Threshold("query_time_ms", "Query time", "above", 300, "ms"),
    Threshold("pool_connections", "Connection pool", "from", 45, "connections"),
    Threshold("pool_waiting", "Waiting for a connection", "above", 0),
    Threshold("slow_queries", "Slow queries", "above", 5),
    Threshold("page_load_ms", "Page load", "above", 3000, "ms"),
    Threshold("js_errors", "JavaScript errors", "present", 0),
    Threshold("cpu_percent", "CPU", "above", 80, "%", most=100),
    Threshold("memory_percent", "Memory", "above", 85, "%", most=100),
    Threshold("disk_io_mbps", "Disk I/O", "above", 400, "MB/s"),
    Threshold("disk_latency_ms", "Disk latency", "above", 500, "ms"),
    Threshold("network_mbps", "Network", "times", 3, "MB/s", most=1000),
    Threshold("availability", "Availability", "below", 0.999, "ratio", most=1),
    Threshold("usage", "Usage", "times", 3, severity=Severity.LOW, most=1000),
    Threshold("prompt_tokens", "Prompt tokens", "times", 2, "tokens", most=1000),
)
BY_METRIC = {one.metric: one for one in DEFAULTS}

Overrides: TypeAlias = Mapping[str, float | None]
"""Limits that a tenant set in the place of the defaults; None switches one off."""


def table(overrides: Overrides) -> Mapping[str, Threshold]:
    """Those that are held against events now."""
    changed = {
        one.metric: replace(one, limit=limit, severe=_scaled(one, limit)) if limit is not None else None
        for one in DEFAULTS
        for limit in [overrides.get(one.metric, one.limit)]
    }
    return {metric: one for metric, one in changed.items() if one is not None}


def _scaled(one: Threshold, limit: float) -> float | None:
    """What is high keeps its distance from what is flagged."""
    return None if one.severe is None else one.severe * limit / one.limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """`opens`: the metric to tell of, and since when and where the service is in trouble. `closes`: what is over."""

    event: LogEvent
    opens: Breach | None = None
    since: datetime | None = None
    region: str = ""
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    verdicts: Sequence[Verdict]
    standings: Mapping[str, Standing]  # of every service among them, after its last event


@dataclass(slots=True)
class _Service:
    recent: list[Mapping[str, float]]
    row: int
    since: datetime | None
    region: str
    calm: int
    open: list[str]
    seen: int
    flagged: int


def check(events: Sequence[LogEvent], known: Mapping[str, Standing], limits: Mapping[str, Threshold]) -> Checked:
    """In the order in which they come; `known` is by service."""
    services: dict[str, _Service] = {}
    verdicts = []
    for event in events:
        service = services.get(event.service)
        if service is None:
            service = services[event.service] = _begin(known.get(event.service, Standing()))
        verdicts.append(_judge(event, service, limits))
    return Checked(verdicts, {name: _kept(service) for name, service in services.items()})


def _begin(known: Standing) -> _Service:
    recent, told = list(known.recent), list(known.open)
    return _Service(recent, known.row, known.since, known.region, known.calm, told, known.seen, known.flagged)


def _kept(one: _Service) -> Standing:
    recent = tuple(one.recent[-REMEMBERED:])
    return Standing(recent, one.row, one.since, one.region, one.calm, tuple(one.open), one.seen, one.flagged)


def _judge(event: LogEvent, service: _Service, limits: Mapping[str, Threshold]) -> Verdict:
    breaches = _breaches(event, service.recent, limits)
    service.recent.append(event.metrics)
    service.seen, service.flagged = service.seen + 1, service.flagged + bool(breaches)
    if len(service.recent) > 2 * REMEMBERED:
        del service.recent[:-REMEMBERED]
    if breaches:
        event = replace(event, flagged=True, breaches=breaches)
    if all(one.severity is Severity.LOW for one in breaches):  # worth a note, and no trouble
        return Verdict(event, closes=_calmer(service))
    if not service.row and not service.open:
        service.region = event.region
    service.row, service.calm = service.row + 1, 0
    service.since = service.since or event.at
    if service.row < IN_A_ROW:
        return Verdict(event)
    told = _to_tell(breaches, service.open)
    if told.metric not in service.open:
        service.open.append(told.metric)
    return Verdict(replace(event, critical=True), told, service.since, service.region)


def _calmer(service: _Service) -> tuple[str, ...]:
    service.row, service.since, service.calm = 0, None, service.calm + 1
    if not service.open or service.calm < CALM:
        return ()
    closed = tuple(service.open)
    service.open.clear()
    return closed


def _breaches(
    event: LogEvent, recent: Sequence[Mapping[str, float]], limits: Mapping[str, Threshold]
) -> tuple[Breach, ...]:
    found = []
    for metric, value in event.metrics.items():
        held = limits.get(metric)
        if held is None or (held.rule != "times" and not held.breaks(value, None)):
            continue
        normal = usual(metric, recent)
        if held.breaks(value, normal):
            severity = Severity.HIGH if held.worse(value, normal) else held.severity
            found.append(Breach(metric, value, held.limit, normal, severity))
    return tuple(found)


def usual(metric: str, recent: Sequence[Mapping[str, float]]) -> float | None:
    """The median: one event in six that is far off does not move it."""
    seen = [one[metric] for one in recent[-REMEMBERED:] if metric in one]
    return median(seen) if seen else None


def _to_tell(breaches: Sequence[Breach], told: Sequence[str]) -> Breach:
    """One of those that are told already, where it is among them: one trouble is one issue."""
    loud = [one for one in breaches if one.severity is not Severity.LOW]
    return next((one for one in loud if one.metric in told), max(loud, key=lambda one: one.severity.rank))


def severity(event: LogEvent) -> Severity | None:
    """None: nothing is wrong with it."""
    if event.critical:
        return Severity.CRITICAL
    return worst(*(one.severity for one in event.breaches)) if event.breaches else None


def measured(breach: Breach) -> str:
    """“650 ms, +441 % against the normal 120 ms”."""
    one = BY_METRIC[breach.metric]
    seen = one.written(breach.value)
    if breach.normal is None:
        return seen
    risen = figures.risen(breach.value, breach.normal)
    against = f"against the normal {one.written(breach.normal)}"
    return f"{seen}, {risen} {against}" if risen else f"{seen}, {against}"


def limit(breach: Breach) -> str:
    return BY_METRIC[breach.metric].says(breach.limit)
