"""The live page of log events: what it shows, pushed whenever that changes, and what can be pressed there."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from aiohttp import web

from bot.desk.office import terminal
from bot.model.errors import Forbidden, Problem, Unavailable
from bot.model.message import Person, PersonId, Role
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.actor import Actor
from handlers.playground.answers import answered, body_of, refuse
from handlers.playground.feeds import Feed, Feeds

STILL_HERE = 15.0  # seconds without news, until the browser is told that we are there
LASTS = 600.0  # seconds; then it is asked anew who looks
H = TypeVar("H")
CLOSING = web.AppKey("log events closing", asyncio.Event)

# A proxy between us shall not collect what is to be seen now.
_PUSHED = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class Viewer:
    person: Person
    actor: Actor


Gate: TypeAlias = Callable[[web.Request], Awaitable[Viewer]]
"""Who looks; a Problem for whoever may not."""


async def at_this_machine(_: web.Request) -> Viewer:
    """The playground is reached from nowhere else."""
    person = Person(PersonId("page"), DEFAULT_TENANT, "the playground", Role.ADMIN)
    return Viewer(person, terminal(DEFAULT_TENANT, "page"))


class LogEvents(Protocol):
    """`act` raises a Problem for what cannot be done as things are, or by this viewer."""

    async def shown(self, tenant: TenantId) -> Mapping[str, Any]: ...
    def may(self, viewer: Viewer) -> list[str]: ...
    async def act(self, viewer: Viewer, name: str) -> None: ...


def log_event_routes(app: web.Application, events: LogEvents | None, gate: Gate) -> list[web.RouteDef]:
    app[CLOSING] = asyncio.Event()
    app.on_shutdown.append(_close)
    doors = _Doors(events, gate)
    return [
        web.get("/control/log-events", doors.show),
        web.get("/control/log-events/stream", doors.stream),
        web.post("/control/log-events/{act}", doors.act),
    ]


def pushes(handler: H) -> H:
    """It goes on as long as somebody listens: no time limit of a server is meant for it."""
    setattr(handler, "pushes", True)  # noqa: B010 - functions have no such field
    return handler


class _Doors:
    def __init__(self, events: LogEvents | None, gate: Gate) -> None:
        self._events, self._gate = events, gate
        self._feeds = Feeds(events.shown) if events else None

    async def show(self, request: web.Request) -> web.Response:
        viewer = await self._viewer(request)
        return answered(await self._known().shown(viewer.actor.tenant))

    async def act(self, request: web.Request) -> web.Response:
        known, viewer = self._known(), await self._viewer(request)
        await body_of(request)
        try:
            await known.act(viewer, request.match_info["act"])
        except Forbidden as problem:
            refuse(problem.says, status=403)
        except Problem as problem:
            refuse(problem.says)
        tenant = viewer.actor.tenant
        if self._feeds:
            self._feeds.look(tenant)
        return answered({"ok": True, **await known.shown(tenant)})

    @pushes
    async def stream(self, request: web.Request) -> web.StreamResponse:
        known, viewer = self._known(), await self._viewer(request)
        assert self._feeds is not None
        response = web.StreamResponse(headers=_PUSHED)
        try:
            async with self._feeds.of(viewer.actor.tenant) as feed:
                await response.prepare(request)
                await response.write(_told(json.dumps({"may": known.may(viewer)})))
                with contextlib.suppress(ConnectionResetError, TimeoutError):  # the page was closed, or comes again
                    async with asyncio.timeout(LASTS):
                        await _push(feed, response, request.app[CLOSING])
        except Unavailable as problem:
            refuse(f"{problem.says} {problem.advice}", status=503)
        return response

    async def _viewer(self, request: web.Request) -> Viewer:
        try:
            return await self._gate(request)
        except Forbidden as problem:
            refuse(problem.says, status=403)
        except Unavailable as problem:
            refuse(problem.says, status=503)

    def _known(self) -> LogEvents:
        if self._events is None:
            refuse("There are no log events behind these chats.", status=404)
        return self._events


async def _push(feed: Feed, response: web.StreamResponse, closing: asyncio.Event) -> None:
    """Whatever is new to this viewer, until the server stops."""
    seen, ends = "", asyncio.ensure_future(closing.wait())
    try:
        while not closing.is_set():
            news = feed.news  # what comes while this is written sets it
            if feed.latest != seen:
                seen = feed.latest
                await response.write(_told(seen))
            waiting = asyncio.ensure_future(news.wait())
            try:
                done, _ = await asyncio.wait({waiting, ends}, timeout=STILL_HERE, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
            if not done:
                await response.write(b": still here\n\n")
    finally:
        ends.cancel()


def _told(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


async def _close(app: web.Application) -> None:
    app[CLOSING].set()
