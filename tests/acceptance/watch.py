"""Looks at everything the doubles show, once, and knows it by its mark: thousands of issues side by side."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from handlers.playground.doubles.bus import Bus, Event

MARK = re.compile(r"[A-Z][a-z]+-\d{3,6}")


class Watch:
    """Roots of issues by mark and id, as they stand in these channels; `statuses` counts what was answered."""

    def __init__(self, bus: Bus, channels: Collection[str]) -> None:
        self._channels = channels
        self.slack: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        self.teams: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        self.statuses: Counter[tuple[str, int]] = Counter()
        self._changed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._events = bus.subscribe()
        self._task = asyncio.create_task(self._look())

    async def until(self, mark: str, found: Callable[[], Any], what: str, patience: float = 60.0) -> Any:
        """Looks again whenever a message with this mark came or changed."""
        try:
            async with asyncio.timeout(patience):
                while not (result := found()):
                    self._changed[mark].clear()
                    await self._changed[mark].wait()
                return result
        except TimeoutError:
            raise AssertionError(f"{mark}: not seen in {patience:g} s: {what}") from None

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._events.aclose()  # type: ignore[attr-defined]

    async def _look(self) -> None:
        async for event in self._events:
            if event.type == "request":
                self.statuses[event.data["direction"], event.data["status"]] += 1
            elif event.type in ("message", "update") and self._is_of_a_channel(event):
                self._note(event)

    def _is_of_a_channel(self, event: Event) -> bool:
        """What is said to somebody alone is another message about the same issue."""
        return (event.data.get("channel") or event.data.get("conversation")) in self._channels

    def _note(self, event: Event) -> None:
        if event.chat == "slack":
            message = event.data["message"]
            if not message.get("bot_id") or message.get("thread_ts") not in (None, message["ts"]):
                return
            known, key, text = self.slack, message["ts"], message["text"]
        else:
            message = event.data["activity"]
            if message.get("root") != message["id"] or not message["from"]["id"].startswith("28:"):
                return
            known, key = self.teams, message["id"]
            text = message.get("summary") or json.dumps(message.get("attachments", []), ensure_ascii=False)
        for mark in set(MARK.findall(text)):
            known[mark][key] = message
            self._changed[mark].set()
