"""The live page of log events: what it shows, pushed whenever that changes, and what can be pressed there."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import web

from bot.model.errors import Problem
from handlers.playground.answers import answered, body_of, refuse

LOOK_EVERY = 1.0  # seconds
STILL_HERE = 15  # looks without news, until the browser is told that we are there
CLOSING = web.AppKey("log events closing", asyncio.Event)


class LogEvents(Protocol):
    """`act` raises a Problem for what cannot be done as things are."""

    async def shown(self) -> Mapping[str, Any]: ...
    async def act(self, name: str) -> None: ...


def log_event_routes(app: web.Application, events: LogEvents | None) -> list[web.RouteDef]:
    app[CLOSING] = asyncio.Event()
    app.on_shutdown.append(_close)
    doors = _Doors(events)
    return [
        web.get("/control/log-events", doors.show),
        web.get("/control/log-events/stream", doors.stream),
        web.post("/control/log-events/{act}", doors.act),
    ]


class _Doors:
    def __init__(self, events: LogEvents | None) -> None:
        self._events = events

    async def show(self, _: web.Request) -> web.Response:
        return answered(await self._known().shown())

    async def act(self, request: web.Request) -> web.Response:
        await body_of(request)
        try:
            await self._known().act(request.match_info["act"])
        except Problem as problem:
            refuse(problem.says)
        return answered({"ok": True, **await self._known().shown()})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        known, closing = self._known(), request.app[CLOSING]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        before, quiet = "", 0
        with contextlib.suppress(ConnectionResetError):  # the page was closed
            while not closing.is_set():
                now = json.dumps(await known.shown(), default=str)
                quiet = 0 if now != before else quiet + 1
                if now != before:
                    await response.write(f"data: {now}\n\n".encode())
                elif quiet % STILL_HERE == 0:
                    await response.write(b": still here\n\n")
                before = now
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(closing.wait(), LOOK_EVERY)
        return response

    def _known(self) -> LogEvents:
        if self._events is None:
            refuse("There are no log events behind these chats.", status=404)
        return self._events


async def _close(app: web.Application) -> None:
    app[CLOSING].set()
