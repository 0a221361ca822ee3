"""Statements that were built once say the same as SQLAlchemy does, on both engines."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Integer, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import upsert
from storage.among import among
from storage.database import Database
from storage.prepared import Prepared
from storage.tables import audit_log, receipts
from tests.fakes import NOON

ALL = Prepared(select(receipts).order_by(receipts.c.subject))


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    database = Database(database_url)
    async with database.writing() as opened:
        yield opened
    await database.close()


def receipt(subject: str, receipt: str = "m1", *, live: bool = False) -> dict[str, object]:
    return {"tenant": "acme", "place": "p", "subject": subject, "lane": "l", "receipt": receipt, "live": live}


def line(number: int, at: datetime = NOON, actor: str | None = None) -> dict[str, object]:
    return {
        "id": f"id-{number}",
        "tenant": "acme",
        "act": "looked",
        "object": "o",
        "at": at,
        "actor": actor,
        "place": "",
        "details": {"at": NOON, "words": ("a", "\0 🙂")},
    }


async def test_what_is_kept_by_either_is_read_by_either(connection: AsyncConnection):
    await upsert.add_all(connection, audit_log, [line(1, actor="p1")])
    await connection.execute(insert(audit_log), [line(2)])
    asked = select(audit_log).order_by(audit_log.c.id)
    quick = await Prepared(asked).all(connection)
    assert quick == [tuple(row) for row in await connection.execute(asked)]
    first, second = quick
    assert (first.actor, second.actor) == ("p1", None)
    assert (first.at, first.at.tzinfo) == (NOON, UTC)
    assert first.details == second.details == {"at": str(NOON), "words": ["a", "\ufffd 🙂"]}


async def test_an_instant_of_another_zone_is_the_same_instant_and_one_without_is_refused(connection: AsyncConnection):
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    await upsert.add_all(
        connection, audit_log, [line(1), line(2, elsewhere), line(3, NOON + timedelta(microseconds=1))]
    )
    at = Prepared(select(audit_log.c.id).where(audit_log.c.at == bindparam("at")).order_by(audit_log.c.id))
    assert await at.scalars(connection, at=elsewhere) == ["id-1", "id-2"]
    with pytest.raises(ValueError, match="zone"):
        await at.scalars(connection, at=NOON.replace(tzinfo=None))


async def test_saved_again_it_is_replaced_and_added_again_it_is_not(connection: AsyncConnection):
    await upsert.save(connection, receipts, [receipt("a"), receipt("b", live=True)])
    await upsert.save(connection, receipts, [receipt("b", "m2")])
    assert not await upsert.add_if_absent(connection, receipts, receipt("a", "m3"))
    assert await upsert.add_if_absent(connection, receipts, receipt("c"))
    await upsert.add_absent(connection, receipts, [receipt("c", "m4"), receipt("d")])
    found = await ALL.all(connection)
    assert [(row.subject, row.receipt, row.live) for row in found] == [
        ("a", "m1", False),
        ("b", "m2", False),
        ("c", "m1", False),
        ("d", "m1", False),
    ]


@pytest.mark.parametrize("wanted", [[], ["b"], ["a", "no such", 'quo"te', "half \ud83d", "nul \0"]])
async def test_among_many(connection: AsyncConnection, wanted: list[str]):
    names = ["a", "b", 'quo"te', "half ?", "nul \ufffd"]
    await upsert.save(connection, receipts, [receipt(name) for name in names])
    found = Prepared(select(receipts.c.subject).where(among(receipts.c.subject, "names")))
    expected = {word.replace("\ud83d", "?").replace("\0", "\ufffd") for word in wanted} & set(names)
    assert set(await found.scalars(connection, names=wanted)) == expected


async def test_changes_are_counted_and_returned(connection: AsyncConnection):
    await upsert.save(connection, receipts, [receipt(name) for name in "abc"])
    its = update(receipts).where(among(receipts.c.subject, "names")).values(receipt=bindparam("receipt_"))
    changed, returned = Prepared(its), Prepared(its.returning(receipts.c.subject, receipts.c.live))
    assert await changed.change(connection, names=["a", "b", "x"], receipt_="m2") == 2
    assert sorted(await returned.all(connection, names=["b", "c"], receipt_="m3")) == [("b", False), ("c", False)]
    await Prepared(
        update(receipts).where(receipts.c.subject == bindparam("subject_")).values(receipt=bindparam("receipt_"))
    ).each(connection, [{"subject_": "a", "receipt_": "m4"}, {"subject_": "c", "receipt_": "m5"}])
    assert [row.receipt for row in await ALL.all(connection)] == ["m4", "m3", "m5"]


async def test_nothing_is_found_as_none(connection: AsyncConnection):
    asked = select(receipts.c.subject, func.length(receipts.c.lane).label("long")).order_by(receipts.c.subject)
    found = Prepared(asked.limit(bindparam("limit", type_=Integer())))
    assert await found.first(connection, limit=9) is None
    assert await found.scalar(connection, limit=9) is None
    await upsert.save(connection, receipts, [receipt("a"), receipt("b")])
    assert (await found.first(connection, limit=9)).long == 1
    assert await found.scalars(connection, limit=1) == ["a"]


async def test_what_has_to_be_written_anew_for_every_run_is_refused(connection: AsyncConnection):
    many = Prepared(select(receipts).where(receipts.c.subject.in_(bindparam("names", expanding=True))))
    with pytest.raises(TypeError, match="among"):
        await many.all(connection, names=["a"])


async def test_a_value_that_is_missing_is_not_taken_for_null(connection: AsyncConnection):
    with pytest.raises(KeyError, match="subject"):
        await Prepared(select(receipts).where(receipts.c.subject == bindparam("subject"))).all(connection)
