"""Log events: kept once, found newest first, forgotten after thirty days; what is remembered of their services."""

from dataclasses import replace
from datetime import timedelta

from bot.model.log_event import Breach, EventId, Standing
from bot.model.severity import Severity
from bot.ports.events import WantedEvents
from storage.storage import SqlStorage
from storage.upkeep import KEEP_EVENTS
from tests.contracts.events import event
from tests.contracts.incidents import ACME, OTHER
from tests.fakes import NOON

SECOND = timedelta(seconds=1)
WHOLE = event(
    customer="acme", level="error", endpoint="/login", agent="Firefox", stack="Error: x", flagged=True, critical=True,
    breaches=(Breach("latency_ms", 650, 500, 120, Severity.MEDIUM),),
)  # fmt: skip


async def test_an_event_with_all_there_is(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.events.add([WHOLE])
    async with storage.work(ACME) as work:
        assert await work.events.get(WHOLE.id) == WHOLE
        assert await work.events.get(EventId("EVT-1-none")) is None


async def test_the_same_id_is_kept_once(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.events.add([WHOLE, event("EVT-2-b")])
        await work.events.add([replace(WHOLE, message="again"), event("EVT-3-c")])
        assert set(await work.events.taken([WHOLE.id, EventId("EVT-3-c"), EventId("EVT-9-z")])) == {
            WHOLE.id, "EVT-3-c",
        }  # fmt: skip
        assert await work.events.get(WHOLE.id) == WHOLE
        assert not await work.events.taken([])


async def test_newest_first_and_only_what_is_wanted(storage: SqlStorage):
    made = [
        event(f"EVT-{n}-x", at=NOON + n * SECOND, service="ab"[n % 2], region="uv"[n // 5], flagged=n % 3 == 0)
        for n in range(10)
    ]
    async with storage.work(ACME) as work:
        await work.events.add(made)

        async def found(**wanted) -> list[int]:
            return [int(one.id.split("-")[1]) for one in await work.events.find(WantedEvents(**wanted))]

        assert await found() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert await found(limit=3) == [9, 8, 7]
        assert await found(flagged=True) == [9, 6, 3, 0]
        assert await found(flagged=True, service="a") == [6, 0]
        assert await found(service="b", region="u") == [3, 1]
        assert await found(until=NOON + 2 * SECOND) == [2, 1, 0]


async def test_what_is_remembered_of_a_service(storage: SqlStorage):
    standing = Standing(({"latency_ms": 120.0}, {}), 2, NOON, "us-east-1", 0, ("latency_ms",), 7, 3)
    async with storage.work(ACME) as work:
        assert await work.events.standings() == {}
        await work.events.save_standings({"a": standing, "b": Standing()})
        await work.events.save_standings({"b": Standing(calm=1)})
    async with storage.work(ACME) as work:
        assert await work.events.standings() == {"a": standing, "b": Standing(calm=1)}
        assert await work.events.look() == await work.events.standings()


async def test_clearing_takes_events_and_what_is_remembered_and_leaves_notes(storage: SqlStorage):
    for tenant in (ACME, OTHER):
        async with storage.work(tenant) as work:
            await work.events.add([event("EVT-1-a"), event("EVT-2-b")])
            await work.events.save_standings({"a": Standing(seen=2)})
            await work.events.save_note("thresholds", {"latency_ms": 800})
    async with storage.work(ACME) as work:
        assert await work.events.clear() == 2
        assert (await work.events.find(WantedEvents()), await work.events.standings()) == ([], {})
        assert await work.events.note("thresholds") == {"latency_ms": 800}
        assert await work.events.note("other") == {}
    async with storage.work(OTHER) as work:
        assert len(await work.events.find(WantedEvents())) == 2
        assert await work.events.look() == {"a": Standing(seen=2)}


async def test_events_are_kept_for_thirty_days(storage: SqlStorage):
    assert timedelta(days=30) == KEEP_EVENTS
    async with storage.work(ACME) as work:
        await work.events.add([event("EVT-1-a"), event("EVT-2-b", at=NOON + SECOND)])
    assert (await storage.upkeep.forget(NOON + KEEP_EVENTS))["events"] == 0
    assert (await storage.upkeep.forget(NOON + KEEP_EVENTS + SECOND))["events"] == 1
    async with storage.work(ACME) as work:
        assert [one.id for one in await work.events.find(WantedEvents())] == ["EVT-2-b"]
