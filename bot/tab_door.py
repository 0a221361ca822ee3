"""Who looks at a page of ours in a chat's own window: an account of that chat, met as when it speaks."""

from uuid import uuid4

from aiohttp import hdrs, web

from bot.conversation.guard import admit
from bot.conversation.roles import Roles, given
from bot.event_page import EventPage
from bot.model.issue import By
from bot.model.message import Role
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.ports.desks import Desks
from bot.ports.storage import Storage
from handlers.platform import Framed
from handlers.playground import tab
from handlers.playground.log_events import Viewer


def register(app: web.Application, framed: Framed, desks: Desks, storage: Storage, roles: Roles) -> None:
    async def gate(request: web.Request) -> Viewer:
        account = await framed.admit(request.headers.get(hdrs.AUTHORIZATION, ""))
        installation = await storage.directory.installation(account.platform, account.workspace)
        tenant = installation.tenant if installation else DEFAULT_TENANT
        person = given(await desks.office.person(tenant, account), roles)
        admit(await storage.directory.tenant(tenant), person, Role.VIEWER)
        by = By(person.name or account.name, person.id, account.platform)
        return Viewer(person, Actor(tenant, by, f"tab:{uuid4()}"))  # each press is one of its own

    tab.register(app, EventPage(desks), gate, framed.ancestors)
