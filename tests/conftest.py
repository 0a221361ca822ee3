"""What tests of several rooms share: both databases, and a clock that is driven."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from storage.storage import SqlStorage, migrate, open_storage
from tests import postgres
from tests.fakes import DrivenClock

KEY = "bmlnaHRkZXNrLXRlc3RzLW5pZ2h0ZGVzay10ZXN0czE="


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others as they were shuffled: so processes that share the files out end together."""
    items.sort(key=_minutes, reverse=True)


def _minutes(item: pytest.Item) -> float:
    mark = item.get_closest_marker("lasts")
    return float(mark.args[0]) if mark else 0


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def unused_port() -> int:
    return postgres.free_port()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "nightdesk.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh file with the tables in it."""
    file = tmp_path / "nightdesk.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of an empty database that others are created beside; see tests/postgres.py."""
    try:
        running = postgres.server()
        url = running.__enter__()
    except (RuntimeError, OSError) as problem:
        if os.environ.get("CI"):
            pytest.fail(str(problem))
        pytest.skip(str(problem))
    yield url
    running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with the tables in it, to be copied."""
    name = f"nightdesk_template_{uuid.uuid4().hex[:8]}"
    asyncio.run(_run(postgres_server, f'CREATE DATABASE "{name}"'))
    migrate(_named(postgres_server, name))
    yield name
    asyncio.run(_dropped(postgres_server, name))


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A fresh database with the tables in it, for a role that row-level security binds."""
    name = f"nightdesk_test_{uuid.uuid4().hex[:8]}"
    asyncio.run(_run(postgres_server, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"'))
    yield _named(postgres_server, name)
    asyncio.run(_dropped(postgres_server, name))


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    name = f"nightdesk_empty_{uuid.uuid4().hex[:8]}"
    asyncio.run(_run(postgres_server, f'CREATE DATABASE "{name}"'))
    yield _named(postgres_server, name)
    asyncio.run(_dropped(postgres_server, name))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.peers)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def storage(database_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    """One storage, on each engine in turn."""
    async with open_storage(database_url, keys=[KEY], clock=clock) as opened:
        yield opened


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


async def _dropped(url: str, name: str) -> None:
    """The server's own housekeeper may be in it, which nobody but the server can send away: it leaves by itself."""
    for attempt in range(50):
        try:
            await _run(url, f'DROP DATABASE "{name}" WITH (FORCE)')
            break
        except (asyncpg.InsufficientPrivilegeError, asyncpg.ObjectInUseError):
            if attempt == 49:
                raise
            await asyncio.sleep(0.1)


async def _run(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
