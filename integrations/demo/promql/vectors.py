"""What an expression is worth: a number a step, or series with a value, or none, a step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.model.errors import Rejected

NAME = "__name__"

Labels: TypeAlias = tuple[tuple[str, str], ...]  # sorted by name; no empty values
Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Vector:
    """`values` and `present` are series by steps. NaN is a value; what is missing is missing in `present`."""

    labels: tuple[Labels, ...]
    values: Floats
    present: Bools

    def with_values(self, values: Floats, *, named: bool = False) -> "Vector":
        """The same series with other values; the metric's name goes, for the values are no longer its own."""
        return Vector(self.labels if named else unnamed(self.labels), values, self.present)

    def checked(self) -> "Vector":
        """Itself; Rejected where two series would have become one at the same instant."""
        first: dict[Labels, int] = {}
        for row, labels in enumerate(self.labels):
            other = first.setdefault(labels, row)
            if other != row and bool((self.present[row] & self.present[other]).any()):
                raise Rejected("Two series of this query end up with the same labels.", code="execution")
        return self.merged() if len(first) < len(self.labels) else self

    def merged(self) -> "Vector":
        """Rows with equal labels, present at different steps, become one."""
        rows: dict[Labels, list[int]] = {}
        for row, labels in enumerate(self.labels):
            rows.setdefault(labels, []).append(row)
        values, present = [], []
        for members in rows.values():
            there = self.present[members]
            values.append(
                np.where(there, self.values[members], 0.0).sum(axis=0) if len(members) > 1 else self.values[members[0]]
            )
            present.append(np.asarray(there.any(axis=0)))
        return stack(tuple(rows), values, present, self.values.shape[1])


Value: TypeAlias = Floats | Vector


def stack(labels: Sequence[Labels], values: Sequence[Floats], present: Sequence[Bools], steps: int) -> Vector:
    if not labels:
        return Vector((), np.empty((0, steps)), np.empty((0, steps), dtype=bool))
    return Vector(tuple(labels), np.array(values, dtype=np.float64), np.array(present, dtype=bool))


def joined(vectors: Sequence[Vector], steps: int) -> Vector:
    """Series of several vectors, one below the other."""
    if not vectors:
        return stack((), (), (), steps)
    return Vector(
        tuple(labels for vector in vectors for labels in vector.labels),
        np.concatenate([vector.values for vector in vectors]),
        np.concatenate([vector.present for vector in vectors]),
    )


def without(labels: Labels, names: Collection[str]) -> Labels:
    return tuple(pair for pair in labels if pair[0] not in names)


def only(labels: Labels, names: Collection[str]) -> Labels:
    return tuple(pair for pair in labels if pair[0] in names)


def replaced(labels: Labels, name: str, value: str) -> Labels:
    """With this label set; an empty value removes it."""
    kept = without(labels, (name,))
    return tuple(sorted((*kept, (name, value)))) if value else kept


def unnamed(rows: Sequence[Labels]) -> tuple[Labels, ...]:
    return tuple(without(labels, (NAME,)) for labels in rows)
