"""A Slack that takes whatever is posted and remembers when: light enough not to be what is measured.

`python -m tests.bench.slack_sink PORT`. It serves both subjects: Web API methods for the bot, and the same
chat.postMessage for Alertmanager. Faults are set over POST /_faults, figures read from GET /_seen.
"""

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

MARK = re.compile(rb"Load-(\d{6})")
OK = b'{"ok":true}'


@dataclass
class Faults:
    """Shares of posts; `bucket` is a refill a second, 0 for none. `away_until` is of the monotonic clock."""

    failing: float = 0.0
    lost: float = 0.0
    bucket: float = 0.0
    away_until: float = 0.0
    slow: float = 0.0


@dataclass
class Sink:
    faults: Faults = field(default_factory=Faults)
    posts: dict[str, list[float]] = field(default_factory=dict)  # mark: when each message with it appeared
    updates: int = 0
    refused: int = 0
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # channel: messages, for who looks again
    count: int = 0
    left: float = 20.0
    filled_at: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def answer(self, path: str, kind: str, body: bytes) -> tuple[int, bytes, bool]:
        """Status, body, and whether the answer is lost on its way."""
        method = path.rsplit("/", 1)[-1].partition("?")[0]
        match method:
            case "chat.postMessage":
                return self._post(kind, body)
            case "chat.update":
                self.updates += 1
                return 200, b'{"ok":true,"channel":"C0LOAD","ts":"1.1"}', False
            case "auth.test":
                return 200, b'{"ok":true,"team_id":"T0LOAD","team":"load","user":"nightdesk","user_id":"U0BOT",' \
                    b'"bot_id":"B0BOT","url":"https://load.slack.com/"}', False  # fmt: skip
            case "conversations.history" | "conversations.replies":
                channel = dict(parse_qsl(body.decode())).get("channel", "")
                messages = self.kept.get(channel, [])[-200:]
                return 200, json.dumps({"ok": True, "messages": messages}).encode(), False
            case "_faults":
                self.faults = Faults(**json.loads(body))
                return 200, OK, False
            case "_reset":
                self.posts, self.updates, self.refused, self.kept = {}, 0, 0, {}
                return 200, OK, False
            case "_seen":
                told = {"posts": self.posts, "updates": self.updates, "refused": self.refused}
                return 200, json.dumps(told).encode(), False
            case _:
                return 200, b'{"ok":false,"error":"unknown_method"}', False

    def _post(self, kind: str, body: bytes) -> tuple[int, bytes, bool]:
        now = time.monotonic()
        if now < self.faults.away_until or self.dice.random() < self.faults.failing:
            self.refused += 1
            return 500, b"", False
        if self.faults.bucket and not self._take(now):
            self.refused += 1
            return 429, b'{"ok":false,"error":"ratelimited"}', False
        self.count += 1
        ts = f"{1_700_000_000 + self.count // 1000}.{self.count % 1000:06d}"
        given = json.loads(body) if "json" in kind else dict(parse_qsl(body.decode()))
        channel = str(given.get("channel", "C0LOAD")).lstrip("#")
        self.kept.setdefault(channel, []).append(
            {"type": "message", "ts": ts, "bot_id": "B0BOT", "app_id": "A0BOT", "metadata": given.get("metadata")}
        )
        for mark in {found.decode() for found in MARK.findall(body)}:
            self.posts.setdefault(mark, []).append(now)
        answer = json.dumps({"ok": True, "channel": channel, "ts": ts, "message": {"ts": ts}}).encode()
        return 200, answer, self.dice.random() < self.faults.lost

    def _take(self, now: float) -> bool:
        rate = self.faults.bucket
        self.left = min(rate, self.left + (now - self.filled_at) * rate)
        self.filled_at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Connection(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink, self._buffer = sink, b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, rest = self._buffer[:end].decode("latin-1"), self._buffer[end + 4 :]
            first, *lines = head.split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(fields.get("content-length", 0))
            if len(rest) < length:
                return
            self._buffer = rest[length:]
            self._respond(first.split(" ")[1], fields.get("content-type", ""), rest[:length])

    def _respond(self, path: str, kind: str, body: bytes) -> None:
        status, answer, lost = self._sink.answer(path, kind, body)
        if lost:
            self._transport.abort()
            return
        after = b"Retry-After: 1\r\n" if status == 429 else b""
        head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n" % (
            status, after, len(answer),
        )  # fmt: skip
        if self._sink.faults.slow:
            loop = asyncio.get_running_loop()
            loop.call_later(self._sink.faults.slow, self._transport.write, head + answer)
        else:
            self._transport.write(head + answer)


async def main(port: int) -> None:
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", port)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
