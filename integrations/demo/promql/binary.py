"""Operators between two expressions: arithmetic, comparison, sets, and which series meets which."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from bot.model.errors import Rejected
from integrations.demo.promql.vectors import NAME, Bools, Floats, Labels, Value, Vector, only, replaced, stack, without

Key: TypeAlias = Callable[[Labels], Labels]

ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": np.power,
    "atan2": np.arctan2,
}
COMPARISON: dict[str, Callable[[Floats, Floats], Bools]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
SETS = ("and", "or", "unless")
NAMED = (*COMPARISON, "atan2")  # series keep their metric's name; of atan2, Prometheus 2.42 forgot to take it away


@dataclass(frozen=True, slots=True)
class Matching:
    """`on`: these labels decide; otherwise all but these. `many` names the side that may have several."""

    labels: tuple[str, ...] = ()
    on: bool = False
    many: Literal["left", "right", ""] = ""
    include: tuple[str, ...] = ()

    def key(self, labels: Labels) -> Labels:
        return only(labels, self.labels) if self.on else without(labels, (*self.labels, NAME))


def combine(op: str, left: Value, right: Value, matching: Matching, *, as_bool: bool) -> Value:
    with np.errstate(all="ignore"):
        match left, right:
            case Vector(), Vector():
                if op in SETS:
                    return _sets(op, left, right, matching.key)
                return _vectors(op, left, right, matching, as_bool=as_bool)
            case Vector(), np.ndarray():
                return _with_number(op, left, left.values, right, as_bool=as_bool)
            case np.ndarray(), Vector():
                return _with_number(op, right, left, right.values, as_bool=as_bool)
            case np.ndarray(), np.ndarray():
                return _compute(op, left, right)
            case _:
                raise TypeError(op)


def _compute(op: str, left: Floats, right: Floats) -> Floats:
    if op in ARITHMETIC:
        return np.asarray(ARITHMETIC[op](left, right))
    return COMPARISON[op](left, right).astype(np.float64)


def _with_number(op: str, vector: Vector, left: Floats, right: Floats, *, as_bool: bool) -> Vector:
    values = _compute(op, left, right)
    if op in ARITHMETIC or as_bool:
        return vector.with_values(values, named=op in NAMED and not as_bool).checked()
    return Vector(vector.labels, vector.values, vector.present & (values != 0))


def _vectors(op: str, left: Vector, right: Vector, matching: Matching, *, as_bool: bool) -> Vector:
    """Series with equal keys meet. `many` and `one` are the sides; without group_left both are ones."""
    swapped = matching.many == "right"
    many, one = (right, left) if swapped else (left, right)
    partners = _partners(many, one, matching.key, side="left" if swapped else "right")
    drops_name = op not in NAMED or as_bool
    labels: list[Labels] = []
    values: list[Floats] = []
    present: list[Bools] = []
    origins: list[Labels] = []
    for row, own in enumerate(many.labels):
        for partner in partners.get(matching.key(own), ()):
            a, b = many.values[row], one.values[partner]
            result = _compute(op, b, a) if swapped else _compute(op, a, b)
            there = many.present[row] & one.present[partner]
            if op in COMPARISON and not as_bool:
                there = there & (result != 0)
                result = b if swapped else a
            labels.append(_result_labels(own, one.labels[partner], matching, drops_name=drops_name))
            values.append(result)
            present.append(there)
            origins.append(matching.key(own))
    _refuse_several(labels, origins, present, matching)
    return stack(labels, values, present, many.values.shape[1]).merged()


def _partners(many: Vector, one: Vector, key: Key, *, side: str) -> dict[Labels, list[int]]:
    found: dict[Labels, list[int]] = {}
    asked = many.present.any(axis=0)
    for row, labels in enumerate(one.labels):
        others = found.setdefault(key(labels), [])
        if any((one.present[row] & one.present[other] & asked).any() for other in others):
            raise Rejected(
                f"Several series on the {side} side of an operator have the same labels to match by.",
                code="execution",
                advice="Match on more labels, or aggregate that side first.",
            )
        others.append(row)
    return found


def _result_labels(many: Labels, one: Labels, matching: Matching, *, drops_name: bool) -> Labels:
    labels = without(many, (NAME,)) if drops_name else many
    if not matching.many:
        labels = only(labels, matching.labels) if matching.on else without(labels, matching.labels)
    given = dict(one)
    for name in matching.include:
        labels = replaced(labels, name, given.get(name, ""))
    return labels


def _refuse_several(labels: list[Labels], origins: list[Labels], present: list[Bools], matching: Matching) -> None:
    seen: dict[Labels | tuple[Labels, Labels], Bools] = {}
    for own, origin, there in zip(labels, origins, present, strict=True):
        mark = (origin, own) if matching.many else origin
        before = seen.get(mark)
        if before is not None and (before & there).any():
            raise Rejected(
                "Several series meet the same one across an operator.",
                code="execution",
                advice="Say which side has many with group_left or group_right.",
            )
        seen[mark] = there if before is None else before | there


def _sets(op: str, left: Vector, right: Vector, key: Key) -> Vector:
    on_left, on_right = _presence(left, key), _presence(right, key)
    nowhere = np.zeros(left.values.shape[1], dtype=bool)
    if op == "or":
        free = [right.present[i] & ~on_left.get(key(labels), nowhere) for i, labels in enumerate(right.labels)]
        extra = stack(right.labels, list(right.values), free, right.values.shape[1])
        return Vector(
            (*left.labels, *extra.labels),
            np.concatenate([left.values, extra.values]),
            np.concatenate([left.present, extra.present]),
        ).merged()
    wanted = [on_right.get(key(labels), nowhere) for labels in left.labels]
    kept = [left.present[i] & (there if op == "and" else ~there) for i, there in enumerate(wanted)]
    return stack(left.labels, list(left.values), kept, left.values.shape[1])


def _presence(vector: Vector, key: Key) -> dict[Labels, Bools]:
    found: dict[Labels, Bools] = {}
    for row, labels in enumerate(vector.labels):
        mark = key(labels)
        found[mark] = found[mark] | vector.present[row] if mark in found else vector.present[row]
    return found
