"""Alerts by the API: Alertmanager's webhook at an address of its own, with its key in a header (row API-41)."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.ports.storage import Key
from handlers.api import shapes
from handlers.api.asked import Payload
from handlers.api.route import AnyRoute, Call, Given, Route

ALERTMANAGER = "alertmanager"

Take: TypeAlias = Callable[[str, Key, web.Request], Awaitable[int]]
"""(source, key, request) to the number of signals, once they are committed."""


def routes(take: Take) -> tuple[AnyRoute, ...]:
    async def alerts(call: Call, _: Payload) -> Given:
        return shapes.Accepted(accepted=await take(ALERTMANAGER, call.key, call.request))

    return (
        Route(
            method="POST", path="/api/alerts/alertmanager", tag="Issues",
            says="What Alertmanager posts to a webhook receiver, with a key of the source alertmanager.",
            asks=Payload, gives=shapes.Accepted, act=alerts, status=202, source=ALERTMANAGER,
        ),
    )  # fmt: skip
