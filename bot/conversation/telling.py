"""What a person sees while an answer takes long: first a status, then, where the platform has one, a live message.

Words of the answer that are there early are shown at once: in the live message, else in a message that is edited. The
answer takes the place of all of it, also when another process has to say it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass

from bot.model.message import Account, Place
from bot.model.parcel import Receipt, Subject
from bot.model.reply import Button, Reply
from bot.model.tenant import TenantId
from bot.ports.platform import Order, Platform, Step, Stopped
from bot.ports.services import Clock
from bot.ports.storage import Storage

log = logging.getLogger(__name__)

STATUS_AFTER = 0.4  # most answers are there by then, and a status would only flicker
LIVE_AFTER = 2.0
WORDS_EVERY = 1.5  # what the slowest of the platforms takes
OPENING = "Writing the answer…"
STOP = Button("Stop", "stop")


@dataclass(frozen=True, slots=True)
class Seat:
    """Whom an answer is for, and where."""

    tenant: TenantId
    place: Place
    to: Account
    subject: Subject


class Telling:
    """Remembers the latest step and shows it once the wait is long enough to be felt."""

    def __init__(self, storage: Storage, clock: Clock, platform: Platform | None, seat: Seat) -> None:
        self._storage, self._clock, self._platform, self._seat = storage, clock, platform, seat
        self._receipt: Receipt | None = None
        self._stands = False  # an earlier attempt has begun a message: the answer takes its place
        self._shown, self._closing = False, asyncio.Event()
        self._one_by_one = asyncio.Lock()
        self._opening: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._step = Step("Thinking")
        self._words = ""
        self._written = ""
        self._stops = False
        self.stopped = asyncio.Event()  # a person has stopped it, by the platform's own means

    async def step(self, text: str) -> None:
        before, self._step = self._step, Step(text, stops=self._stops)
        if self._platform is None or self._words:
            return
        if self._receipt and self._receipt.live:
            await self._tell(Step(before.text, "done"))
        if self._receipt and not self._receipt.live:
            self._write()
        elif self._shown:
            await self._tell(self._step)

    async def words(self, text: str) -> None:
        """One more sentence of the answer. Returns at once: nobody who writes waits for a chat."""
        self._words = f"{self._words} {text}".strip()
        self._write()

    def can_be_stopped(self) -> None:
        self._stops = True
        self._step = Step(self._step.text, stops=True)

    async def run(self) -> None:
        if self._platform is None:
            return
        await self._clock.sleep(STATUS_AFTER)
        self._shown = True
        await self._tell(self._step)
        await self._clock.sleep(LIVE_AFTER - STATUS_AFTER)
        await self._open()
        if self._stops and self._receipt is None:
            self._write()

    async def close(self) -> None:
        """What is being sent is waited for: the answer has to know the message, and come after the last words."""
        self._closing.set()
        for one in (self._opening, self._writing):
            if one:
                await one

    async def _open(self) -> None:
        """Once; whoever comes while it is being opened waits for the same."""
        if self._opening is None:
            self._opening = asyncio.create_task(_quietly(self._begin()))
        await asyncio.shield(self._opening)

    async def _begin(self) -> None:
        assert self._platform is not None
        seat = self._seat
        async with self._storage.work(seat.tenant) as work:
            self._stands = await work.parcels.receipt(seat.place, seat.subject) is not None
        if self._stands:
            return
        if receipt := await self._platform.begin(seat.tenant, seat.place, seat.to):
            await self._keep(receipt)
            await self._tell(self._step)

    async def _keep(self, receipt: Receipt) -> None:
        async with self._storage.work(self._seat.tenant) as work:
            # From here on the answer finishes this message, also after a crash.
            await work.parcels.save_receipt(self._seat.place, self._seat.subject, receipt)
        self._receipt = receipt

    def _write(self) -> None:
        if self._platform and not self._closing.is_set() and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(_quietly(self._all_written()))

    async def _all_written(self) -> None:
        """What came meanwhile is shown together."""
        await self._open()
        if self._receipt is None and not self._stands:
            await self._post()
        while self._receipt and self._said() != self._written and not self._closing.is_set():
            self._written = said = self._said()
            if self._receipt.live:
                await self._tell(Step(said, "words", self._stops))
            else:
                await self._edit(said)
            if not self._closing.is_set():
                await self._pause()

    def _said(self) -> str:
        return self._words or (self._step.text if self._receipt and not self._receipt.live else "")

    async def _pause(self) -> None:
        """Ends early with the answer."""
        ends = [asyncio.ensure_future(one) for one in (self._clock.sleep(WORDS_EVERY), self._closing.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for one in ends:
            one.cancel()

    async def _post(self) -> None:
        """Where there is no live message: an ordinary one, which says nothing yet that could remain half said."""
        assert self._platform is not None
        if not self._closing.is_set():
            await self._keep(await self._platform.send(self._order(OPENING)))

    async def _edit(self, said: str) -> None:
        assert self._platform is not None
        await _quietly(self._platform.send(self._order(f"{said} …" if self._words else said)))

    def _order(self, said: str) -> Order:
        reply = Reply(said, buttons=(STOP,) if self._stops else ())
        seat = self._seat
        return Order(seat.tenant, seat.place, reply, f"{seat.subject}#0", self._receipt)

    async def _tell(self, step: Step) -> None:
        assert self._platform is not None
        async with self._one_by_one:  # two appends at once would be taken in any order
            try:
                await _quietly(self._platform.progress(self._seat.tenant, self._seat.place, step, self._receipt))
            except Stopped:
                self.stopped.set()


@contextlib.asynccontextmanager
async def telling(storage: Storage, clock: Clock, platform: Platform | None, seat: Seat) -> AsyncIterator[Telling]:
    """Tells while the block runs."""
    told = Telling(storage, clock, platform, seat)
    task = asyncio.create_task(told.run())
    try:
        yield told
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await told.close()


async def _quietly(work: Awaitable[object]) -> None:
    try:
        await work
    except Stopped:
        raise
    except Exception:  # a door: progress may be lost, the reply may not
        log.warning("progress_not_told", exc_info=True)
