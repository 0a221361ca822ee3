"""Secrets: encrypted, rotated, and never silently unreadable or plain."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.model.errors import Misconfigured
from bot.model.tenant import TenantId
from bot.ports.storage import Installation
from storage import rotation
from storage.credentials import Credentials
from storage.storage import open_storage, rotate_keys
from tests.conftest import KEY
from tests.fakes import DrivenClock

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SECRETS = {"bot_token": "xoxb-very-secret"}


def test_sealed_and_opened():
    credentials = Credentials([NEW, OLD])
    sealed = Credentials([OLD]).sealed(SECRETS)
    assert sealed is not None
    assert "secret" not in sealed
    assert credentials.opened(sealed) == SECRETS
    assert Credentials([NEW]).opened(credentials.renewed(sealed)) == SECRETS
    assert credentials.sealed({}) is None
    assert credentials.opened(None) == {}
    with pytest.raises(Misconfigured, match="key that is not there"):
        Credentials([NEW]).opened(sealed)


def test_keys_that_are_none():
    with pytest.raises(Misconfigured, match="NIGHTDESK_KEYS is missing"):
        Credentials([])
    with pytest.raises(Misconfigured, match="not a Fernet key") as raised:
        Credentials(["hunter2"])
    assert "hunter2" not in str(raised.value)


def test_links_are_signed_with_what_does_not_give_the_key_away():
    credentials = Credentials([NEW, OLD])
    assert NEW not in credentials.link_secret
    assert credentials.former_link_secrets == (Credentials([OLD]).link_secret,)
    assert credentials.link_secret != Credentials([OLD]).link_secret


async def save(url: str, keys: list[str], count: int = 1) -> None:
    async with open_storage(url, keys=keys, clock=DrivenClock()) as storage:
        for n in range(count):
            await storage.directory.save_installation(Installation("slack", f"T{n}", TenantId("a"), secrets=SECRETS))


async def read(url: str, keys: list[str]) -> list[object]:
    async with open_storage(url, keys=keys, clock=DrivenClock()) as storage:
        return [found.secrets for found in await storage.directory.installations("slack")]


def raw(url: str) -> str:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return repr(connection.execute("SELECT * FROM installations").fetchall())


async def test_nothing_plain_in_the_database(sqlite_url: str):
    await save(sqlite_url, [KEY])
    assert "very-secret" not in raw(sqlite_url)


async def test_rotation_rewrites_all_in_batches(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    await save(sqlite_url, [OLD], 5)
    assert await rotate_keys(sqlite_url, keys=[NEW, OLD]) == 5
    assert await rotate_keys(sqlite_url, keys=[NEW]) == 5
    assert await read(sqlite_url, [NEW]) == [SECRETS] * 5


@pytest.mark.peers
async def test_rotation_on_postgres(postgres_url: str):
    await save(postgres_url, [OLD], 3)
    assert await rotate_keys(postgres_url, keys=[NEW, OLD]) == 3
    assert await read(postgres_url, [NEW]) == [SECRETS] * 3


async def test_a_missing_key_is_told_at_the_start(sqlite_url: str):
    await save(sqlite_url, [OLD])
    with pytest.raises(Misconfigured, match="key that is not there"):
        await read(sqlite_url, [NEW])
    with pytest.raises(Misconfigured, match=r"key file .* is missing"):
        await read(sqlite_url, [])
    with pytest.raises(Misconfigured, match="key that is not there"):
        await rotate_keys(sqlite_url, keys=[NEW])
    assert key_file_of(sqlite_url) is None, "a new key would only hide the loss"


@pytest.mark.peers
async def test_postgres_needs_a_key(postgres_url: str):
    with pytest.raises(Misconfigured, match="NIGHTDESK_KEYS is missing"):
        await read(postgres_url, [])


async def test_sqlite_makes_itself_a_key_file(sqlite_url: str):
    await save(sqlite_url, [])
    first = key_file_of(sqlite_url)
    assert first is not None
    assert await read(sqlite_url, []) == [SECRETS]
    assert await rotate_keys(sqlite_url, keys=[]) == 1
    second = key_file_of(sqlite_url)
    assert second is not None
    assert second[1:] == first
    assert await read(sqlite_url, []) == [SECRETS]
    assert await read(sqlite_url, second[:1]) == [SECRETS]


def key_file_of(url: str) -> list[str] | None:
    file = Path(url.removeprefix("sqlite:///") + ".key")
    if not file.exists():
        return None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text().split()
