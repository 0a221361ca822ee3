"""What a person sees while an answer takes long: first a status, then, where the platform has one, a live message."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.model.message import Account, Place
from bot.model.parcel import Receipt, Subject
from bot.model.tenant import TenantId
from bot.ports.platform import Platform, Step
from bot.ports.services import Clock
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

STATUS_AFTER = 0.4  # most answers are there by then, and a status would only flicker
LIVE_AFTER = 2.0


class Telling:
    """Remembers the latest step and shows it once the wait is long enough to be felt."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        platform: Platform,
        tenant: TenantId,
        place: Place,
        to: Account,
        subject: Subject,
    ) -> None:
        self._storage, self._clock, self._platform = storage, clock, platform
        self._tenant, self._place, self._to, self._subject = tenant, place, to, subject
        self._receipt: Receipt | None = None
        self._shown = False
        self._opening: asyncio.Task[None] | None = None
        self._step = Step("Thinking")

    async def step(self, text: str) -> None:
        before, self._step = self._step, Step(text)
        if self._receipt:
            await self._tell(Step(before.text, "done"))
        if self._shown:
            await self._tell(self._step)

    async def run(self) -> None:
        await self._clock.sleep(STATUS_AFTER)
        self._shown = True
        await self._tell(self._step)
        await self._clock.sleep(LIVE_AFTER - STATUS_AFTER)
        self._opening = asyncio.create_task(_quietly(self._open()))
        await self._opening

    async def close(self) -> None:
        """A live message that is being opened is waited for: the answer has to know it, to finish it."""
        if self._opening:
            await self._opening

    async def _open(self) -> None:
        receipt = await self._platform.begin(self._tenant, self._place, self._to)
        if receipt is None:
            return
        async with self._storage.work(self._tenant) as work:
            # From here on the answer finishes this message, also after a crash.
            await work.parcels.save_receipt(self._place, self._subject, receipt)
        self._receipt = receipt
        await self._tell(self._step)

    async def _tell(self, step: Step) -> None:
        await _quietly(self._platform.progress(self._tenant, self._place, step, self._receipt))


@contextlib.asynccontextmanager
async def telling(
    storage: Storage,
    clock: Clock,
    platform: Platform | None,
    tenant: TenantId,
    place: Place,
    to: Account,
    subject: Subject,
) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """Tells while the block runs."""
    if platform is None:
        yield _silent
        return
    told = Telling(storage, clock, platform, tenant, place, to, subject)
    task = asyncio.create_task(told.run())
    try:
        yield told.step
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await told.close()


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:  # a door: progress may be lost, the reply may not
        log.warning("progress_not_told", exc_info=True)


async def _silent(_: str) -> None:
    return
