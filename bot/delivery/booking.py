"""Results are booked at once, those of many lanes in one commit: what is not booked at a crash is looked for again."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.model.parcel import Outcome
from bot.ports.storage import ParcelQueue

NOTHING: Mapping[str, datetime] = MappingProxyType({})


class Booking:
    def __init__(self, parcels: ParcelQueue) -> None:
        self._parcels = parcels
        self._waiting: list[tuple[Sequence[Outcome], Mapping[str, datetime], asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def book(self, *outcomes: Outcome, release: Mapping[str, datetime] = NOTHING) -> None:
        """Returns when they are on disk, and these lanes free; raises Unavailable when they are not."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((outcomes, release, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write(), name="booking")
        await future

    async def _write(self) -> None:
        """While one commit runs, what arrives gathers for the next."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            outcomes = [outcome for booked, _, _ in batch for outcome in booked]
            lanes = {lane: at for _, release, _ in batch for lane, at in release.items()}
            try:
                await self._parcels.settle(outcomes, lanes)
            except Exception as problem:  # noqa: BLE001 - a door: each waiting lane is told, and decides
                for _, _, future in batch:
                    if not future.done():
                        future.set_exception(problem)
            else:
                for _, _, future in batch:
                    if not future.done():
                        future.set_result(None)
