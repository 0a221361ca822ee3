"""The table of all routes: what is registered is described, and what is described is registered."""

import json
from collections.abc import Awaitable, Callable, Collection

from aiohttp import hdrs, web

from bot.desk.readers import Readable
from bot.model.tenant import Tenant, TenantId
from bot.ports.desks import Desks
from bot.ports.services import Clock
from bot.ports.storage import Keys
from handlers.api import (
    ai_usage,
    arrivals,
    budget,
    chat_routes,
    duty,
    history,
    issues,
    knowledge,
    mails,
    monitoring,
    office,
    openapi,
    page,
    plan,
    queries,
    rules,
    silences,
    socket,
    tickets,
    watches,
)
from handlers.api import sources as sources_
from handlers.api.arrivals import Take
from handlers.api.chat import Chat
from handlers.api.chat_routes import Talks
from handlers.api.conversations import Conversations
from handlers.api.door import Door
from handlers.api.intents import Reader
from handlers.api.otlp import route as otlp
from handlers.api.otlp import usage_route
from handlers.api.refusals import in_json
from handlers.api.route import AnyRoute
from handlers.api.socket import Sockets
from handlers.api.tokens import Tokens

VERSION = "1"


def table(
    *,
    sources: Collection[str],
    take: Take,
    conversations: Conversations,
    readers: Readable,
    clock: Clock,
    talks: Talks,
    sockets: Sockets,
) -> tuple[AnyRoute, ...]:
    return (
        *issues.ROUTES,
        *arrivals.routes(take),
        *silences.ROUTES,
        *watches.ROUTES,
        *rules.ROUTES,
        *duty.ROUTES,
        *tickets.routes(conversations),
        *mails.ROUTES,
        *office.routes(sources),
        *plan.ROUTES,
        *budget.ROUTES,
        *sources_.ROUTES,
        *queries.routes(readers),
        *history.routes(readers, clock),
        *monitoring.ROUTES,
        *otlp.ROUTES,
        *ai_usage.ROUTES,
        *usage_route.ROUTES,
        *knowledge.ROUTES,
        *chat_routes.routes(talks),
        socket.route(sockets),
    )


def register(
    app: web.Application,
    *,
    keys: Keys,
    tenants: Callable[[TenantId], Awaitable[Tenant | None]],
    desks: Desks,
    clock: Clock,
    sources: Collection[str],
    take: Take,
    conversations: Conversations,
    readers: Readable,
    chat: Chat,
    understands: Reader,
    origins: Collection[str] = (),
    tokens: Tokens | None = None,
) -> None:
    """`sources`: what keys may be made for. `take`: hands a request to the parser of its source."""
    talks = Talks(chat, understands)
    sockets = Sockets(talks, clock, origins)
    app.on_shutdown.append(sockets.close)
    routes = table(
        sources=sources, take=take, conversations=conversations, readers=readers, clock=clock, talks=talks,
        sockets=sockets,
    )  # fmt: skip
    door = Door(keys, tenants, desks, clock, tokens)
    for route in routes:
        app.router.add_route(route.method, route.path, door.handler(route))
    told = openapi.document(routes, VERSION)
    _serve(app, "/openapi.json", json.dumps(told, ensure_ascii=False), "application/json")
    _serve(app, "/docs", page.page(told), "text/html", {"Content-Security-Policy": page.POLICY})
    # Outermost: what other middlewares refuse is told in JSON, too.
    app.middlewares.insert(0, in_json(frozenset(route.path for route in routes)))


def _serve(
    app: web.Application, path: str, text: str, content_type: str, headers: dict[str, str] | None = None
) -> None:
    async def show(_: web.Request) -> web.Response:
        cached = {hdrs.CACHE_CONTROL: "no-cache", **(headers or {})}
        return web.Response(text=text, content_type=content_type, headers=cached)

    app.router.add_get(path, show)
