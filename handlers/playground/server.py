"""Serves the page, the gallery, the control API and the two doubles on one port; the caller keeps it on loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.model.errors import Problem
from handlers.playground.answers import answered, body_of, refuse, sentence
from handlers.playground.data import Behind, data_routes
from handlers.playground.doubles.bus import Bus, Event, Fault, FaultKind, Faults
from handlers.playground.incidents import Incidents, incident_routes
from handlers.playground.knowledge import Knowledge, knowledge_routes
from handlers.playground.log_events import LogEvents, at_this_machine, log_event_routes
from handlers.playground.papers import Papers, paper_routes

log = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
KNOWN_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
LARGEST_BODY = 32 * 1024 * 1024  # files are uploaded to the doubles through the same door
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; object-src 'none'; img-src 'self' data: "
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CLOSING = web.AppKey("closing", asyncio.Event)
_HEADERS = web.AppKey("headers", dict[str, str])


class Double(Protocol):
    """One simulated chat. `control` raises ValueError or LookupError with a sentence for what it will not do."""

    def routes(self, app: web.Application) -> None: ...
    async def control(self, name: str, body: dict[str, Any]) -> Mapping[str, Any]: ...
    def state(self) -> Mapping[str, Any]: ...


class FaultAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    chat: str = Field("", pattern="^(slack|teams)?$")
    match: str = ""
    times: int = Field(1, ge=0)
    rate: float = Field(1.0, gt=0, le=1)
    seconds: float = Field(1.0, ge=0, le=3600)


def create_app(
    slack: Double,
    teams: Double,
    bus: Bus,
    faults: Faults,
    gallery: Callable[[], Sequence[Mapping[str, Any]]],
    *,
    bot: Mapping[str, Any] | None = None,
    heartbeat: timedelta = timedelta(seconds=15),
    incidents: Incidents | None = None,
    papers: Papers | None = None,
    pictures: str = "",
    behind: Behind | None = None,
    log_events: LogEvents | None = None,
    knowledge: Knowledge | None = None,
) -> web.Application:
    """`pictures`: where the bot serves the files that it links to, for the page shows those of cards."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[_CLOSING] = asyncio.Event()
    app[_HEADERS] = {**HEADERS, "Content-Security-Policy": HEADERS["Content-Security-Policy"] + pictures}
    app.on_response_prepare.append(_harden)
    app.on_shutdown.append(_end_streams)
    doubles = {"slack": slack, "teams": teams}
    for double in doubles.values():
        double.routes(app)
    control = _Control(doubles, bus, faults, gallery, bot or {"name": "Nightdesk"}, heartbeat)
    app.add_routes(
        [
            web.get("/", _file_called("index.html")),
            web.get("/gallery", _file_called("gallery.html")),
            web.get("/log-events", _file_called("log-events.html")),
            web.get("/knowledge", _file_called("knowledge.html")),
            web.get("/page/{path:.+}", _file),
            web.get("/sim/state", control.state),
            web.get("/sim/events", control.events),
            web.get("/sim/log", control.log),
            web.get("/sim/gallery", control.gallery),
            web.get("/sim/faults", control.faults),
            web.post("/sim/faults", control.add_fault),
            web.delete("/sim/faults", control.clear_faults),
            web.post("/sim/{chat}/{name}", control.call),
            *incident_routes(incidents),
            *paper_routes(papers),
            *data_routes(behind),
            *log_event_routes(app, log_events, at_this_machine),
            *knowledge_routes(knowledge),
        ]
    )
    return app


class _Control:
    def __init__(
        self,
        doubles: Mapping[str, Double],
        bus: Bus,
        faults: Faults,
        gallery: Callable[[], Sequence[Mapping[str, Any]]],
        bot: Mapping[str, Any],
        heartbeat: timedelta,
    ) -> None:
        self._doubles = doubles
        self._bus = bus
        self._faults = faults
        self._gallery = gallery
        self._bot = bot
        self._heartbeat = heartbeat

    async def state(self, _: web.Request) -> web.Response:
        return answered({**{chat: double.state() for chat, double in self._doubles.items()}, "bot": self._bot})

    async def log(self, request: web.Request) -> web.Response:
        chat = request.query.get("chat", "")
        after = request.query.get("after") or "0"
        if not after.isascii() or not after.isdigit():
            refuse("`after` is the number of a request, such as 17.")
        return answered([e for e in self._bus.log if e["n"] > int(after) and chat in ("", e["chat"])])

    async def gallery(self, _: web.Request) -> web.Response:
        return answered(self._gallery())

    async def faults(self, _: web.Request) -> web.Response:
        return answered(self._faults.state())

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            asked = FaultAsked.model_validate(await body_of(request))
        except ValidationError as problem:
            first = problem.errors()[0]
            refuse(f"{'.'.join(map(str, first['loc'])) or 'The fault'}: {first['msg']}.")
        self._faults.add(Fault(**asked.model_dump()))
        return answered({"ok": True})

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._faults.clear()
        return answered({"ok": True})

    async def call(self, request: web.Request) -> web.Response:
        chat, name = request.match_info["chat"], request.match_info["name"]
        double = self._doubles.get(chat)
        if double is None:
            refuse(f"There is no chat “{chat}”; there are {' and '.join(self._doubles)}.", status=404)
        body = await body_of(request)
        try:
            answer = await double.control(name, body)
        except Problem as problem:
            refuse(problem.says)
        except KeyError as missing:
            refuse(sentence(missing))
        except (ValueError, LookupError) as wrong:
            refuse(str(wrong))
        except Exception:
            log.exception("a control call failed", extra={"chat": chat, "call": name})
            refuse("The simulation failed at this; its log says why.", status=500)
        if "error" in answer and not answer.get("ok"):
            return answered(answer, status=400)
        return answered({"ok": True, **answer})

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        beats = _with_beats(self._bus.subscribe(), self._heartbeat, request.app[_CLOSING])
        async with aclosing(beats):
            async for event in beats:
                written = f"data: {json.dumps(asdict(event), default=str)}\n\n" if event else ": still here\n\n"
                try:
                    await response.write(written.encode())
                except ConnectionResetError:
                    break  # the page was closed
        return response


async def _with_beats(
    events: AsyncIterator[Event], every: timedelta, closing: asyncio.Event
) -> AsyncGenerator[Event | None, None]:
    """The events, and None at once and whenever nothing happened for a while; ends with the server."""
    ends = asyncio.ensure_future(closing.wait())
    arrives = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)  # lets the subscription begin, so that nothing after the first beat is missed
    yield None
    try:
        while True:
            done, _ = await asyncio.wait(
                {arrives, ends}, timeout=every.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
            if ends in done:
                return
            if arrives in done:
                yield arrives.result()
                arrives = asyncio.ensure_future(anext(events))
            else:
                yield None
    finally:
        ends.cancel()
        arrives.cancel()


def _file_called(name: str) -> Callable[[web.Request], Any]:
    async def send(_: web.Request) -> web.StreamResponse:
        return sent(PAGE / name)

    return send


async def _file(request: web.Request) -> web.StreamResponse:
    path = request.match_info["path"]
    wanted = (PAGE / path.replace("\0", "")).resolve()
    if not wanted.is_relative_to(PAGE) or wanted.suffix not in KNOWN_TYPES or not wanted.is_file():
        refuse("There is no such file.", status=404)
    return sent(wanted)


def sent(file: Path) -> web.StreamResponse:
    kind = f"{KNOWN_TYPES[file.suffix]}; charset=utf-8"
    return web.FileResponse(file, headers={"Content-Type": kind, "Cache-Control": "no-cache"})


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in request.app[_HEADERS].items():
        response.headers.setdefault(name, value)


async def _end_streams(app: web.Application) -> None:
    app[_CLOSING].set()
