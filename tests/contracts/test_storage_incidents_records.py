"""Plans, silences, covers, tickets, codes, storms, keys and the trail: kept and found."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.message import Account, PersonId
from bot.model.plan import Layer, Plan, Rota, Route, Target
from bot.model.ticket import Priority, TicketId
from bot.ports.storage import Entry, Key, Trail
from storage.storage import SqlStorage
from tests.contracts.incidents import (
    ACME,
    ADA,
    ALERTS,
    CARDS,
    DAY,
    HOUR,
    OTHER,
    SECOND,
    cover,
    silence,
    storm,
    ticket,
)
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)


async def test_the_plan_of_a_tenant(storage: SqlStorage):
    plan = Plan(
        routes=(Route(name="all", match=('service=~"a.*"',), to=(Target(platform="slack", channel="C1"),)),),
        rotas={"primary": Rota(zone="Europe/Vienna", layers=(Layer(people=("a@example.com",), since=NOON.date()),))},
    )
    async with storage.work(ACME) as work:
        assert await work.plans.get() is None
        await work.plans.save(Plan(), NOON)
        await work.plans.save(plan, NOON + HOUR)
        assert await work.plans.get() == plan


async def test_silences(storage: SqlStorage):
    now = silence("now", ends_at=NOON + 2 * HOUR, comment="deploy \0")
    sooner, later = silence("sooner"), silence("later", starts_at=NOON + HOUR, ends_at=NOON + DAY)
    asked, expired = silence("asked", state="asked"), silence("expired", state="expired")
    async with storage.work(ACME) as work:
        for one in (now, sooner, later, asked, expired):
            await work.silences.save(one)
        assert await work.silences.get(now.id) == now
        assert await work.silences.get(silence("never").id) is None
        assert [one.id for one in await work.silences.active(NOON)] == ["sooner", "now"]
        assert [one.id for one in await work.silences.active(NOON + HOUR)] == ["now", "later"]
        assert [one.id for one in await work.silences.latest(2)] == ["later", "sooner"]
        await work.silences.save(replace(now, state="expired"))
        assert [one.id for one in await work.silences.active(NOON)] == ["sooner"]


@pytest.mark.parametrize(("start", "end", "expected"), [
    (-2, 0, []), (-1, 1, ["c1"]), (0, 9, ["c1", "c2"]), (1, 2, []), (3, 4, ["c2"]), (4, 5, []),
])  # fmt: skip
async def test_covers(storage: SqlStorage, start: int, end: int, expected: list[str]):
    second = cover("c2", starts_at=NOON + 2 * HOUR, ends_at=NOON + 4 * HOUR, by=PersonId("p1"), instead_of="x")
    async with storage.work(ACME) as work:
        for one in (second, cover("c1"), replace(cover("c3"), rota="secondary"), cover("gone")):
            await work.covers.add(one)
        assert await work.covers.remove("gone")
        assert not await work.covers.remove("gone")
        found = await work.covers.between("primary", NOON + start * HOUR, NOON + end * HOUR)
        assert [one.id for one in found] == expected
        assert "c2" not in expected or found[-1] == second


async def test_ticket_numbers_run_by_year_and_tenant(storage: SqlStorage):
    async with storage.work(ACME) as work:
        assert [await work.tickets.number(2026) for _ in range(3)] == [1, 2, 3]
        assert await work.tickets.number(2027) == 1
    async with storage.work(OTHER) as work:
        assert await work.tickets.number(2026) == 1
    async with storage.work(ACME) as work:
        assert await work.tickets.number(2026) == 4


async def test_tickets_wait_in_their_order(storage: SqlStorage):
    thread, desk = ALERTS.in_thread("1.1"), CARDS.in_thread("2")
    async with storage.work(ACME) as work:
        for one in (
            ticket("second", opened_at=NOON + SECOND, place=thread),
            ticket("first", place=ALERTS, desk=desk, skills=("sap",), customer={"tier": "gold"}),
            ticket("urgent", priority=Priority.URGENT, department="tech", opened_at=NOON + HOUR),
            ticket("low", priority=Priority.LOW, issue="ISS-1-a"),
            ticket("done", priority=Priority.URGENT, place=thread, status="resolved", opened_at=NOON + DAY),
        ):
            await work.tickets.save(one)
        assert [one.id for one in await work.tickets.unresolved()] == ["urgent", "first", "second", "low"]
        assert [one.id for one in await work.tickets.unresolved("tech")] == ["urgent"]
        assert [getattr(await work.tickets.at(place), "id", None) for place in (thread, desk, ALERTS, CARDS)] == [
            "second", "first", "first", None,
        ]  # fmt: skip
        found = await work.tickets.of_issue(ticket(issue="ISS-1-a").issue or pytest.fail("no issue"))
        assert found == ticket("low", priority=Priority.LOW, issue="ISS-1-a")
        assert await work.tickets.get(TicketId("none")) is None
        taken = replace(found, status="claimed", claimed=ADA, revision=2)
        await work.tickets.save(taken)
        assert await work.tickets.get(taken.id) == taken


async def test_a_code_works_once_and_not_for_ever(storage: SqlStorage):
    account = Account("teams", "tenant-1", "aad-1", "Ada", "ada@example.com")
    async with storage.work(ACME) as work:
        for digest in ("d1", "d2"):
            await work.codes.save(digest, account, NOON + MINUTE)
    async with storage.work(ACME) as work:
        assert await work.codes.take("d1", NOON) == account
        assert await work.codes.take("d1", NOON) is None
        assert await work.codes.take("d2", NOON + MINUTE) is None
        assert await work.codes.take("d3", NOON) is None


async def test_storms(storage: SqlStorage):
    one = storm(issues=3, by_severity={"critical": 1}, by_label={"service": {"a": 3}}, critical=("ISS-1-a",))
    async with storage.work(ACME) as work:
        assert await work.storms.current(ALERTS) is None
        await work.storms.save(one)
        await work.storms.save(storm("storm-2", CARDS))
        assert await work.storms.current(ALERTS) == one
        assert [each.id for each in await work.storms.running()] == ["storm-1", "storm-2"]
        await work.storms.save(replace(one, over=True, revision=2))
        assert await work.storms.current(ALERTS) is None
        assert [each.id for each in await work.storms.running()] == ["storm-2"]


KEY = Key("key-1", ACME, "alertmanager", "production", NOON, role="operator")


async def test_a_key_opens_its_own_door(storage: SqlStorage):
    await storage.keys.add(KEY, "digest-1")
    assert await storage.keys.of("alertmanager", "digest-1", NOON) == KEY
    assert await storage.keys.of("grafana", "digest-1", NOON) is None
    assert await storage.keys.of("alertmanager", "digest-2", NOON) is None
    assert not await storage.keys.revoke(OTHER, KEY.id, NOON)
    assert await storage.keys.revoke(ACME, KEY.id, NOON + HOUR)
    assert not await storage.keys.revoke(ACME, KEY.id, NOON + DAY)
    assert await storage.keys.of("alertmanager", "digest-1", NOON) is None
    assert [each.revoked_at for each in await storage.keys.every(ACME)] == [NOON + HOUR]
    assert await storage.keys.every(OTHER) == []


async def test_the_use_of_a_key_is_noted_once_a_minute(storage: SqlStorage):
    await storage.keys.add(KEY, "digest-1")

    async def noted(at: datetime) -> datetime | None:
        await storage.keys.of("alertmanager", "digest-1", at)
        [key] = await storage.keys.every(ACME)
        return key.used_at

    assert await noted(NOON) == NOON
    assert await noted(NOON + 59 * SECOND) == NOON
    assert await noted(NOON + MINUTE) == NOON + MINUTE


ENTRIES = [
    Entry("acknowledge", "ISS-1-a", NOON, PersonId("p1"), "slack/T1/C1", {"n": 1}),
    Entry("speak", "ISS-1-a", NOON + SECOND),
    Entry("acknowledge", "ISS-2-b", NOON + MINUTE, PersonId("p2")),
    Entry("resolve", "ISS-1-a", NOON + HOUR, PersonId("p1")),
]


@pytest.mark.parametrize(("trail", "expected"), [
    (Trail(), [3, 2, 1, 0]),
    (Trail(limit=1), [3]),
    (Trail(act="acknowledge"), [2, 0]),
    (Trail(object="ISS-1-a"), [3, 1, 0]),
    (Trail(actor=PersonId("p1")), [3, 0]),
    (Trail(since=NOON + SECOND, until=NOON + HOUR), [2, 1]),
    (Trail(act="acknowledge", object="ISS-1-a", actor=PersonId("p1"), until=NOON + SECOND), [0]),
    (Trail(act="never"), []),
])  # fmt: skip
async def test_the_trail_is_searched(storage: SqlStorage, trail: Trail, expected: list[int]):
    async with storage.work(ACME) as work:
        await work.audit.add_all(ENTRIES)
        await work.audit.add_all([])
    async with storage.work(ACME) as work:
        assert await work.audit.find(trail) == [ENTRIES[n] for n in expected]
