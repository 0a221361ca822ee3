"""Socket Mode: the way in for apps without a public address. Each envelope goes to one of the open connections."""

import asyncio
import secrets
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from handlers.playground.doubles.slack.workspace import Json, Workspace

_ANSWERS = frozenset({"interactive", "slash_commands"})  # kinds whose ack may carry a payload


class Sockets:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._turn = count()

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def ticket(self, workspace: Workspace, _: Json) -> Json:
        """apps.connections.open: an address that opens one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        base = workspace.base_url.replace("http", "ws", 1)
        return {"url": f"{base}/slack/socket?ticket={ticket}&app_id={workspace.bot.app}"}

    async def accept(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPUnauthorized
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self._workspace.bot.app},
            "debug_info": {"host": "double", "approximate_connection_time": 18_060},
        }
        try:
            await socket.send_json(hello)
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._hear(frame.json())
        finally:
            if socket in self._open:
                self._open.remove(socket)
        return socket

    async def send(self, kind: str, payload: Json, attempt: int, reason: str) -> Any:
        """Waits for the ack, as long as the caller lets it."""
        socket = self._open[next(self._turn) % len(self._open)]
        envelope = secrets.token_hex(16)
        ack: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[envelope] = ack
        frame = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in _ANSWERS,
        }
        if kind == "events_api":
            frame |= {"retry_attempt": attempt, "retry_reason": reason}
        try:
            await socket.send_json(frame)
            return await ack
        finally:
            self._acks.pop(envelope, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks every connection to come back under a new address, and closes it."""
        for socket in list(self._open):
            self._open.remove(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "double"}})
            await socket.close()

    async def close(self) -> None:
        for socket in list(self._open):
            await socket.close()

    def _hear(self, frame: Any) -> None:
        ack = self._acks.get(frame.get("envelope_id") or "") if isinstance(frame, dict) else None
        if ack is not None and not ack.done():
            ack.set_result(frame.get("payload"))
