"""The aiohttp application that the platforms add their endpoints to."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.ports.services import Clock
from bot.ports.storage import Storage
from handlers.web import downloads, health
from handlers.web.links import Links
from handlers.web.meters import Meters
from handlers.web.middleware import LARGEST_BODY, answer_problems, limit, measured, put_headers


async def _no_figures() -> Mapping[str, float]:
    return {}


def build(
    *,
    storage: Storage,
    clock: Clock,
    links: Links,
    meters: Meters,
    ready: health.Ready,
    figures: health.Figures = _no_figures,
    metrics_token: str = "",
) -> web.Application:
    """With /healthz, /readyz, /metrics and /files; add routes before it is served."""
    app = web.Application(middlewares=[measured(meters), answer_problems, limit], client_max_size=LARGEST_BODY)
    app[health.DRAIN] = asyncio.Event()
    app.on_response_prepare.append(put_headers)
    health.register(app, ready, meters, figures, metrics_token)
    downloads.register(app, storage, links, clock)
    return app
