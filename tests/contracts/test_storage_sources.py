"""Datasources and application profiles: kept, found, one default of each type, secrets never plain."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.model.profile import Service, Slos
from bot.model.source import Auth, Health, Tls
from storage.database import Database
from storage.storage import SqlStorage, open_storage, rotate_keys
from tests.conftest import KEY
from tests.contracts.incidents import ACME, OTHER
from tests.contracts.sources import profile, source
from tests.fakes import NOON, DrivenClock

NEWER = "bmlnaHRkZXNrLXRlc3RzLW5ld2VyLWtleS0wMDAwMDI="
WHOLE = source(
    auth=Auth.BASIC, user="ada", org="acme", tls=Tls("-----BEGIN", "-----BEGIN", verify=False), is_default=True,
    config={"page": "https://p.example.com"}, kept=("password",),
    health=Health(up=True, at=NOON, says="Prometheus 2.42.0", latency=timedelta(milliseconds=12)),
)  # fmt: skip


async def test_a_datasource_with_all_there_is(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.sources.save(WHOLE, {"password": "hunter22"})
    async with storage.work(ACME) as work:
        assert await work.sources.get(WHOLE.id) == WHOLE
        assert await work.sources.secrets(WHOLE.id) == {"password": "hunter22"}
        await work.sources.save(replace(WHOLE, name="EU"))
        assert await work.sources.secrets(WHOLE.id) == {"password": "hunter22"}, "what is not given is left"
        await work.sources.save(replace(WHOLE, name="EU", auth=Auth.NONE), {})
        assert await work.sources.secrets(WHOLE.id) == {}
        found = await work.sources.get(WHOLE.id)
        assert found is not None
        assert found.kept == ()


async def test_datasources_are_listed_by_name_and_removed(storage: SqlStorage):
    async with storage.work(ACME) as work:
        for name in ("b", "A", "c"):
            await work.sources.save(source(name))
        assert [one.name for one in await work.sources.every()] == ["A", "b", "c"]
        assert await work.sources.remove(source("b").id)
        assert not await work.sources.remove(source("b").id)
        assert [one.name for one in await work.sources.every()] == ["A", "c"]


async def test_a_new_default_takes_the_place_of_that_of_its_type(storage: SqlStorage):
    async with storage.work(ACME) as work:
        for one in (source("a"), source("b"), source("logs", type="loki")):
            await work.sources.save(replace(one, is_default=True))
        assert [(one.name, one.is_default) for one in await work.sources.every()] == [
            ("a", False), ("b", True), ("logs", True),
        ]  # fmt: skip
    async with storage.work(OTHER) as work:
        await work.sources.save(source("a", is_default=True))
    async with storage.work(ACME) as work:
        assert [one.name for one in await work.sources.every() if one.is_default] == ["b", "logs"]


async def test_the_database_itself_refuses_a_second_default(storage: SqlStorage, database_url: str):
    async with storage.work(ACME) as work:
        await work.sources.save(source("a", is_default=True))
        await work.sources.save(source("b"))
    database = Database(database_url)
    with pytest.raises(IntegrityError):
        async with database.writing(ACME) as connection:
            await connection.execute(text("UPDATE datasources SET is_default = true WHERE name = 'b'"))
    await database.close()


async def test_health_is_noted_without_touching_the_rest(storage: SqlStorage):
    down = Health(up=False, at=NOON, says="It does not answer.")
    async with storage.work(ACME) as work:
        await work.sources.save(WHOLE, {"password": "hunter22"})
        await work.sources.note(WHOLE.id, down)
        assert await work.sources.get(WHOLE.id) == replace(WHOLE, health=down)
        assert await work.sources.secrets(WHOLE.id) == {"password": "hunter22"}


async def test_secrets_are_not_plain_and_are_rotated(database_url: str, clock: DrivenClock):
    async with open_storage(database_url, keys=[KEY], clock=clock) as storage, storage.work(ACME) as work:
        await work.sources.save(WHOLE, {"password": "hunter22"})
    database = Database(database_url)
    async with database.reading() as connection:
        rows = (await connection.execute(text("SELECT * FROM datasources"))).all()
    await database.close()
    assert len(rows) == 1
    assert "hunter22" not in repr(rows)
    assert await rotate_keys(database_url, keys=[NEWER, KEY]) == 1
    async with open_storage(database_url, keys=[NEWER], clock=clock) as storage, storage.work(ACME) as work:
        assert await work.sources.secrets(WHOLE.id) == {"password": "hunter22"}


async def test_profiles(storage: SqlStorage):
    whole = profile(
        "abc-app",
        description="The shop \0",
        architecture={"type": "microservices", "components": ["web", "api"]},
        services={"web": Service("abc_web_", "app=abc-web")},
        datasource=WHOLE.id,
        default_metrics=("up",),
        slos=Slos(0.999, 0.02, 500),
        aliases=("abc",),
        channels=("slack/T1/C1",),
    )
    async with storage.work(ACME) as work:
        await work.profiles.save(profile("zeta"))
        await work.profiles.save(whole)
        assert await work.profiles.every() == [whole, profile("zeta")]
        await work.profiles.save(replace(whole, aliases=()))
        assert await work.profiles.get(whole.id) == replace(whole, aliases=())
        assert await work.profiles.remove(whole.id)
        assert await work.profiles.get(whole.id) is None
