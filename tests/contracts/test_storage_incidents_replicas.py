"""Several replicas on one PostgreSQL: one issue for one key, one taker of a timer, no number twice."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.model.issue import IssueId
from bot.model.message import Account
from bot.model.parcel import Outcome, Receipt
from bot.ports.incidents import Wanted
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.contracts.incidents import ACME, ALERTS, HOUR, happening, issue, root, storm
from tests.fakes import NOON, DrivenClock

pytestmark = pytest.mark.peers
Replicas = Sequence[SqlStorage]


@pytest.fixture
async def replicas(postgres_url: str, clock: DrivenClock) -> AsyncIterator[Replicas]:
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as first,
        open_storage(postgres_url, keys=[KEY], clock=clock) as second,
    ):
        yield first, second, first, second


async def at_once(*works: Coroutine[Any, Any, Any]) -> list[Any]:
    """When one fails the others end, too, before the storages are closed under them."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
    return [task.result() for task in tasks]


async def test_one_key_opens_one_issue_and_counts_every_signal(replicas: Replicas):
    async def signal(storage: SqlStorage, who: int) -> None:
        for n in range(10):
            keys = [f"key {n}", f"key {n + 1}"][:: 1 if who % 2 else -1]
            async with storage.work(ACME) as work:
                current = await work.issues.current(keys, NOON)
                await asyncio.sleep(0)
                await work.issues.save([
                    replace(current[key], signals=current[key].signals + 1)
                    if key in current
                    else issue(f"ISS-{who}{n}-{key}", key, signals=1)
                    for key in keys
                ])  # fmt: skip

    await at_once(*(signal(storage, who) for who, storage in enumerate(replicas)))
    async with replicas[0].work(ACME) as work:
        found = await work.issues.find(Wanted())
    assert sorted(one.key for one in found) == sorted(f"key {n}" for n in range(11))
    assert sum(one.signals for one in found) == 4 * 10 * 2


async def test_one_id_is_given_to_one_issue(replicas: Replicas):
    async def open_one(storage: SqlStorage, key: str) -> None:
        async with storage.work(ACME) as work:
            await work.issues.current([key], NOON)
            name, suffix = IssueId("ISS-1-checkout"), 1
            while await work.issues.taken([name]):
                suffix += 1
                name = IssueId(f"ISS-1-checkout-{suffix}")
            await work.issues.save([issue(name, key)])

    await at_once(*(open_one(storage, f"k{n}") for n, storage in enumerate(replicas)))
    async with replicas[0].work(ACME) as work:
        assert await work.issues.count(Wanted()) == len(replicas)


async def test_acts_on_one_issue_come_one_after_the_other(replicas: Replicas):
    async with replicas[0].work(ACME) as work:
        await work.issues.save([issue()])

    async def act(storage: SqlStorage, n: int) -> bool:
        async with storage.work(ACME) as work:
            found = await work.issues.get(issue().id)
            assert found is not None
            if await work.issues.happened(found.id, "letter-1"):
                return False
            await work.issues.save([replace(found, revision=found.revision + 1)])
            await work.issues.record([happening(what=f"by {n}", cause="letter-1")])
            return True

    assert sorted(await at_once(*(act(each, n) for n, each in enumerate(replicas)))) == [False, False, False, True]
    async with replicas[1].work(ACME) as work:
        found = await work.issues.look(issue().id)
    assert found is not None
    assert found.revision == 2


async def test_a_timer_is_taken_once(replicas: Replicas):
    async with replicas[0].work(ACME) as work:
        for n in range(10):
            await work.timers.set("escalation", f"ISS-{n}", NOON, {})
    done: list[str] = []

    async def keep_time(storage: SqlStorage) -> None:
        for tenant, timer in await storage.timers.due(NOON, 99):
            async with storage.work(tenant) as work:
                if taken := await work.timers.take(timer, NOON):
                    done.append(taken.object)

    await at_once(*(keep_time(storage) for storage in replicas))
    assert sorted(done) == [f"ISS-{n}" for n in range(10)]


async def test_what_one_began_and_undid_another_does(replicas: Replicas):
    async with replicas[0].work(ACME) as work:
        await work.timers.set("escalation", "ISS-1", NOON, {})
    [(_, timer)] = await replicas[0].timers.due(NOON, 9)
    taken, may_fail = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with replicas[0].work(ACME) as work:
            assert await work.timers.take(timer, NOON)
            taken.set()
            await may_fail.wait()
            raise ZeroDivisionError

    async def waits_for_it() -> bool:
        await taken.wait()
        async with replicas[1].work(ACME) as work:
            asyncio.get_running_loop().call_soon(may_fail.set)
            return await work.timers.take(timer, NOON) is not None

    failed, second = await asyncio.wait_for(asyncio.gather(fails(), waits_for_it(), return_exceptions=True), 30)
    assert (type(failed), second) == (ZeroDivisionError, True)


async def test_a_ticket_number_is_given_once(replicas: Replicas):
    async def number(storage: SqlStorage) -> int:
        async with storage.work(ACME) as work:
            return await work.tickets.number(2026)

    assert sorted(await at_once(*(number(each) for each in [*replicas] * 5))) == list(range(1, 21))


async def test_one_storm_in_a_place(replicas: Replicas):
    async def count(storage: SqlStorage, name: str) -> None:
        async with storage.work(ACME) as work:
            current = await work.storms.current(ALERTS) or storm(name)
            await work.storms.save(replace(current, signals=current.signals + 1))

    await at_once(*(count(each, f"storm-{n}") for n, each in enumerate([*replicas] * 3)))
    async with replicas[0].work(ACME) as work:
        assert [one.signals for one in await work.storms.running()] == [12]


async def test_puts_of_one_subject_leave_one_that_waits(replicas: Replicas):
    async def put(storage: SqlStorage, revision: int) -> None:
        async with storage.work(ACME) as work:
            drafts = [root(f"ISS-{n}-a", revision) for n in range(50)]
            await work.parcels.put_all(drafts if revision % 2 else drafts[::-1], NOON)

    await at_once(*(put(storage, revision) for revision, storage in enumerate([*replicas] * 4)))
    assert (await replicas[0].parcels.waiting(NOON))[0] == 50
    assert {parcel.revision for parcel in await replicas[1].parcels.claim(1, 50, NOON)} == {15}


async def test_putting_while_another_hands_out_never_says_an_older_word_last(replicas: Replicas):
    said: dict[str, list[int]] = {}

    async def put(storage: SqlStorage, revisions: range) -> None:
        for revision in revisions:
            async with storage.work(ACME) as work:
                await work.parcels.put_all([root(f"ISS-{n}-a", revision) for n in range(5)], NOON)

    async def drain(storage: SqlStorage) -> None:
        while sum(60 in revisions for revisions in said.values()) < 5:
            parcels = await storage.parcels.claim(1, 3, NOON)
            for parcel in parcels:
                said.setdefault(parcel.subject, []).append(parcel.revision)
            await storage.parcels.settle([Outcome(each.id, "sent", NOON, Receipt(each.id)) for each in parcels])
            await storage.parcels.release({ALERTS.lane: NOON})

    first, second = replicas[:2]
    await at_once(put(first, range(1, 61, 2)), put(second, range(2, 61, 2)), drain(first), drain(second))
    assert all(revisions == sorted(set(revisions)) for revisions in said.values())


async def test_ten_thousand_locks_do_not_fill_the_table(replicas: Replicas):
    names = [f"ISS-{n}-a" for n in range(10_000)]
    async with replicas[0].work(ACME) as work:
        await work.issues.current(names, NOON)
        await work.issues.taken([IssueId(name) for name in names])
        await work.parcels.put_all([root(name) for name in names], NOON)
    assert (await replicas[0].parcels.waiting(NOON))[0] == 10_000


async def test_one_person_met_on_both_chats_at_once(replicas: Replicas):
    accounts = [Account("slack", "T1", "U1", "A", "a@example.com"), Account("teams", "t", "a", "A", "A@example.com")]

    async def meet(storage: SqlStorage, account: Account) -> str:
        async with storage.work(ACME) as work:
            return (await work.people.of(account)).id

    met = await at_once(*(meet(each, accounts[n % 2]) for n, each in enumerate([*replicas] * 2)))
    assert len(set(met)) == 1


async def test_a_timer_that_one_sets_wakes_the_other(replicas: Replicas):
    here, there = replicas[:2]
    await there.wakeups.listening.wait()
    there.timers.arrived.clear()
    async with here.work(ACME) as work:
        await work.timers.set("quiet", "ISS-1", NOON + HOUR, {})
    await asyncio.wait_for(there.timers.arrived.wait(), 10)


async def test_a_lane_whose_only_parcel_is_being_replaced_is_not_kept(replicas: Replicas):
    """Whoever took it in vain lets go of it at once, and not when the lease runs out."""
    first, second = replicas[:2]
    async with first.work(ACME) as work:
        await work.parcels.put_all([root()], NOON)
    async with first.work(ACME) as work:
        await work.parcels.put_all([root(revision=2)], NOON)
        assert await second.parcels.claim(9, 9, NOON) == []
    [parcel] = await second.parcels.claim(9, 9, NOON)
    assert parcel.revision == 2
