"""Other replicas say that there is work (LISTEN/NOTIFY). A wake-up may be lost: whoever waits polls as well."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.errors import Unavailable
from bot.ports.services import Clock
from storage.database import Database
from storage.prepared import Prepared

log = logging.getLogger(__name__)

CHANNEL = "nightdesk"
LOOK_AFTER = 30.0  # seconds after which a silent connection is asked whether it is still there
SOONEST, LATEST = 1.0, 30.0  # between attempts to connect again


async def announce(connection: AsyncConnection, what: str, owner: str) -> None:
    """Heard by the others once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        await _NOTIFY.change(connection, said=f"{what} {owner}")


_NOTIFY = Prepared(text(f"SELECT pg_notify('{CHANNEL}', :said)"))


class Wakeups:
    """`listening` is set while others are heard; on SQLite there are no others."""

    def __init__(self, database: Database, clock: Clock, owner: str, events: Mapping[str, asyncio.Event]) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._events = events
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    def start(self) -> None:
        if self._database.on_postgres:
            self._task = asyncio.create_task(self._listen_for_ever(), name="wake-ups")
        else:
            self.listening.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen_for_ever(self) -> None:
        wait = SOONEST
        while True:
            try:
                await self._listen()
            except Unavailable:
                pass
            except Exception:  # a door: whatever it was, the next connection starts anew
                log.exception("wake-ups failed")
            if self.listening.is_set():
                log.warning("wake-ups lost")
                wait = SOONEST
            self.listening.clear()
            await self._clock.sleep(wait)
            wait = min(LATEST, wait * 2)

    async def _listen(self) -> None:
        """Returns when the connection is gone."""
        gone = asyncio.Event()
        async with self._database.own_connection() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            driver.add_termination_listener(lambda _: gone.set())
            await driver.add_listener(CHANNEL, self._heard)
            self.listening.set()
            for event in self._events.values():
                event.set()  # what was said while nobody listened
            while not gone.is_set():
                await _either(gone.wait(), self._clock.sleep(LOOK_AFTER))
                if not gone.is_set():
                    await connection.execute(text("SELECT 1"))

    def _heard(self, *heard: Any) -> None:
        what, _, owner = str(heard[-1]).partition(" ")
        if what in self._events and owner != self._owner:  # what we said ourselves, we know
            self._events[what].set()


async def _either(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
