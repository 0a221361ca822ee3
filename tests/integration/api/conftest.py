"""The whole API on SQLite; the desks behind it are tested on both engines in their own rooms."""

from collections.abc import AsyncIterator

import pytest

from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.fakes import DrivenClock
from tests.integration.api.scene import Scene, scene


@pytest.fixture
async def storage(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        yield opened


@pytest.fixture
async def on(storage: SqlStorage, clock: DrivenClock) -> AsyncIterator[Scene]:
    async with scene(storage, clock) as opened:
        yield opened
