"""A figure out of metrics, as it was said to be meant, in the algebra of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.query.meant.names import MistakenError, label, limited, matchers, metric, span, time
from bot.query.meant.shape import Figure, Part
from bot.query.plan import NONE, Aggregate, Binary, Call, Expr, Matcher, Number, Selector
from bot.query.words.index import Index
from bot.query.words.prepared import Prepared
from bot.query.words.shaping import RATE_WINDOW, SHARE, gathered, over
from bot.query.words.times import When
from bot.query.words.units import Unit

LONGEST = timedelta(days=92)
_OPS = {"sum": "sum", "average": "avg", "highest": "max", "lowest": "min"}
_RATED = {"increase": "rate", "amount": "amount rate"}
_GROWING = frozenset({"rate", "increase"})
_OF_EVENTS = frozenset({"rate", "increase", "mean", "amount", "amount rate", "quantile"})
_OF_VALUES = frozenset({"value", "age", "time left", "change", "changes"})
_ADVICE = {
    "counter": "it only grows: read it as “rate” or “increase”",
    "gauge": "it is a value at an instant: read it as “value”, or as “change” over a time",
    "events": "read it as “quantile”, “mean”, “rate”, “increase”, “amount” or “amount rate”",
}


@dataclass(frozen=True)
class Made:
    expr: Expr
    when: When
    metrics: tuple[Prepared, ...]
    matchers: tuple[Matcher, ...]
    share: bool


def figure(meant: Figure, now: datetime, zone: str, index: Index) -> Made:
    when = time(meant.when, now, zone)
    reach = when.window + when.ago
    if reach > LONGEST:
        raise MistakenError("More than 92 days cannot be read at once.")
    parts = [_Read(part, meant, when, index) for part in (meant.of, meant.divided_by) if part is not None]
    share = meant.divided_by is not None

    def at(ago: timedelta) -> Expr:
        values = [part.at(ago, share=share) for part in parts]
        expr = Binary("/", values[0], values[1]) if share else values[0]
        return Binary("-", Number(1), expr) if meant.rest else expr

    expr = at(when.ago)
    if meant.course and not all(part.over_course for part in parts):
        expr = over(f"{_OPS[meant.course]}_over_time", at(NONE), _window(when), when.ago)
    if meant.against:
        expr = _compared(meant, expr, at(when.ago + max(span(meant.against), when.window)))
    held = None if meant.against else SHARE if share else parts[0].unit
    expr = limited(expr, meant.limit, held)
    if meant.counted:
        expr = Aggregate("count", expr)
    elif meant.rank:
        expr = Aggregate("topk" if meant.rank == "top" else "bottomk", expr, None, float(meant.first))
    found = tuple(part.metric for part in parts)
    return Made(expr, when, found, tuple(one for part in parts for one in part.matchers), share)


def _compared(meant: Figure, now: Expr, before: Expr) -> Expr:
    if meant.compared == "times":
        return Binary("/", now, before)
    moved = Binary("-", now, before)
    return moved if meant.compared == "difference" else Binary("*", Number(100), Binary("/", moved, before))


def _window(when: When) -> timedelta:
    if when.window <= NONE:
        raise MistakenError("That needs a span of time in “when”, such as “last 24 hours”.")
    return when.window


class _Read:
    """One metric, read as it was said, if it is such a metric."""

    def __init__(self, part: Part, meant: Figure, when: When, index: Index) -> None:
        self.part, self.meant, self.when = part, meant, when
        self.metric = metric(part.metric, index)
        known = self.metric.known
        self.matchers = matchers(part.filters, self.metric.labels, known.cut)
        self.by = tuple(label(name, self.metric.labels) for name in meant.by)
        self._suits()

    @property
    def unit(self) -> Unit | None:
        return None if self.part.read in (*_GROWING, "changes") else self.metric.unit

    @property
    def over_course(self) -> bool:
        """Whether its own values have been followed over the time already."""
        return self._plain and self.part.read == "value" and self.meant.together in ("", "each")

    @property
    def _plain(self) -> bool:
        return self.metric.type == "gauge"

    def _suits(self) -> None:
        kind, read = self.metric.type, self.part.read
        events = kind in ("histogram", "summary")
        good = {"counter": _GROWING, "gauge": _OF_VALUES}.get(kind, _OF_EVENTS)
        if read in good:
            return
        advice = _ADVICE["events" if events else kind]
        raise MistakenError(f"“{self.metric.name}” is a {kind} and cannot be read as “{read}”: {advice}.")

    def at(self, ago: timedelta, *, share: bool) -> Expr:
        match self.part.read:
            case "quantile":
                return self._quantile(ago)
            case "mean":
                whole, count = (self._summed(self._rate(end, ago)) for end in ("_sum", "_count"))
                return Binary("/", whole, count)
            case "amount" | "amount rate" | "rate" | "increase":
                return self._grown(ago, share=share)
            case _:
                return self._value(ago, share=share)

    @property
    def _each(self) -> bool:
        """Whether every series stands for itself: where they are counted, and nothing tells them apart, too."""
        return not self.by and (self.meant.together == "each" or self.meant.counted)

    @property
    def _rated(self) -> timedelta:
        """What a rate is taken over: all of the time, unless its course is looked at."""
        whole = self.when.window if not (self.meant.graph or self.meant.course) else NONE
        return whole or RATE_WINDOW

    def _grown(self, ago: timedelta, *, share: bool) -> Expr:
        read = self.part.read
        end = "_sum" if read.startswith("amount") else "_count" if self.metric.type in ("histogram", "summary") else ""
        if read in ("increase", "amount"):
            if self.meant.graph or self.meant.course:
                raise MistakenError(f"“{read}” is one figure for the whole time; for its course read “{_RATED[read]}”.")
            return self._summed(Call("increase", (self._of(end, _window(self.when), ago),)), share=share)
        return self._summed(self._rate(end, ago), share=share)

    def _rate(self, end: str, ago: timedelta) -> Expr:
        return Call("rate", (self._of(end, self._rated, ago),))

    def _summed(self, expr: Expr, *, share: bool = False) -> Expr:
        """What is counted adds up, unless each series is meant, or another sum."""
        if self._each and not share:
            return expr
        return gathered(_OPS.get(self.meant.together, "sum"), expr, self.by)

    def _quantile(self, ago: timedelta) -> Expr:
        if self.metric.type == "summary":
            return self._told_quantile(ago)
        native = self.metric.known.native
        buckets = self._rate("" if native else "_bucket", ago)
        kept = (*(() if native else ("le",)), *self.by)
        inner: Expr = buckets if self._each else gathered("sum", buckets, kept)
        return Call("histogram_quantile", (Number(self.meant.quantile), inner))

    def _told_quantile(self, ago: timedelta) -> Expr:
        held = {float(value): value for value in self.metric.known.labels.get("quantile", ())}
        if self.meant.quantile not in held:
            known = f"only these quantiles: {', '.join(held.values())}" if held else "no quantiles; read its “mean”"
            raise MistakenError(f"“{self.metric.name}” tells {known}.")
        chosen = (*self.matchers, Matcher("quantile", "=", held[self.meant.quantile]))
        plain = Selector(self.metric.name, chosen, offset=ago)
        return gathered("max", plain, self.by) if self.by else plain

    def _value(self, ago: timedelta, *, share: bool) -> Expr:
        expr = self._changing(ago) or self._followed(ago)
        if self.part.read == "age":
            expr = Binary("-", Call("time"), expr)
        elif self.part.read == "time left":
            expr = Binary("-", expr, Call("time"))
        together = self.meant.together
        if together in ("", "each") and not self.by:
            return gathered("sum", expr, ()) if share and self._parted else expr
        return gathered(_OPS.get(together, "sum" if share else self._usual), expr, self.by)

    def _changing(self, ago: timedelta) -> Expr | None:
        function = {"change": "delta", "changes": "changes"}.get(self.part.read)
        return Call(function, (self._of("", _window(self.when), ago),)) if function else None

    def _followed(self, ago: timedelta) -> Expr:
        plain = self._of("", NONE, ago)
        followed = self.part.read == "value" and self.when.window and not self.meant.graph
        if not followed or (self.meant.course and not self.over_course):
            return plain
        return over(
            f"{_OPS[self.meant.course or 'average']}_over_time", self._of("", NONE, NONE), self.when.window, ago
        )

    @property
    def _parted(self) -> bool:
        """Whether the two sides of a share may have other series, so that only their sums can be divided."""
        other = self.meant.divided_by
        return other is not None and (other.metric == self.meant.of.metric or other.filters != self.meant.of.filters)

    @property
    def _usual(self) -> str:
        """Amounts add up; shares, temperatures and times do not."""
        unit = self.metric.unit
        return "avg" if unit is not None and unit.dimension in ("share", "heat", "time") else "sum"

    def _of(self, end: str, window: timedelta, ago: timedelta) -> Selector:
        return Selector(f"{self.metric.name}{end}", self.matchers, window, ago)
