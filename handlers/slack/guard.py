"""In front of Bolt: only what Slack has signed, lately, once, and in a size and shape that can be read."""

import asyncio
import hmac
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import web

from bot.ports.services import Clock

LARGEST = 1024 * 1024
WINDOW = timedelta(minutes=5)
REMEMBERED = timedelta(minutes=10)
MOST_REMEMBERED = 200_000

Body: TypeAlias = dict[str, Any]
Answer: TypeAlias = Callable[[Body], Awaitable[web.Response]]


class Guard:
    """Only the body goes on. No header does, for Bolt obeys some that the signature does not cover.

    A replay waits for what became of the first, so that it is never told of a success that did not come.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key, self._clock = secret.encode(), clock
        self._seen: OrderedDict[str, tuple[float, asyncio.Future[int]]] = OrderedDict()

    async def admit(self, request: web.Request, answer: Answer) -> web.Response:
        raw = await _read(request)
        if raw is None:
            return web.Response(status=413, text="Too large.")
        signature = request.headers.get("X-Slack-Signature", "")
        now = self._clock.now().timestamp()
        if not self._is_signed(raw, request.headers.get("X-Slack-Request-Timestamp", ""), signature, now):
            return web.Response(status=401, text="Not signed by Slack.")
        body = parse(raw, request.content_type)
        if body is None:
            return web.Response(status=400, text="Not readable.")
        return await self._once(signature, now, lambda: answer(body))

    def _is_signed(self, raw: bytes, timestamp: str, signature: str, now: float) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
            return False
        if abs(now - int(timestamp)) > WINDOW.total_seconds():
            return False
        expected = hmac.new(self._key, b"v0:" + timestamp.encode() + b":" + raw, sha256).hexdigest()
        return hmac.compare_digest(b"v0=" + expected.encode(), signature.encode())

    async def _once(self, signature: str, now: float, run: Callable[[], Awaitable[web.Response]]) -> web.Response:
        self._forget(now)
        if known := self._seen.get(signature):
            return web.Response(status=200 if await known[1] < 500 else 503)
        outcome: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._seen[signature] = (now + REMEMBERED.total_seconds(), outcome)
        status = 503
        try:
            response = await run()
            status = response.status
        finally:
            if status >= 500:
                self._seen.pop(signature, None)  # it was not done, so the same again is welcome
            outcome.set_result(status)
        return response

    def _forget(self, now: float) -> None:
        while self._seen:
            signature, (until, _) = next(iter(self._seen.items()))
            if until > now and len(self._seen) < MOST_REMEMBERED:
                return
            del self._seen[signature]


async def _read(request: web.Request) -> bytes | None:
    if (request.content_length or 0) > LARGEST:
        return None
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > LARGEST:
            return None
    return bytes(raw)


def parse(raw: bytes, content_type: str) -> Body | None:
    """An event as JSON, an interaction as JSON in a form, or a command as a form; None for anything else."""
    try:
        text = raw.decode()
        if content_type == "application/json" or text.startswith("{"):
            body = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
            body = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and body else None
