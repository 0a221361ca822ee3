"""Kinds of measures that many targets share, and what a target is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from integrations.demo import town
from integrations.demo.events import State
from integrations.demo.measures import Durations, Gauge, Measure, Spot
from integrations.demo.signals import Floats, Instants, Rhythm, Stream

Exposed: TypeAlias = tuple[str, dict[str, str], Measure]


@dataclass(frozen=True, slots=True)
class Target:
    """What is scraped at once."""

    spot: Spot
    exposed: tuple[Exposed, ...]
    versioned: bool = False


@lru_cache(maxsize=32)
def paced(region: str, swing: float) -> Rhythm:
    return Rhythm(swing, town.ZONES.get(region, 0.0))


def durations(spot: Spot, name: str, per_second: float, heavy: float, quick: float, slow: float) -> Durations:
    """Slow ones are more at busy hours, and come in bursts: that is what makes a p95 live."""
    return Durations(
        Stream(spot.key(name, "quick"), per_second * (1 - heavy), paced(spot.region, 0.45), 0.08),
        Stream(spot.key(name, "slow"), per_second * heavy, paced(spot.region, 0.6), 0.2),
        quick,
        slow,
    )


def histogram(name: str, labels: dict[str, str], times: Durations, bounds: tuple[float, ...]) -> Iterator[Exposed]:
    for bound in bounds:
        upper = "+Inf" if bound == float("inf") else f"{bound:g}"
        yield f"{name}_bucket", {**labels, "le": upper}, times.below(bound)
    yield f"{name}_count", labels, times.all()
    yield f"{name}_sum", labels, times.total()


def usually(
    usual: float, *, rhythm: float = 0.0, unrest: float = 0.0, state: Callable[[State], float] | None = None
) -> Gauge:
    """A gauge around its usual level, that follows the day by `rhythm` and wanders by `unrest`."""

    def level(spot: Spot, instants: Instants) -> Floats:
        pace = paced(spot.region, 0.45).pace(instants.at.astype(np.float64)) - 1
        value = usual * (1 + rhythm * pace + unrest * spot.wander(instants, usual))
        return np.asarray(value if state is None else value * spot.each(instants, state))

    return Gauge(level)


def constant(value: float) -> Gauge:
    return Gauge(lambda _, instants: np.full(len(instants.at), value))


def up() -> Gauge:
    return Gauge(lambda spot, instants: spot.each(instants, lambda state: float(state.up)))
