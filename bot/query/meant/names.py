"""What a model names has to be there, in the catalogue of the tenant that asks; else it is told what is nearest."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.query.meant.shape import Filter, Limit
from bot.query.nearest import listed, nearest
from bot.query.plan import Binary, CompareOp, Expr, Matcher, Number
from bot.query.promql.build import pattern, within
from bot.query.words import times
from bot.query.words.amounts import Threshold
from bot.query.words.index import Index
from bot.query.words.masked import Masked
from bot.query.words.prepared import Prepared
from bot.query.words.shaping import bound_of
from bot.query.words.times import When
from bot.query.words.units import UNITS, Unit

_AMOUNT = re.compile(r"\s*(?P<value>-?\d{1,15}(?:\.\d{1,15})?)\s*(?P<unit>\S.*?)?\s*")
FEW, FARTHEST = 8, timedelta(days=400)
_PARTS = ("_bucket", "_sum", "_count")


class MistakenError(ValueError):
    """What a model said does not hold; its text is what the model is told."""


def like(name: str, known: Collection[str]) -> str:
    """What is nearest; where nothing is, some of what there is."""
    near = listed(nearest(name, known))
    return near or f"There are: {', '.join(list(known)[:FEW])}."


def metric(name: str, index: Index) -> Prepared:
    roots = (name, *(name.removesuffix(part) for part in _PARTS))
    found = next((held for one in roots if (held := index.by_name.get(one))), None)
    if found is None:
        raise MistakenError(f"There is no metric “{name}”. {like(name, index.by_name)}")
    return found


def matchers(
    filters: Sequence[Filter], labels: Mapping[str, Sequence[str]], cut: Collection[str]
) -> tuple[Matcher, ...]:
    """`cut`: labels that have more values than are known."""
    return tuple(_matcher(one, labels, cut) for one in filters)


def _matcher(one: Filter, labels: Mapping[str, Sequence[str]], cut: Collection[str]) -> Matcher:
    there = labels[label(one.label, labels)]
    if one.test in ("is", "is not"):
        held = tuple(_value(value, one.label, there, known=one.label not in cut) for value in one.values)
        return within(one.label, held, leave_out=one.test == "is not")
    fits = str.startswith if one.test == "starts with" else str.__contains__
    for value in one.values:
        if one.label not in cut and not any(fits(known, value) for known in there):
            raise MistakenError(f"No value of “{one.label}” {one.test} “{value}”. {like(value, there)}")
    begin = "" if one.test == "starts with" else ".*"
    return Matcher(one.label, "=~", "|".join(f"{begin}{pattern((value,))}.*" for value in one.values))


def label(name: str, labels: Collection[str]) -> str:
    if name not in labels:
        has = ", ".join(sorted(labels)[:20]) or "none"
        raise MistakenError(f"There is no label “{name}” on it; its labels are: {has}.")
    return name


def _value(value: str, name: str, there: Sequence[str], *, known: bool) -> str:
    if value in there:
        return value
    same = [one for one in there if one.lower() == value.lower()]
    if len(same) == 1:
        return same[0]
    if known:
        raise MistakenError(f"“{name}” has no value “{value}”. {like(value, there)}")
    return value


def time(words: str, now: datetime, zone: str) -> When:
    if not words.strip():
        return When()
    when = times.read(Masked(words), now, zone)
    if not (when.window or when.ago) or when.beyond or when.ahead:
        raise MistakenError(
            f"The time “{words}” cannot be read. Say it like “last 24 hours”, “yesterday”, “2 hours ago”."
        )
    return when


def span(words: str) -> timedelta:
    match = re.fullmatch(rf"\s*{times.SPAN}\s*", words)
    if match is None:
        raise MistakenError(f"The length “{words}” cannot be read. Say it like “1 day” or “7 days”.")
    if (length := times.seconds(match)) > FARTHEST:
        raise MistakenError(f"“{words}” is too far back.")
    return length


def threshold(op: CompareOp, amount: str) -> Threshold:
    match = _AMOUNT.fullmatch(amount.replace(",", ""))
    unit = UNITS.get((match["unit"] or "").lower()) if match else None
    if match is None or (match["unit"] and unit is None):
        raise MistakenError(f"The amount “{amount}” cannot be read. Say it like “80 %”, “500 ms”, “3”.")
    return Threshold(op, float(match["value"]), unit)


def limited(expr: Expr, limit: Limit | None, held: Unit | None) -> Expr:
    if limit is None:
        return expr
    bound = bound_of(threshold(limit.op, limit.amount), held)
    if bound is None:
        raise MistakenError(
            f"“{limit.amount}” is in another unit than what it limits{f', {held.name}' if held else ''}."
        )
    return Binary(limit.op, expr, Number(bound))
