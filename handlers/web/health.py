"""What orchestrators and Prometheus ask: alive, ready, figures."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TypeAlias, TypeVar

from aiohttp import web

from handlers.web.meters import Meters

log = logging.getLogger(__name__)

T = TypeVar("T")

Ready: TypeAlias = Callable[[], Awaitable[Mapping[str, bool]]]
"""Every part by name, and whether it works."""

Figures: TypeAlias = Callable[[], Awaitable[Mapping[str, float]]]
"""How much waits, by the names of `meters.WATCHED`."""

ANSWERED_WITHIN = timedelta(seconds=5)


DRAIN = web.AppKey("drain", asyncio.Event)
"""Set when the process has been told to stop: no new work should be sent here."""


def register(app: web.Application, ready: Ready, meters: Meters, figures: Figures, metrics_token: str) -> None:
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        parts = {**await _asked(ready, {"check": False}, "readiness"), "accepting": not request.app[DRAIN].is_set()}
        told = {name: "ok" if works else "down" for name, works in parts.items()}
        return web.json_response(
            {"status": "ok" if all(parts.values()) else "down", "parts": told},
            status=200 if all(parts.values()) else 503,
        )

    async def metrics(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "")
        if metrics_token and not hmac.compare_digest(given.encode(), f"Bearer {metrics_token}".encode()):
            raise web.HTTPUnauthorized(text="The figures want the bearer token of NIGHTDESK_METRICS_TOKEN.\n")
        meters.watched(await _asked(figures, {}, "figures"))
        body, content_type = meters.write(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def _asked(ask: Callable[[], Awaitable[Mapping[str, T]]], instead: Mapping[str, T], what: str) -> Mapping[str, T]:
    """A part that hangs or raises is a part that is down."""
    try:
        async with asyncio.timeout(ANSWERED_WITHIN.total_seconds()):
            return await ask()
    except Exception:
        log.exception("%s could not be found out", what)
        return instead
