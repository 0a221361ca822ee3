"""Who listens to a conversation while it is answered: programs that wait at this process for words as they come."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.message import Message
from bot.ports.tools import unheard

Telling: TypeAlias = Callable[[str], Awaitable[None]]
MOST_WAITING = 256  # things heard that a listener has not taken yet; early words beyond that are not kept for it


@dataclass(frozen=True, slots=True)
class Heard:
    """`key`: of the message that is answered; empty for what is said unasked. `words`: more of an early answer."""

    kind: Literal["begun", "step", "words", "done", "said"]
    key: str = ""
    text: str = ""


class Ear:
    def __init__(self) -> None:
        self._heard: deque[Heard] = deque()
        self._news = asyncio.Event()
        self.missed = 0

    def take(self, heard: Heard) -> None:
        """Early words may be lost to somebody slow, for the answer holds them all; its end is never."""
        if heard.kind in ("step", "words") and len(self._heard) >= MOST_WAITING:
            self.missed += 1
            return
        self._heard.append(heard)
        self._news.set()

    async def next(self, patience: float) -> Heard | None:
        """None: nothing within that time, in seconds."""
        if not self._heard:
            self._news.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait()
            except TimeoutError:
                return None
        return self._heard.popleft() if self._heard else None

    async def __aiter__(self) -> AsyncIterator[Heard]:
        while True:
            if heard := await self.next(60):
                yield heard


class Hearing:
    """By conversation (`Place.key`). Nothing here is kept: the answer itself is in the storage."""

    def __init__(self) -> None:
        self._ears: dict[str, list[Ear]] = {}

    @contextmanager
    def listening(self, place: str) -> Iterator[Ear]:
        ear = Ear()
        self._ears.setdefault(place, []).append(ear)
        try:
            yield ear
        finally:
            left = [one for one in self._ears[place] if one is not ear]
            if left:
                self._ears[place] = left
            else:
                del self._ears[place]

    def tell(self, place: str, heard: Heard) -> None:
        for ear in self._ears.get(place, ()):
            ear.take(heard)

    def step(self, message: Message, shown: Telling = unheard) -> Telling:
        """Told to who listens, and shown where the message came from."""
        return self._as("step", message, shown)

    def words(self, message: Message, shown: Telling = unheard) -> Telling:
        """The same for words of the answer that are there early."""
        return self._as("words", message, shown)

    def _as(self, kind: Literal["step", "words"], message: Message, shown: Telling) -> Telling:
        async def hear(text: str) -> None:
            self.tell(message.place.key, Heard(kind, message.key, text))
            await shown(text)

        return hear
