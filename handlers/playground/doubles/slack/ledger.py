"""Finding messages quickly, for a storm brings thousands; and what each of them looked like before."""

import copy
from collections import deque
from collections.abc import Sequence
from typing import Any

KEPT_VERSIONS = 200  # of one message


class Ledger:
    """Reads the workspace's own lists, and notices when somebody else has changed them."""

    def __init__(self, messages: dict[str, list[dict[str, Any]]]) -> None:
        self._messages = messages
        self._read: dict[str, tuple[int, int]] = {}  # which list it was, and how long
        self._by_ts: dict[str, dict[str, dict[str, Any]]] = {}
        self._replies: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self._versions: dict[tuple[str, str], deque[dict[str, Any]]] = {}

    def find(self, channel: str, ts: str) -> dict[str, Any] | None:
        self._look(channel)
        return self._by_ts[channel].get(ts)

    def replies(self, channel: str, root: str) -> Sequence[dict[str, Any]]:
        self._look(channel)
        return self._replies[channel].get(root, ())

    def put(self, channel: str, message: dict[str, Any]) -> None:
        self._look(channel)
        self._messages.setdefault(channel, []).append(message)
        self._enter(channel, message)
        self._seen(channel)

    def drop(self, channel: str, message: dict[str, Any]) -> None:
        self._messages[channel].remove(message)

    def keep(self, channel: str, message: dict[str, Any]) -> None:
        """As it is now."""
        kept = self._versions.setdefault((channel, message["ts"]), deque(maxlen=KEPT_VERSIONS))
        kept.append(copy.deepcopy(message))

    def versions(self, channel: str, ts: str) -> list[dict[str, Any]]:
        return copy.deepcopy(list(self._versions.get((channel, ts), ())))

    def _look(self, channel: str) -> None:
        messages = self._messages.get(channel, [])
        if self._read.get(channel) == (id(messages), len(messages)) and messages:
            return
        self._by_ts[channel], self._replies[channel] = {}, {}
        for message in messages:
            self._enter(channel, message)
        self._seen(channel)

    def _enter(self, channel: str, message: dict[str, Any]) -> None:
        self._by_ts[channel][message["ts"]] = message
        root = message.get("thread_ts")
        if root and root != message["ts"]:
            self._replies[channel].setdefault(root, []).append(message)

    def _seen(self, channel: str) -> None:
        messages = self._messages.get(channel, [])
        self._read[channel] = (id(messages), len(messages))
