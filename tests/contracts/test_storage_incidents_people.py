"""One person on both chats: found by e-mail address, linked by hand."""

from dataclasses import replace

import pytest

from bot.model.message import Account, Person, PersonId
from storage.storage import SqlStorage
from tests.contracts.incidents import ACME, OTHER

SLACK = Account("slack", "T1", "U1", "Ada L.", "Ada@Example.com")
TEAMS = Account("teams", "tenant-1", "aad-1", "Ada Lovelace", "ada@example.com")


async def of(storage: SqlStorage, account: Account) -> Person:
    async with storage.work(ACME) as work:
        return await work.people.of(account)


async def test_who_brings_a_known_address_is_that_person(storage: SqlStorage):
    ada = await of(storage, SLACK)
    assert (await of(storage, TEAMS)).id == ada.id
    async with storage.work(ACME) as work:
        assert await work.people.accounts(ada.id) == [SLACK, TEAMS]
        assert [person.id for person in await work.people.every(9)] == [ada.id]
    async with storage.work(OTHER) as work:
        assert (await work.people.of(TEAMS)).id != ada.id


async def test_also_where_the_address_is_learnt_later(storage: SqlStorage):
    ada = await of(storage, SLACK)
    unknown = await of(storage, Account("teams", "tenant-1", "aad-1", "Ada Lovelace"))
    assert unknown.id != ada.id
    assert (await of(storage, TEAMS)).id == ada.id
    assert (await of(storage, Account("teams", "tenant-1", "aad-1"))).id == ada.id
    async with storage.work(ACME) as work:
        assert await work.people.get(unknown.id) == unknown, "the trail still names who it was"
        assert [person.id for person in await work.people.every(9)] == [ada.id]


async def test_without_an_address_nobody_is_anybody_else(storage: SqlStorage):
    first = await of(storage, Account("slack", "T1", "U1", "Ada"))
    second = await of(storage, Account("slack", "T1", "U2", "Ada"))
    assert first.id != second.id
    async with storage.work(ACME) as work:
        assert await work.people.by_email("") is None
        assert await work.people.by_email("ada@example.com") is None
        assert [person.id for person in await work.people.every(1)] == [first.id]


async def test_linking_by_hand_outlasts_the_next_message(storage: SqlStorage):
    ada = await of(storage, SLACK)
    private = Account("teams", "tenant-1", "aad-9", "Ada", "ada@private.example")
    before = await of(storage, private)
    async with storage.work(ACME) as work:
        await work.people.link(private, ada.id)
        await work.people.link(Account("teams", "tenant-1", "aad-new"), ada.id)
        assert len(await work.people.accounts(ada.id)) == 3
        assert await work.people.accounts(before.id) == []
        found = await work.people.by_email("ADA@private.example")
    assert found is not None
    assert found.id == ada.id, "whose account it is goes before whom it was noted with"
    assert (await of(storage, private)).id == ada.id
    assert (await of(storage, Account("teams", "tenant-1", "aad-new"))).id == ada.id


async def test_nobody_is_linked_to_a_stranger(storage: SqlStorage):
    ada = await of(storage, SLACK)
    async with storage.work(OTHER) as work:
        with pytest.raises(LookupError):
            await work.people.link(TEAMS, ada.id)
        with pytest.raises(LookupError):
            await work.people.link(TEAMS, PersonId("nobody"))
        assert await work.people.by_email(SLACK.email) is None
        assert await work.people.accounts(ada.id) == []


async def test_their_zone_is_what_a_platform_said_last(storage: SqlStorage):
    assert (await of(storage, replace(SLACK, zone="Europe/Vienna"))).zone == "Europe/Vienna"
    assert (await of(storage, SLACK)).zone == "Europe/Vienna", "a press says nothing of it"
    assert (await of(storage, replace(TEAMS, zone="America/New_York"))).zone == "America/New_York"
    assert (await of(storage, replace(SLACK, name=""))).zone == "America/New_York"
    assert (await of(storage, replace(SLACK, name="", zone="Asia/Tokyo"))).zone == "Asia/Tokyo"
    async with storage.work(ACME) as work:
        [ada] = await work.people.every(9)
    assert (ada.name, ada.email, ada.zone) == ("Ada L.", "Ada@Example.com", "Asia/Tokyo")
