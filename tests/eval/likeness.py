"""Whether two answers are the same: series by series, up to a factor that the question leaves open."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from integrations.demo.promql.vectors import Floats
from tests.eval.worth import Answer, Comparison

TOLERANCE = 1e-6


def factors(scales: Sequence[float]) -> Iterator[float]:
    """By what the given values may differ from the accepted ones; a factor is written one way and meant both ways."""
    yield 1.0
    for scale in dict.fromkeys(scales):
        yield from (scale, 1 / scale)


def alike(accepted: Sequence[Answer], given: Sequence[Answer], scales: Sequence[float], labels: str) -> bool:
    """In each world, and by the same factor in all of them."""
    pairs = list(zip(accepted, given, strict=True))
    return any(all(PAIRED[labels](a, b, factor) for a, b in pairs) for factor in factors(scales))


def same_labels(accepted: Sequence[Answer], given: Sequence[Answer]) -> bool:
    return all(a.keys() == b.keys() for a, b in zip(accepted, given, strict=True))


def close(a: Floats, b: Floats) -> bool:
    if a.shape != b.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.isclose(b, a, rtol=TOLERANCE, atol=1e-12, equal_nan=True)))


def _exactly(accepted: Answer, given: Answer, factor: float) -> bool:
    return accepted.keys() == given.keys() and all(
        close(values * factor, given[labels]) for labels, values in accepted.items()
    )


def _superset(accepted: Answer, given: Answer, factor: float) -> bool:
    """Every accepted series meets one given series that has its labels, and perhaps more."""
    left = dict(given)
    for labels, values in accepted.items():
        met = [own for own, theirs in left.items() if set(labels) <= set(own) and close(values * factor, theirs)]
        if not met:
            return False
        del left[met[0]]
    return not left


def _values(accepted: Answer, given: Answer, factor: float) -> bool:
    left = list(given.values())
    for values in accepted.values():
        met = next((i for i, theirs in enumerate(left) if close(values * factor, theirs)), None)
        if met is None:
            return False
        del left[met]
    return not left


def _auto(accepted: Answer, given: Answer, factor: float) -> bool:
    """A label with the same value on every series says nothing, so it does not matter."""
    return _exactly(_telling(accepted), _telling(given), factor)


def _telling(answer: Answer) -> Answer:
    always = set.intersection(*(set(labels) for labels in answer)) if answer else set()
    return {tuple(pair for pair in labels if pair not in always): values for labels, values in answer.items()}


PAIRED: dict[str, Callable[[Answer, Answer, float], bool]] = {
    "": _exactly,
    "superset": _superset,
    "values": _values,
    "auto": _auto,
}


def same_thresholds(accepted: Sequence[Comparison], given: Sequence[Comparison]) -> bool:
    """The same margins, up to a unit; what no data may show, as when every series is far above the threshold."""
    if len(accepted) != len(given):
        return all(one.parts for one in accepted) or not accepted
    return all(_same(a, b) for a, b in zip(accepted, given, strict=True))


def _same(accepted: Comparison, given: Comparison) -> bool:
    if set(np.unique(accepted.threshold)) <= {0.0, 1.0}:
        return True  # `> 0`, `>= 1`, `!= 0`, `== 1`: the data has what lies between
    if accepted.margins.shape != given.margins.shape or _strict(accepted.op) != _strict(given.op):
        return False
    told = accepted.margins != 0  # what stands on the threshold itself says nothing of the unit
    if not told.any():
        return not given.margins.any()
    unit = given.margins[told][0] / accepted.margins[told][0]
    return bool(unit > 0 and np.allclose(given.margins, accepted.margins * unit, rtol=1e-4, equal_nan=True))


def _strict(op: str) -> str:
    return op.removesuffix("=") if op in (">", ">=") else op
