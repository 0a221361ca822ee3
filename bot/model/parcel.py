"""What waits to be said, and what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from bot.model.message import Message, Place
from bot.model.reply import Reply
from bot.model.tenant import TenantId

LetterId = NewType("LetterId", str)
ParcelId = NewType("ParcelId", str)
Subject = NewType("Subject", str)  # what a message is about; one subject is one message in a place


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was accepted and is not answered yet."""

    id: LetterId
    tenant: TenantId
    message: Message
    received_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's own id of something we said; `live` while it is a stream that still has to be finished."""

    id: str
    live: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    id: ParcelId
    tenant: TenantId
    place: Place
    subject: Subject
    revision: int
    reply: Reply
    put_at: datetime
    receipt: Receipt | None = None  # the message of this subject in this place, where one stands already
    attempts: int = 0
    doubtful_since: datetime | None = None  # it may have been posted since then: look before posting again
    under: Receipt | None = None  # the message whose thread it belongs to; handed out only once that one stands

    @property
    def key(self) -> str:
        """Travels with the message, so that a later look can recognise it."""
        return f"{self.subject}#{self.revision}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was said of a subject last; `revision` counts how often."""

    reply: Reply
    revision: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to be said, as it is put into the outbox. `under`: in the thread of that subject's message there."""

    place: Place
    subject: Subject
    revision: int
    reply: Reply
    under: Subject | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A parcel that was given up, as it is listed and can be sent again."""

    id: ParcelId
    place: Place
    subject: Subject
    summary: str
    error: str
    put_at: datetime
    given_up_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel. `later`: due again at `due_at`. `dead`: never, and `error` says why."""

    parcel: ParcelId
    verdict: Literal["sent", "later", "dead"]
    at: datetime
    receipt: Receipt | None = None
    due_at: datetime | None = None
    doubtful: bool = False  # the last attempt may have been posted although no answer came
    error: str = ""
