"""Many series to one: sum by (service) (...), topk(3, ...), and their like."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from bot.model.errors import Rejected
from integrations.demo.promql.ranges import quantile
from integrations.demo.promql.vectors import NAME, Bools, Floats, Labels, Vector, only, replaced, stack, without

Grouping: TypeAlias = Callable[[Labels], Labels]


def grouping(names: list[str], *, inverted: bool) -> Grouping:
    if inverted:
        dropped = (*names, NAME)
        return lambda labels: without(labels, dropped)
    return lambda labels: only(labels, names)


def _groups(vector: Vector, by: Grouping) -> dict[Labels, list[int]]:
    found: dict[Labels, list[int]] = {}
    for row, labels in enumerate(vector.labels):
        found.setdefault(by(labels), []).append(row)
    return found


def _sum(values: Floats, there: Bools) -> Floats:
    return np.asarray(np.where(there, values, 0.0).sum(axis=0))


def _mean(values: Floats, there: Bools) -> Floats:
    return np.asarray(_sum(values, there) / there.sum(axis=0))


def _variance(values: Floats, there: Bools) -> Floats:
    off = np.where(there, values - _mean(values, there), 0.0)
    return np.asarray((off * off).sum(axis=0) / there.sum(axis=0))


SIMPLE: dict[str, Callable[[Floats, Bools], Floats]] = {
    "sum": _sum,
    "avg": _mean,
    "min": lambda values, there: np.asarray(np.fmin.reduce(np.where(there, values, np.nan), axis=0)),
    "max": lambda values, there: np.asarray(np.fmax.reduce(np.where(there, values, np.nan), axis=0)),
    "count": lambda _, there: there.sum(axis=0).astype(np.float64),
    "group": lambda values, _: np.ones(values.shape[1]),
    "stddev": lambda values, there: np.sqrt(_variance(values, there)),
    "stdvar": _variance,
}


def aggregate(name: str, vector: Vector, by: Grouping, param: Floats | str | None) -> Vector:
    if name in SIMPLE:
        return _each(vector, by, SIMPLE[name])
    match name, param:
        case "quantile", np.ndarray():
            return _each(vector, by, lambda values, there: quantile(param, values.T, there.T))
        case "topk" | "bottomk", np.ndarray():
            return _extremes(vector, by, param, largest=name == "topk")
        case "count_values", str():
            return _count_values(vector, by, param)
        case _:
            raise Rejected(f"The demo world does not know the aggregation “{name}”.", code="bad_data")


def _each(vector: Vector, by: Grouping, compute: Callable[[Floats, Bools], Floats]) -> Vector:
    groups = _groups(vector, by)
    values, present = [], []
    with np.errstate(all="ignore"):
        for rows in groups.values():
            there = vector.present[rows]
            values.append(compute(vector.values[rows], there))
            present.append(np.asarray(there.any(axis=0)))
    return stack(tuple(groups), values, present, vector.values.shape[1])


def _extremes(vector: Vector, by: Grouping, param: Floats, *, largest: bool) -> Vector:
    """The k first of each group keep their own labels; at an instant they also come in order."""
    kept = np.zeros_like(vector.present)
    keys = np.where(np.isnan(vector.values), np.inf, -vector.values if largest else vector.values)
    keys = np.where(vector.present, keys, np.nan)  # NaN sorts behind everything
    ranked: list[int] = []
    for rows in _groups(vector, by).values():
        order = np.argsort(keys[rows], axis=0, kind="stable")
        place = np.argsort(order, axis=0, kind="stable")
        kept[rows] = vector.present[rows] & (place < np.nan_to_num(np.floor(param), posinf=2**31))
        ranked += [rows[i] for i in order[:, 0]]
    shown = [row for row in ranked if kept[row].any()]
    return stack(
        [vector.labels[row] for row in shown],
        [vector.values[row] for row in shown],
        [kept[row] for row in shown],
        vector.values.shape[1],
    )


def _count_values(vector: Vector, by: Grouping, label: str) -> Vector:
    counts: dict[Labels, Floats] = {}
    for row, labels in enumerate(vector.labels):
        group = by(labels)
        for value in np.unique(vector.values[row][vector.present[row]]):
            series = replaced(group, label, written(float(value)))
            same = (vector.values[row] == value) | (np.isnan(value) & np.isnan(vector.values[row]))
            counts[series] = counts.get(series, np.zeros(vector.values.shape[1])) + (same & vector.present[row])
    return stack(tuple(counts), list(counts.values()), [count > 0 for count in counts.values()], vector.values.shape[1])


def written(value: float) -> str:
    """As Go writes it: shortest, without an exponent."""
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return np.format_float_positional(value, trim="-")
