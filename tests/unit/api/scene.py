"""The table of the API, and an application with nothing behind it."""

from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.conversation.hearing import Hearing
from bot.model.tenant import Tenant, TenantId
from bot.model.understood import Understood
from bot.ports.storage import Key
from handlers.api import routes
from handlers.api.chat import Chat
from handlers.api.chat_routes import Talks
from handlers.api.conversations import Conversations
from handlers.api.socket import Sockets
from tests.builders import FixedSources
from tests.desks import desks
from tests.fakes import DrivenClock

SOURCES = ("alertmanager", "sentry")


async def taken(source: str, key: Key, request: web.Request) -> int:
    return 0


async def nobody(tenant: TenantId) -> Tenant | None:
    return None


class NoKeys:
    async def of(self, source: str, digest: str, now: object) -> None:
        return None


def _conversations() -> Conversations:
    return Conversations(None, DrivenClock())  # type: ignore[arg-type]  # nobody asks it anything here


def _chat() -> Chat:
    nobody_there: Any = None
    return Chat(nobody_there, DrivenClock(), nobody_there, Hearing(), a_minute=60, patience=timedelta(seconds=1))


class Understands:
    async def explained(self, text: str, turn: object) -> Understood:
        return Understood(text, text, "normal")


READERS = FixedSources(DrivenClock(), None)
ALL_ROUTES = routes.table(
    sources=SOURCES, take=taken, conversations=_conversations(), readers=READERS, clock=DrivenClock(),
    talks=Talks(_chat(), Understands()), sockets=Sockets(Talks(_chat(), Understands()), DrivenClock(), ()),
)  # fmt: skip


def registered() -> web.Application:
    app = web.Application()
    routes.register(
        app, keys=NoKeys(), tenants=nobody, desks=desks(), clock=DrivenClock(), sources=SOURCES, take=taken,
        conversations=_conversations(), readers=READERS, chat=_chat(), understands=Understands(),
    )  # type: ignore[arg-type]  # fmt: skip
    return app
