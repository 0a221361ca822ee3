"""Functions over the samples of a window, as Loki computes them: (t - range, t]."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bot.model.errors import Rejected
from bot.query.logql import tree
from integrations.demo.logql.streams import Lined
from integrations.demo.promql.vectors import Floats, Ints, Labels, Vector, stack

NANO = 1_000_000_000
MAX_POINTS = 5_000_000


@dataclass(frozen=True, slots=True)
class Window:
    values: Floats
    times: Ints
    start: int  # nanoseconds, exclusive
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / NANO


Function: TypeAlias = Callable[[Window], float]
Samples: TypeAlias = Mapping[Labels, tuple[Ints, Floats]]


def _rate_counter(window: Window) -> float:
    """The growth of a counter, stretched to the window's ends where samples come near them."""
    values, times = window.values, window.times
    if len(values) < 2:
        return 0.0
    falls = values[1:] < values[:-1]
    growth = float(values[-1] - values[0] + values[:-1][falls].sum())
    sampled = float(times[-1] - times[0]) / NANO
    between = sampled / (len(values) - 1)
    gaps = float(times[0] - window.start) / NANO, float(window.end - times[-1]) / NANO
    to_start, to_end = (gap if gap < between * 1.1 else between / 2 for gap in gaps)
    if growth > 0 and values[0] >= 0:  # a counter cannot have been below zero
        to_start = min(to_start, sampled * float(values[0]) / growth)
    covered = sampled + to_start + to_end
    return growth * (covered / sampled) / window.seconds if sampled else 0.0


def _quantile(share: float) -> Function:
    return lambda window: float(np.quantile(window.values, share))


FUNCTIONS: dict[str, Function] = {
    "count_over_time": lambda window: float(len(window.values)),
    "rate": lambda window: float(window.values.sum()) / window.seconds,
    "bytes_over_time": lambda window: float(window.values.sum()),
    "bytes_rate": lambda window: float(window.values.sum()) / window.seconds,
    "rate_counter": _rate_counter,
    "sum_over_time": lambda window: float(window.values.sum()),
    "avg_over_time": lambda window: float(window.values.mean()),
    "min_over_time": lambda window: float(window.values.min()),
    "max_over_time": lambda window: float(window.values.max()),
    "first_over_time": lambda window: float(window.values[0]),
    "last_over_time": lambda window: float(window.values[-1]),
    "stdvar_over_time": lambda window: float(window.values.var()),
    "stddev_over_time": lambda window: float(window.values.std()),
}


def over_time(node: tree.OverTime, samples: Samples, at: Ints) -> Vector:
    """One value a step and series whose window holds at least one sample."""
    function = FUNCTIONS.get(node.function) or _quantile(node.parameter or 0.0)
    ends = at - node.ranged.offset.nanoseconds
    starts = ends - node.ranged.length.nanoseconds
    if len(samples) * len(at) > MAX_POINTS:
        raise Rejected("The query would come to too many series at too many steps.", code="execution")
    rows, present = [], []
    for times, values in samples.values():
        low, high = np.searchsorted(times, starts, side="right"), np.searchsorted(times, ends, side="right")
        row = np.full(len(at), np.nan)
        for step in np.flatnonzero(high > low):
            inside = slice(int(low[step]), int(high[step]))
            with np.errstate(all="ignore"):
                row[step] = function(Window(values[inside], times[inside], int(starts[step]), int(ends[step])))
        rows.append(row)
        present.append(high > low)
    return stack(tuple(samples), rows, present, len(at))


def counted(node: tree.OverTime, streams: Sequence[tuple[Labels, Lined]], at: Ints) -> Vector:
    """How many lines, or how many a second: told by each stream without reading any of them."""
    ends = at - node.ranged.offset.nanoseconds
    length = node.ranged.length.nanoseconds
    found: dict[Labels, Floats] = defaultdict(lambda: np.zeros(len(at)))
    for labels, stream in streams:
        found[labels] = found[labels] + (stream.before(ends + 1) - stream.before(ends - length + 1))
    found = {labels: row for labels, row in found.items() if row.any()}
    share = length / NANO if node.function == "rate" else 1.0
    return stack(tuple(found), [row / share for row in found.values()], [row > 0 for row in found.values()], len(at))
