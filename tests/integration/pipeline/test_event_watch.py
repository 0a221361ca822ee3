"""Log events on both databases: in once, told once, over when they are calm; begun, ended, cleared at any pace."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.timekeeper import Timekeeper
from bot.model.errors import Rejected, Unavailable
from bot.model.issue import By, Issue
from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline import event_making, group_commit
from bot.pipeline.event_keeping import Keeping
from bot.pipeline.event_watch import Watch
from bot.ports.actor import Actor
from bot.ports.events import WantedEvents
from bot.ports.incidents import Wanted
from bot.ports.storage import Trail
from integrations.demo.log_events import LogEvents
from tests.contracts.events import event
from tests.fakes import NOON

ANNA = Actor(DEFAULT_TENANT, By("Anna Berger"), "c1")
ALL = WantedEvents(limit=500)


@pytest.fixture
def watch(storage, clock, meters, pipeline) -> Watch:
    return Watch(storage, clock, meters, Keeping(pipeline.merge), LogEvents(7))


@pytest.fixture
def timekeeper(storage, clock, meters, watch, pipeline) -> Timekeeper:
    return Timekeeper(storage, clock, {**pipeline.handlers(), **watch.handlers()}, meters)


def events(said: str, start: int = 0, service: str = "checkout") -> list[LogEvent]:
    """`x` breaks the threshold of latency, `.` does not."""
    return [
        event(
            f"EVT-{start + n}-{service.replace('-', '')}", at=NOON + timedelta(seconds=start + n), service=service,
            metrics={"latency_ms": 650.0 if sign == "x" else 120.0},
        )
        for n, sign in enumerate(said)
    ]  # fmt: skip


async def issues(storage) -> Sequence[Issue]:
    async with storage.work(DEFAULT_TENANT) as work:
        return await work.issues.find(Wanted(limit=50))


async def marks(watch: Watch) -> str:
    found = await watch.find(DEFAULT_TENANT, ALL)
    return "".join("C" if one.critical else "f" if one.flagged else "." for one in reversed(found))


async def due(storage, timekeeper: Timekeeper, clock) -> int:
    """Does what is due now, as the timekeeper would."""
    found = await storage.timers.due(clock.now(), 10)
    for tenant, timer in found:
        await timekeeper._done(tenant, timer)
    return len(found)


async def test_three_in_a_row_open_one_issue_and_calm_ends_it(watch: Watch, storage, clock):
    assert await watch.take(DEFAULT_TENANT, events("..xx")) == 4
    assert await issues(storage) == []
    await watch.take(DEFAULT_TENANT, events("xxx", 4))
    [issue] = await issues(storage)
    assert (issue.source, issue.severity, issue.services) == ("events", Severity.CRITICAL, ("checkout",))
    assert issue.title == "API latency of checkout is above 500 ms"
    assert issue.normal == "above 500 ms"
    assert issue.measured.startswith("650 ms, +")
    await watch.take(DEFAULT_TENANT, events("....", 7))
    assert [one.open for one in await issues(storage)] == [True]
    await watch.take(DEFAULT_TENANT, events(".", 11))
    assert [one.open for one in await issues(storage)] == [False]
    assert await marks(watch) == "..ffCCC....."


async def test_what_is_sent_twice_is_in_once_and_counts_once(watch: Watch, storage):
    first = events("xx")
    assert await watch.take(DEFAULT_TENANT, first) == 2
    assert await watch.take(DEFAULT_TENANT, [*first, *first]) == 0
    assert await watch.take(DEFAULT_TENANT, [*first, first[0]]) == 0
    assert await issues(storage) == [], "a repetition is no third event"
    state = await watch.state(DEFAULT_TENANT)
    assert (state.seen, state.flagged, state.waiting) == (2, 2, 0)


async def test_many_senders_at_once_lose_and_double_nothing(watch: Watch):
    batches = [events("." * 10, 10 * n, f"s{n}") for n in range(20)]
    new = await asyncio.gather(*(watch.take(DEFAULT_TENANT, batch) for batch in [*batches, *batches]))
    assert sum(new) == 200
    assert len(await watch.find(DEFAULT_TENANT, ALL)) == 200
    assert (await watch.state(DEFAULT_TENANT)).seen == 200


async def test_too_much_at_once_is_refused_whole(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(group_commit, "MOST_WAITING", 15)
    results = await asyncio.gather(
        watch.take(DEFAULT_TENANT, events("." * 10)),
        watch.take(DEFAULT_TENANT, events("." * 10, 10)),
        return_exceptions=True,
    )
    assert results[0] == 10
    assert isinstance(results[1], Unavailable)
    assert results[1].definite
    await watch.shut()
    with pytest.raises(Unavailable):
        await watch.take(DEFAULT_TENANT, events("."))


async def test_two_services_in_trouble_are_two_issues(watch: Watch, storage):
    both = [one for pair in zip(events("xxx"), events("xxx", service="search"), strict=True) for one in pair]
    await watch.take(DEFAULT_TENANT, both)
    assert {one.service for one in await issues(storage)} == {"checkout", "search"}


async def test_one_trouble_of_a_service_is_one_issue_whichever_metric_and_region(watch: Watch, storage):
    several = [
        replace(one, region=region, metrics=metrics)
        for one, region, metrics in zip(
            events("x" * 6), "uvuvuv", [{"latency_ms": 650.0}] * 4 + [{"status_code": 500.0}] * 2, strict=True
        )
    ]
    await watch.take(DEFAULT_TENANT, several)
    [issue] = await issues(storage)
    assert (issue.firing, issue.regions) == (2, ("u",))
    await watch.take(DEFAULT_TENANT, events("." * 5, 6))
    assert [one.open for one in await issues(storage)] == [False]


async def test_hostile_words_stay_words(watch: Watch, storage):
    bad = [replace(one, message="<!channel> *fire* http://evil.example") for one in events("xxx")]
    await watch.take(DEFAULT_TENANT, bad)
    [issue] = await issues(storage)
    assert "<!channel> *fire*" in issue.description, "as it was written; renderers let nothing of it speak"


async def test_a_run_makes_events_one_by_one_until_it_is_ended(watch: Watch, storage, timekeeper, clock):
    await watch.start(ANNA, rate=60)
    for _ in range(5):
        assert await due(storage, timekeeper, clock) == 1
        await clock.advance(1)
    with pytest.raises(Rejected) as refused:
        await watch.start(ANNA)
    assert refused.value.code == "running"
    await watch.stop(ANNA)
    await clock.advance(60)
    assert await due(storage, timekeeper, clock) == 0
    with pytest.raises(Rejected) as refused:
        await watch.stop(ANNA)
    assert refused.value.code == "stopped"
    state = await watch.state(DEFAULT_TENANT)
    assert (state.running, state.rate, state.seen) == (False, 60, 5)
    made = [one.id for one in reversed(await watch.find(DEFAULT_TENANT, ALL))]
    again = LogEvents(7)
    assert made == [again.event(7, n, NOON + timedelta(seconds=n)).id for n in range(5)]


async def test_it_goes_on_where_it_stopped_and_anew_with_another_seed(watch: Watch, storage, timekeeper, clock):
    for seed in (None, None, 9):
        await watch.start(ANNA, seed=seed)
        await due(storage, timekeeper, clock)
        await watch.stop(ANNA)
        await clock.advance(10)
    made = [one.id for one in reversed(await watch.find(DEFAULT_TENANT, ALL))]
    expected = [(7, 0, 0), (7, 1, 10), (9, 0, 20)]
    assert made == [LogEvents(7).event(s, n, NOON + timedelta(seconds=at)).id for s, n, at in expected]


async def test_a_pause_is_not_made_up_for(watch: Watch, storage, timekeeper, clock):
    await watch.start(ANNA)
    await due(storage, timekeeper, clock)
    await clock.advance(3600)
    await due(storage, timekeeper, clock)
    assert (await watch.state(DEFAULT_TENANT)).seen == 2


async def test_impatient_fingers(watch: Watch, storage, timekeeper, clock):
    """Started, ended and cleared by many at once: one run at most, and every other finger is told so."""
    presses = [watch.start(ANNA), watch.stop(ANNA), watch.clear(ANNA), watch.force(ANNA, None, critical=True)] * 5
    results = await asyncio.gather(*presses, return_exceptions=True)
    strange = [one for one in results if isinstance(one, BaseException) and not isinstance(one, Rejected)]
    assert strange == []
    async with storage.work(DEFAULT_TENANT) as work:
        standing = await work.timers.of_kind(event_making.KIND)
        running = bool((await work.events.note("making")).get("run"))
    assert len(standing) == int(running)
    await due(storage, timekeeper, clock)
    state = await watch.state(DEFAULT_TENANT)
    assert state.seen == len(await watch.find(DEFAULT_TENANT, ALL))


async def test_forced(watch: Watch, storage):
    [one] = await watch.force(ANNA, Kind.DATABASE, critical=False)
    assert (one.kind, one.flagged, one.critical) == (Kind.DATABASE, True, False)
    several = await watch.force(ANNA, Kind.API, critical=True)
    assert [one.critical for one in several] == [False, False, True]
    [issue] = await issues(storage)
    assert issue.severity is Severity.CRITICAL


async def test_clearing_takes_events_and_ends_their_issues(watch: Watch, storage):
    await watch.take(DEFAULT_TENANT, events("xxx"))
    assert await watch.clear(ANNA) == 3
    assert await watch.find(DEFAULT_TENANT, ALL) == []
    [issue] = await issues(storage)
    assert not issue.open
    state = await watch.state(DEFAULT_TENANT)
    assert (state.seen, state.flagged, state.cleared_at) == (0, 0, NOON)
    async with storage.work(DEFAULT_TENANT) as work:
        acts = [one.act for one in await work.audit.find(Trail())]
        assert await work.issues.history(issue.id, 10)
    assert "events.clear" in acts
    await watch.take(DEFAULT_TENANT, events("xx", 60))
    assert len(await issues(storage)) == 1, "what was before the clearing counts for nothing"


async def test_a_limit_of_ones_own(watch: Watch, storage):
    await watch.change_limit(ANNA, "latency_ms", 700)
    await watch.take(DEFAULT_TENANT, events("x"))
    assert await marks(watch) == "."
    await watch.change_limit(ANNA, "latency_ms", None, default=True)
    await watch.take(DEFAULT_TENANT, events("x", 1))
    assert await marks(watch) == ".f"
    await watch.change_limit(ANNA, "latency_ms", None)
    await watch.take(DEFAULT_TENANT, events("x", 2))
    assert await marks(watch) == ".f."
    assert await watch.limits(DEFAULT_TENANT) == {"latency_ms": None}
    async with storage.work(DEFAULT_TENANT) as work:
        trail = [dict(one.details) for one in await work.audit.find(Trail(act="threshold.change"))]
    assert [(one["before"], one["after"]) for one in trail] == [(500, None), (700, 500), (500, 700)]


@pytest.mark.parametrize(
    ("metric", "limit"),
    [("nonsense", 1), ("latency_ms", -1), ("cpu_percent", 101), ("p95_ms", 0.5), ("js_errors", 3), ("status_code", 0)],
)
async def test_a_limit_that_makes_no_sense(watch: Watch, metric, limit):
    with pytest.raises(Rejected):
        await watch.change_limit(ANNA, metric, limit)
    assert await watch.limits(DEFAULT_TENANT) == {}


async def test_without_a_demo_nothing_is_made_up(storage, clock, meters, pipeline):
    watch = Watch(storage, clock, meters, Keeping(pipeline.merge))
    for act in (watch.start(ANNA), watch.stop(ANNA), watch.force(ANNA, None, critical=False)):
        with pytest.raises(Rejected, match="demo"):
            await act
    assert await watch.get(DEFAULT_TENANT, EventId("EVT-1-x")) is None
