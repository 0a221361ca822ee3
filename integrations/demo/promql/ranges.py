"""Functions over range vectors, as Prometheus 2.42 computes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from integrations.demo.promql.vectors import Bools, Floats
from integrations.demo.promql.windows import Windows

# What a window comes to; the numbers are scalar arguments, each with one value a step.
OverTime: TypeAlias = Callable[..., Floats]


@dataclass(frozen=True, slots=True)
class RangeFunction:
    compute: OverTime
    least: int = 1  # samples a window needs to have a value at all
    named: bool = False


def _falls(window: Windows) -> Bools:
    real = window.real[..., 1:]
    return np.asarray((window.values[..., 1:] < window.values[..., :-1]) & real)


def _extrapolated(window: Windows, *, counter: bool, per_second: bool) -> Floats:
    """The growth between first and last sample, stretched to the window's ends where samples come near them."""
    first, last = window.values[..., 0], window.last()
    growth = last - first
    if counter:
        growth = growth + np.where(_falls(window), window.values[..., :-1], 0.0).sum(axis=-1)
    sampled = (window.last_time() - window.times[:, 0]) / 1000
    to_start = np.broadcast_to((window.times[:, 0] - window.start) / 1000, growth.shape)
    to_end = (window.end - window.last_time()) / 1000
    between = sampled / (window.count - 1)
    if counter:  # a counter cannot have been below zero
        to_zero = sampled * (first / growth)
        to_start = np.where((growth > 0) & (first >= 0) & (to_zero < to_start), to_zero, to_start)
    near = between * 1.1
    covered = sampled + np.where(to_start < near, to_start, between / 2) + np.where(to_end < near, to_end, between / 2)
    factor = covered / sampled
    return np.asarray(growth * (factor / window.span if per_second else factor))


def rate(window: Windows) -> Floats:
    return _extrapolated(window, counter=True, per_second=True)


def increase(window: Windows) -> Floats:
    return _extrapolated(window, counter=True, per_second=False)


def delta(window: Windows) -> Floats:
    return _extrapolated(window, counter=False, per_second=False)


def irate(window: Windows) -> Floats:
    last, before = window.last(), window.last(1)
    growth = np.where(last < before, last, last - before)
    return np.asarray(growth / ((window.last_time() - window.last_time(1)) / 1000))


def idelta(window: Windows) -> Floats:
    return np.asarray(window.last() - window.last(1))


def _line(window: Windows, origin: Floats) -> tuple[Floats, Floats]:
    """Slope and height at the origin of the line that fits best."""
    real = window.real
    x = np.where(real, (window.times - origin[:, None]) / 1000, 0.0)
    y = np.where(real, window.values, 0.0)
    count = window.count
    mean_x, mean_y = x.sum(axis=-1) / count, y.sum(axis=-1) / count
    off_x = np.where(real, x - mean_x[:, None], 0.0)
    off_y = np.where(real, y - mean_y[..., None], 0.0)
    slope = (off_x * off_y).sum(axis=-1) / (off_x * off_x).sum(axis=-1)
    height = mean_y - slope * mean_x
    first = window.values[..., :1]
    flat = ((window.values == first) | ~real).all(axis=-1)
    level = np.where(np.isinf(first[..., 0]), np.nan, first[..., 0])
    return np.where(flat, level * 0.0, slope), np.where(flat, level, height)


def deriv(window: Windows) -> Floats:
    return _line(window, window.times[:, 0].astype(np.float64))[0]


def predict_linear(window: Windows, ahead: Floats) -> Floats:
    slope, height = _line(window, window.at.astype(np.float64))
    return np.asarray(slope * ahead[window.steps] + height)


def resets(window: Windows) -> Floats:
    return np.asarray(_falls(window).sum(axis=-1), dtype=np.float64)


def changes(window: Windows) -> Floats:
    before, after = window.values[..., :-1], window.values[..., 1:]
    differ = (before != after) & ~(np.isnan(before) & np.isnan(after)) & window.real[..., 1:]
    return np.asarray(differ.sum(axis=-1), dtype=np.float64)


def total(window: Windows) -> Floats:
    return np.asarray(np.where(window.real, window.values, 0.0).sum(axis=-1))


def mean(window: Windows) -> Floats:
    return np.asarray(total(window) / window.count)


def least(window: Windows) -> Floats:
    return np.asarray(np.fmin.reduce(np.where(window.real, window.values, np.nan), axis=-1))


def most(window: Windows) -> Floats:
    return np.asarray(np.fmax.reduce(np.where(window.real, window.values, np.nan), axis=-1))


def variance(window: Windows) -> Floats:
    off = np.where(window.real, window.values - mean(window)[..., None], 0.0)
    return np.asarray((off * off).sum(axis=-1) / window.count)


def _like(window: Windows, each: Floats) -> Floats:
    return np.asarray(np.broadcast_to(each, window.values.shape[:-1]).astype(np.float64))


def quantile(share: Floats, values: Floats, real: Bools) -> Floats:
    """Along the last axis, between the two nearest samples; NaN counts as less than any number."""
    count = np.broadcast_to(real, values.shape).sum(axis=-1)
    keys = np.where(real, np.where(np.isnan(values), -np.inf, values), np.inf)
    order = np.argsort(keys, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    rank = np.clip(share, 0, 1) * (count - 1)
    below = np.nan_to_num(np.maximum(0, np.floor(rank))).astype(np.int64)
    above = np.minimum(np.maximum(count - 1, 0), below + 1)
    weight = rank - np.floor(rank)
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    between = low * (1 - weight) + high * weight
    outside = np.where(share < 0, -np.inf, np.inf)
    return np.asarray(np.where(np.isnan(share), np.nan, np.where((share < 0) | (share > 1), outside, between)))


def quantile_over_time(window: Windows, share: Floats) -> Floats:
    return quantile(share[window.steps], window.values, window.real)


RANGE_FUNCTIONS: dict[str, RangeFunction] = {
    "rate": RangeFunction(rate, least=2),
    "increase": RangeFunction(increase, least=2),
    "delta": RangeFunction(delta, least=2),
    "irate": RangeFunction(irate, least=2),
    "idelta": RangeFunction(idelta, least=2),
    "deriv": RangeFunction(deriv, least=2),
    "predict_linear": RangeFunction(predict_linear, least=2),
    "resets": RangeFunction(resets),
    "changes": RangeFunction(changes),
    "avg_over_time": RangeFunction(mean),
    "min_over_time": RangeFunction(least),
    "max_over_time": RangeFunction(most),
    "sum_over_time": RangeFunction(total),
    "count_over_time": RangeFunction(lambda window: _like(window, window.count)),
    "last_over_time": RangeFunction(lambda window: window.last(), named=True),
    "quantile_over_time": RangeFunction(quantile_over_time),
    "stddev_over_time": RangeFunction(lambda window: np.sqrt(variance(window))),
    "stdvar_over_time": RangeFunction(variance),
    "present_over_time": RangeFunction(lambda window: _like(window, np.ones(len(window.count)))),
}
