"""From the lines that are meant to what is asked of them: the lines, their number, their share, a figure in them."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.query.catalog import KnownLogs
from bot.query.plan import (
    Aggregate,
    Binary,
    Expr,
    FieldFilter,
    LineFilter,
    Lines,
    LogRange,
    Number,
    Parser,
    Stage,
    Unwrap,
)
from bot.query.words.asked import Asked
from bot.query.words.log_fields import Field
from bot.query.words.outcomes import STATES
from bot.query.words.roles import Word
from bot.query.words.shaping import SHARE, bound_of, converted, scaled
from bot.query.words.units import UNITS, Unit

WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Found:
    known: KnownLogs
    lines: Lines
    score: float
    loose: tuple[Word, ...]
    groups: tuple[str, ...]
    field: Field | None
    part: tuple[Stage, ...]
    named: bool  # its service was said
    direct: float  # words that only logs explain
    parser: tuple[Stage, ...]
    bounded: bool = False  # a limit became a filter
    exact: int = 0  # values written as they are
    searched: int = 0  # texts looked for that nothing explains
    amount: bool = False  # what the field holds is added up
    distinct: str = ""  # the label whose values are counted

    @property
    def stages_said(self) -> bool:
        """Whether the words picked any of the lines."""
        return bool(self.lines.stages) or bool(self.groups) or self.field is not None

    @property
    def rank(self) -> float:
        return self.score - 0.6 * len(self.loose) + (0.1 if self.named else 0.0)


_LOG_VOLUME = re.compile(
    r"\blogs? (?:volume|bytes|size|data|traffic)|\b(?:bytes|volume) of (?:\w+ )?logs?\b", re.IGNORECASE
)


def log_expr(asked: Asked, found: Found) -> tuple[Expr, str] | None:
    """The query, and what it is in a word: lines or a figure."""
    told = any(word.logs for word in asked.words) or asked.has("rate", "sum") or found.named
    if asked.has("volume") and told and (not found.field or _LOG_VOLUME.search(asked.text)) and _volume(asked):
        return _shaped(asked, found, "bytes_rate" if _rated(asked) else "bytes_over_time", UNITS["bytes"]), "volume"
    figure = _figure(asked, found)
    if figure:
        return _unwrapped(asked, found, figure), "figure"
    if asked.has("ratio") and not asked.when.against:
        return _share(asked, found), "share"
    if _counts(asked, found):
        if (asked.has("distinct") or (asked.top and asked.top.said and asked.top.count > 1)) and not found.groups:
            return None  # nothing is told apart that could be ranked
        return _shaped(asked, found, "rate" if _rated(asked) else "count_over_time", None), "count"
    return found.lines, "lines"


def _volume(asked: Asked) -> bool:
    low = asked.text.lower()
    return any(
        word in low
        for word in (
            "volume",
            "bytes",
            "how much log",
            "how big",
            "size of",
            "log size",
            "megabytes",
            " mb",
            " gb",
            "data",
        )
    )


def _rated(asked: Asked) -> bool:
    return asked.per is not None or (
        asked.has("rate") and any(word.low in ("rate", "rates", "throughput") for word in asked.words)
    )


def _figure(asked: Asked, found: Found) -> str:
    if found.field is None:
        return ""
    if asked.quantile is not None:
        return "quantile_over_time"
    if found.amount and not asked.has("avg") and not _EXTREME.search(asked.text):
        return "" if _rated(asked) else "sum_over_time"
    low = asked.text.lower()
    for flag, function in (
        ("avg", "avg_over_time"),
        ("max", "max_over_time"),
        ("min", "min_over_time"),
        ("sum", "sum_over_time"),
    ):
        ranked = asked.top is not None and asked.top.said and asked.top.count > 1
        if asked.has(flag) and not (ranked and flag in ("max", "min")):
            if flag == "sum" and re.search(r"total number|how many", low):
                continue
            return function
    if (
        re.match(r"(?:bytes|how much|traffic|volume|how many (?:bytes|[kmgt]i?b))\b", low.strip())
        and found.field.dimension == "bytes"
        and not _rated(asked)
    ):
        return "sum_over_time"
    sized = asked.unit is not None and asked.unit.dimension == "bytes" == found.field.dimension
    if sized and asked.top is None and not _rated(asked):
        return "sum_over_time"
    if asked.has("count", "often") and asked.threshold is None:
        return ""
    if asked.top is not None:
        return "min_over_time" if asked.top.bottom else "max_over_time"
    return "sum_over_time" if _amounts(asked, found.field) else ""


_EXTREME = re.compile(r"\b(?:max\w*|min(?:imum)?|peaks?|(?!latest)[a-z]{3,}est)\b", re.IGNORECASE)


def _amounts(asked: Asked, field: Field) -> bool:
    """`tokens per client`, `rows loaded`: what the lines tell an amount of is added up."""
    said = any(
        word.low == field.name.lower() and word.low.endswith("s") and (word.guessed or not word.role)
        for word in asked.words
    )
    spanned = asked.when.window or asked.has("by")
    return bool(field.dimension is None and said and spanned and asked.limit is None and asked.threshold is None)


def _counts(asked: Asked, found: Found) -> bool:
    low = asked.text.lower()
    if asked.limit is not None and not asked.has("count"):
        return False
    if asked.has("count", "often", "sum") or asked.per is not None or _rated(asked):
        return True
    if asked.top is not None and (found.groups or asked.top.said):
        return True
    if asked.when.against or (asked.threshold is not None and not _filtered(found)):
        return True
    if found.groups and re.search(r"\bvs\.?|\bversus\b", low):
        return True
    if found.groups and not re.search(r"\b(?:show|list|lines|print|tail|logs)\b", low):
        return True
    return bool(found.groups and asked.has("by")) or asked.has("graph") or asked.has("distinct")


def _filtered(found: Found) -> bool:
    """Whether the limit in the question became a filter on a field."""
    return any(isinstance(stage, FieldFilter) and stage.kind != "text" for stage in found.lines.stages)


def _base(asked: Asked, found: Found, function: str, ago: timedelta) -> Expr:
    window = asked.when.window if asked.when.window and not asked.has("graph") else WINDOW
    if not asked.when.window and asked.when.against and not _rated(asked):
        window = min(asked.when.against, timedelta(hours=1))
    if asked.when.window and (_rated(asked)) and asked.has("graph"):
        window = WINDOW
    ranged = LogRange(function, found.lines, window, ago)
    expr: Expr = Aggregate("sum", ranged, found.groups or None)
    if _rated(asked) and asked.per:
        expr = scaled(expr, float(asked.per))
    return expr


def _shaped(asked: Asked, found: Found, function: str, unit: Unit | None) -> Expr:
    when = asked.when
    expr = _base(asked, found, function, when.ago)
    if when.against:
        then = max(when.against, when.window)
        before = _base(asked, found, function, when.ago + then)
        if asked.has("relative"):
            return Binary("*", Number(100), Binary("/", Binary("-", expr, before), before))
        divided = "divided" in asked.text.lower() or asked.has("ratio")
        return Binary("/" if divided else "-", expr, before)
    if asked.threshold is not None and not _filtered(found):
        bound = bound_of(asked.threshold, unit)
        if bound is not None:
            expr = Binary(asked.threshold.op, expr, Number(bound))
            return Aggregate("count", expr) if asked.has("count") and "how many" in asked.text.lower() else expr
    if asked.has("distinct") and found.groups:
        outer = tuple(label for label in found.groups if label != found.distinct) if found.distinct else ()
        return Aggregate("count", expr, outer or None)
    if asked.top is not None and found.groups:
        expr = Aggregate("bottomk" if asked.top.bottom else "topk", expr, None, float(asked.top.count))
    return converted(expr, unit, asked.unit)


def _share(asked: Asked, found: Found) -> Expr:
    if (two := _two_values(found)) and _OVER.search(asked.text):
        left, right = (_base(replace(asked, per=None), one, "count_over_time", asked.when.ago) for one in two)
        return converted(Binary("/", left, right), SHARE, asked.unit)
    part = _part(found) or found.lines.stages
    rest = tuple(stage for stage in found.lines.stages if stage not in part)
    if not any(not isinstance(stage, LineFilter | Parser) for stage in rest) and not any(
        group in found.known.fields for group in found.groups
    ):
        rest = tuple(stage for stage in rest if not isinstance(stage, Parser))
    whole = replace(found, lines=Lines(found.lines.stream, rest))
    plain = replace(asked, per=None)
    expr: Expr = Binary(
        "/",
        _base(plain, found, "count_over_time", asked.when.ago),
        _base(plain, whole, "count_over_time", asked.when.ago),
    )
    if asked.threshold is not None and not _filtered(found):
        bound = bound_of(asked.threshold, SHARE)
        if bound is not None:
            return Binary(asked.threshold.op, expr, Number(bound))
    if asked.top is not None and found.groups:
        expr = Aggregate("bottomk" if asked.top.bottom else "topk", expr, None, float(asked.top.count))
    return converted(expr, SHARE, asked.unit)


_OVER = re.compile(r"\b(?:vs\.?|versus|to|over|against|divided by)(?: the)? [a-z]|/", re.IGNORECASE)


def _two_values(found: Found) -> tuple[Found, ...]:
    """`denied vs granted`: the lines of the one value, and those of the other."""
    both = [one for one in found.lines.stages if isinstance(one, FieldFilter) and one.op == "=~" and one in found.part]
    values = str(both[0].value).split("|") if len(both) == 1 else []
    if len(values) != 2:
        return ()
    return tuple(
        replace(found, lines=replace(found.lines, stages=tuple(
            FieldFilter(one.field, "=", value) if one is both[0] and isinstance(one, FieldFilter) else one
            for one in found.lines.stages
        )))
        for value in values
    )  # fmt: skip


def _part(found: Found) -> tuple[Stage, ...]:
    """Of several filters, what came of a thing is the share, and the thing the whole."""
    states = tuple(one for one in found.part if not isinstance(one, FieldFilter) or _is_state(one, found))
    return states or found.part


def _is_state(stage: FieldFilter, found: Found) -> bool:
    held = Field.read(stage.field, found.known.fields.get(stage.field, ""), found.known.sample)
    return held.is_level or held.is_code or held.is_measure or stage.field.lower() in STATES


def _unwrapped(asked: Asked, found: Found, function: str) -> Expr:
    assert found.field is not None
    when, field = asked.when, found.field
    conversion = {"duration": "duration", "bytes": "bytes"}.get(field.written, "")
    stages = found.lines.stages
    if not any(isinstance(stage, Parser) for stage in stages):
        stages = (*stages, *found.parser)
    lines = Lines(found.lines.stream, (*stages, Unwrap(field.name, conversion)))  # type: ignore[arg-type]
    window = when.window if when.window and not asked.has("graph") else WINDOW

    def at(ago: timedelta) -> Expr:
        if function == "sum_over_time":
            return Aggregate("sum", LogRange(function, lines, window, ago), found.groups or None)
        return LogRange(
            function, lines, window, ago, asked.quantile if function == "quantile_over_time" else None, found.groups
        )

    expr = at(when.ago)
    if when.against:
        before = at(when.ago + max(when.against, when.window))
        expr = Binary("/" if asked.has("ratio") else "-", expr, before)
    if asked.threshold is not None and not _filtered(found):
        bound = bound_of(asked.threshold, field.unit)
        if bound is not None:
            return Binary(asked.threshold.op, expr, Number(bound))
    if asked.top is not None and found.groups and (asked.top.said or not asked.has("by")):
        expr = Aggregate("bottomk" if asked.top.bottom else "topk", expr, None, float(asked.top.count))
    return converted(expr, field.unit, asked.unit)
