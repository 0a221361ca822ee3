"""What happened in the doubles, for the page and the tests; and what shall go wrong there."""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

KEPT_REQUESTS = 500
FaultKind: TypeAlias = Literal["429", "500", "503", "slow", "drop", "expire"]


@dataclass(frozen=True, slots=True)
class Event:
    chat: str
    type: str
    data: dict[str, Any]


class Bus:
    def __init__(self) -> None:
        self.log: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        self._listeners: set[asyncio.Queue[Event]] = set()
        self._count = 0

    def publish(self, chat: str, type: str, /, **data: Any) -> None:  # noqa: A002 - the word the page uses
        for listener in self._listeners:
            listener.put_nowait(Event(chat, type, data))

    async def subscribe(self) -> AsyncIterator[Event]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    def record(
        self,
        chat: str,
        direction: Literal["in", "out"],
        method: str,
        path: str,
        *,
        status: int,
        ms: float,
        request: Any = None,
        response: Any = None,
    ) -> None:
        """`out`: from the double to the bot. `in`: the bot called us."""
        self._count += 1
        entry = {
            "n": self._count,
            "chat": chat,
            "direction": direction,
            "method": method,
            "path": path,
            "status": status,
            "ms": round(ms, 1),
            "request": request,
            "response": response,
        }
        self.log.append(entry)
        self.publish(chat, "request", **entry)


@dataclass(slots=True)
class Fault:
    kind: FaultKind
    chat: str = ""  # "" for both
    match: str = ""  # part of the method or path; "" for all
    times: int = 1  # 0: until cleared
    rate: float = 1.0
    seconds: float = 1.0
    hits: int = field(default=0)


class Faults:
    def __init__(self, seed: int = 1) -> None:
        self.faults: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 - reproducible faults, not secrets

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def clear(self) -> None:
        self.faults.clear()

    def next(self, chat: str, what: str, *kinds: FaultKind) -> Fault | None:
        """The fault that this call shall suffer; only these kinds where any are named."""
        for fault in self.faults:
            meant = fault.chat in ("", chat) and fault.match in what and (not kinds or fault.kind in kinds)
            if meant and self._random.random() < fault.rate:
                fault.hits += 1
                if fault.times and fault.hits >= fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    def state(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.faults]
