"""Series for every metric of a catalogue: a source that the demo world's PromQL reads."""

import itertools
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import promql_parser as syntax

from integrations.demo.promql.match import tests
from integrations.demo.promql.source import Batch
from integrations.demo.promql.vectors import NAME, Floats, Ints
from tests.eval import kinds, shapes
from tests.eval.kinds import Look
from tests.eval.questions import Catalog
from tests.eval.shapes import Dice, Lives, Rows, Shape

INTERVAL = 30_000
BEFORE, AFTER = 60 * 86400, 2 * 86400  # seconds of the world around now
SECONDS = tuple("0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30 60 300 +Inf".split())
EVENTS = Look("counter", 0.1, 50)
SIZES = tuple("1 8 64 256 1024 4096 16384 65536 1048576 16777216 +Inf".split())


@dataclass(frozen=True)
class World:
    catalog: Catalog
    now: datetime
    seed: int
    bounds: Mapping[str, frozenset[str]] = field(default_factory=dict)  # `le` that queries name, by histogram
    stretch: Mapping[str, float] = field(default_factory=dict)  # metrics that are made larger, or smaller
    gone: frozenset[str] = frozenset()  # series that are not there at all

    def select(self, name: str | None, matchers: Sequence[syntax.Matcher], start: int, end: int) -> Sequence[Batch]:
        wanted = tests(matchers)
        candidates = self._batches if name is None else [self._named[name]] if name in self._named else []
        found = []
        for batch in candidates:
            kept = [
                row
                for row, labels in enumerate(batch.labels)
                if all(test(dict(labels).get(label, "")) for label, passes in wanted.items() for test in passes)
            ]
            if kept:
                found.append(_part(batch, kept))
        return found

    @cached_property
    def _batches(self) -> Sequence[Batch]:
        made = (batch for metric in self.catalog["metrics"] for batch in self._of(metric))
        return [batch for batch in made if dict(batch.labels[0])[NAME] not in self.gone]

    @cached_property
    def _named(self) -> Mapping[str, Batch]:
        return {dict(batch.labels[0])[NAME]: batch for batch in self._batches}

    def _of(self, metric: dict[str, Any]) -> Iterator[Batch]:
        rows = _combinations({k: v for k, v in metric.get("labels", {}).items() if k not in ("le", "quantile")})
        dice = Dice(np.random.default_rng([self.seed, zlib.crc32(metric["name"].encode())]), len(rows))
        if metric["type"] == "histogram":
            yield from self._histogram(metric, rows, dice)
        elif metric["type"] == "summary":
            yield from self._summary(metric, rows, dice)
        else:
            yield self._batch(metric["name"], rows, self._shape(metric, dice))

    def _shape(self, metric: dict[str, Any], dice: Dice) -> Shape:
        look, factor = kinds.of(metric), self.stretch.get(metric["name"], 1.0)
        epoch = self.now.timestamp() - BEFORE
        match look.kind:
            case "counter":
                return shapes.counter(dice, look, factor=factor)
            case "one":
                return shapes.constant(1.0)
            case "switch":
                return shapes.switch(dice, self.seed % max(2, dice.rows))
            case "limit":
                return shapes.limit(dice, look, factor)
            case "moment":
                return shapes.moment(dice, look, epoch)
            case "deadline":
                return shapes.deadline(dice, look, epoch)
            case _:
                return shapes.level(dice, look, BEFORE, factor)

    def _histogram(self, metric: dict[str, Any], rows: list[dict[str, str]], dice: Dice) -> Iterator[Batch]:
        """Quick events and slow ones, each counted for itself: so quantiles move with time and differ by series."""
        name, bounds, lives = metric["name"], self._bounds(metric), Lives.of(dice)
        populations = [shapes.counter(dice, EVENTS, lives) for _ in range(2)]
        finite = [float(bound) for bound in bounds if bound != "+Inf"]
        typical = (min(finite) * max(finite)) ** 0.5
        means = [dice.spread(typical / 8, typical), dice.spread(typical, typical * 8)]
        shares = [1 - np.exp(-np.array([float(bound) for bound in bounds]) / mean) for mean in means]

        def weighted(weights: Sequence[Floats], seconds: Floats, rows: Rows) -> Floats:
            """Each population's count times its weight; series that share counters ask for them once."""
            series, back = np.unique(rows // weights[0].shape[1], return_inverse=True)
            column = rows % weights[0].shape[1]
            parts = zip(weights, populations, strict=True)
            return np.asarray(
                sum(weight[series[back], column][:, None] * part(seconds, series)[back] for weight, part in parts)
            )

        ones = [np.ones((dice.rows, 1))] * 2
        buckets = [{**row, "le": bound} for row in rows for bound in bounds]
        yield self._batch(f"{name}_bucket", buckets, lambda seconds, rows: weighted(shares, seconds, rows))
        yield self._batch(f"{name}_count", rows, lambda seconds, rows: weighted(ones, seconds, rows))
        yield self._batch(f"{name}_sum", rows, lambda seconds, rows: weighted(means, seconds, rows))

    def _summary(self, metric: dict[str, Any], rows: list[dict[str, str]], dice: Dice) -> Iterator[Batch]:
        name, count, mean = metric["name"], shapes.counter(dice, EVENTS), dice.spread(0.05, 0.3)
        known = metric.get("labels", {}).get("quantile", ("0.5", "0.9", "0.99"))
        quantiles = [{**row, "quantile": share} for row in rows for share in known]
        yield self._batch(
            name, quantiles, shapes.level(Dice(dice.random, len(quantiles)), Look("level", 0.05, 2), BEFORE)
        )
        yield self._batch(f"{name}_count", rows, count)
        yield self._batch(f"{name}_sum", rows, lambda seconds, rows: mean[rows] * count(seconds, rows))

    def _bounds(self, metric: dict[str, Any]) -> Sequence[str]:
        usual = SECONDS if "seconds" in metric["name"] or metric.get("unit") == "seconds" else SIZES
        known = {float(bound): bound for bound in (*usual, *self.bounds.get(metric["name"], ()))}
        return [known[bound] for bound in sorted(known)]

    def _batch(self, name: str, rows: list[dict[str, str]], shape: Shape) -> Batch:
        labels = tuple(tuple(sorted({**row, NAME: name}.items())) for row in rows)
        now = round(self.now.timestamp() * 1000)
        phase, origin = zlib.crc32(name.encode()) % INTERVAL, now - BEFORE * 1000

        def read(wanted: Sequence[int], ticks: Ints) -> Floats:
            return shape((phase + ticks * INTERVAL - origin) / 1000, np.asarray(wanted, dtype=np.int64))

        first, last = (origin - phase) // INTERVAL + 1, (now + AFTER * 1000 - phase) // INTERVAL
        every = np.ones(len(labels), dtype=np.int64)
        return Batch(phase, INTERVAL, labels, first * every, last * every, (False,) * len(labels), read)


def _combinations(labels: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [dict(zip(labels, values, strict=True)) for values in itertools.product(*labels.values())]


def _part(batch: Batch, rows: list[int]) -> Batch:
    read, chosen = batch.read, np.array(rows)
    return Batch(
        batch.phase,
        batch.interval,
        tuple(batch.labels[row] for row in rows),
        batch.first[chosen],
        batch.last[chosen],
        tuple(batch.ended[row] for row in rows),
        lambda wanted, ticks: read(chosen[list(wanted)].tolist(), ticks),
    )
