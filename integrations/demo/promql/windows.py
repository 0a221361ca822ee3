"""Range vectors: for every step, the samples of the window before it, as arrays that functions work on at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from bot.model.errors import Rejected
from integrations.demo.promql.source import Batch
from integrations.demo.promql.vectors import Bools, Floats, Ints, Labels, Vector, joined

MAX_SAMPLES = 200_000_000  # what a query may read in all: a few seconds of work
CELLS = 250_000  # samples held at once, so that a long query needs no more memory than a short one


@dataclass(frozen=True, slots=True)
class Windows:
    """Samples stand to the left: the first `count` of each row are real, what follows is filler.

    `values` are series by steps by samples; `times` (milliseconds), `count`, `start` and `end` go by steps.
    """

    values: Floats
    times: Ints
    count: Ints
    start: Ints
    end: Ints
    at: Ints  # the step's own instant, which an offset moves away from `end`
    span: float  # seconds
    steps: slice  # which steps of the whole query these are

    @property
    def real(self) -> Bools:
        return np.asarray(np.arange(self.times.shape[-1]) < self.count[:, None])

    @property
    def final(self) -> Ints:
        """Where each window's last sample stands."""
        return np.maximum(self.count - 1, 0)

    def last(self, back: int = 0) -> Floats:
        rows = np.arange(self.times.shape[0])
        return np.asarray(self.values[:, rows, np.maximum(self.final - back, 0)])

    def last_time(self, back: int = 0) -> Ints:
        rows = np.arange(self.times.shape[0])
        return np.asarray(self.times[rows, np.maximum(self.final - back, 0)])


RangeFunction: TypeAlias = Callable[[Windows], Floats]


@dataclass(frozen=True, slots=True)
class Span:
    """Windows of one length, each ending at `ends`."""

    at: Ints
    ends: Ints
    length: int

    @property
    def starts(self) -> Ints:
        return np.asarray(self.ends - self.length)


@dataclass(frozen=True, slots=True)
class RangeVector:
    """Series by windows; what a range function is applied to."""

    span: Span
    labels: tuple[Labels, ...]
    parts: Callable[[], Iterator[tuple[list[int], Windows]]]  # row numbers, and their samples

    def apply(self, function: RangeFunction, least: int) -> Vector:
        """One value a window that has at least this many samples."""
        shape = (len(self.labels), len(self.span.ends))
        values, present = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        for rows, windows in self.parts():
            with np.errstate(all="ignore"):
                values[rows, windows.steps] = function(windows)
            present[rows, windows.steps] = windows.count >= least
        seen = np.asarray(present.any(axis=1))
        return Vector(
            tuple(labels for labels, kept in zip(self.labels, seen, strict=True) if kept), values[seen], present[seen]
        )


def of_batches(batches: list[Batch], span: Span) -> RangeVector:
    labels = tuple(labels for batch in batches for labels in batch.labels)
    _refuse_too_much(batches, span)

    def parts() -> Iterator[tuple[list[int], Windows]]:
        row = 0
        for batch in batches:
            yield from _of_batch(batch, span, row)
            row += len(batch.labels)

    return RangeVector(span, labels, parts)


def _refuse_too_much(batches: list[Batch], span: Span) -> None:
    samples = sum(len(batch.labels) * (span.length // batch.interval + 1) for batch in batches) * len(span.ends)
    if samples > MAX_SAMPLES:
        raise Rejected(
            "The query would read too many samples.",
            code="execution",
            advice="Ask for a shorter range, a longer step or fewer series.",
        )


def _of_batch(batch: Batch, span: Span, row: int) -> Iterator[tuple[list[int], Windows]]:
    low = -((batch.phase - span.starts) // batch.interval)  # ceiling: both ends of a window belong to it
    high = (span.ends - batch.phase) // batch.interval
    whole = (batch.first <= low.min()) & (batch.last >= high.max())
    together = [i for i in range(len(batch.labels)) if whole[i]]
    most = max(1, CELLS // (span.length // batch.interval + 2))
    for begin in range(0, len(together), most):
        rows = together[begin : begin + most]
        yield from _gather(batch, rows, row, span, low, high)
    for i in range(len(batch.labels)):
        if not whole[i]:
            first, last = batch.first[i], batch.last[i]
            yield from _gather(batch, [i], row, span, np.maximum(low, first), np.minimum(high, last))


def _gather(
    batch: Batch, rows: list[int], row: int, span: Span, low: Ints, high: Ints
) -> Iterator[tuple[list[int], Windows]]:
    count = np.maximum(high - low + 1, 0)
    width = max(1, int(count.max(initial=0)))
    if not count.any():
        return
    most = max(1, CELLS // (len(rows) * width))
    for begin in range(0, len(low), most):
        steps = slice(begin, begin + most)
        ticks = low[steps, None] + np.arange(width)
        yield (
            [row + i for i in rows],
            Windows(
                _values(batch, rows, ticks),
                batch.phase + ticks * batch.interval,
                count[steps],
                span.starts[steps],
                span.ends[steps],
                span.at[steps],
                span.length / 1000,
                steps,
            ),
        )


def _values(batch: Batch, rows: list[int], ticks: Ints) -> Floats:
    """Each tick is worked out once where windows overlap, and only those that are asked for where they do not."""
    start, end = int(ticks.min()), int(ticks.max()) + 1
    if end - start < ticks.size:
        known = batch.read(rows, np.arange(start, end, dtype=np.int64))
        return np.asarray(known[:, ticks - start])
    return batch.read(rows, ticks.ravel()).reshape(len(rows), *ticks.shape)


def of_vector(inner: Vector, times: Ints, span: Span) -> RangeVector:
    """A subquery: what another expression is worth, step by step, taken as samples."""

    def parts() -> Iterator[tuple[list[int], Windows]]:
        for row in range(len(inner.labels)):
            stamps, values = times[inner.present[row]], inner.values[row][inner.present[row]]
            low = np.searchsorted(stamps, span.starts, side="left")
            high = np.searchsorted(stamps, span.ends, side="right")
            count = (high - low).astype(np.int64)
            width = max(1, int(count.max(initial=0)))
            if not count.any():
                continue
            most = max(1, CELLS // width)
            for begin in range(0, len(low), most):
                steps = slice(begin, begin + most)
                index = np.minimum(low[steps, None] + np.arange(width), len(stamps) - 1)
                yield (
                    [row],
                    Windows(
                        values[index][None],
                        stamps[index],
                        count[steps],
                        span.starts[steps],
                        span.ends[steps],
                        span.at[steps],
                        span.length / 1000,
                        steps,
                    ),
                )

    return RangeVector(span, inner.labels, parts)


def instant(batches: list[Batch], at: Ints, lookback: int) -> tuple[Vector, Ints]:
    """The latest sample of every series at each instant, and when it was taken."""
    vectors, times = [], []
    for batch in batches:
        ticks = (at - batch.phase) // batch.interval
        for last in np.unique(batch.last):
            rows = np.flatnonzero(batch.last == last)
            newest = np.minimum(ticks, last)
            taken = batch.phase + newest * batch.interval
            stale = np.array(batch.ended)[rows, None] & (ticks > last)
            present = (newest >= batch.first[rows, None]) & ~stale & (taken >= at - lookback)
            labels = tuple(batch.labels[row] for row in rows)
            vectors.append(Vector(labels, batch.read(rows.tolist(), newest), present))
            times.append(np.broadcast_to(taken, present.shape))
    stamps = np.concatenate(times) if times else np.empty((0, len(at)), dtype=np.int64)
    return joined(vectors, len(at)), stamps
