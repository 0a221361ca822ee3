"""Functions over instant vectors, as Prometheus 2.42 computes them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np

from bot.model.errors import Rejected
from integrations.demo.promql.match import MAX_VALUE, pattern
from integrations.demo.promql.vectors import NAME, Floats, Labels, Vector, replaced, without

Pointwise: TypeAlias = Callable[..., Floats]

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_INSERT = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _round(values: Floats, to: Floats | None = None) -> Floats:
    inverse = 1.0 / (np.ones(1) if to is None else to)
    return np.asarray(np.floor(values * inverse + 0.5) / inverse)


def _calendar(part: Callable[[datetime], int]) -> Pointwise:
    def read(values: Floats) -> Floats:
        def one(value: float) -> float:
            return float(part(datetime.fromtimestamp(int(value), UTC))) if np.isfinite(value) else float("nan")

        return np.vectorize(one, otypes=[np.float64])(values) if values.size else values

    return read


POINTWISE: dict[str, Pointwise] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "floor": np.floor,
    "exp": np.exp,
    "ln": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "sgn": np.sign,
    "round": _round,
    "clamp_min": np.maximum,
    "clamp_max": np.minimum,
    "hour": _calendar(lambda at: at.hour),
    "minute": _calendar(lambda at: at.minute),
    "day_of_week": _calendar(lambda at: at.isoweekday() % 7),
    "day_of_month": _calendar(lambda at: at.day),
    "month": _calendar(lambda at: at.month),
    "year": _calendar(lambda at: at.year),
}


def clamp(vector: Vector, low: Floats, high: Floats) -> Vector:
    values = np.maximum(low, np.minimum(high, vector.values))
    return Vector(vector.with_values(values).labels, values, vector.present & ~(high < low))


def absent(vector: Vector, labels: Labels) -> Vector:
    missing = ~np.asarray(vector.present.any(axis=0))
    return Vector((labels,), np.ones((1, len(missing))), missing[None])


def to_scalar(vector: Vector) -> Floats:
    """The value where there is exactly one, else NaN."""
    single = vector.present.sum(axis=0) == 1
    return np.where(single, np.where(vector.present, vector.values, 0.0).sum(axis=0), np.nan)


def to_vector(values: Floats) -> Vector:
    return Vector(((),), values[None], np.ones((1, len(values)), dtype=bool))


def in_order(vector: Vector, *, downwards: bool) -> Vector:
    """By value, NaN last; only an instant has an order."""
    if vector.values.shape[1] != 1:
        return vector
    column = vector.values[:, 0]
    keys = np.where(np.isnan(column), np.inf, -column if downwards else column)
    order = np.argsort(keys, kind="stable")
    return Vector(tuple(vector.labels[i] for i in order), vector.values[order], vector.present[order])


def label_replace(vector: Vector, target: str, template: str, source: str, text: str) -> Vector:
    _check_label(target)
    whole = pattern(text)

    def change(labels: Labels) -> Labels:
        value = dict(labels).get(source, "")
        if len(value) > MAX_VALUE:
            raise Rejected(f"A value of “{source}” is too long to be taken apart.", code="execution")
        found = whole.fullmatch(value)
        return (
            labels if found is None else replaced(labels, target, _INSERT.sub(lambda at: _insert(at, found), template))
        )

    return Vector(tuple(change(labels) for labels in vector.labels), vector.values, vector.present)


def _insert(at: re.Match[str], found: re.Match[str]) -> str:
    if at[0] == "$$":
        return "$"
    group = at[1] or at[2]
    try:
        return found[int(group) if group.isdigit() else group] or ""
    except IndexError:
        return ""


def label_join(vector: Vector, target: str, separator: str, sources: Sequence[str]) -> Vector:
    _check_label(target)

    def change(labels: Labels) -> Labels:
        values = dict(labels)
        return replaced(labels, target, separator.join(values.get(source, "") for source in sources))

    return Vector(tuple(change(labels) for labels in vector.labels), vector.values, vector.present)


def _check_label(name: str) -> None:
    if not _LABEL.fullmatch(name):
        raise Rejected(f"“{name}” cannot be the name of a label.", code="execution")


def histogram_quantile(share: Floats, vector: Vector) -> Vector:
    """From buckets to the value below which this share lies, on a straight line within a bucket."""
    histograms: dict[Labels, list[tuple[float, int]]] = {}
    for row, labels in enumerate(vector.labels):
        bound = _bound(dict(labels).get("le", ""))
        if bound is not None:
            histograms.setdefault(without(labels, ("le",)), []).append((bound, row))
    steps = vector.values.shape[1]
    values = np.full((len(histograms), steps), np.nan)
    present = np.zeros((len(histograms), steps), dtype=bool)
    for index, buckets in enumerate(histograms.values()):
        buckets.sort()
        rows = [row for _, row in buckets]
        bounds = np.array([bound for bound, _ in buckets])
        there = vector.present[rows]
        present[index] = there.any(axis=0)
        # Buckets come and go together nearly always; each way in which they are there is worked out at once.
        for shape in np.unique(there.T, axis=0):
            if shape.any():
                where = (shape == there.T).all(axis=1)
                counts = vector.values[np.ix_(np.array(rows)[shape], where)]
                values[index, where] = _bucket_quantile(share[where], bounds[shape], counts)
    return Vector(tuple(without(labels, (NAME,)) for labels in histograms), values, present)


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _bucket_quantile(share: Floats, bounds: Floats, counts: Floats) -> Floats:
    outside = np.where(share < 0, -np.inf, np.where(share > 1, np.inf, np.nan))
    bounds, starts = np.unique(bounds, return_index=True)
    counts = np.maximum.accumulate(np.add.reduceat(counts, starts, axis=0), axis=0)
    if not np.isposinf(bounds[-1]) or len(bounds) < 2:
        return np.where((share < 0) | (share > 1), outside, np.nan)
    total = counts[-1]
    rank = share * total
    bucket = np.minimum((counts[:-1] < rank).sum(axis=0), len(bounds) - 1)
    column = np.arange(counts.shape[1])
    lower = np.where(bucket > 0, bounds[bucket - 1], 0.0)
    before = np.where(bucket > 0, counts[bucket - 1, column], 0.0)
    inside = lower + (bounds[bucket] - lower) * ((rank - before) / (counts[bucket, column] - before))
    inside = np.where((bucket == 0) & (bounds[0] <= 0), bounds[0], inside)
    inside = np.where(bucket == len(bounds) - 1, bounds[-2], inside)
    inside = np.where(total == 0, np.nan, inside)
    return np.where(np.isnan(share) | (share < 0) | (share > 1), outside, inside)
