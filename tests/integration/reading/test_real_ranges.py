"""Long ranges from a real Prometheus: pieces give what the whole gives, and a week over 200 series is there in time."""

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.reader import Asker, Reader
from bot.query.pieces import Sizes
from integrations.prometheus.connection import Access, Connection
from integrations.prometheus.metrics import PrometheusMetrics
from tests.builders import reader
from tests.fakes import DrivenClock
from tests.integration.prometheus.peer import loaded

pytestmark = [pytest.mark.peers, pytest.mark.slow]

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERIES, DAYS, EVERY = 200, 15, timedelta(minutes=5)
IN_TIME = 5.0  # seconds
WHO = Asker()


def samples() -> Iterator[str]:
    """Two of the series come and go; the others are there all the time."""
    yield "# TYPE queue_depth gauge"
    begin, count = NOON - DAYS * DAY, DAYS * DAY // EVERY + 1
    for series in range(SERIES):
        for number in range(count):
            if series < 2 and number % 900 > 450:
                continue
            at = (begin + number * EVERY).timestamp()
            yield f'queue_depth{{pod="pod-{series:03}"}} {100 + 50 * math.sin(number / 120 + series):.3f} {at:.0f}'
    yield "# EOF"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with loaded(tmp_path_factory.mktemp("prometheus"), samples()) as address:
        yield address


@pytest.fixture
def whole(url: str) -> Iterator[PrometheusMetrics]:
    clock = DrivenClock(NOON)
    connection = Connection(Access(url), clock)
    yield PrometheusMetrics(connection, clock, url)
    connection.close()


def reading(source: PrometheusMetrics, span: timedelta) -> Reader:
    return reader(source, DrivenClock(NOON), sizes=Sizes(span))


@pytest.mark.parametrize(
    ("span", "query", "step"),
    [
        (7 * DAY, "queue_depth", 2 * HOUR),
        (DAY, "sum(queue_depth)", HOUR),
        (5 * HOUR, 'max_over_time(queue_depth{pod="pod-000"}[1h])', 7 * timedelta(minutes=1)),
        (11 * HOUR, "topk(2, queue_depth)", 3 * HOUR),  # its series differ from piece to piece
    ],
)
async def test_pieces_give_what_the_whole_gives(whole: PrometheusMetrics, span, query, step) -> None:
    start = NOON - 14 * DAY
    expected = await whole.range(query, start, NOON, step)
    read = await reading(whole, span).range(query, start, NOON, step, WHO)

    assert read.missing == ()
    found = {tuple(sorted(one.labels.items())): one.points for one in read.rows}
    assert found == {tuple(sorted(one.labels.items())): one.points for one in expected}


async def test_a_week_over_two_hundred_series_is_there_in_time(whole: PrometheusMetrics) -> None:
    took = []
    for number in range(9):
        source = reading(whole, 7 * DAY)  # a new one each time, so that nothing is kept
        began = time.perf_counter()
        read = await source.range(f"avg_over_time(queue_depth[1h]) + {number}", NOON - 7 * DAY, NOON, HOUR, WHO)
        took.append(time.perf_counter() - began)
        assert (len(read.rows), read.said) == (SERIES, ())

    print(f"a week over {SERIES} series: {sorted(took)[-1]:.2f} s at most of {len(took)}")
    assert sorted(took)[-1] < IN_TIME
