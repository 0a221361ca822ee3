"""Tenant B never sees or changes what belongs to tenant A: every method of every repository, in any order."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from bot.model.message import Account, Message, Person, Place
from bot.model.parcel import LetterId, Receipt, Subject
from bot.model.reply import File, Reply
from bot.model.tenant import TenantId
from bot.ports.storage import ConversationId, Entry, Installation, Said, UnitOfWork
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from storage.tables import metadata
from tests.conftest import KEY
from tests.contracts.emptied import emptied
from tests.fakes import NOON, DrivenClock

A, B = TenantId("a"), TenantId("b")
HERE = Place("slack", "T1", "C1", "1.1")
ADA = Account("slack", "T1", "U1", "Ada", "ada@example.com")
ABOUT = Subject("incident:1")
OWNED = {name: table for name, table in metadata.tables.items() if "tenant" in table.columns}


@dataclass(frozen=True)
class Known:
    """What B could know of A by accident: ids from a log, a link, a forwarded message."""

    person: Person
    conversation: ConversationId
    letter: LetterId


async def as_a(storage: SqlStorage) -> Known:
    await storage.letters.accept(A, Message("k1", HERE, ADA, NOON, "A's question"), NOON)
    [letter] = await storage.letters.claim(1, NOON)
    async with storage.work(A) as work:
        person = await work.people.of(ADA)
        await work.places.remember(HERE, {"secret of": "A"}, NOON)
        conversation = await work.conversations.at(HERE, person.id, NOON)
        await work.conversations.add(conversation.id, Said("user", "A's question", NOON, person.id))
        await work.parcels.put(HERE, ABOUT, 1, Reply("A's reply"), NOON)
        await work.parcels.save_receipt(HERE, ABOUT, Receipt("m1"))
        await work.feedback.keep(person.id, "answer:1", positive=True, comment="A's", at=NOON)
        await work.audit.add(Entry("ask", "A's", NOON))
        await work.downloads.save("k", File("a.txt", "text/plain", b"A's"), NOON + timedelta(days=1))
    return Known(person, conversation.id, letter.id)


Step = Callable[[UnitOfWork, Known], Awaitable[Any]]


async def nobody(work: UnitOfWork, known: Known) -> None:
    person = await work.people.of(ADA)
    assert (person.tenant, person.id != known.person.id) == (B, True)


async def own_conversation(work: UnitOfWork, known: Known) -> None:
    found = await work.conversations.at(HERE, known.person.id, NOON)
    assert found.id != known.conversation


async def adding_is_refused(work: UnitOfWork, known: Known) -> None:
    with pytest.raises(LookupError):
        await work.conversations.add(known.conversation, Said("user", "B was here", NOON))


async def sees_none_of_a(found: Any) -> None:
    assert "A's" not in repr(found)
    assert "secret of" not in repr(found)


STEPS: dict[str, Step] = {
    "people.of": nobody,
    "people.get": lambda work, known: work.people.get(known.person.id),
    "people.save": lambda work, known: work.people.save(replace(known.person, name="B was here")),
    "places.remember": lambda work, _: work.places.remember(HERE, {"mine": "B"}, NOON),
    "places.details": lambda work, _: work.places.details(HERE),
    "places.forget": lambda work, _: work.places.forget(HERE),
    "conversations.at": own_conversation,
    "conversations.find": lambda work, _: work.conversations.find(HERE),
    "conversations.add": adding_is_refused,
    "conversations.history": lambda work, known: work.conversations.history(known.conversation, 9),
    "conversations.remember": lambda work, known: work.conversations.remember(known.conversation, {"b": 1}),
    "letters.done": lambda work, known: work.letters.done(known.letter, NOON),
    "parcels.put": lambda work, _: work.parcels.put(HERE, ABOUT, 2, Reply("B's reply"), NOON),
    "parcels.receipt": lambda work, _: work.parcels.receipt(HERE, ABOUT),
    "parcels.save_receipt": lambda work, _: work.parcels.save_receipt(HERE, ABOUT, Receipt("m2")),
    "parcels.subject": lambda work, _: work.parcels.subject(HERE, "m1"),
    "parcels.state": lambda work, _: work.parcels.state(HERE, ABOUT),
    "feedback.keep": lambda work, known: work.feedback.keep(
        known.person.id, "answer:1", positive=False, comment="B was here", at=NOON
    ),
    "audit.add": lambda work, _: work.audit.add(Entry("ask", "B was here", NOON)),
    "audit.latest": lambda work, _: work.audit.latest(99),
    "downloads.save": lambda work, _: work.downloads.save("k", File("b", "b", b"B's"), NOON + timedelta(days=1)),
    "downloads.get": lambda work, _: work.downloads.get("k", NOON),
}
# Alone, before B has anything of its own, each of these finds nothing.
NOTHING = {
    "people.get", "places.details", "conversations.find", "conversations.history", "letters.done", "parcels.receipt",
    "parcels.subject", "parcels.state", "audit.latest", "downloads.get",
}  # fmt: skip


def test_no_method_is_forgotten():
    repositories = {
        name: get_type_hints(member.fget)["return"]
        for name, member in inspect.getmembers(UnitOfWork)
        if isinstance(member, property)
    }
    methods = {
        f"{name}.{method}"
        for name, kind in repositories.items()
        for method, _ in inspect.getmembers(kind, inspect.isfunction)
        if not method.startswith("_")
    }
    assert methods == set(STEPS)


@pytest.mark.parametrize("step", sorted(NOTHING))
async def test_b_finds_nothing(storage: SqlStorage, step: str):
    known = await as_a(storage)
    async with storage.work(B) as work:
        assert not await STEPS[step](work, known)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=len(STEPS), max_size=2 * len(STEPS)))
async def test_in_any_order_b_changes_nothing_of_a(storage: SqlStorage, database_url: str, steps: list[str]):
    async with emptied(database_url):
        known = await as_a(storage)
        before = await rows_of_a(database_url)
        assert len(before) == len(OWNED) - 1, "A has something in every table but installations"
        for step in steps:
            async with storage.work(B) as work:
                await sees_none_of_a(await STEPS[step](work, known))
        assert await rows_of_a(database_url) == before


@pytest.mark.peers
@pytest.mark.parametrize(("setting", "expected"), [("b", 0), ("", 0), ("a", 1)])
async def test_the_second_wall_holds_where_a_statement_forgets_the_tenant(
    postgres_url: str, clock: DrivenClock, setting: str, expected: int
):
    async with open_storage(postgres_url, keys=[KEY], clock=clock) as storage:
        await as_a(storage)
        await storage.directory.save_installation(Installation("slack", "T1", A))
    database = Database(postgres_url)
    async with database.own_connection() as connection:
        await connection.execute(text("SELECT set_config('nightdesk.tenant', :tenant, false)"), {"tenant": setting})
        for table in OWNED.values():
            found = (await connection.execute(select(func.count()).select_from(table))).scalar()
            changed = await connection.execute(update(table).values(tenant=setting))
            assert (table.name, found, changed.rowcount) == (table.name, expected, expected)
    await database.close()


async def rows_of_a(url: str) -> dict[str, list[Any]]:
    database = Database(url)
    found = {}
    async with database.reading() as connection:
        for name, table in OWNED.items():
            ordered = select(table).where(table.c.tenant == A).order_by(*table.primary_key)
            if rows := [tuple(row) for row in await connection.execute(ordered)]:
                found[name] = rows
    await database.close()
    return found
