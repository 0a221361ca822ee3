"""What the openai package does by itself, or lets through: none of it reaches whoever asked, and nothing waits for it.

The double of the other tests answers in whole messages; here each byte is written by hand.
"""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.errors import Problem, Rejected, Unavailable
from bot.ports.model import TooSlow
from tests.fakes import DrivenClock
from tests.integration.mail.server import certificate
from tests.integration.openai.test_connection import ANSWER, ASKED, connected

GOOD = json.dumps({
    "id": "1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": json.dumps(ANSWER)}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
})  # fmt: skip


class Server:
    def __init__(self, answers: list[bytes | None], *, then_open: bool = False) -> None:
        self.answers, self.then_open, self.asked = answers, then_open, 0
        self.url = ""
        self.over = asyncio.Event()

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        await reader.readexactly(length)
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if answer:
            writer.write(answer)
            await writer.drain()
        if self.then_open:
            await self.over.wait()
        writer.close()


@asynccontextmanager
async def server(
    *answers: bytes | None, tls: ssl.SSLContext | None = None, then_open: bool = False
) -> AsyncIterator[Server]:
    one = Server(list(answers), then_open=then_open)
    running = await asyncio.start_server(one.speak, "127.0.0.1", 0, ssl=tls)
    port = running.sockets[0].getsockname()[1]
    one.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/v1"
    try:
        yield one
    finally:
        one.over.set()
        running.close()


def said(body: str, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    size = len(body.encode()) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {size}", *headers, "", body]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        (said("{}", "429 Too Many Requests", "Retry-After: 90"), Unavailable, 90),
        (said("{}", "429 Too Many Requests", "Retry-After: 1"), Unavailable, 1),
        (said("{}", "503 Service Unavailable", "Retry-After: 90"), Unavailable, 90),
        (said("{}", "429 Too Many Requests", "retry-after-ms: 90000"), Unavailable, None),
        (said("{}", "400 Bad Request"), Rejected, None),
        (said('{"error": {"message": "no"}}', "401 Unauthorized"), Rejected, None),
        (said("{}", "403 Forbidden"), Rejected, None),
        (said("{}", "500 Internal Server Error"), Unavailable, None),
        (said("{}", "408 Request Timeout"), Unavailable, None),
        (said("{}", "409 Conflict"), Rejected, None),
        (said("not json at all", "502 Bad Gateway"), Unavailable, None),
    ],
)  # fmt: skip
async def test_nothing_is_slept_and_nothing_is_asked_twice(clock: DrivenClock, answer, kind, wait):
    """The package would sleep up to 120 seconds for a Retry-After, and ask twice more."""
    async with server(answer) as one, connected(one.url, clock) as model:
        begun = time.monotonic()
        with pytest.raises(Problem) as caught:
            await model.write(ASKED)
        assert time.monotonic() - begun < 5
    assert type(caught.value) is kind
    if isinstance(caught.value, Unavailable):
        assert caught.value.retry_after == (timedelta(seconds=wait) if wait else None)
    assert one.asked == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (said(GOOD[: len(GOOD) // 2]), Rejected),  # JSON that breaks off: the package lets a JSONDecodeError out
        (said("[]"), Rejected),
        (said('{"choices": []}'), Rejected),
        (said('{"choices": [{}]}'), Rejected),
        (said("null"), Rejected),
        (said('{"choices": "x"}'), Rejected),
        (said(GOOD[:40], length=len(GOOD)), Unavailable),  # the connection breaks off
        (None, Unavailable),  # not a word
    ],
)
async def test_what_is_broken_is_one_of_our_errors(clock: DrivenClock, answer, kind):
    async with server(answer) as one, connected(one.url, clock) as model, asyncio.timeout(20):
        with pytest.raises(Problem) as caught:
            await model.write(ASKED)
    assert type(caught.value) is kind


@pytest.mark.parametrize("answer", [None, said(GOOD[:40], length=len(GOOD)), b"HTTP/1.1 200 OK\r\nContent-Type: "])
async def test_who_stops_in_the_middle_is_given_up_in_time(clock: DrivenClock, answer):
    async with server(answer, then_open=True) as one, connected(one.url, clock, timeout=0.3) as model:
        begun = time.monotonic()
        with pytest.raises(TooSlow):
            await model.write(ASKED)
        assert time.monotonic() - begun < 5
    assert one.asked == 1


async def test_a_server_that_nobody_vouches_for_is_not_spoken_to(clock: DrivenClock, tmp_path: Path):
    trusted, tls = certificate(tmp_path)
    async with server(said(GOOD), tls=tls) as one:
        async with connected(one.url, clock) as model:
            with pytest.raises(Rejected, match="cannot be verified"):
                await model.write(ASKED)
        assert one.asked == 0
        async with connected(one.url, clock, ca_file=str(trusted)) as model:
            assert (await model.write(ASKED)).text
