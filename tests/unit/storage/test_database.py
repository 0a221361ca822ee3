"""Where a database may be, and what is said when it may not."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.model.errors import Misconfigured
from storage.database import Database, parse


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////var/a.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_urls_that_are_understood(url: str, driver: str):
    assert parse(url).drivername == driver


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:"])
def test_urls_that_are_not(url: str):
    with pytest.raises(Misconfigured) as raised:
        parse(url)
    assert "sqlite:///" in raised.value.advice
    assert "secret" not in raised.value.says


async def test_the_folder_is_made(tmp_path: Path):
    await Database(f"sqlite:///{tmp_path}/a/b/c.db").close()
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match=f"{tmp_path}/file/below, cannot be written: not a directory"):
        Database(f"sqlite:///{tmp_path}/file/below/c.db")


def test_a_folder_in_place_of_the_file(tmp_path: Path):
    with pytest.raises(Misconfigured, match="not a file"):
        Database(f"sqlite:///{tmp_path}")


async def test_pragmas(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    async with database.reading() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


async def test_a_writer_says_so_at_the_beginning_and_readers_do_not_wait(tmp_path: Path):
    file = tmp_path / "a.db"
    database = Database(f"sqlite:///{file}")
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (x INTEGER)"))
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    async with database.writing() as connection:
        await connection.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        async with database.reading() as reader:
            assert (await reader.execute(text("SELECT count(*) FROM t"))).scalar() == 0
    other.close()
    await database.close()
