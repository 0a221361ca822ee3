"""A quantile of histogram buckets that were added up over several spans, read as Prometheus reads one."""

import math
from collections.abc import Mapping


def quantile(q: float, counts: Mapping[float, float]) -> float:
    """`counts`: upper bound to how many were not above it, infinity included. NaN where nothing was counted."""
    bounds = sorted(counts)
    if len(bounds) < 2 or not math.isinf(bounds[-1]) or not counts[bounds[-1]] > 0:
        return math.nan
    rank = q * counts[bounds[-1]]
    below, floor = 0.0, min(0.0, bounds[0])
    for bound in bounds:
        count = max(counts[bound], below)  # counts of buckets that were read at slightly other times may shrink
        if count >= rank:
            if math.isinf(bound):
                return floor  # above the last bound nothing is known
            if bound <= 0 and bound == bounds[0]:
                return bound
            return floor + (bound - floor) * ((rank - below) / (count - below)) if count > below else bound
        below, floor = count, bound
    return math.nan
