"""Every request of the API comes through here: whose key or token, how often, which role, what exactly, and why."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from bot.model.errors import Forbidden, Malformed, Missing, Problem
from bot.model.harmless import clean
from bot.model.issue import By
from bot.model.keys import digest
from bot.model.message import Account, Role
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
from handlers.api.route import API, Call, Caller, Route, role_of
from handlers.api.tokens import Tokens

A_MINUTE = 600
LONGEST_CAUSE = 200
PUSHES = "pushes"  # what the web application calls a handler that has no time limit
_RANK = {role: rank for rank, role in enumerate((Role.VIEWER, Role.OPERATOR, Role.ADMIN))}
A = TypeVar("A", bound=BaseModel)


class Door:
    def __init__(
        self,
        keys: Keys,
        tenants: Callable[[TenantId], Awaitable[Tenant | None]],
        desks: Desks,
        clock: Clock,
        tokens: Tokens | None = None,
    ) -> None:
        self._keys, self._tenants, self._desks, self._clock = keys, tenants, desks, clock
        self._tokens = tokens
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

        if route.socket:
            setattr(handle, PUSHES, True)
        return handle

    async def _answer(self, route: Route[A], request: web.Request) -> web.StreamResponse:
        caller = await self._caller(route, request)
        key = caller.key
        if route.source == API:
            self._pace.take(key.id, self._clock.now())
            await self._admit(key, route.needs)
        if any(clean(name) != name for name in request.match_info.values()):
            raise Missing("There is nothing of this name.")
        asked = await _asked(route, request)
        actor = Actor(key.tenant, await self._by(caller, request.method), _cause(key, request))

        async def again() -> None:
            await self._admit((await self._caller(route, request)).key, route.needs)

        given = await route.act(Call(self._desks, actor, caller, self._clock.now(), request, again), asked)
        if isinstance(given, web.StreamResponse):
            return given
        body = given.model_dump_json(by_alias=True).encode()
        return web.Response(body=body, status=route.status, content_type="application/json", charset="utf-8")

    async def _caller(self, route: Route[A], request: web.Request) -> Caller:
        """Before anything else that was sent is looked at."""
        scheme, _, secret = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        secret = secret.strip() if scheme.lower() == "bearer" else ""
        if route.socket and not secret:
            secret = request.query.get("token", "")  # pages cannot send a header with a socket
        if secret and route.source == API and self._tokens and self._tokens.looks_like_one(secret):
            return await self._tokens.caller(secret)
        found = await self._keys.of(route.source, digest(secret), self._clock.now()) if secret else None
        if found is None:
            raise Stranger(
                "This key is not known here, or was revoked.", advice="Send it as “Authorization: Bearer <key>”."
            )
        email = found.name.strip() if "@" in found.name else ""
        account = Account(API, found.tenant, f"key:{found.id}", "" if email else found.name, email)
        return Caller(found, account, program=not email)

    async def _admit(self, key: Key, needs: Role) -> None:
        tenant = await self._tenants(key.tenant)
        if tenant is None or not tenant.enabled:
            raise Forbidden("Nightdesk is switched off for this workspace.")
        role = role_of(key)
        if _RANK[role] < _RANK[needs]:
            raise Forbidden(f"This needs a key with the role {needs}; the role of this one is {role}.")

    async def _by(self, caller: Caller, method: str) -> By:
        """A key that is named by somebody's e-mail address acts as them; any other one is nobody."""
        key, person = caller.key, None
        if method != hdrs.METH_GET and caller.ends_at:
            person = await self._desks.office.person(key.tenant, caller.account)
            return By(person.name or key.name, person.id, API)
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
