"""The shape of a platform: what its folder offers, and what it is handed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol, TypeAlias

import aiohttp
from aiohttp import web
from pydantic import BaseModel

from bot.model.message import Account, Message, Place
from bot.model.reply import File, Form, Reply
from bot.ports.desks import Suggestion
from bot.ports.platform import Platform
from bot.ports.press import Press
from bot.ports.services import Clock
from bot.ports.storage import Storage

Linker: TypeAlias = Callable[[File], str]
"""Where a file can be fetched; the sender stores it there. Pure: the same file has the same address."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A reply as one platform's message. What did not fit stands whole in `files`, and the payload says so."""

    payload: Mapping[str, Any]
    files: tuple[File, ...] = ()


Renderer: TypeAlias = Callable[[Reply, Linker], Drawing]


class FrontDesk(Protocol):
    """What a platform hands in to, and may ask while it acknowledges: quick, and without waiting for an answer."""

    async def receive(self, message: Message) -> bool:
        """Kept for good when this returns. False: seen before, nothing to do. Unavailable: not kept, answer 5xx."""
        ...

    def form(self, intent: str, arguments: Mapping[str, Any], asks: tuple[str, ...]) -> Form:
        """The form that fills what is missing."""
        ...

    async def given(self, place: Place, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """These arguments, and what the form shows beside them that no press can carry."""
        ...

    def faults(self, intent: str, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        """Field by field, what is wrong with a filled form; empty when it can be accepted."""
        ...

    def commands(self) -> Mapping[str, str]:
        """Every command word with its one-line help, for menus and manifests."""
        ...

    async def preview(self, message: Message) -> Reply | None:
        """What stands beside the link that this press names; None: it is left as it is. Answered at once."""
        ...

    async def suggestions(self, place: Place) -> Sequence[Suggestion]:
        """Questions worth asking there at this moment."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What main hands to every platform."""

    desk: FrontDesk
    storage: Storage
    clock: Clock
    session: aiohttp.ClientSession  # shared and pooled; own time limits are given per call
    link: Callable[[str, str], str]  # (tenant, key of a download) to a signed address
    public_url: str
    command: str  # the slash command's name, "/ops"
    press: Press | None = None  # draws what a platform's own charts cannot show


class Framed(Protocol):
    """Of a platform that shows pages of ours in its own window: who looks, and which hosts may frame them."""

    @property
    def ancestors(self) -> Sequence[str]: ...
    async def admit(self, header: str) -> Account:
        """By the header Authorization; Forbidden for a stranger."""
        ...


class Surface(Protocol):
    """A platform that has been built: the way out, the way in, and its own start, stop and check."""

    platform: Platform

    @property
    def framed(self) -> Framed | None: ...
    def routes(self, app: web.Application) -> None:
        """Add its endpoints to the web application."""
        ...

    async def start(self) -> None: ...
    async def stop(self) -> None:
        """Stop taking in; what was taken in is kept already."""
        ...

    async def check(self) -> str:
        """One sentence that says it works; raises a Problem that says what to do."""
        ...


@dataclass(frozen=True, slots=True)
class PlatformKind:
    """A line in the catalogue. Settings absent: switched off. Half given: an error that names the variable."""

    name: str
    title: str
    settings: type[BaseModel]  # field `bot_token` of kind "slack" is the variable SLACK_BOT_TOKEN
    build: Callable[[Any, Means], Surface]
    render: Renderer
    manifest: Callable[[Mapping[str, str], Any], Awaitable[bytes]] | None = None


def download_key(file: File) -> str:
    """The same content has the same key, so that a retry links to what the first attempt stored."""
    return sha256(file.name.encode() + b"\0" + file.content).hexdigest()[:32]
