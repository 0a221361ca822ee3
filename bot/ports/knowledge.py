"""What the core keeps of documents, and asks of them, inside one tenant's unit of work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model.document import Document, DocumentId


@dataclass(frozen=True, slots=True)
class Sought:
    """Which documents: those that have any of these terms, and pass every filter. Empty means any."""

    terms: Sequence[str]  # as bot.model.terms writes them
    categories: Sequence[str] = ()
    tags: Sequence[str] = ()  # any of them
    every_tag: bool = False  # or all of them
    since: datetime | None = None  # changed since then
    until: datetime | None = None
    issues: bool = False  # only what was learnt from issues
    counted: bool = True  # whether anybody wants to know how many there are in all
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is needed to say how well a document fits. Each field is its terms in order, ` term  term `."""

    id: DocumentId
    title: str
    labels: str
    content: str
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pool:
    """`size` and `having` are of everything that this tenant may read; `total` have what is sought."""

    size: int = 0
    having: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    candidates: Sequence[Candidate] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for, in their own words."""

    query: str
    hints: Sequence[str] = ()
    category: str = ""  # or a group of them
    tags: Sequence[str] = ()
    every_tag: bool = False
    since: datetime | None = None
    until: datetime | None = None
    issues: bool = False
    limit: int = 5
    first: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    document: Document
    relevance: float
    excerpt: str
    terms: int = 0  # of those that were asked for, how many it has


@dataclass(frozen=True, slots=True)
class Found:
    """`total` have what was looked for; `hits` are those of this page, the best first."""

    hits: Sequence[Hit]
    total: int
    seconds: float
    asked: int = 0  # terms


@dataclass(frozen=True, slots=True)
class WebPage:
    """What stood at an address, in Markdown, and what tells whether it has changed since."""

    title: str
    content: str
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class WebState:
    """A page that is looked at by the clock. `says`: why it could not be read; empty where it could."""

    address: str
    document: Document | None = None
    says: str = ""


class WebPages(Protocol):
    def address(self, written: str) -> str:
        """As it is asked for; Rejected where pages there are not allowed."""
        ...

    async def read(self, address: str, *, etag: str = "", modified: str = "") -> WebPage | None:
        """None: it is as these say. Missing: it is not there."""
        ...


class Documents(Protocol):
    """What is read is the tenant's own and everyone's; what is changed is the tenant's own."""

    async def save(self, documents: Sequence[Document]) -> None: ...
    async def get(self, document: DocumentId) -> Document | None: ...
    async def several(self, documents: Collection[DocumentId]) -> Mapping[DocumentId, Document]: ...
    async def search(self, sought: Sought) -> Pool: ...
    async def of_place(self, place: str) -> Sequence[Document]:
        """Its own of one folder."""
        ...

    async def naming(self) -> Sequence[Document]:
        """Its own that name metrics."""
        ...

    async def remove(self, documents: Collection[DocumentId]) -> int: ...
