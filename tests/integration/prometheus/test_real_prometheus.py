"""PrometheusMetrics against a real Prometheus: its answers, its errors, its own page."""

import math
import re
import urllib.request
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import promql_parser as syntax
import pytest

from bot.desk.discovery import find
from bot.model.errors import Rejected
from integrations.catalog import SOURCES
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld, milliseconds
from integrations.networks import Networks
from integrations.opener import Opener
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from tests.contracts.sources import source
from tests.fakes import DrivenClock
from tests.integration.prometheus.peer import Excerpt, serving

pytestmark = pytest.mark.peers

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RATE = 'sum by (status) (rate(http_requests_total{service="checkout",env="prod"}[5m]))'


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("prometheus")
    start, end = milliseconds(NOON - 60 * MINUTE), milliseconds(NOON)
    selector = syntax.parse('{__name__=~"http_requests_total|queue_depth"}')
    assert isinstance(selector, syntax.VectorSelector)
    batches = Excerpt(DemoWorld(1).at(NOON), start, end).select(None, selector.matchers.matchers, start, end)
    with serving(folder, batches) as address:
        yield address


@pytest.fixture
async def metrics(url: str) -> AsyncIterator[PrometheusMetrics]:
    clock = DrivenClock(NOON)
    connection = Connection(Access(url), clock)
    yield PrometheusMetrics(connection, clock, url)
    connection.close()


async def test_both_sources_tell_the_same(metrics: PrometheusMetrics) -> None:
    demo = DemoMetrics(DemoWorld(1), DrivenClock(NOON))

    theirs = await metrics.range(RATE, NOON - 30 * MINUTE, NOON, MINUTE)
    ours = await demo.range(RATE, NOON - 30 * MINUTE, NOON, MINUTE)

    assert len(theirs) == 4
    assert {tuple(series.labels.items()) for series in theirs} == {tuple(series.labels.items()) for series in ours}
    for series in theirs:
        twin = next(other for other in ours if other.labels == series.labels)
        assert (twin.name, twin.unit) == (series.name, series.unit)
        assert [point.at for point in twin.points] == [point.at for point in series.points]
        expected = [point.value for point in series.points]
        assert [point.value for point in twin.points] == pytest.approx(expected, rel=1e-9)


async def test_a_number_and_what_is_none(metrics: PrometheusMetrics) -> None:
    (two,) = await metrics.instant("1 + 1", NOON)
    (none,) = await metrics.instant("vector(0) / 0", NOON)

    assert (two.labels, two.points[0].value) == ({}, 2.0)
    assert math.isnan(none.points[0].value)
    assert await metrics.instant("nothing", NOON) == ()


async def test_it_says_what_is_wrong_with_a_query(metrics: PrometheusMetrics) -> None:
    with pytest.raises(Rejected, match="parse error"):
        await metrics.instant("rate(up", NOON)
    with pytest.raises(Rejected, match="many-to-many"):
        await metrics.instant("queue_depth + on (env) queue_depth", NOON)


async def test_names_and_values(metrics: PrometheusMetrics) -> None:
    assert {metric.name for metric in await metrics.metrics()} == {"http_requests_total", "queue_depth"}
    assert await metrics.values("queue") == ("emails", "orders", "thumbnails")
    assert await metrics.values("nothing") == ()


async def test_the_link_leads_to_a_page(metrics: PrometheusMetrics) -> None:
    with urllib.request.urlopen(metrics.link(RATE, NOON - 30 * MINUTE, NOON)) as page:  # noqa: ASYNC210
        assert page.status == 200


async def test_a_datasource_of_it_is_known_by_its_version_and_proposes_applications(url: str) -> None:
    async with Opener(SOURCES, Networks.of(["127.0.0.0/8"]), DrivenClock(NOON)) as opener:
        opened = opener.open(source(url=url), {})
        try:
            assert re.fullmatch(r"Prometheus \d+\.\d+\.\d+.*", await opened.probe())
            assert opened.metrics is not None
            found = {one.name: one for one in await find(opened.metrics, NOON, ())}
        finally:
            await opened.close()
    assert {"checkout", "payments"} <= found.keys()
    assert (found["checkout"].label, found["checkout"].metrics) == ("service", ("http_requests_total",))
