"""Lines of logs, or a figure out of them, as it was said to be meant, in the algebra of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.query.catalog import Catalog, KnownLogs
from bot.query.meant.names import MistakenError, like, limited, matchers, threshold, time
from bot.query.meant.shape import Lines as Meant
from bot.query.meant.shape import Test
from bot.query.plan import (
    NONE,
    Aggregate,
    Binary,
    Expr,
    FieldFilter,
    LineFilter,
    Lines,
    LogRange,
    Matcher,
    Parser,
    Stage,
    Unwrap,
)
from bot.query.words.log_amounts import as_written
from bot.query.words.log_fields import Field
from bot.query.words.shaping import SHARE
from bot.query.words.times import When
from bot.query.words.units import UNITS, Unit, factor

WINDOW = timedelta(minutes=5)
RAW, COUNTED = timedelta(hours=168), timedelta(days=31)
_OVER_TIME = {"average": "avg", "highest": "max", "lowest": "min", "sum": "sum", "quantile": "quantile"}
_COUNTS = {"count": "count_over_time", "rate": "rate", "bytes": "bytes_over_time", "share": "count_over_time"}


@dataclass(frozen=True)
class Made:
    expr: Expr
    when: When
    stream: tuple[Matcher, ...]


def lines(meant: Meant, now: datetime, zone: str, catalog: Catalog) -> Made:
    when = time(meant.when, now, zone)
    reach, most = when.window + when.ago, RAW if meant.read == "lines" else COUNTED
    if reach > most:
        raise MistakenError(f"More than {most / timedelta(hours=1):g} hours of logs cannot be read like that.")
    stream = matchers(meant.streams, catalog.stream_labels, ())
    if all(one.op in ("!=", "!~") for one in stream):
        raise MistakenError("At least one filter in “streams” has to say which lines are meant.")
    expr = _Read(meant, when, stream, catalog).expr()
    return Made(expr, when, stream)


def _services(stream: Sequence[Matcher], catalog: Catalog) -> Sequence[KnownLogs]:
    """Whose lines look like what; all where none is named."""
    named = [known for known in catalog.logs if any(known.service in one.value.split("|") for one in stream)]
    return named or catalog.logs


class _Read:
    def __init__(self, meant: Meant, when: When, stream: tuple[Matcher, ...], catalog: Catalog) -> None:
        self.meant, self.when, self.stream = meant, when, stream
        self.services, self.labels = _services(stream, catalog), catalog.stream_labels

    def expr(self) -> Expr:
        held = Lines(self.stream, (*self._holds(), *self._fields(always=False)))
        if self.meant.read == "lines":
            return held
        expr, unit = self._figure(held)
        expr = limited(expr, self.meant.limit, unit)
        if self.meant.rank:
            return Aggregate("topk" if self.meant.rank == "top" else "bottomk", expr, None, float(self.meant.first))
        return expr

    def _figure(self, held: Lines) -> tuple[Expr, Unit | None]:
        read = self.meant.read
        if read == "share":
            if not held.stages:
                raise MistakenError("A share needs “holds” or “fields” that say which part of the lines is meant.")
            return Binary("/", self._counted(held), self._counted(Lines(self.stream))), SHARE
        if read in _COUNTS:
            return self._counted(held), UNITS["B"] if read == "bytes" else None
        return self._measured()

    def _counted(self, held: Lines) -> Expr:
        grouped = any(name in self._known for name in self.meant.by)
        parsed = Lines(held.stream, self._parsed(held.stages)) if grouped else held
        ranged = LogRange(_COUNTS[self.meant.read], parsed, self._window, self.when.ago)
        return Aggregate("sum", ranged, self._by() or None)

    def _measured(self) -> tuple[Expr, Unit | None]:
        field = self._field(self.meant.field)
        conversion = {"duration": "duration", "bytes": "bytes"}.get(field.written, "")
        stages = (*self._holds(), *self._fields(always=True), Unwrap(field.name, conversion))  # type: ignore[arg-type]
        function = f"{_OVER_TIME[self.meant.read]}_over_time"
        first = self.meant.quantile if self.meant.read == "quantile" else None
        by = self._by()
        held = Lines(self.stream, stages)
        if self.meant.read == "sum":
            return Aggregate("sum", LogRange(function, held, self._window, self.when.ago), by or None), field.unit
        return LogRange(function, held, self._window, self.when.ago, first, by), field.unit

    @property
    def _window(self) -> timedelta:
        return self.when.window if self.when.window > NONE and not self.meant.graph else WINDOW

    @property
    def _known(self) -> Mapping[str, Field]:
        return {
            name: Field.read(name, about, one.sample) for one in self.services for name, about in one.fields.items()
        }

    def _field(self, name: str) -> Field:
        if name not in self._known:
            raise MistakenError(f"These lines have no field “{name}”. {like(name, self._known)}")
        return self._known[name]

    def _by(self) -> tuple[str, ...]:
        for name in self.meant.by:
            if name not in self._known and name not in self.labels:
                raise MistakenError(f"These lines have no “{name}” to be told apart by.")
        return tuple(self.meant.by)

    def _holds(self) -> tuple[Stage, ...]:
        return tuple(LineFilter("!=" if one.leave_out else "|=", one.text) for one in self.meant.holds)

    def _fields(self, *, always: bool) -> tuple[Stage, ...]:
        tests = tuple(self._test(one) for one in self.meant.fields)
        return (*(self._parser() if tests or always else ()), *tests)

    def _parsed(self, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        return stages if any(isinstance(one, Parser) for one in stages) else (*stages, *self._parser())

    def _parser(self) -> tuple[Stage, ...]:
        formats = {one.format for one in self.services}
        if len(formats) != 1 or formats == {"plain text"}:
            raise MistakenError("These lines have no fields that can be read; use “holds” to look for a text.")
        return (Parser(formats.pop()),)  # type: ignore[arg-type]

    def _test(self, one: Test) -> FieldFilter:
        field = self._field(one.field)
        if field.values and one.op in ("==", "!="):
            value = next((value for value in field.values if value.lower() == one.value.lower()), "")
            if not value:
                raise MistakenError(f"“{field.name}” is one of {', '.join(field.values)}, never “{one.value}”.")
            return FieldFilter(field.name, "=" if one.op == "==" else "!=", value)
        if field.is_measure or field.is_code:
            return _bounded(field, one)
        if one.op not in ("==", "!="):
            raise MistakenError(f"“{field.name}” holds text: it can be == or != alone.")
        return FieldFilter(field.name, "=" if one.op == "==" else "!=", one.value)


def _bounded(field: Field, one: Test) -> FieldFilter:
    bound = threshold(one.op, one.value)
    value, kind = as_written(bound, field)
    if value is None or (bound.unit and field.unit and factor(bound.unit, field.unit) is None):
        raise MistakenError(f"“{one.value}” is in another unit than “{field.name}”, which is: {field.about}.")
    return FieldFilter(field.name, one.op, value, kind)
