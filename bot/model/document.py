"""What is known and can be looked up: pages that people wrote, and what was learnt from each issue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Literal, NewType, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.model.harmless import clean
from bot.model.issue import By, IssueId

DocumentId = NewType("DocumentId", str)  # kb_…
Origin: TypeAlias = Literal["folder", "upload", "issue", "web"]

LARGEST = 200_000  # bytes of content
ISSUES = "monitoring_issues"  # the category of what was learnt from issues


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says instead. `instead_of`: what the issue itself said then; when that changes, that is newer."""

    by: By
    at: datetime
    helped: str
    remark: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The issue that an entry tells of, as far as another one is compared with it."""

    issue: IssueId
    key: str
    title: str
    source: str
    opened_at: datetime
    lasted: timedelta
    open: bool = False
    resolved_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    helped: str = ""  # what made it better, in a person's words


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a page of the web was read last. `says`: why it could not be."""

    etag: str = ""
    modified: str = ""
    checked_at: datetime | None = None
    gone: int = 0  # looks in a row at which it was not there
    says: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    id: DocumentId
    title: str
    content: str  # Markdown
    updated_at: datetime
    origin: Origin
    category: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    place: str = ""  # of a folder's file: the folder it came with; “web” of a page at an address
    path: str = ""  # and where in it; the address
    everyone: bool = False  # it belongs to no tenant, and all may read it
    ai_generated: bool = False  # a model wrote words of it
    case: Case | None = None
    corrections: tuple[Correction, ...] = ()
    metrics: tuple[str, ...] = ()  # that its queries name
    unknown: tuple[str, ...] = ()  # metrics that it names and no source has
    fetched: Fetched | None = None


def _small(text: str) -> str:
    if len(text.encode()) > LARGEST:
        raise ValueError(f"is larger than {LARGEST // 1000} kB")
    return text


def _a_page(url: str) -> str:
    if url and (not url.startswith(("https://", "http://", "/")) or any(one.isspace() for one in url)):
        raise ValueError("has to begin with https:// or /")
    return url


Tag = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w.:/+-]+$")]


class DocumentDraft(BaseModel):
    """What somebody writes down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, AfterValidator(clean)] = Field(min_length=1, max_length=200)
    content: Annotated[str, AfterValidator(clean), AfterValidator(_small)] = Field(min_length=1)
    category: str = Field("", max_length=60, pattern=r"^[\w-]*$")
    tags: tuple[Tag, ...] = Field((), max_length=30)
    url: Annotated[str, AfterValidator(_a_page)] = Field("", max_length=1000)


def id_of(kind: str, name: str) -> DocumentId:
    """The same thing has the same id, so that it is changed and never doubled."""
    return DocumentId(f"kb_{sha256(f'{kind}:{name}'.encode()).hexdigest()[:12]}")


def of_issue(issue: IssueId) -> DocumentId:
    return id_of("issue", issue)
