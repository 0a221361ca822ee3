"""The table of the API, and an application with nothing behind it."""

from aiohttp import web

from bot.model.tenant import Tenant, TenantId
from bot.ports.storage import Key
from handlers.api import routes
from handlers.api.conversations import Conversations
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


READERS = FixedSources(DrivenClock(), None)
ALL_ROUTES = routes.table(
    sources=SOURCES, take=taken, conversations=_conversations(), readers=READERS, clock=DrivenClock()
)


def registered() -> web.Application:
    app = web.Application()
    routes.register(
        app, keys=NoKeys(), tenants=nobody, desks=desks(), clock=DrivenClock(), sources=SOURCES, take=taken,
        conversations=_conversations(), readers=READERS,
    )  # type: ignore[arg-type]  # fmt: skip
    return app
