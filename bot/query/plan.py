"""What a question means, said so plainly that only printing is left: the algebra of a query, its time, its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

MatchOp: TypeAlias = Literal["=", "!=", "=~", "!~"]
CompareOp: TypeAlias = Literal[">", ">=", "<", "<=", "==", "!="]
Language: TypeAlias = Literal["promql", "logql"]

NONE = timedelta(0)


@dataclass(frozen=True)
class Matcher:
    label: str
    op: MatchOp
    value: str


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Selector:
    """Series of one metric; with a window, their samples over it."""

    metric: str
    matchers: tuple[Matcher, ...] = ()
    window: timedelta = NONE
    offset: timedelta = NONE


@dataclass(frozen=True)
class Subquery:
    inner: "Expr"
    window: timedelta
    step: timedelta
    offset: timedelta = NONE


@dataclass(frozen=True)
class Call:
    name: str
    inputs: tuple["Expr", ...] = ()


@dataclass(frozen=True)
class Aggregate:
    """`by=None`: everything together."""

    op: str
    inner: "Expr"
    by: tuple[str, ...] | None = None
    first: float | None = None  # the k of topk, the q of quantile


@dataclass(frozen=True)
class Binary:
    op: str
    left: "Expr"
    right: "Expr"
    on: tuple[str, ...] | None = None


# Log queries: a pipeline, a range over it; sums and arithmetic are the same as above.


@dataclass(frozen=True)
class LineFilter:
    op: Literal["|=", "!=", "|~", "!~"]
    text: str


@dataclass(frozen=True)
class Parser:
    name: Literal["json", "logfmt"]


@dataclass(frozen=True)
class FieldFilter:
    """`value` is text, a number, or a duration or size as LogQL writes it (`kind="measure"`)."""

    field: str
    op: str
    value: str | float
    kind: Literal["text", "number", "measure"] = "text"


@dataclass(frozen=True)
class Unwrap:
    field: str
    conversion: Literal["", "duration", "duration_seconds", "bytes"] = ""


Stage: TypeAlias = LineFilter | Parser | FieldFilter | Unwrap


@dataclass(frozen=True)
class Lines:
    stream: tuple[Matcher, ...]
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class LogRange:
    """`by` stands only on ranges over an unwrapped field; counts are grouped by an Aggregate around them."""

    function: str
    lines: Lines
    window: timedelta
    offset: timedelta = NONE
    first: float | None = None
    by: tuple[str, ...] | None = None


Expr: TypeAlias = Number | Selector | Subquery | Call | Aggregate | Binary | Lines | LogRange


@dataclass(frozen=True)
class Span:
    """The range of a graph or of a list of lines; `last` where it ends now, else both ends."""

    last: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Plan:
    language: Language
    expr: Expr
    reading: str
    span: Span | None = None
    at: datetime | None = None  # None: now
    limit: int | None = None
    frame: str = ""
    filters: Mapping[str, str] | None = None  # what it was narrowed to, for the thread's memory
