"""People, places, conversations, audit, feedback, downloads and the directory, as the ports promise them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.message import Account, PersonId, Place, PlaceKind, Role
from bot.model.reply import File
from bot.model.tenant import Tenant, TenantId
from bot.ports.storage import ConversationId, Entry, Installation, Said
from storage.storage import SqlStorage
from tests.fakes import NOON

ACME, OTHER = TenantId("acme"), TenantId("other")
HERE = Place("slack", "T1", "C1", "1.1", PlaceKind.PERSONAL)
ADA = Account("slack", "T1", "U1", "Ada", "ada@example.com")
SECOND = timedelta(seconds=1)


async def test_a_person_is_made_at_first_sight_and_known_afterwards(storage: SqlStorage):
    async with storage.work(ACME) as work:
        made = await work.people.of(ADA)
        assert (made.tenant, made.name, made.email, made.role) == (ACME, "Ada", "ada@example.com", Role.OPERATOR)
        assert await work.people.of(ADA) == made
        assert await work.people.get(made.id) == made
        assert await work.people.get(PersonId("nobody")) is None
        assert (await work.people.of(Account("slack", "T1", "U2"))).name == ""  # nobody has told it yet


async def test_many_see_somebody_for_the_first_time_at_once(storage: SqlStorage):
    async def see() -> PersonId:
        async with storage.work(ACME) as work:
            return (await work.people.of(ADA)).id

    assert len(set(await asyncio.gather(*(see() for _ in range(8))))) == 1


async def test_a_changed_name_is_learnt_and_what_people_set_is_kept(storage: SqlStorage):
    async with storage.work(ACME) as work:
        person = await work.people.of(ADA)
        await work.people.save(replace(person, role=Role.ADMIN, zone="Europe/Vienna"))
    async with storage.work(ACME) as work:
        renamed = await work.people.of(replace(ADA, name="Ada L."))
        assert (renamed.name, renamed.role, renamed.zone) == ("Ada L.", Role.ADMIN, "Europe/Vienna")
        assert await work.people.of(replace(ADA, name="", email="")) == renamed
        assert await work.people.get(person.id) == renamed


async def test_places(storage: SqlStorage):
    async with storage.work(ACME) as work:
        assert await work.places.details(HERE) is None
        await work.places.remember(HERE, {"url": "https://one", "nested": {"a": [1, None]}, "nul": "\0"}, NOON)
        await work.places.remember(HERE, {"url": "https://two"}, NOON)
        assert await work.places.details(HERE) == {"url": "https://two"}
        await work.places.forget(HERE)
        assert await work.places.details(HERE) is None


async def test_a_conversation_and_its_history(storage: SqlStorage):
    ada, bob = PersonId("ada"), PersonId("bob")
    async with storage.work(ACME) as work:
        assert await work.conversations.find(HERE) is None
        made = await work.conversations.at(HERE, ada, NOON)
        assert (made.place, made.starter, made.status, made.message_count) == (HERE, ada, "active", 0)
        lines = [Said("user", f"q{n}\0", NOON + n * SECOND, bob, "ask_metric", 0.912) for n in range(5)]
        await work.conversations.add(made.id, *lines)
        await work.conversations.add(made.id, Said("system", "an alert", NOON + 9 * SECOND, intent="x" * 60))
        await work.conversations.add(made.id)
        await work.conversations.remember(made.id, {"metric": "errors", "at": NOON})
    async with storage.work(ACME) as work:
        found = await work.conversations.at(HERE, bob, NOON + timedelta(days=1))
        assert found == await work.conversations.find(HERE)
        assert (found.id, found.starter, found.message_count) == (made.id, ada, 6)
        assert found.memory == {"metric": "errors", "at": "2026-03-18 12:00:00+00:00"}
        assert found.updated_at == NOON + 9 * SECOND
        history = await work.conversations.history(made.id, 3)
        assert [said.text for said in history] == ["q3\ufffd", "q4\ufffd", "an alert"]
        assert (history[0].role, history[0].author, history[0].intent, history[0].confidence) == (
            "user", bob, "ask_metric", 0.91,
        )  # fmt: skip
        assert (history[2].at, history[2].intent) == (NOON + 9 * SECOND, "x" * 50)


async def test_lines_belong_to_a_conversation_that_is_there(storage: SqlStorage):
    async with storage.work(ACME) as work:
        with pytest.raises(LookupError):
            await work.conversations.add(ConversationId("none"), Said("user", "q", NOON))


async def test_one_thread_is_one_conversation(storage: SqlStorage):
    async def open_it() -> ConversationId:
        async with storage.work(ACME) as work:
            return (await work.conversations.at(HERE, PersonId("ada"), NOON)).id

    assert len(set(await asyncio.gather(*(open_it() for _ in range(8))))) == 1


async def test_audit_newest_first(storage: SqlStorage):
    entries = [Entry("ask", f"o{n}", NOON, PersonId("ada"), "here", {"n": n}) for n in range(4)]
    async with storage.work(ACME) as work:
        for entry in entries:
            await work.audit.add(entry)
        assert list(await work.audit.latest(3)) == entries[:0:-1]


async def test_feedback_is_one_word_of_one_person(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.feedback.keep(PersonId("ada"), "answer:1", positive=True, comment="", at=NOON)
        await work.feedback.keep(PersonId("ada"), "answer:1", positive=False, comment="too long", at=NOON)


async def test_downloads_expire(storage: SqlStorage):
    file = File("chart.png", "image/png", b"\x89PNG\0\xff")
    async with storage.work(ACME) as work:
        await work.downloads.save("k", file, NOON + SECOND)
        await work.downloads.save("k", file, NOON + 2 * SECOND)
        assert await work.downloads.get("k", NOON + SECOND) == file
        assert await work.downloads.get("k", NOON + 2 * SECOND) is None
        assert await work.downloads.get("other", NOON) is None


async def test_a_download_is_added_once_until_it_expires(storage: SqlStorage):
    first, second = File("a", "b", b"1"), File("a", "b", b"2")
    for file, now, added in ((first, NOON, True), (second, NOON, False), (second, NOON + SECOND, True)):
        async with storage.work(ACME) as work:
            assert await work.downloads.add("k", file, now + SECOND, now) is added
    async with storage.work(ACME) as work:
        assert await work.downloads.get("k", NOON + SECOND) == second
    async with storage.work(OTHER) as work:
        assert await work.downloads.add("k", first, NOON + SECOND, NOON)


async def test_of_many_who_add_a_download_one_is_told_so(storage: SqlStorage):
    async def add(content: bytes) -> bool:
        async with storage.work(ACME) as work:
            return await work.downloads.add("k", File("a", "b", content), NOON + SECOND, NOON)

    assert sorted(await asyncio.gather(*(add(bytes([n])) for n in range(5)))) == [False] * 4 + [True]


async def test_tenants_and_installations(storage: SqlStorage):
    directory = storage.directory
    assert await directory.tenant(ACME) is None
    await directory.save_tenant(Tenant(ACME, "Acme"))
    await directory.save_tenant(Tenant(ACME, "Acme", "Europe/Vienna", enabled=False))
    assert await directory.tenant(ACME) == Tenant(ACME, "Acme", "Europe/Vienna", enabled=False)

    first = Installation("slack", "T1", ACME, "Acme", {"token": "xoxb-1"}, {"scopes": ["chat"]}, NOON)
    second = Installation("slack", "T2", OTHER)
    for installation in (second, first, replace(first, secrets={"token": "xoxb-2"})):
        await directory.save_installation(installation)
    assert await directory.installation("slack", "T1") == replace(first, secrets={"token": "xoxb-2"})
    assert [found.workspace for found in await directory.installations("slack")] == ["T1", "T2"]
    await directory.remove_installation("slack", "T1")
    assert await directory.installation("slack", "T1") is None
    assert not await directory.installations("teams")


async def test_one_refreshes_a_token_and_the_others_see_the_new_one(storage: SqlStorage):
    await storage.directory.save_installation(Installation("slack", "T1", ACME, secrets={"token": "0"}))

    async def refresh() -> None:
        async with storage.directory.refreshing("slack", "T1") as found:
            assert found is not None
            token = int(found.secrets["token"])
            await asyncio.sleep(0)
            await storage.directory.save_installation(replace(found, secrets={"token": str(token + 1)}))

    await asyncio.gather(*(refresh() for _ in range(5)))
    found = await storage.directory.installation("slack", "T1")
    assert found is not None
    assert found.secrets == {"token": "5"}


async def test_check_names_engine_and_schema(storage: SqlStorage):
    assert (await storage.check()).split()[0] in ("SQLite", "PostgreSQL")


async def test_a_unit_of_work_needs_a_tenant(storage: SqlStorage):
    with pytest.raises(ValueError, match="tenant"):
        async with storage.work(TenantId("")):
            pass


async def test_an_instant_without_a_zone_is_refused(storage: SqlStorage):
    async with storage.work(ACME) as work:
        with pytest.raises(Exception, match="zone"):
            await work.places.remember(HERE, {}, NOON.replace(tzinfo=None))
