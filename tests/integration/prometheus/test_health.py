"""Health on a real Prometheus, over samples made by hand: the figures of the answer are those of the arithmetic."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import promql_parser as syntax
import pytest

from bot.analysis.objectives import DEFAULTS
from bot.desk.comparison import figures_over
from bot.desk.health import burn, judged, measured
from bot.intents import health
from bot.intents.health import Health
from bot.query.measures import BY_NAME, write
from bot.query.ranges import Range
from bot.query.vitals import ERRORS, REQUESTS, VITALS
from integrations.demo.metrics import DemoMetrics
from integrations.demo.promql.source import Batch
from integrations.demo.world import DemoWorld, milliseconds
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from tests.fakes import NOON, DrivenClock
from tests.integration.prometheus.peer import Excerpt, serving
from tests.unit.demo.truth import tools

pytestmark = pytest.mark.peers

MIDNIGHT = datetime(2026, 3, 18, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
YESTERDAY = Range(MIDNIGHT - DAY, MIDNIGHT, "yesterday")
WEB = {"service": "web", "env": "prod"}

# Two days, a sample a minute. Yesterday 6,000 requests a minute, 30 of them failed; from 14:30 to 14:45 it was 312, and
# a sixth of all took up to a second. The day before, 5,000 and no failure. Every counter began anew at 08:00 yesterday.
COUNT = 2 * 1440
SECOND = np.arange(COUNT) >= 1440
minute = np.arange(COUNT) % 1440
TROUBLE = SECOND & (minute >= 14 * 60 + 30) & (minute < 14 * 60 + 45)
ALL = np.where(SECOND, 6000.0, 5000.0)
FAILED = np.where(TROUBLE, 312.0, np.where(SECOND, 30.0, 0.0))
QUICK = np.where(TROUBLE, ALL * 5 / 6, ALL * 0.99)
DOWN = {1440 + 14 * 60 + 31, 1440 + 14 * 60 + 32, 1440 + 14 * 60 + 33}


def counter(grown: np.ndarray) -> np.ndarray:
    """What happens in a minute is seen at its end."""
    total = np.concatenate([[0.0], np.cumsum(grown)])
    reset = 1440 + 8 * 60
    total[reset + 1 :] -= total[reset]
    return total


SERIES = {
    ("http_requests_total", ("status", "200")): counter(ALL - FAILED),
    ("http_requests_total", ("status", "500")): counter(FAILED),
    ("http_request_duration_seconds_bucket", ("le", "0.5")): counter(QUICK),
    ("http_request_duration_seconds_bucket", ("le", "1.0")): counter(ALL),
    ("http_request_duration_seconds_bucket", ("le", "+Inf")): counter(ALL),
    ("up", ("job", "web")): np.array([0.0 if n in DOWN else 1.0 for n in range(COUNT + 1)]),
}


def batch() -> Batch:
    labels = tuple(tuple(sorted({"__name__": name, label[0]: label[1], **WEB}.items())) for name, label in SERIES)
    rows = list(SERIES.values())
    start = milliseconds(MIDNIGHT - 2 * DAY)

    def read(chosen, ticks):  # type: ignore[no-untyped-def]
        return np.array([rows[i][ticks - start // 60_000] for i in chosen])

    first = np.full(len(rows), start // 60_000, dtype=np.int64)
    return Batch(0, 60_000, labels, first, first + COUNT, (False,) * len(rows), read)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("prometheus")
    start, end = milliseconds(NOON - 60 * MINUTE), milliseconds(NOON)
    selector = syntax.parse('{__name__=~"up|(http|process|container|db|node|ai)_.+"}')
    assert isinstance(selector, syntax.VectorSelector)
    town = Excerpt(DemoWorld(1).at(NOON), start, end).select(None, selector.matchers.matchers, start, end)
    with serving(folder, [batch(), *town]) as address:
        yield address


@pytest.fixture
async def metrics(url: str) -> AsyncIterator[PrometheusMetrics]:
    clock = DrivenClock(MIDNIGHT)
    connection = Connection(Access(url), clock)
    yield PrometheusMetrics(connection, clock, url)
    connection.close()


async def test_objectives_are_those_of_the_arithmetic(metrics: PrometheusMetrics) -> None:
    whole, found = await judged(metrics, WEB, YESTERDAY, DEFAULTS)
    failed, requests = 1425 * 30 + 15 * 312, 1440 * 6000
    assert whole.requests == pytest.approx(requests, rel=0.002)
    assert whole.failed == pytest.approx(failed, rel=0.002)
    assert whole.error_rate == pytest.approx(failed / requests, rel=1e-3)
    assert whole.availability == pytest.approx(1437 / 1440, abs=1e-5)
    # Of all, 98.8 % took half a second at most: the 95th of a hundred lies at 0.5 * 0.95 / 0.988.
    quick = (1425 * 0.99 + 15 * 5 / 6) / 1440
    assert whole.p95_latency == pytest.approx(0.5 * 0.95 / quick, rel=1e-3)
    up, errors, p95 = found
    assert (up.missed, errors.missed, p95.missed) == (True, False, False)
    (window,) = errors.breaches
    # Averages over five minutes are all of the trouble from 14:35 to 14:45, and none of it at 14:50.
    assert (window.start.time().isoformat("minutes"), window.duration) == ("14:35", 15 * MINUTE)
    assert (window.worst, window.ended) == (pytest.approx(0.052, rel=1e-6), "recovered")
    (slow,) = p95.breaches
    assert (slow.start, slow.end) == (window.start, window.end)
    assert slow.worst == pytest.approx(0.85, rel=1e-6)


async def test_the_sentence_says_so(metrics: PrometheusMetrics) -> None:
    asking = tools(at=MIDNIGHT + 9 * 60 * MINUTE, source=metrics)
    reply = await health.answer(Health(service="web", window="yesterday"), asking)
    assert reply.summary == (
        "web in prod did not keep its objectives, yesterday: availability 99.8 % (at least 99.9 %)."
    )
    told = "".join(str(part) for block in reply.blocks for part in getattr(block, "parts", ()))
    assert "Error rate up to 5.2 % (at most 2 %)" in told
    assert "P95 latency up to 850 ms (at most 500 ms)" in told
    assert told.count("recovered after 15 min") == 2


async def test_two_days_side_by_side(metrics: PrometheusMetrics) -> None:
    before = Range(MIDNIGHT - 2 * DAY, MIDNIGHT - DAY, "the day before")
    requests, errors, p95 = await figures_over(metrics, (REQUESTS, ERRORS, BY_NAME["latency"]), WEB, before)
    assert requests == pytest.approx(1440 * 5000, rel=0.002)
    assert errors == 0.0
    assert p95 == pytest.approx(0.5 * 0.95 / 0.99, rel=1e-3)


async def test_a_budget_burns_as_fast_as_requests_fail(metrics: PrometheusMetrics) -> None:
    at = MIDNIGHT - DAY + timedelta(hours=14, minutes=45)
    found = await burn(metrics, WEB, DEFAULTS[1], at)
    assert found.rates[5 * MINUTE] == pytest.approx(0.052 / 0.02, rel=1e-6)
    hour = (15 * 312 + 45 * 30) / (60 * 6000)
    assert found.rates[60 * MINUTE] == pytest.approx(hour / 0.02, rel=0.02)
    failed = 870 * 30 + 15 * 312
    requests = 1440 * 5000 + 885 * 6000
    assert found.used == pytest.approx(failed / requests / 0.02, rel=0.01)


async def test_a_service_nobody_knows_has_no_figures(metrics: PrometheusMetrics) -> None:
    assert await measured(metrics, {"service": "mainframe"}, YESTERDAY) == {}


@pytest.mark.parametrize("vital", VITALS, ids=lambda vital: vital.measure.name)
async def test_every_sign_is_read_as_the_demo_world_reads_it(metrics: PrometheusMetrics, vital) -> None:  # type: ignore[no-untyped-def]
    demo = DemoMetrics(DemoWorld(1), DrivenClock(NOON))
    where = {"env": "prod"} if vital.of != "tool" else {}
    by = {"service": "service", "host": "region", "tool": "tool"}[vital.of]
    query = write(vital.measure, where, by, vital.over)
    theirs = [one for one in await metrics.instant(query, NOON) if one.labels.get("service") != "web"]
    ours = await demo.instant(query, NOON)
    assert {one.labels.get(by): one.points[0].value for one in ours} == pytest.approx(
        {one.labels.get(by): one.points[0].value for one in theirs}, nan_ok=True
    )
    assert bool(theirs) is (vital.measure.name != "host_disk_latency")  # no exporter of the town has it
