"""Every request of the API comes through here: whose key, how often, which role, what exactly, and because of what."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from bot.model.errors import Forbidden, Malformed, Missing, Problem
from bot.model.harmless import clean
from bot.model.issue import By
from bot.model.keys import digest
from bot.model.message import Role
from bot.model.payload import read_json
from bot.model.tenant import Tenant, TenantId
from bot.ports.actor import Actor
from bot.ports.desks import Desks
from bot.ports.services import Clock
from bot.ports.storage import Key, Keys
from handlers.api.asked import Payload
from handlers.api.pace import Pace
from handlers.api.people import of_email
from handlers.api.refusals import Handler, Stranger, Unfit, refusal, unfit
from handlers.api.route import API, Call, Route, role_of

A_MINUTE = 600
LONGEST_CAUSE = 200
_RANK = {role: rank for rank, role in enumerate((Role.VIEWER, Role.OPERATOR, Role.ADMIN))}
A = TypeVar("A", bound=BaseModel)


class Door:
    def __init__(
        self, keys: Keys, tenants: Callable[[TenantId], Awaitable[Tenant | None]], desks: Desks, clock: Clock
    ) -> None:
        self._keys, self._tenants, self._desks, self._clock = keys, tenants, desks, clock
        self._pace = Pace(A_MINUTE)

    def handler(self, route: Route[A]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._answer(route, request)
            except Problem as problem:
                refused = refusal(problem)
                if refused is None:
                    raise
                return refused

        return handle

    async def _answer(self, route: Route[A], request: web.Request) -> web.StreamResponse:
        key = await self._key(route.source, request)
        if route.source == API:
            await self._admit(key, route.needs)
        if any(clean(name) != name for name in request.match_info.values()):
            raise Missing("There is nothing of this name.")
        asked = await _asked(route, request)
        actor = Actor(key.tenant, await self._by(key, request.method), _cause(key, request))
        given = await route.act(Call(self._desks, actor, key, self._clock.now(), request), asked)
        if isinstance(given, web.StreamResponse):
            return given
        body = given.model_dump_json(by_alias=True).encode()
        return web.Response(body=body, status=route.status, content_type="application/json", charset="utf-8")

    async def _key(self, source: str, request: web.Request) -> Key:
        """Before anything else that was sent is looked at."""
        scheme, _, secret = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        found = None
        if scheme.lower() == "bearer" and secret.strip():
            found = await self._keys.of(source, digest(secret.strip()), self._clock.now())
        if found is None:
            raise Stranger(
                "This key is not known here, or was revoked.", advice="Send it as “Authorization: Bearer <key>”."
            )
        return found

    async def _admit(self, key: Key, needs: Role) -> None:
        self._pace.take(key.id, self._clock.now())
        tenant = await self._tenants(key.tenant)
        if tenant is None or not tenant.enabled:
            raise Forbidden("Nightdesk is switched off for this workspace.")
        role = role_of(key)
        if _RANK[role] < _RANK[needs]:
            raise Forbidden(f"This needs a key with the role {needs}; the role of this one is {role}.")

    async def _by(self, key: Key, method: str) -> By:
        """A key that is named by somebody's e-mail address acts as them; any other one is nobody."""
        person = None
        if method != hdrs.METH_GET and "@" in key.name:
            person = of_email(key.name, await self._desks.office.people(key.tenant))
        return By(person.name or key.name if person else key.name, person.id if person else None, API)


def _cause(key: Key, request: web.Request) -> str:
    """The same Idempotency-Key of the same key is the same request, however often it is sent."""
    given = request.headers.get("Idempotency-Key", "")
    if len(given) > LONGEST_CAUSE or clean(given) != given:
        raise Unfit({"Idempotency-Key": f"it may have {LONGEST_CAUSE} characters that can be seen"})
    return f"{API}:{key.id}:{given or uuid.uuid4()}"


async def _asked(route: Route[A], request: web.Request) -> A:
    if route.asks is Payload:
        return route.asks()
    try:
        if route.method in ("GET", "DELETE"):
            return route.asks.model_validate_strings(dict(request.query))
        return route.asks.model_validate(await _body(request))
    except ValidationError as problem:
        raise unfit(problem) from None
    except OverflowError:  # a span of more years than there are
        raise Unfit({"": "A number is too large"}) from None


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        read = await request.read()
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    body = read_json(read) if read.strip() else {}
    if not isinstance(body, dict):
        raise Malformed("", "The body has to be a JSON object.")
    return body
