"""The control call by which the page asks for what an answer rests on."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.model import reply
from bot.model.reply import Reply
from handlers.playground.answers import answered, refuse

Behind: TypeAlias = Callable[[str], Awaitable[Reply | None]]
"""The reply behind a message, by the id that the bot's receipts give it."""


def data_routes(behind: Behind | None) -> list[web.RouteDef]:
    async def data(request: web.Request) -> web.Response:
        receipt = request.query.get("receipt", "")
        if not receipt:
            refuse("`receipt` is missing: the message as the bot's receipts name it.")
        found = await behind(receipt) if behind else None
        return answered({"reply": None if found is None else as_page_reads(found)})

    return [web.get("/control/data", data)]


def as_page_reads(found: Reply) -> object:
    """As JSON, in which what is no number is nothing."""
    return json.loads(reply.dump(found), parse_constant=lambda _: None)
