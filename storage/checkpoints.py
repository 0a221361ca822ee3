"""SQLite's log is carried over into the database beside the work, not inside somebody's commit."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

EVERY_SECONDS = 1.0
LARGEST_LOG_PAGES = 20_000  # 80 MB: from there on the writer does it all the same, so that the log cannot grow for ever


class Checkpoints:
    """A passive checkpoint waits for nobody and lets nobody wait: what it cannot carry over is for the next one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._log = file.with_name(file.name + "-wal")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="checkpoints")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        """By the log's last change: its size says little, for it is written from the start again once carried over."""
        seen = 0
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            changed = await asyncio.to_thread(self._changed)
            if changed != seen:
                await asyncio.to_thread(self._carry_over)
                seen = changed

    def _changed(self) -> int:
        try:
            return self._log.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _carry_over(self) -> None:
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(self._file, timeout=1)) as connection,
        ):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
