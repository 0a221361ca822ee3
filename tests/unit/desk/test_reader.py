"""Between those who ask and a source: pieces, time, age, and what to do when part of it fails."""

import asyncio
from datetime import timedelta

import pytest

from bot.desk.asking import Patience
from bot.desk.keeping import Room
from bot.desk.reader import Asker
from bot.model.errors import Rejected, TooHeavy, Unavailable
from bot.model.tenant import TenantId
from bot.query.pieces import Sizes
from tests.builders import FakeMetrics, NoMeters, reader
from tests.fakes import NOON, DrivenClock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ACME, GLOBEX = Asker(TenantId("acme")), Asker(TenantId("globex"))


def one(query, at):
    return [({}, 1.0)]


class Failing(FakeMetrics):
    """Raises these, one after the other, and answers then."""

    def __init__(self, *problems: Exception) -> None:
        super().__init__(one)
        self.problems = list(problems)

    async def instant(self, query, at):
        found = await super().instant(query, at)
        if self.problems:
            raise self.problems.pop(0)
        return found


async def test_who_asks_the_same_again_gets_it_with_its_age(clock):
    source = FakeMetrics(one)
    reading = reader(source, clock)
    await clock.advance(7.3)
    first = clock.now()
    await reading.range("up", first - HOUR, first, MINUTE, ACME)
    await clock.advance(120)
    later = clock.now()
    read = await reading.range("up", later - HOUR, later, MINUTE, ACME)
    assert (read.cached, read.read_at, len(source.asked)) == (True, first, 1)
    assert read.rows[0].points[-1].at == first  # and none of its points is said to be of another time


SOME = NOON + timedelta(seconds=7.3)  # an instant that nobody named


@pytest.mark.parametrize(
    ("first", "second", "waited", "same"),
    [
        ((SOME - HOUR, SOME), (SOME + MINUTE - HOUR, SOME + MINUTE), 60, True),
        ((SOME - HOUR, SOME), (SOME + MINUTE - 2 * HOUR, SOME + MINUTE), 60, False),
        ((SOME - HOUR, SOME), (SOME - HOUR, SOME), 60, False),  # of two minutes ago, and not of now
        ((NOON - HOUR, SOME), (NOON - HOUR, SOME + MINUTE), 60, True),  # since eleven
        ((SOME - 7 * DAY, SOME - DAY), (SOME + MINUTE - 7 * DAY, SOME + MINUTE - DAY), 60, True),  # usual at this hour
        ((NOON - 2 * DAY, NOON - DAY), (NOON - 2 * DAY, NOON - DAY), 60, True),
        ((NOON - 2 * DAY, NOON - DAY), (NOON + MINUTE - 2 * DAY, NOON + MINUTE - DAY), 60, False),
    ],
)
async def test_what_is_the_same_question(clock, first, second, waited, same):
    """What moves with the clock is the same a minute later; a time that was named stands still."""
    source = FakeMetrics(one)
    reading = reader(source, clock, sizes=Sizes(30 * DAY))
    await clock.advance(7.3)
    await reading.range("up", *first, HOUR, ACME)
    await clock.advance(waited)
    await reading.range("up", *second, HOUR, ACME)
    assert len(source.asked) == (1 if same else 2)


@pytest.mark.parametrize(
    ("ago", "waited", "asked"),
    [
        (timedelta(0), 299, 1),
        (timedelta(0), 301, 2),
        (HOUR, 301, 2),
        (DAY, 29 * 60, 1),
        (DAY, 31 * 60, 2),
    ],
)
async def test_what_is_long_past_does_not_grow_old_like_what_is_now(clock, ago, waited, asked):
    source = FakeMetrics(one)
    reading = reader(source, clock)
    await clock.advance(7.3)
    await reading.instant("up", clock.now() - ago, ACME)
    await clock.advance(waited)
    read = await reading.instant("up", clock.now() - ago, ACME)
    assert len(source.asked) == asked
    assert (read.cached, read.settled) == (asked == 1, ago == DAY)


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (ACME, 1),
        (GLOBEX, 2),
        (Asker(TenantId("acme"), scope=(("team", "red"),)), 2),
        (Asker(TenantId("acme"), anew=True), 2),
    ],
)
async def test_nothing_crosses_tenants_or_scopes(clock, other, asked):
    """Row CACHE-07; with names and values as with figures."""
    source = FakeMetrics(one)
    reading = reader(source, clock)
    for who in (ACME, other):
        await reading.instant("up", NOON, who)
    assert len(source.asked) == asked


@pytest.mark.parametrize(
    ("problems", "slept", "ends"),
    [
        ([Unavailable("Prometheus")], [0.3], 1.0),
        ([Unavailable("Prometheus")] * 2, [0.3], Unavailable),
        ([Unavailable("Prometheus", retry_after=4 * MINUTE / 60)] * 2, [4, 4], 1.0),
        ([Unavailable("Prometheus", retry_after=4 * MINUTE / 60)] * 3, [4, 4], Unavailable),
        ([Unavailable("Prometheus", retry_after=MINUTE)], [], Unavailable),  # beyond the budget
        ([Unavailable("Prometheus", retry_after=MINUTE / 60, since=NOON)], [], Unavailable),  # left alone for now
        ([TooHeavy("Prometheus")], [], TooHeavy),
        ([Rejected("No.")], [], Rejected),
    ],
)
async def test_it_is_asked_again_where_that_may_help(problems, slept, ends):
    clock, source = PromptClock(), Failing(*problems)
    reading = reader(source, clock)
    if isinstance(ends, type):
        with pytest.raises(ends):
            await reading.instant("up", NOON, ACME)
    else:
        assert (await reading.instant("up", NOON, ACME)).rows[0].points[0].value == ends
    assert clock.slept == slept


async def test_a_source_that_is_slow_is_given_up_in_time(clock):
    class Slow(FakeMetrics):
        async def instant(self, query, at):
            await asyncio.Event().wait()

    meters = NoMeters()
    reading = reader(Slow(one), clock, meters=meters, patience=Patience(timedelta(milliseconds=20)))
    with pytest.raises(Unavailable, match="test source") as problem:
        await reading.instant("up", NOON, ACME)
    assert "too slow" in problem.value.advice
    assert ("grafana_queries", {"datasource_type": "test", "status": "timeout"}) in meters.counted


async def test_what_nobody_waits_for_is_no_failure_of_the_source(clock):
    class Slow(FakeMetrics):
        async def instant(self, query, at):
            await asyncio.Event().wait()

    meters = NoMeters()
    asking = asyncio.create_task(reader(Slow(one), clock, meters=meters).instant("up", NOON, ACME))
    await clock.advance(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await clock.advance(0)
    assert meters.counted == [("grafana_queries", {"datasource_type": "test", "status": "abandoned"})]


async def test_so_many_go_out_at_once(clock):
    class Counting(FakeMetrics):
        now = most = 0

        async def range(self, *asked):
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0)
            self.now -= 1
            return await super().range(*asked)

    source = Counting(one)
    reading = reader(source, clock, sizes=Sizes(DAY), patience=Patience(at_once=3))
    read = await reading.range("up", NOON - 20 * DAY, NOON, HOUR, ACME)
    assert (source.most, len(source.asked)) == (3, 20)
    assert len(read.rows[0].points) == 20 * 24 + 1


async def test_a_part_that_fails_is_named_and_the_rest_stands(clock):
    source = FakeMetrics(lambda query, at: one(query, at) if at > NOON - 10 * DAY else _away())
    reading = reader(source, clock, patience=Patience(attempts=1))
    read = await reading.range("up", NOON - 14 * DAY, NOON, HOUR, ACME)
    assert len(read.missing) == 1
    assert read.missing[0].startswith("2026-03-04 12:00 UTC to 2026-03-11 11:00 UTC: ")
    assert read.missing[0].endswith("Prometheus does not answer at the moment.")
    (series,) = read.rows
    assert (series.points[0].at, series.points[-1].at) == (NOON - 7 * DAY, NOON)


async def test_the_part_that_failed_is_read_again_and_no_other(clock):
    broken = True
    source = FakeMetrics(lambda query, at: _away() if broken and at < NOON - 7 * DAY else one(query, at))
    reading = reader(source, clock, patience=Patience(attempts=1))
    await reading.range("up", NOON - 14 * DAY, NOON, HOUR, ACME)
    broken = False
    read = await reading.range("up", NOON - 14 * DAY, NOON, HOUR, ACME)
    assert (len(source.asked), read.missing, len(read.rows[0].points)) == (3, (), 14 * 24 + 1)


async def test_where_every_part_fails_there_is_no_answer(clock):
    reading = reader(FakeMetrics(lambda *_: _away()), clock, patience=Patience(attempts=1))
    with pytest.raises(Unavailable):
        await reading.range("up", NOON - 14 * DAY, NOON, HOUR, ACME)


async def test_old_figures_stand_in_for_a_source_that_is_away(clock):
    source = Failing()
    reading = reader(source, clock, room=Room(timedelta(0)), patience=Patience(attempts=1))
    await reading.instant("up", NOON, ACME)
    source.problems = [Unavailable("Prometheus", since=NOON)]
    await clock.advance(30)
    read = await reading.instant("up", clock.now(), ACME)
    assert (read.cached, read.read_at) == (True, NOON)
    assert read.away is not None


async def test_more_series_than_may_be_are_cut_and_that_is_said(clock):
    source = FakeMetrics(lambda query, at: [({"n": str(n)}, float(n)) for n in range(150)])
    read = await reader(source, clock, sizes=Sizes(series=100)).instant("up", NOON, ACME)
    assert (len(read.rows), read.said) == (100, ("the first 100 of 150 series",))


async def test_what_was_spared_is_counted(clock):
    meters = NoMeters()
    reading = reader(FakeMetrics(one), clock, meters=meters)
    for _ in range(3):
        await reading.instant("up", NOON, ACME)
    counted = [labels.get("result") or labels["status"] for _, labels in meters.counted]
    assert counted == ["success", "read", "kept", "kept"]


class PromptClock(DrivenClock):
    """Time passes at once when somebody sleeps; keeps how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)


def _away():
    raise Unavailable("Prometheus")
