"""One thing that programs can ask: where it stands, what it takes and gives, and who may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from aiohttp import web
from pydantic import BaseModel

from bot.model.message import Account, Role
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.desks import Desks
from bot.ports.storage import Key
from handlers.api.asked import Nothing

A = TypeVar("A", bound=BaseModel)
API = "api"

Given: TypeAlias = BaseModel | web.StreamResponse


def role_of(key: Key) -> Role:
    return Role(key.role) if key.role in list(Role) else Role.VIEWER


@dataclass(frozen=True, slots=True)
class Caller:
    """Who comes, by a key or by a token. `account`: as whom they speak in conversations."""

    key: Key
    account: Account
    ends_at: datetime | None = None  # of a token, when it has run out
    program: bool = False  # a key that is named by nobody's address: nobody in person


async def _nothing_new() -> None:
    """Nobody looks again."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose key is good and whose role suffices."""

    desks: Desks
    actor: Actor
    caller: Caller
    now: datetime
    request: web.Request
    again: Callable[[], Awaitable[None]] = _nothing_new  # raises, where the key does not open this any more

    @property
    def key(self) -> Key:
        return self.caller.key

    @property
    def role(self) -> Role:
        return role_of(self.key)

    @property
    def tenant(self) -> TenantId:
        return self.actor.tenant

    @property
    def id(self) -> str:
        """What the address is about."""
        return self.request.match_info["id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[A]):
    """`asks` is read from the query of GET and DELETE, and from the body of POST and PUT."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    says: str
    tag: str
    asks: type[A]
    gives: type[BaseModel]
    act: Callable[[Call, A], Awaitable[Given]]
    needs: Role = Role.VIEWER
    status: int = 200
    source: str = API  # the source of the keys that open it
    media: tuple[str, ...] = ()  # what it gives besides JSON
    socket: bool = False  # a WebSocket: the key may stand in its address, and it lasts as long as both sides want


AnyRoute: TypeAlias = Route[Any]


def simple(act: Callable[[Call], Awaitable[Given]]) -> Callable[[Call, Nothing], Awaitable[Given]]:
    """For those that need nothing beyond the address."""

    async def without(call: Call, _: Nothing) -> Given:
        return await act(call)

    return without
