"""What people say and press, and where: the only thing that comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from bot.model.tenant import TenantId

PersonId = NewType("PersonId", str)


class PlaceKind(StrEnum):
    CHANNEL = "channel"
    GROUP = "group"
    PERSONAL = "personal"
    HOME = "home"  # a page of the person's own (Slack's App Home): what is said there replaces what stood there
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a channel or chat of one platform, and perhaps a thread in it."""

    platform: str
    workspace: str  # a Slack team, a Teams tenant
    channel: str
    thread: str = ""
    kind: PlaceKind = PlaceKind.CHANNEL

    @property
    def lane(self) -> str:
        """What platforms pace by; also the order in which things are said."""
        return f"{self.platform}/{self.workspace}/{self.channel}"

    @property
    def key(self) -> str:
        """One conversation."""
        return f"{self.lane}/{self.thread}" if self.thread else self.lane

    @property
    def opener(self) -> str:
        """The message that this thread hangs on, as receipts name it."""
        return f"{self.channel}:{self.thread}" if self.thread else ""

    def in_thread(self, thread: str) -> "Place":
        return replace(self, thread=thread)


@dataclass(frozen=True, slots=True)
class Account:
    """Someone as one platform knows them."""

    platform: str
    workspace: str
    user: str
    name: str = ""
    email: str = ""
    zone: str = ""  # the time zone that the platform shows them times in, where it says so


class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    tenant: TenantId
    name: str
    role: Role = Role.OPERATOR
    zone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """A button, a choice or a filled form: an intent that is already understood."""

    intent: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""  # the platform's id of the message it was pressed on


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the door knows of an author who came with a key or a token."""

    role: Role | None = None  # counts before what is kept of them
    program: bool = False  # nobody in person: it is never the second one that agrees


@dataclass(frozen=True, slots=True)
class Message:
    key: str  # the platform's own identity of this event: a second delivery carries the same
    place: Place  # where the answer belongs, thread included
    author: Account
    said_at: datetime
    text: str = ""
    click: Click | None = None
    about: str = ""  # the text of another message that this one asks about
    twin: str = ""  # equal for two presses of one button by one person
    overheard: bool = False  # nobody spoke to us: answered only in a thread that we are part of
    by_clock: bool = False  # nobody asks just now: a report that was asked for earlier
    vouched: Vouched | None = None
    alone: bool = False  # what was said before it, and what its conversation is about, does not count
