"""The lines of the town: as many as are counted, and of the same story as its figures."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.desk.log_catalog import read_logs
from bot.model.errors import Rejected
from integrations.demo import town
from integrations.demo.incidents import PREPARED, Incidents
from integrations.demo.log_streams import TownStream, streams
from integrations.demo.log_words import CALLS, PATHS, TABLES
from integrations.demo.logs import DemoLogs
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import HISTORY, DemoWorld, milliseconds
from tests.fakes import NOON, DrivenClock

NOW = NOON + timedelta(hours=1, seconds=3)  # a bad version of checkout runs
MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
HOUR, NANO = timedelta(hours=1), 1_000_000


def logs(now: datetime = NOW, world: DemoWorld | None = None) -> DemoLogs:
    return DemoLogs(world or DemoWorld(7), DrivenClock(now))


def stream(service: str, level: str, region: str = "us-east-1") -> TownStream:
    until = milliseconds(NOW)
    wanted = {"service": service, "level": level, "region": region, "env": "prod"}
    return next(one for one in streams(7, until - HISTORY, until, ()) if wanted.items() <= one.labels.items())


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (NOW - timedelta(minutes=17, seconds=1.234), timedelta(minutes=7)),
        (NOW - HOUR, 2 * HOUR),  # what comes after now is not there yet
        (MONDAY - timedelta(minutes=31), HOUR),  # counters begin anew
        (NOW - timedelta(days=20), timedelta(days=6, hours=1)),  # and there is nothing from before the town's memory
        (NOON - timedelta(hours=2), HOUR),  # on the edges of cells
    ],
)
@pytest.mark.parametrize(
    ("service", "level"), [("checkout", "error"), ("search", "info"), ("orders-db", "warn"), ("search", "critical")]
)
def test_what_is_counted_is_what_is_written(service, level, start, length):
    one = stream(service, level)
    first, last = (milliseconds(at) * NANO for at in (start, start + length))
    counted = np.diff(one.before(np.array([first, last])))
    written = [at for at, _ in one.between(first, last)]
    assert counted.tolist() == [len(written)]
    assert written == sorted(written)
    edges = np.linspace(first, last, 41).astype(np.int64)
    assert np.diff(one.before(edges)).tolist() == np.histogram(np.array(written), edges)[0].tolist()


@pytest.mark.asyncio
async def test_a_failed_request_writes_one_line():
    query = 'sum(increase(http_requests_total{service="checkout", env="prod", status="500"}[2h]))'
    (failed,) = await DemoMetrics(DemoWorld(7), DrivenClock(NOW)).instant(query, NOW)
    (errors,) = await logs().instant('sum(count_over_time({service="checkout", env="prod", level="error"} [2h]))', NOW)
    assert errors.points[0].value == pytest.approx(failed.points[0].value, rel=0.01)
    assert errors.points[0].value > 1000


@pytest.mark.asyncio
async def test_lines_tell_of_the_story_that_goes_on():
    calm, trouble = NOW - timedelta(hours=3), NOW
    query = '{service="checkout", level="error"} |= "orders-db"'
    assert not await logs().lines(query, calm - HOUR, calm, 10)
    found = await logs().lines(query, trouble - HOUR, trouble, 10)
    assert len(found) == 10
    assert all("statement timeout after 5000 ms in orders-db" in line.text for line in found)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("incident", "query", "says"),
    [
        ("lost-shipping", '{service="shipping", level="critical"}', "no key carrier.endpoint"),
        ("failing-payments", '{service="payments", level="error", region="eu-west-1"}', "certificate has expired"),
        ("full-pool", '{service="catalog-db", level="error"}', "remaining connection slots are reserved"),
        ("slow-checkout", '{service="checkout", level="warn"} |= "lock"', "for a lock on table orders"),
    ],
)
async def test_what_a_visitor_starts_is_in_the_lines(incident, query, says):
    world, clock = DemoWorld(7), DrivenClock(NOON - timedelta(hours=3))
    now, there = clock.now(), DemoLogs(world, clock)
    before = await there.lines(query, now - HOUR, now - timedelta(minutes=6), 1000)
    assert Incidents(world, clock, lambda: None).start(incident)
    assert any(one.id == incident for one in PREPARED)
    assert await there.lines(query, now - HOUR, now - timedelta(minutes=6), 1000) == before
    found = await there.lines(query, now - timedelta(minutes=4), now, 1000)
    assert [line for line in found if says in line.text]
    assert not [line for line in before if says in line.text]


@pytest.mark.asyncio
async def test_the_newest_are_found_first_and_no_more_than_asked_for():
    backward = await logs().lines('{env="prod"}', NOW - timedelta(hours=24), NOW + HOUR, 50)
    assert len(backward) == 50
    assert [line.at for line in backward] == sorted((line.at for line in backward), reverse=True)
    assert NOW - timedelta(minutes=10) < backward[-1].at < backward[0].at <= NOW
    forward = await logs().lines('{env="prod"}', NOW - timedelta(hours=24), NOW, 50, "forward")
    assert [line.at for line in forward] == sorted(line.at for line in forward)
    assert forward[-1].at < NOW - timedelta(hours=23)


@pytest.mark.asyncio
async def test_a_day_is_counted_by_arithmetic(monkeypatch):
    monkeypatch.setattr("integrations.demo.log_streams.text", lambda _: pytest.fail("a line was written"))
    by_level = await logs().range(
        'sum by (level) (count_over_time({service="checkout"} [5m]))', NOW - timedelta(hours=24), NOW,
        timedelta(minutes=5),
    )  # fmt: skip
    assert {one.labels["level"]: len(one.points) > 100 for one in by_level} == {
        "info": True, "warn": True, "error": True,
    }  # fmt: skip


@pytest.mark.asyncio
async def test_every_line_can_be_read_by_its_parser():
    there = logs()
    for service in (*PATHS, *TABLES):
        parser = {"auth": "logfmt", "search": "logfmt", "shipping": "logfmt"}.get(service, "json")
        query = f'{{service="{service}"}} | {parser} | __error__!=""'
        broken = [] if service in TABLES else await there.lines(query, NOW - timedelta(minutes=20), NOW, 5)
        assert not broken
    known = await read_logs(there, NOW)
    assert {one.service: one.format for one in known.services} == {
        **dict.fromkeys(("frontend", "catalog", "checkout", "payments"), "json"),
        **dict.fromkeys(("search", "auth", "shipping"), "logfmt"),
        **dict.fromkeys(TABLES, "plain text"),
    }
    assert set(known.stream_labels) == {"service", "pod", "region", "env", "level"}


@pytest.mark.asyncio
async def test_lines_are_the_same_whenever_one_looks():
    query, start, end = '{service="payments"}', NOW - 2 * HOUR, NOW - HOUR
    first = await logs().lines(query, start, end, 200)
    later = await logs(NOW + timedelta(days=2)).lines(query, start, end, 200)
    other = await logs(world=DemoWorld(8)).lines(query, start, end, 200)
    assert first == later != other
    assert json.loads(first[0].text)["trace_id"]


@pytest.mark.asyncio
@pytest.mark.parametrize("query", ['count_over_time({service="auth"}[1m])', "{", '{service="auth"} | unwrap ms'])
async def test_what_comes_to_no_lines_is_refused(query):
    with pytest.raises(Rejected):
        await logs().lines(query, NOW - HOUR, NOW, 5)


def test_every_service_and_database_has_words():
    assert PATHS.keys() == CALLS.keys() == {one.name for one in town.SERVICES}
    assert TABLES.keys() == {one.name for one in town.DATABASES}
