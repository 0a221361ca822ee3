"""What holds for every request: a cap, a time limit, safe headers, a readable answer when something fails, a figure."""

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from aiohttp import hdrs, web

from bot.model.errors import Forbidden, Problem, Rejected, TooOften, Unavailable
from handlers.web.meters import Meters

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
REQUEST_LASTS = timedelta(seconds=30)  # body and answer; no platform waits longer for us
PUSHES = "pushes"  # a handler that has it goes on as long as somebody listens, and ends by itself

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def put_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """A page may set its own; what it leaves open is closed."""
    policy = response.headers.get("Content-Security-Policy", "")
    framed = "frame-ancestors" in policy and "frame-ancestors 'none'" not in policy
    for name, value in HEADERS.items():
        if not (framed and name == "X-Frame-Options"):  # the older header knows no list of those who may
            response.headers.setdefault(name, value)
    response.headers["Server"] = "nightdesk"  # in the place of aiohttp's version


def measured(meters: Meters) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        status = 499  # the client went away before there was an answer
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as answer:
            status = answer.status
            raise
        finally:
            # Labels come from our own routes and methods: a stranger must not be able to invent new ones.
            route = _route(request)
            method = request.method if request.method in hdrs.METH_ALL else "other"
            meters.count("http_requests", route=route, method=method, status=str(status))
            meters.observe("http_request", time.perf_counter() - began, route=route)
        return response

    return measure


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What is expected gets its sentence; what is not gets an id that stands in the log with the trace."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Problem as problem:
        log.warning("request refused", extra={"route": _route(request), "why": str(problem)})
        return _told(problem)
    except Exception:  # the door: nothing of it may reach the other side
        number = secrets.token_hex(4)
        log.exception("request failed", extra={"error_id": number, "route": _route(request), "method": request.method})
        return web.Response(
            status=500, text=f"Something went wrong on our side. The log has the details under {number}.\n"
        )


def _route(request: web.Request) -> str:
    """As it was registered: in an address itself, keys may stand."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    if (request.content_length or 0) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length or 0, text=_TOO_LARGE)
    lasts = None if getattr(request.match_info.handler, PUSHES, False) else REQUEST_LASTS.total_seconds()
    try:
        async with asyncio.timeout(lasts) as patience:
            return await handler(request)
    except TimeoutError:
        if not patience.expired():
            raise
    if request.content.at_eof():
        raise web.HTTPServiceUnavailable(text="The answer took too long. Try again in a minute.\n")
    raise web.HTTPRequestTimeout(text="The request took too long to arrive.\n")


_TOO_LARGE = "The request is larger than 1 MB.\n"


def _told(problem: Problem) -> web.Response:
    text = f"{problem.says} {problem.advice}".strip() + "\n"
    match problem:
        case Unavailable(retry_after=after):
            return web.Response(status=503, text=text, headers=_later(after or timedelta(seconds=5)))
        case TooOften(retry_after=after):
            return web.Response(status=429, text=text, headers=_later(after))
        case Forbidden():
            return web.Response(status=403, text=text)
        case Rejected():
            return web.Response(status=422, text=text)
        case _:
            return web.Response(status=500, text="A setting is wrong. The log names it.\n")


def _later(after: timedelta) -> dict[str, str]:
    return {"Retry-After": str(max(1, math.ceil(after.total_seconds())))}
