"""A timer is due once, and whoever takes it does what follows."""

from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, HOUR, OTHER, SECOND
from tests.fakes import NOON

BODY = {"step": 1, "who": "rota:primary \0"}


async def test_set_look_take(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set("escalation", "ISS-1-a", NOON + SECOND, BODY)
        timer = await work.timers.get("escalation", "ISS-1-a")
    assert timer is not None
    assert (timer.tenant, timer.kind, timer.object, timer.due_at) == (ACME, "escalation", "ISS-1-a", NOON + SECOND)
    assert timer.body == {"step": 1, "who": "rota:primary \ufffd"}
    assert await storage.timers.due(NOON, 9) == []
    assert await storage.timers.due(NOON + SECOND, 9) == [(ACME, timer.id)]
    async with storage.work(ACME) as work:
        assert await work.timers.take(timer.id, NOON) is None, "it is not due yet"
        assert await work.timers.take(timer.id, NOON + SECOND) == timer
        assert await work.timers.take(timer.id, NOON + SECOND) is None
    assert await storage.timers.due(NOON + HOUR, 9) == []


async def test_setting_again_takes_the_place_of_the_earlier_one(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set("quiet", "ISS-1-a", NOON, {})
        first = await work.timers.get("quiet", "ISS-1-a")
        await work.timers.set("quiet", "ISS-1-a", NOON + HOUR, {"again": True})
        assert first is not None
        assert await work.timers.take(first.id, NOON + HOUR) is None, "what was seen before is no longer meant"
        second = await work.timers.get("quiet", "ISS-1-a")
    assert second is not None
    assert (second.due_at, second.body, second.id > first.id) == (NOON + HOUR, {"again": True}, True)


async def test_the_longest_due_first_over_all_tenants(storage: SqlStorage):
    for tenant, delay in ((ACME, 3), (OTHER, 1), (ACME, 2)):
        async with storage.work(tenant) as work:
            await work.timers.set("heartbeat", f"h{delay}", NOON + delay * SECOND, {})
    due = await storage.timers.due(NOON + HOUR, 2)
    assert [tenant for tenant, _ in due] == [OTHER, ACME]
    async with storage.work(ACME) as work:
        assert await work.timers.take(due[0][1], NOON + HOUR) is None, "it is another tenant's"
        assert [timer.object for timer in await work.timers.of_kind("heartbeat")] == ["h2", "h3"]
        assert await work.timers.of_kind("storm") == []


async def test_patient_ones_are_asked_for_by_themselves(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set_patient("recall", [], NOON)
        await work.timers.set_patient("recall", ["ISS-1-a", "ISS-2-b"], NOON)
        await work.timers.set("quiet", "ISS-1-a", NOON, {})
    asked = ((None, 3), (False, 1), (True, 2))
    for patient, count in asked:
        assert len(await storage.timers.due(NOON, 9, patient=patient)) == count, patient
    [(_, prompt)] = await storage.timers.due(NOON, 9, patient=False)
    async with storage.work(ACME) as work:
        taken = await work.timers.take(prompt, NOON)
        assert taken is not None
        assert taken.kind == "quiet"
        await work.timers.set("quiet", "ISS-1-a", NOON, {})
    assert (await storage.counts(NOON + HOUR)).timers_past_due == 1, "a patient one may wait"
    async with storage.work(ACME) as work:
        await work.timers.set("recall", "ISS-2-b", NOON, {})
    assert len(await storage.timers.due(NOON, 9, patient=False)) == 2, "set again without patience"


async def test_stopping(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set("progress", "ISS-1-a", NOON, {})
        assert not await work.timers.stop("progress", "ISS-2-b")
        assert await work.timers.stop("progress", "ISS-1-a")
        assert not await work.timers.stop("progress", "ISS-1-a")
        assert await work.timers.get("progress", "ISS-1-a") is None


async def test_whoever_keeps_the_time_is_told_after_the_commit(storage: SqlStorage):
    await storage.wakeups.listening.wait()
    storage.timers.arrived.clear()
    async with storage.work(ACME) as work:
        await work.timers.get("progress", "ISS-1-a")
    assert not storage.timers.arrived.is_set()
    async with storage.work(ACME) as work:
        await work.timers.set("progress", "ISS-1-a", NOON, {})
        assert not storage.timers.arrived.is_set()
    assert storage.timers.arrived.is_set()


async def test_what_was_taken_comes_back_when_the_work_is_undone(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.timers.set("progress", "ISS-1-a", NOON, {})
    [(_, timer)] = await storage.timers.due(NOON, 9)
    try:
        async with storage.work(ACME) as work:
            assert await work.timers.take(timer, NOON)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert await storage.timers.due(NOON, 9) == [(ACME, timer)]
