"""One open socket: what is sent goes out in order, a slow reader is waited for a while and then left, and the line is
measured by pings."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.ports.services import Clock

GONE = 4401  # the key or token does not open this any more
TOO_SLOW = 4408
SLOW = 10.0  # seconds that a reader may take for one frame
PING_EVERY = timedelta(seconds=20)
MISSED = 2  # pings without an answer, before the line counts as dead


class Line:
    def __init__(self, response: web.WebSocketResponse, clock: Clock) -> None:
        self._response, self.clock = response, clock
        self._one_at_a_time = asyncio.Lock()
        self._pinged: dict[bytes, float] = {}
        self.latency: float | None = None  # in seconds; None: not measured yet
        self.dead = False
        self._closing: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        return self.dead or self._response.closed

    async def send(self, frame: Mapping[str, Any]) -> None:
        if self.closed:
            return
        text = json.dumps(frame, ensure_ascii=False, default=str)
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(SLOW):
                    await self._response.send_str(text)
            except TimeoutError:
                self._drop()
            except (ConnectionError, RuntimeError):
                self.dead = True

    async def receive(self) -> WSMessage:
        """Pings are answered, pongs measured."""
        while True:
            came = await self._response.receive()
            if came.type is WSMsgType.PING:
                await self._response.pong(came.data)
                continue
            if came.type is WSMsgType.PONG:
                began = self._pinged.pop(bytes(came.data), None)
                if began is None:
                    continue
                self.latency = asyncio.get_running_loop().time() - began
                self._pinged.clear()
            return came

    async def ping(self) -> None:
        mark = f"{asyncio.get_running_loop().time():.6f}".encode()
        self._pinged[mark] = asyncio.get_running_loop().time()
        await self._response.ping(mark)

    async def keep_alive(self) -> None:
        try:
            while not self.closed:
                if len(self._pinged) >= MISSED:
                    self._drop()
                    return
                await self.ping()
                await self.clock.sleep(PING_EVERY.total_seconds())
        except (ConnectionError, RuntimeError):
            self.dead = True

    async def close(self, code: int, says: str) -> None:
        if self.closed or self._closing:
            return
        self._closing = asyncio.create_task(self._close(code, says), name="socket closes")
        await asyncio.shield(self._closing)

    async def finished(self) -> None:
        """Whoever serves it stays until the other side was told why it ends."""
        if self._closing:
            await self._closing

    async def _close(self, code: int, says: str) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
            async with asyncio.timeout(SLOW):
                await self._response.close(code=code, message=says.encode()[:120])

    def _drop(self) -> None:
        """Not closed in words, for nobody reads them."""
        self.dead = True
        transport = self._response._req.transport if self._response._req else None
        if transport is not None:
            transport.abort()
