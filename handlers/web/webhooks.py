"""Where alerts come in. What is answered with 2xx is in the database; everything else says what was wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from aiohttp import web

from bot.model.errors import Malformed, Missing
from bot.model.keys import digest
from bot.model.payload import read_json
from bot.model.plan import JsonSource, Plan
from bot.model.signal import Signal
from bot.model.tenant import TenantId
from bot.ports.services import Clock, Meters
from bot.ports.storage import Key, Keys
from handlers.web.middleware import LARGEST_BODY
from handlers.web.webhook_answers import (
    HEARTBEAT,
    PAGERDUTY,
    TOLD,
    WITHOUT_KEY,
    Stranger,
    counted,
    invalid_event,
    processed,
    refusal,
    routing_key,
)

A = TypeVar("A")
P = TypeVar("P")
A_contra = TypeVar("A_contra", contravariant=True)
P_contra = TypeVar("P_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)

GENERIC, RULER = "generic", "ruler"
LARGEST_EVENT = LARGEST_BODY // 2  # PagerDuty's own limit; here a stranger's body is read before the key in it

Accept: TypeAlias = Callable[[TenantId, Sequence[Signal]], Awaitable[None]]
Beat: TypeAlias = Callable[[TenantId, str], Awaitable[None]]
Plans: TypeAlias = Callable[[TenantId], Awaitable[Plan]]


class Source(Protocol[A_contra, P_contra]):
    """A line of the integrations' catalogue, as far as this door needs it."""

    @property
    def name(self) -> str: ...
    @property
    def parse(self) -> Callable[[A_contra], Sequence[Signal]]: ...
    @property
    def admit(self) -> Callable[[A_contra, P_contra], Awaitable[None]] | None: ...


class MakeArrived(Protocol[A_co]):
    def __call__(
        self,
        *,
        body: Any,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        now: datetime,
        mapping: JsonSource | None,
    ) -> A_co: ...


@dataclass(frozen=True, slots=True)
class Door(Generic[A, P]):
    sources: Mapping[str, Source[A, P]]
    accept: Accept
    beat: Beat
    keys: Keys
    plans: Plans
    arrived: MakeArrived[A]
    parts: P
    clock: Clock

    async def key(self, source: str, key: object) -> Key:
        """Before anything that was sent is looked at."""
        found = None
        if isinstance(key, str) and key:
            found = await self.keys.of(source, digest(key), self.clock.now())
        if found is None:
            raise Stranger("This key is not known here, or was revoked.")
        return found

    def source(self, name: str) -> Source[A, P]:
        if name not in self.sources:
            raise Missing(f"There is no source of this name; there are: {', '.join(self.sources)}.")
        return self.sources[name]

    async def take(self, source: Source[A, P], key: Key, request: web.Request, body: Any) -> Sequence[Signal]:
        """Returns when the signals are committed."""
        mapping = await self._mapping(source, key, request)
        arrived = self.arrived(
            body=body,
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query),
            now=self.clock.now(),
            mapping=mapping,
        )
        if source.admit is not None:
            await source.admit(arrived, self.parts)
        signals = source.parse(arrived)
        if signals:
            await self.accept(key.tenant, signals)
        return signals

    async def post(self, name: str, key: Key, request: web.Request) -> int:
        """For another door, where this key was shown already."""
        return len(await self.take(self.source(name), key, request, await body_of(request)))

    async def _mapping(self, source: Source[A, P], key: Key, request: web.Request) -> JsonSource | None:
        if source.name != GENERIC:
            return None
        name = request.query.get("map") or key.name
        mapping = (await self.plans(key.tenant)).sources.get(name)
        if mapping is None:
            raise Malformed("map", "The plan has no mapping of this name among its sources.")
        return mapping


def register(
    app: web.Application,
    *,
    sources: Mapping[str, Source[A, P]],
    accept: Accept,
    beat: Beat,
    keys: Keys,
    plans: Plans,
    arrived: MakeArrived[A],
    parts: P,
    clock: Clock,
    meters: Meters,
) -> Door[A, P]:
    door = Door(sources, accept, beat, keys, plans, arrived, parts, clock)

    async def post(request: web.Request) -> web.Response:
        try:
            source = door.source(request.match_info["source"])
            key = await door.key(source.name, request.match_info["key"])
            signals = await door.take(source, key, request, await body_of(request))
        except TOLD as problem:
            return refusal(problem)
        return web.json_response({"accepted": len(signals)})

    async def as_alertmanager(request: web.Request) -> web.Response:
        try:
            source = door.source(RULER)
            key = await door.key(RULER, request.match_info["key"])
            signals = await door.take(source, key, request, await body_of(request))
        except TOLD as problem:
            return refusal(problem)
        return web.json_response({"status": "success", "accepted": len(signals)})

    async def as_pagerduty(request: web.Request) -> web.Response:
        """With the key in the address, or as PagerDuty has it, in the body."""
        try:
            source = door.source(PAGERDUTY)
            if "key" in request.match_info:
                key = await door.key(PAGERDUTY, request.match_info["key"])
                body = await body_of(request)
            else:
                body = await body_of(request, LARGEST_EVENT)
                key = await door.key(PAGERDUTY, routing_key(body))
            (signal,) = await door.take(source, key, request, body)
        except TOLD as problem:
            return invalid_event(problem)
        return processed(body, signal)

    async def heartbeat(request: web.Request) -> web.Response:
        try:
            key = await door.key(HEARTBEAT, request.match_info["key"])
            name = request.query.get("name") or key.name
            if name not in (await door.plans(key.tenant)).heartbeats:
                raise Missing("The plan has no heartbeat of this name, so nobody would miss it.")
            await door.beat(key.tenant, name)
        except TOLD as problem:
            return refusal(problem)
        return web.json_response({"accepted": 1})

    app.router.add_get("/webhooks/heartbeat/{key}", heartbeat)
    app.router.add_post("/webhooks/heartbeat/{key}", heartbeat)
    app.router.add_post("/webhooks/pagerduty/{key}", as_pagerduty)
    app.router.add_post(WITHOUT_KEY, as_pagerduty)
    app.router.add_post("/webhooks/ruler/{key}/api/{version:v[12]}/alerts", as_alertmanager)
    app.router.add_post("/webhooks/{source}/{key}", post)
    app.on_response_prepare.append(counted(meters, (*sources, HEARTBEAT)))
    return door


async def body_of(request: web.Request, most: int = LARGEST_BODY) -> Any:
    try:
        read = await request.read()
    except web.RequestPayloadError:
        raise Malformed("", "The body is not packed as its Content-Encoding says.") from None
    if len(read) > most:
        raise web.HTTPRequestEntityTooLarge(most, len(read), text="The request is larger than it may be here.\n")
    return read_json(read)
