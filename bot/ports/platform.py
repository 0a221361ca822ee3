"""A place where people talk, as the core sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.model.message import Account, Place
from bot.model.parcel import Receipt
from bot.model.reply import Reply
from bot.model.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one lane may be spoken into: `burst` at once, then one every `every` seconds."""

    burst: int
    every: float


@dataclass(frozen=True, slots=True)
class Order:
    """Something to say now. With a receipt it replaces that message; a live receipt is a stream to finish."""

    tenant: TenantId
    place: Place
    reply: Reply
    key: str  # kept with the message where the platform can, so that `find` recognises it
    receipt: Receipt | None = None
    under: Receipt | None = None  # say it in the thread of this message; the place itself names no thread then


@dataclass(frozen=True, slots=True)
class Step:
    """Something long that is under way, told while it lasts. May be lost; the reply may not.

    `words`: not what is done, but all of the answer that is there so far.
    """

    text: str
    state: Literal["running", "done", "failed", "words"] = "running"
    stops: bool = False  # a person can stop it: with a button, where the platform has none of its own


class Stopped(Exception):  # noqa: N818 - it says what happened, and nothing went wrong
    """A person has stopped this live message, by the platform's own means."""


class Platform(Protocol):
    """Raises Unavailable where later may help (and obeys its own 429s by `retry_after`), Rejected where it will not."""

    name: str
    pace: Pace

    async def send(self, order: Order) -> Receipt:
        """Post, update, or finish a live message. After an Unavailable that is not `definite` it may have arrived."""
        ...

    async def find(self, tenant: TenantId, place: Place, key: str, since: datetime) -> Receipt | None:
        """The message that carries this key, if it was posted after all. None also where one cannot look."""
        ...

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:
        """Open a live message that steps are told in and `send` finishes; None where the platform has none here."""
        ...

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        """Status line, typing mark or a line in the live message. Raises Stopped, and nothing else."""
        ...

    async def workspace(self) -> str:
        """The one workspace this process speaks in, for plans that name none; empty where there are several."""
        ...

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:
        """The account with its name and e-mail address, as the platform knows them now; None where it does not."""
        ...

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        """Whose address this is, where the platform can be asked."""
        ...

    def personal(self, account: Account) -> Place:
        """Where a direct message to this account goes, also to one that never wrote to us."""
        ...
