"""The reader on a Prometheus that is slow, down, lying or huge, over real HTTP: a clear sentence, the rest stands."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.asking import Patience
from bot.desk.reader import Asker, Reader
from bot.model.errors import Problem, Rejected, TooHeavy, Unavailable
from bot.query.pieces import Sizes
from integrations.prometheus.connection import LARGEST, Access, Connection
from integrations.prometheus.connection import Patience as HttpPatience
from integrations.prometheus.metrics import PrometheusMetrics
from tests.builders import reader
from tests.fakes import NOON, DrivenClock
from tests.unit.prometheus.misbehaving import Reply, Server, serving

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHO = Asker()


class PromptClock(DrivenClock):
    """Time passes at once when somebody sleeps; keeps how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


@asynccontextmanager
async def reading(
    server: Server, clock: DrivenClock | None = None, *, total: float = 5, span: timedelta = 7 * DAY
) -> AsyncIterator[Reader]:
    clock = clock or PromptClock()
    connection = Connection(Access(server.url), clock, HttpPatience(connect=2, server=1, read=1, total=4))
    source = PrometheusMetrics(connection, clock, server.url)
    try:
        yield reader(source, clock, sizes=Sizes(span), patience=Patience(timedelta(seconds=total)))
    finally:
        connection.close()


def vector(*values: str) -> dict[str, object]:
    rows = [{"metric": {"n": str(n)}, "value": [NOON.timestamp(), value]} for n, value in enumerate(values)]
    return {"status": "success", "data": {"resultType": "vector", "result": rows}}


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (Reply(503, b"no healthy upstream"), Unavailable, "Prometheus does not answer at the moment."),
        (Reply(429, b"", {"Retry-After": "120"}), Unavailable, "Prometheus does not answer at the moment."),
        (Reply(503, {"status": "error", "errorType": "timeout", "error": "timed out"}), TooHeavy, "gave this query up"),
        (Reply(422, {"status": "error", "errorType": "execution", "error": "many-to-many"}), Rejected, "many-to-many"),
        (Reply(200, b"<html>Sign in</html>"), Rejected, "is not a Prometheus"),
        (Reply(200, b'{"status":"success","data":{"resul'), Rejected, "is not a Prometheus"),
        (Reply(200, vector("twelve")), Rejected, "cannot be read"),
        (Reply(200, {"status": "success", "data": {"resultType": "vector", "result": 7}}), Rejected, "cannot be read"),
        (Reply(200, b"{" + b" " * LARGEST), Rejected, "too large"),
        (Reply(cut=True), Unavailable, "does not answer"),
        (Reply(stall=True), Unavailable, "does not answer"),
        (Reply(hold=True), Unavailable, "does not answer"),
    ],
)
async def test_each_fault_is_a_sentence_and_nothing_hangs(reply: Reply, kind: type[Problem], says: str) -> None:
    with serving(reply) as server:
        async with reading(server) as source:
            began = time.monotonic()
            with pytest.raises(kind) as problem:
                await source.instant("up", NOON, WHO)

    assert says in problem.value.says
    assert time.monotonic() - began < 10


async def test_numbers_that_are_none_come_through_as_they_are() -> None:
    with serving(Reply(body=vector("NaN", "+Inf", "-Inf", "1e3"))) as server:
        async with reading(server) as source:
            read = await source.instant("up", NOON, WHO)

    assert [str(one.points[0].value) for one in read.rows] == ["nan", "inf", "-inf", "1000.0"]


async def test_no_data_is_an_answer_and_is_kept_as_one() -> None:
    with serving(Reply()) as server:
        async with reading(server) as source:
            first = await source.instant("up", NOON, WHO)
            second = await source.instant("up", NOON, WHO)

    assert (list(first.rows), list(second.rows), second.cached, len(server.seen)) == ([], [], True, 1)


async def test_a_source_that_names_a_time_is_asked_then() -> None:
    clock = PromptClock()
    with serving(Reply(429, b"", {"Retry-After": "7"}), Reply(body=vector("1"))) as server:
        async with reading(server, clock, total=20) as source:
            read = await source.instant("up", NOON, WHO)

    assert len(read.rows) == 1
    assert (clock.slept, len(server.seen)) == ([7.0], 2)


async def test_a_source_that_stays_away_is_left_alone_until_it_is_tried_again() -> None:
    """Closed, open, half-open, closed: driven by the clock."""
    clock = PromptClock()
    with serving(Reply(503)) as server:
        async with reading(server, clock) as source:
            for number in range(4):
                with pytest.raises(Unavailable):
                    await source.instant(f"up + {number}", NOON, WHO)
            asked = len(server.seen)
            with pytest.raises(Unavailable) as refused:
                await source.instant("up", NOON, WHO)
            assert refused.value.says == "Prometheus has not answered since 2026-03-18 12:00 UTC."
            assert len(server.seen) == asked  # answered at once, and nothing was sent

            server.script[:] = [Reply(body=vector("1"))]
            await clock.advance(30)
            assert len((await source.instant("up", clock.now(), WHO)).rows) == 1
            assert len(server.seen) == asked + 1


async def test_an_old_reading_stands_in_while_it_is_away() -> None:
    clock = PromptClock()
    with serving(Reply(body=vector("5")), Reply(503)) as server:
        async with reading(server, clock) as source:
            await source.instant("up", NOON, WHO)
            await clock.advance(14 * 60)
            read = await source.instant("up", clock.now(), WHO)

    assert (read.rows[0].points[0].value, read.read_at, read.cached) == (5, NOON, True)
    assert read.away is not None


async def test_a_month_is_read_in_pieces_and_one_of_them_may_fail() -> None:
    """The server computes what it is asked for, and is away for everything of the second week."""
    with serving() as server:
        server.answer = lambda request: _weeks(request.query)
        async with reading(server, span=7 * DAY) as source:
            read = await source.range("up", NOON - 30 * DAY, NOON, 6 * HOUR, WHO)

    (series,) = read.rows
    instants = [point.at for point in series.points]
    assert instants == sorted(set(instants))
    wanted = {NOON - 30 * DAY + n * 6 * HOUR for n in range(121)}
    assert wanted - set(instants) == {at for at in wanted if _second_week(at)}
    assert len(read.missing) == 1
    assert read.said == ("read in 5 pieces",)


def _second_week(at: datetime) -> bool:
    first = NOON - 30 * DAY
    return first + 7 * DAY <= at < first + 14 * DAY


def _weeks(query: dict[str, list[str]]) -> Reply:
    start, end, step = (float(query[name][0]) for name in ("start", "end", "step"))
    if _second_week(datetime.fromtimestamp(start, UTC)):
        return Reply(503)
    count = int((end - start) / step) + 1
    points = [[start + n * step, str(n)] for n in range(count)]
    rows = [{"metric": {}, "values": points}]
    return Reply(body=json.dumps({"status": "success", "data": {"resultType": "matrix", "result": rows}}).encode())


async def test_many_who_ask_the_same_send_one_query() -> None:
    with serving(Reply(body=vector("1"))) as server:
        async with reading(server) as source:
            reads = await asyncio.gather(*(source.instant("up", NOON, WHO) for _ in range(20)))

    assert len(server.seen) == 1
    assert all(read.rows == reads[0].rows for read in reads)
