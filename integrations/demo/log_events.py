"""Log events of a made-up company: mostly fine, one in seven not, now and then several services in trouble at once.

Every event follows from the seed and its number alone, so nothing is kept between two, and a test sees the same again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.model.log_event import EventId, Kind, Level, LogEvent, Metrics, new_id

WRONG = 0.15  # of all events, those that break a threshold
CASCADE_EVERY, CASCADE_LASTS, FIRST_CASCADE = 400, 24, 45  # events
IN_CASCADE = 0.7  # of the events of a cascade, those that are wrong
IN_A_ROW = 3
SLOW_REGION, SLOW_MINUTES, SLOWER = "us-east-1", range(20, 40), 1.5
REGIONS = (SLOW_REGION, SLOW_REGION, "us-east-2", "eu-west-1")  # the first is the busiest, the second its backup
CUSTOMERS = ("", "", "acme", "globex", "initech", "umbrella")


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    kind: Kind
    near: tuple[str, ...] = ()  # those that suffer with it


SERVICES: tuple[Service, ...] = (
    Service("auth-api", Kind.API, ("sessions-db", "login-web")),
    Service("billing-api", Kind.API, ("ledger-db", "account-web")),
    Service("sessions-db", Kind.DATABASE, ("auth-api", "login-web")),
    Service("ledger-db", Kind.DATABASE, ("billing-api", "account-web")),
    Service("login-web", Kind.FRONTEND, ("auth-api",)),
    Service("account-web", Kind.FRONTEND, ("billing-api",)),
    Service("node-pool", Kind.INFRASTRUCTURE, ("auth-api", "sessions-db")),
    Service("storage-pool", Kind.INFRASTRUCTURE, ("ledger-db", "billing-api")),
)
_BY_NAME = {one.name: one for one in SERVICES}
ENDPOINTS = ("/api/login", "/api/sessions", "/api/invoices", "/api/users/{id}", "/api/payments")
AGENTS = ("Firefox 131 on Linux", "Chrome 130 on Windows", "Safari 18 on macOS", "Chrome 130 on Android")
STACK = """TypeError: Cannot read properties of undefined (reading 'total')
    at renderCart (cart.js:218:17)
    at update (view.js:44:9)
    at HTMLButtonElement.onclick (main.js:12:5)"""


class LogEvents:
    """Fills bot.ports.events.EventMaker."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def event(self, seed: int, number: int, at: datetime) -> LogEvent:
        chance = Random(f"{seed}:{number}")  # noqa: S311 - a story, no secret
        troubled = cascade(seed, number)
        if troubled:
            return _event(chance, chance.choice(troubled), chance.random() < IN_CASCADE, at)
        return _event(chance, chance.choice(SERVICES), chance.random() < BESIDE, at)

    def forced(self, seed: int, number: int, at: datetime, kind: Kind | None, *, critical: bool) -> Sequence[LogEvent]:
        chance = Random(f"{seed}:{number}:forced:{at.isoformat()}")  # noqa: S311
        service = chance.choice([one for one in SERVICES if kind in (None, one.kind)])
        return [_event(chance, service, True, at) for _ in range(IN_A_ROW if critical else 1)]


# What is wrong beside cascades, so that over all it is the share that was promised.
BESIDE = (WRONG * CASCADE_EVERY - IN_CASCADE * CASCADE_LASTS) / (CASCADE_EVERY - CASCADE_LASTS)


def cascade(seed: int, number: int) -> Sequence[Service]:
    """The services that are in trouble together at this number; none most of the time."""
    if not FIRST_CASCADE <= number % CASCADE_EVERY < FIRST_CASCADE + CASCADE_LASTS:
        return ()
    first = Random(f"{seed}:cascade:{number // CASCADE_EVERY}").choice(SERVICES)  # noqa: S311
    return (first, *(_BY_NAME[name] for name in first.near))


def _event(chance: Random, service: Service, wrong: bool, at: datetime) -> LogEvent:
    region = chance.choice(REGIONS)
    slower = SLOWER if region == SLOW_REGION and at.minute in SLOW_MINUTES else 1.0
    metrics = _METRICS[service.kind](chance, wrong, slower)
    said, level = _said(service.kind, metrics, wrong)
    error = metrics.get("js_errors", 0) > 0
    return LogEvent(
        _id(chance, at),
        at,
        service.kind,
        service.name,
        said,
        region,
        chance.choice(CUSTOMERS),
        level,
        metrics,
        endpoint=chance.choice(ENDPOINTS) if service.kind is Kind.API else "",
        agent=chance.choice(AGENTS) if service.kind is Kind.FRONTEND else "",
        stack=STACK if error else "",
    )


def _id(chance: Random, at: datetime) -> EventId:
    return new_id(at, f"{chance.getrandbits(40):010x}")


def _api(chance: Random, wrong: bool, slower: float) -> Metrics:
    slow = wrong and chance.random() < 0.7
    latency = chance.uniform(520, 800) if slow else min(480, chance.triangular(50, 320, 120) * slower)
    fine = chance.choices((200, 201, 400), (80, 15, 5))[0]
    return {"latency_ms": round(latency), "status_code": 500 if wrong and not slow else fine}


def _database(chance: Random, wrong: bool, slower: float) -> Metrics:
    what = chance.choice(("query", "pool", "slow")) if wrong else ""
    query = chance.uniform(310, 500) if what == "query" else min(290, chance.triangular(10, 190, 40) * slower)
    return {
        "query_time_ms": round(query),
        "pool_connections": chance.randint(45, 50) if what == "pool" else chance.randint(5, 40),
        "slow_queries": chance.randint(6, 12) if what == "slow" else chance.randint(0, 4),
    }


def _frontend(chance: Random, wrong: bool, slower: float) -> Metrics:
    error = wrong and chance.random() < 0.4
    slow = wrong and not error
    load = chance.uniform(3100, 8000) if slow else min(2900, chance.triangular(500, 1900, 900) * slower)
    return {"page_load_ms": round(load), "js_errors": chance.randint(1, 3) if error else 0}


def _infrastructure(chance: Random, wrong: bool, slower: float) -> Metrics:  # noqa: ARG001
    what = chance.choice(("cpu", "memory", "disk")) if wrong else ""
    return {
        "cpu_percent": chance.randint(82, 95) if what == "cpu" else chance.randint(20, 75),
        "memory_percent": chance.randint(87, 98) if what == "memory" else chance.randint(40, 80),
        "disk_io_mbps": chance.randint(410, 500) if what == "disk" else chance.randint(10, 350),
    }


_METRICS: Mapping[Kind, Callable[[Random, bool, float], Metrics]] = {
    Kind.API: _api,
    Kind.DATABASE: _database,
    Kind.FRONTEND: _frontend,
    Kind.INFRASTRUCTURE: _infrastructure,
}
_FINE = {
    Kind.API: "request served",
    Kind.DATABASE: "queries served",
    Kind.FRONTEND: "page shown",
    Kind.INFRASTRUCTURE: "node measured",
}
_WRONG = {
    Kind.API: "request was slow or failed",
    Kind.DATABASE: "database is short of time or connections",
    Kind.FRONTEND: "page was slow or broke",
    Kind.INFRASTRUCTURE: "node is short of something",
}


def _said(kind: Kind, metrics: Metrics, wrong: bool) -> tuple[str, Level]:
    failed = metrics.get("status_code", 0) >= 500 or metrics.get("js_errors", 0) > 0
    return (_WRONG[kind], "error" if failed else "warning") if wrong else (_FINE[kind], "info")
