"""A LogQL query as plain data. `at` is where a part stands in the text, and no part of what it means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Sign = Literal["=", "!=", "=~", "!~"]
Comparison = Literal["==", "!=", ">", ">=", "<", "<="]
LineSign = Literal["|=", "!=", "|~", "!~", "|>", "!>"]
Conversion = Literal["", "bytes", "duration", "duration_seconds"]


def _place() -> int:
    return field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Matcher:
    name: str
    sign: Sign
    value: str
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Needle:
    text: str
    ip: bool = False
    at: int = _place()


@dataclass(frozen=True, slots=True)
class LineFilter:
    sign: LineSign
    needles: tuple[Needle, ...]  # one of them is enough; for a negative sign, none may be there


@dataclass(frozen=True, slots=True)
class Extraction:
    label: str
    path: str  # in JSON; the field's name in logfmt
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Json:
    extractions: tuple[Extraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Logfmt:
    strict: bool = False
    keep_empty: bool = False
    extractions: tuple[Extraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Regexp:
    expression: str
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Pattern:
    expression: str
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Unpack:
    pass


@dataclass(frozen=True, slots=True)
class Duration:
    nanoseconds: int


@dataclass(frozen=True, slots=True)
class Bytes:
    count: int


@dataclass(frozen=True, slots=True)
class Ip:
    text: str


@dataclass(frozen=True, slots=True)
class TextTest:
    label: str
    sign: Sign
    value: str | Ip
    at: int = _place()


@dataclass(frozen=True, slots=True)
class MeasureTest:
    label: str
    sign: Comparison
    value: float | Duration | Bytes


@dataclass(frozen=True, slots=True)
class Both:
    left: "Test"
    right: "Test"


@dataclass(frozen=True, slots=True)
class Either:
    left: "Test"
    right: "Test"


Test: TypeAlias = TextTest | MeasureTest | Both | Either


@dataclass(frozen=True, slots=True)
class LabelFilter:
    test: Test


@dataclass(frozen=True, slots=True)
class LineFormat:
    template: str
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    source: str
    template: bool  # otherwise `source` is the label that takes this name
    at: int = _place()


@dataclass(frozen=True, slots=True)
class LabelFormat:
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Decolorize:
    pass


@dataclass(frozen=True, slots=True)
class Named:
    """A label, or a label where it has such a value."""

    label: str
    sign: Sign | None = None
    value: str = ""
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Drop:
    labels: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Keep:
    labels: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Unwrap:
    label: str
    conversion: Conversion = ""
    at: int = _place()


Stage: TypeAlias = (
    LineFilter | Json | Logfmt | Regexp | Pattern | Unpack | LabelFilter
    | LineFormat | LabelFormat | Decolorize | Drop | Keep | Unwrap
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logs:
    matchers: tuple[Matcher, ...]
    stages: tuple[Stage, ...] = ()
    at: int = _place()

    @property
    def unwrap(self) -> Unwrap | None:
        return next((stage for stage in self.stages if isinstance(stage, Unwrap)), None)


@dataclass(frozen=True, slots=True)
class Ranged:
    logs: Logs
    length: Duration
    offset: Duration = Duration(0)


@dataclass(frozen=True, slots=True)
class Grouping:
    labels: tuple[str, ...]
    without: bool = False


@dataclass(frozen=True, slots=True)
class OverTime:
    function: str
    ranged: Ranged
    parameter: float | None = None
    grouping: Grouping | None = None
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Aggregate:
    function: str
    inner: "Metric"
    parameter: float | None = None
    grouping: Grouping | None = None
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Matching:
    as_bool: bool = False
    labels: tuple[str, ...] | None = None  # None: nothing was said
    on: bool = False
    many: Literal["left", "right", ""] = ""
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Metric"
    right: "Metric"
    matching: Matching = Matching()
    at: int = _place()


@dataclass(frozen=True, slots=True)
class LabelReplace:
    inner: "Metric"
    target: str
    replacement: str
    source: str
    expression: str
    at: int = _place()


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Vector:
    value: float


Metric: TypeAlias = OverTime | Aggregate | Binary | LabelReplace | Number | Vector
Expression: TypeAlias = Logs | Metric


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it that is an expression of its own; selectors are in the Logs."""
    yield expression
    match expression:
        case OverTime():
            yield expression.ranged.logs
        case Aggregate() | LabelReplace():
            yield from parts(expression.inner)
        case Binary():
            yield from parts(expression.left)
            yield from parts(expression.right)


def selections(expression: Expression) -> tuple[Logs, ...]:
    return tuple(part for part in parts(expression) if isinstance(part, Logs))


def changed(expression: Expression, change: Callable[[Logs], Logs]) -> Expression:
    """The same expression over other lines."""
    return change(expression) if isinstance(expression, Logs) else _changed(expression, change)


def _changed(metric: Metric, change: Callable[[Logs], Logs]) -> Metric:
    match metric:
        case OverTime():
            return replace(metric, ranged=replace(metric.ranged, logs=change(metric.ranged.logs)))
        case Aggregate() | LabelReplace():
            return replace(metric, inner=_changed(metric.inner, change))
        case Binary():
            return replace(metric, left=_changed(metric.left, change), right=_changed(metric.right, change))
        case Number() | Vector():
            return metric
