"""A language model, as the core sees one: it is asked in writing, and answers in a shape or not at all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from bot.model.errors import Unavailable
from bot.model.message import PersonId
from bot.model.tenant import TenantId
from bot.model.usage import Allowance, DearSession, Price, Spent, Tokens, Usage

A = TypeVar("A", bound=BaseModel)
Heard: TypeAlias = Callable[[str], Awaitable[None]]
"""Is told each piece of an answer as it comes."""


class TooSlow(Unavailable):
    """It was given up after the time that it had."""


class Task(StrEnum):
    """What a model is asked for; each may have a model of its own."""

    ANALYSIS = "analysis"
    ENTRY = "entry"
    MAIL = "mail"
    PLAN = "plan"  # what a question asks for, where the rules do not know
    TALK = "talk"  # the words of an answer

    @property
    def waited_for(self) -> bool:
        """Whether a person waits for it; the rest is done in the background."""
        return self in (Task.PLAN, Task.TALK)


@dataclass(frozen=True, slots=True)
class Line:
    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    task: Task
    lines: tuple[Line, ...]
    name: str  # of the shape
    schema: Mapping[str, Any]  # JSON Schema, strict: nothing but its properties, and all of them; none: plain words
    patience: timedelta
    model: str = ""  # another one than the task's own


@dataclass(frozen=True, slots=True)
class Written:
    """What came back, as text; whoever asked reads it."""

    text: str
    model: str
    tokens: Tokens | None = None
    cut: bool = False  # it was not finished


class LanguageModel(Protocol):
    """Raises Unavailable where later may help, Rejected where it will not; nothing else, and never later than told."""

    @property
    def allowance(self) -> Allowance:
        """For a tenant and a day, where its plan says nothing else."""
        ...

    @property
    def prices(self) -> Mapping[str, Price]: ...

    @property
    def endpoint(self) -> str:
        """The host that is called."""
        ...

    @property
    def cheaper(self) -> str:
        """The model for when a limit is near; empty: there is none."""
        ...

    def model_of(self, task: Task) -> str: ...
    def longest_of(self, task: Task) -> int:
        """In tokens."""
        ...

    async def write(self, inquiry: Inquiry) -> Written: ...
    async def stream(self, inquiry: Inquiry, heard: Heard) -> Written:
        """The same, told while it is written. What was heard before something is raised is void."""
        ...


class Usages(Protocol):
    """What models were asked, and what it cost."""

    async def add(self, usage: Usage) -> str:
        """The id of its row."""
        ...

    async def spent(self, tool: str, since: datetime, until: datetime) -> Spent: ...
    async def latest(self, limit: int) -> Sequence[Usage]:
        """Newest first."""
        ...

    async def about(self, what: str, since: datetime) -> Sequence[Usage]:
        """Oldest first."""
        ...

    async def dearest(self, since: datetime, until: datetime, limit: int) -> Sequence[DearSession]:
        """Whose answers took most."""
        ...


@dataclass(frozen=True, slots=True)
class Brief(Generic[A]):
    """Something to be written: the words of a prompt, and the shape that the answer has to have."""

    task: Task
    version: str  # of the prompt: "analysis/1"
    system: str
    user: str
    shape: type[A]
    patience: timedelta
    about: str = ""
    person: PersonId | None = None  # who asked, where somebody did
    session: str = ""  # the conversation it is asked in: the key of its place
    repairs: int = 1  # how often an answer that cannot be used is sent back
    wrong: Callable[[A], str] | None = None  # what is wrong with an answer of the right shape; nothing where it holds


class PlainWords(BaseModel):
    """The shape of what has none."""


class Consults(Protocol):
    """Asks the model for a tenant, within what it may spend. None: it could not, may not or did not; rules it is."""

    async def ask(self, tenant: TenantId, brief: Brief[A]) -> A | None: ...
    async def tell(self, tenant: TenantId, brief: Brief[PlainWords], heard: Heard) -> Written | None:
        """Plain words, heard while they are written. None: whatever was heard is void."""
        ...
