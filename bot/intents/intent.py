"""The shape of a thing that a person can ask. Help, command, form and permission follow from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from bot.model.message import Role
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.ports.desks import Desks
from bot.ports.tools import Tools
from bot.query.application import About
from bot.query.names import Names
from bot.query.translate import Seat
from bot.query.words.choosing import Prepared
from bot.query.words.outcome import Outcome

Ask = TypeVar("Ask", bound=BaseModel)

ANEW = "anew"  # an argument of every intent's buttons: what was read a while ago will not do


Filled: TypeAlias = Callable[[Mapping[str, Any], TenantId, Desks], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Question:
    """What was written, with all that is needed to understand it."""

    text: str
    at: datetime
    zone: str = "UTC"
    names: Names = field(default_factory=Names)
    memory: Mapping[str, Any] = field(default_factory=dict)  # the last intent of this thread and its arguments
    issue: str = ""  # whose message this thread hangs on
    ground: Prepared | None = None  # what the sources hold; None where nothing is known of it
    about: About | None = None  # the application that is named, or that this channel is about
    app: str = ""  # as the question names it
    facts: Mapping[str, str] = field(default_factory=dict)  # labels and values that this session is about
    translated: Callable[[Outcome], None] = lambda _: None  # is told what became of it, where it was translated
    model: Seat | None = None  # who knows where the rules of queries do not


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question; `asks_back` is said instead of an answer where something is missing."""

    intent: str
    arguments: Mapping[str, Any]
    confidence: float
    asks_back: Reply | None = None
    open: bool = False  # a model may know what the rules ask back for
    by_model: bool = False
    taken: Mapping[str, str] = field(default_factory=dict)  # of the arguments, what the session is about


@dataclass(frozen=True, slots=True)
class Intent(Generic[Ask]):
    name: str
    help: str
    examples: tuple[str, ...]
    asks: type[Ask]
    answer: Callable[[Ask, Tools], Awaitable[Reply | None]]  # None: nothing needs to be said
    reads: Callable[[Question], Reading | None] = lambda _: None
    title: str = ""  # of its form
    command: str = ""  # the verb that runs it (perhaps of two words: "alerts here"); none: only buttons do
    words: Callable[[Question], Mapping[str, Any] | Reading | None] | None = (
        None  # what is behind its verb; else `reads`
    )
    submit: str = "Ask"  # the word on the button of its form
    needs: Role = Role.VIEWER
    remembered: bool = True  # a follow-up may build on it
    verbatim: bool = False  # what stands behind its verb goes to `words` as it is, `name=value` too
    in_place: bool = False  # it changes the message of the answer that its `of` names
    filled: Filled | None = None  # of what its form shows, what no button carries
    overheard: bool = False  # done in an issue's thread also where nobody spoke to us, if the reading is sure
    by_clock: bool = False  # it only looks, and may be asked by the clock
    written: Callable[[Ask, Names], str] | None = None  # its query, where that is known before anything is read
    patience: timedelta | None = None  # it may take so long; else as long as any answer


AnyIntent = Intent[Any]
