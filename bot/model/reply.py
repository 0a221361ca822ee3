"""The only thing the bot says, asked or unasked; each platform draws it in its own way.

It carries no hints for a platform. `summary` makes sense alone, for a phone shows nothing else. Every `str` in it is
literal text: nothing in it is markup, so nothing that users, alerts or logs wrote can format, link or mention.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, TypeAdapter
from pydantic_core import to_json

from bot.model.chart import Band, Group, Mark, Threshold
from bot.model.message import Account
from bot.model.series import Series

Tone: TypeAlias = Literal["neutral", "good", "warning", "bad"]
_BY_KIND = Discriminator("kind")  # else every kind is tried when a reply is read: seven times as long


@dataclass(frozen=True, slots=True)
class Strong:
    text: str
    kind: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """Shown as `text`; renderers print the address beside it wherever the two could disagree."""

    text: str
    url: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Mention:
    account: Account
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, shown in the reader's own zone where the platform can, else in UTC."""

    at: datetime
    kind: Literal["moment"] = "moment"


Part: TypeAlias = str | Annotated[Strong | Code | Link | Mention | Moment, _BY_KIND]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or with `listed` one line of a bulleted list."""

    parts: tuple[Part, ...]
    listed: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text or numbers; numbers are written by `figures.plain` and set to the right.

    It holds all rows; shown are `most` of them from `first` on, or all where `most` is 0. `folded`: to be looked up
    rather than read, so it is folded away where that can be done.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    caption: str = ""
    first: int = 0
    most: int = 0
    folded: bool = False
    kind: Literal["table"] = "table"

    @property
    def shown(self) -> tuple[tuple[str | float, ...], ...]:
        return self.rows[self.first : self.first + self.most] if self.most else self.rows

    @property
    def where(self) -> str:
        """Which of its rows are shown; empty where all are."""
        shown = len(self.shown)
        return "" if shown == len(self.rows) else f"rows {self.first + 1} to {self.first + shown} of {len(self.rows)}"


@dataclass(frozen=True, slots=True)
class Chart:
    """Series share one time axis and one unit, that of the source: renderers scale it to what people say."""

    caption: str
    series: tuple[Series, ...]
    shape: Literal["line", "area", "bar"] = "line"
    stacked: bool = False  # areas and bars on top of each other
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    zone: str = "UTC"
    more: int = 0  # series that were left out
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts by name instead of by time: a bar for each category, or one for each group of it."""

    caption: str
    categories: tuple[str, ...]
    groups: tuple[Group, ...]
    unit: str = ""
    stacked: bool = False
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Pie:
    caption: str
    shares: tuple[Share, ...]
    unit: str = ""
    kind: Literal["pie"] = "pie"


@dataclass(frozen=True, slots=True)
class Query:
    """A query that ran for this answer, so that every figure can be traced."""

    source: str  # "Prometheus", "demo world"
    language: Literal["promql", "logql", "usage"]  # the last: what was asked of the ledger of AI usage, in words
    text: str
    start: datetime
    end: datetime
    step: timedelta | None = None  # None: asked at one instant, `end`
    read_at: datetime | None = None
    url: str = ""
    kind: Literal["query"] = "query"


@dataclass(frozen=True, slots=True)
class File:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    media_type: str
    content: bytes
    alt: str = ""  # of a picture: what it shows, in words


@dataclass(frozen=True, slots=True)
class Files:
    files: tuple[File, ...]
    kind: Literal["files"] = "files"


@dataclass(frozen=True, slots=True)
class Picture:
    """What it shows stands in words beside it; `dark` is the same on a dark ground."""

    file: File
    dark: File | None = None
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Sources:
    """What the answer rests on besides queries: documents, issues, pages."""

    links: tuple[Link, ...]
    kind: Literal["sources"] = "sources"


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """Runs an intent; with `asks`, opens a form for those arguments first; with `url`, opens a page instead."""

    label: str
    intent: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    url: str = ""
    style: Literal["default", "primary", "danger"] = "default"
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons that belongs to what stands above it; the reply's own buttons come last."""

    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True, slots=True)
class Choices:
    """One of many: choosing runs `intent` with `argument` set to the option's value."""

    label: str
    options: tuple[Option, ...]
    intent: str
    argument: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    kind: Literal["choices"] = "choices"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    shape: Literal["line", "lines", "choice", "number", "switch"] = "line"
    value: str = ""
    options: tuple[Option, ...] = ()
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Asked for in place or in a dialog; submitting runs `intent` with `arguments` and the fields."""

    title: str
    fields: tuple[Field, ...]
    intent: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    submit: str = "Submit"
    kind: Literal["form"] = "form"


Block: TypeAlias = Annotated[
    Text | Facts | Table | Chart | Bars | Pie | Query | Files | Picture | Sources | Buttons | Choices | Form, _BY_KIND
]


@dataclass(frozen=True, slots=True)
class Reply:
    summary: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    title: str = ""
    tone: Tone = "neutral"
    footer: str = ""  # small print: why we speak, how old the data is
    rateable: bool = False  # offers thumbs up and down
    by_model: bool = False  # words in it were written by a model; platforms label it


_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def dump(reply: Reply) -> bytes:
    """What is no number and what is without end is written as such: pydantic's own way loses it inside of unions."""
    return to_json(reply, bytes_mode="base64", inf_nan_mode="constants")


def load(data: bytes | str) -> Reply:
    return _REPLY.validate_json(data)


def attached(reply: Reply) -> tuple[File, ...]:
    files: list[File] = []
    for block in reply.blocks:
        match block:
            case Files(some):
                files += some
            case Picture(file):
                files.append(file)
    return tuple(files)
