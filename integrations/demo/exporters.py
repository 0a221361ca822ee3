"""What every target of the town exposes, under the names that real exporters use."""

from collections.abc import Callable, Iterator

import numpy as np

from integrations.demo import surroundings, town
from integrations.demo.events import State
from integrations.demo.levels import Exposed, Target, constant, durations, histogram, paced, up, usually
from integrations.demo.measures import Counter, Durations, Gauge, Part, Spot
from integrations.demo.signals import HOUR, SECOND, Floats, Instants, Stream
from integrations.demo.town import MIB, Database, Service

REQUEST_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, float("inf"))
QUERY_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, float("inf"))
PAGE_BOUNDS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, float("inf"))

USUAL_ERRORS = 0.002
LEAK = 12 * MIB  # an hour


def targets(seed: int) -> Iterator[Target]:
    for region, env in town.PLACES:
        for service in town.SERVICES:
            yield _service(service, Spot(seed, service.name, region, env))
        for database in town.DATABASES:
            yield _database(database, Spot(seed, database.name, region, env))
    for host, region, env in town.HOSTS:
        yield surroundings.host(Spot(seed, host, region, env))
    for provider, seconds in town.PROVIDERS.items():
        yield surroundings.provider(seconds, Spot(seed, provider, "", "prod"))
    for queue, depth in town.QUEUES.items():
        thing = "payments" if queue == "orders" else queue  # orders wait where payments fail
        yield surroundings.queue(queue, depth, Spot(seed, thing, town.REGIONS[0], "prod"))
    for tool in town.TOOLS:
        yield surroundings.tool(tool, Spot(seed, tool.name, "", "prod"))
    yield surroundings.shops(Spot(seed, town.CLUSTER, town.SHOPS_REGION, "prod"))


def _weight(spot: Spot) -> float:
    return town.WEIGHTS[spot.region] if spot.env == "prod" else 0.02


# Services


def _service(service: Service, spot: Spot) -> Target:
    labels = {"service": spot.thing, "region": spot.region, "env": spot.env}
    per_second, served = service.per_second * _weight(spot), requests(service, spot)
    exposed = [
        ("up", {**labels, "job": "services"}, up()),
        *_requests(labels, served),
        *histogram("http_request_duration_seconds", labels, served, REQUEST_BOUNDS),
        ("container_cpu_usage_seconds_total", labels, _cpu(service, spot)),
        ("process_resident_memory_bytes", labels, _memory(service)),
        ("process_start_time_seconds", labels, Gauge(lambda spot, instants: spot.started(instants) / SECOND)),
        ("container_spec_memory_limit_bytes", labels, constant(town.MEMORY_LIMIT)),
        (
            "kube_pod_container_status_restarts_total",
            {**labels, "pod": f"{service.name}-0", "container": service.name},
            Gauge(lambda spot, instants: spot.restarts(instants).astype(float)),
        ),
    ]
    if service.name == "frontend":
        exposed += _pages(labels, per_second, spot)
    return Target(spot, tuple(exposed), versioned=True)


def requests(service: Service, spot: Spot) -> Durations:
    """Those that a service answers there: figures and lines tell of the same."""
    per_second = service.per_second * _weight(spot)
    return durations(spot, "requests", per_second, service.heavy, service.median, service.slow)


def failed(state: State) -> float:
    """The share of requests that end with an error."""
    return min(1.0, USUAL_ERRORS + state.errors)


def _requests(labels: dict[str, str], requests: Durations) -> Iterator[Exposed]:
    """The same requests that the histogram times, by method and status."""

    def served(share: float) -> Callable[[State], float]:
        return lambda state: state.load * share * (1 - failed(state))

    for method, status, weight in (
        ("GET", "200", served(0.74)),
        ("POST", "201", served(0.245)),
        ("POST", "400", served(0.015)),
        ("GET", "500", lambda state: state.load * failed(state) * 0.6),
        ("POST", "500", lambda state: state.load * failed(state) * 0.4),
    ):
        yield "http_requests_total", {**labels, "method": method, "status": status}, requests.all(weight)


def _cpu(service: Service, spot: Spot) -> Counter:
    used = Stream(spot.key("cpu"), service.cores * max(0.1, _weight(spot)), paced(spot.region, 0.4), 0.1)
    return Counter((Part(used, lambda state: state.cpu),), whole=False)


def _memory(service: Service) -> Gauge:
    leak = LEAK if service.name == town.LEAKY else 0.0

    def level(spot: Spot, instants: Instants) -> Floats:
        age = (instants.absolute - spot.started(instants)) / HOUR
        warm = 1 - 0.35 / (1 + 4 * age)  # a fresh process needs less until its caches are filled
        kept = leak * age if spot.env == "prod" else 0.0
        return np.floor((service.memory * warm * (1 + 0.04 * spot.wander(instants, "memory")) + kept) / 4096) * 4096

    return Gauge(level)


def _pages(labels: dict[str, str], per_second: float, spot: Spot) -> Iterator[Exposed]:
    pages = durations(spot, "pages", per_second / 6, 0.08, 1.15, 2.9)
    yield from histogram("frontend_page_load_seconds", labels, pages, PAGE_BOUNDS)
    for kind, share in (("TypeError", 0.6), ("NetworkError", 0.4)):
        errors = pages.all(lambda state, share=share: state.load * share * (0.004 + 0.6 * state.errors))  # type: ignore[misc]
        yield "frontend_js_errors_total", {**labels, "kind": kind}, errors


# Databases


def _database(database: Database, spot: Spot) -> Target:
    labels = {"database": spot.thing, "service": database.service, "region": spot.region, "env": spot.env}
    timed = queries(database, spot)
    exposed = (
        ("up", {"job": "postgres", "database": spot.thing, "region": spot.region, "env": spot.env}, up()),
        (
            "db_pool_connections",
            {**labels, "state": "active"},
            _pool(database, lambda wanted: np.minimum(wanted, town.POOL)),
        ),
        (
            "db_pool_connections",
            {**labels, "state": "idle"},
            _pool(database, lambda wanted: np.maximum(town.POOL - wanted, 0)),
        ),
        (
            "db_pool_connections",
            {**labels, "state": "waiting"},
            _pool(database, lambda wanted: np.maximum(wanted - town.POOL, 0)),
        ),
        ("db_pool_max_connections", labels, constant(town.POOL)),
        *histogram("db_query_duration_seconds", labels, timed, QUERY_BOUNDS),
        ("db_slow_queries_total", labels, timed.all(slow)),
    )
    return Target(spot, exposed)


def queries(database: Database, spot: Spot) -> Durations:
    return durations(spot, "queries", database.queries * _weight(spot), 0.04, database.median, database.median * 5)


def slow(state: State) -> float:
    """The share of queries that a database calls slow, with its load."""
    return state.load * 0.0004 * state.slow**2


def _pool(database: Database, take: Callable[[Floats], Floats]) -> Gauge:
    """Connections that are wanted, split into those in use, those left over and those that have to wait."""
    usual = usually(database.busy, rhythm=0.5, unrest=0.2)

    def level(spot: Spot, instants: Instants) -> Floats:
        share = 1.0 if spot.env == "prod" else 0.4
        wanted = usual(spot, instants) * share + spot.each(instants, lambda state: state.pool)
        return take(np.maximum(5.0, np.floor(wanted)))

    return Gauge(level)
