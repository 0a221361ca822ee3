"""Results are booked at once, those of many lanes in one commit: what is not booked at a crash is looked for again."""

import asyncio

from bot.model.parcel import Outcome
from bot.ports.storage import ParcelQueue


class Booking:
    def __init__(self, parcels: ParcelQueue) -> None:
        self._parcels = parcels
        self._waiting: list[tuple[Outcome, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def book(self, *outcomes: Outcome) -> None:
        """Returns when they are on disk; raises Unavailable when they are not."""
        loop = asyncio.get_running_loop()
        booked = [(outcome, loop.create_future()) for outcome in outcomes]
        self._waiting += booked
        if booked and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._write(), name="booking")
        await asyncio.gather(*(future for _, future in booked))

    async def _write(self) -> None:
        """While one commit runs, what arrives gathers for the next."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._parcels.settle([outcome for outcome, _ in batch])
            except Exception as problem:  # noqa: BLE001 - a door: each waiting lane is told, and decides
                for _, future in batch:
                    if not future.done():
                        future.set_exception(problem)
            else:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)
