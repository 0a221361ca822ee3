"""What can be measured at one place of the town: counters and gauges, each a function of time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

import numpy as np

from integrations.demo import stages
from integrations.demo.events import State, Story
from integrations.demo.signals import Floats, Instants, Ints, Stream, key, wander, week_start
from integrations.demo.stages import Stage


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing in one place: what happens there comes from its stages."""

    seed: int
    thing: str
    region: str
    env: str
    forced: tuple[Story, ...] = ()  # what somebody made happen here, besides what the calendar says

    def under(self, forced: Sequence[Story]) -> "Spot":
        """This spot with those of the stories that touch it."""
        touching = tuple(story for story in forced if story.of(self.thing, self.region, self.env) is not None)
        return replace(self, forced=touching) if touching else self

    def stages(self, week: int) -> tuple[Stage, ...]:
        return stages.stages(self.seed, self.thing, self.region, self.env, week, self.forced)

    def key(self, *parts: object) -> int:
        return key(self.seed, self.thing, self.region, self.env, *parts)

    def stage(self, instants: Instants) -> Ints:
        """Which stage each instant falls into."""

        def find() -> Ints:
            starts = [stage.start for stage in self.stages(instants.week)]
            return np.searchsorted(starts, instants.at, side="right") - 1

        return instants.ints(("stage", self), find)

    def each(self, instants: Instants, of: Callable[[State], float]) -> Floats:
        """A figure of the state at each instant."""
        figures = np.array([of(stage.state) for stage in self.stages(instants.week)], dtype=np.float64)
        return np.asarray(figures[self.stage(instants)])

    def started(self, instants: Instants) -> Ints:
        """When the process that runs at each instant was started, in milliseconds."""
        starts, latest = [], 0
        for stage in self.stages(instants.week):
            latest = stage.start if stage.restarted else latest
            starts.append(latest)
        return np.asarray(np.array(starts, dtype=np.int64)[self.stage(instants)] + week_start(instants.week))

    def restarts(self, instants: Instants) -> Ints:
        """How often it was restarted since the week began."""
        counted = np.cumsum([stage.restarted for stage in self.stages(instants.week)], dtype=np.int64) - 1
        return np.asarray(counted[self.stage(instants)])

    def wander(self, instants: Instants, *parts: object) -> Floats:
        return wander(self.key("wander", *parts), instants)


class Measure(Protocol):
    def __call__(self, spot: Spot, instants: Instants) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Gauge:
    level: Callable[[Spot, Instants], Floats]

    def __call__(self, spot: Spot, instants: Instants) -> Floats:
        return self.level(spot, instants)


@dataclass(frozen=True, slots=True)
class Part:
    """What a stream adds to a counter: in each state, this much for each thing that happens."""

    stream: Stream
    weight: Callable[[State], float]


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """Grows by its parts since the last restart; `whole` counts things, otherwise amounts.

    One that is `lasting` does not begin anew with its process, only with the week.
    """

    parts: Sequence[Part] = field(default_factory=tuple)
    whole: bool = True
    lasting: bool = False

    def __call__(self, spot: Spot, instants: Instants) -> Floats:
        stage = spot.stage(instants)
        level, weights = _plan(self, spot, instants.week)
        value = level[stage]
        for part, weight in zip(self.parts, weights, strict=True):
            value = value + weight[stage] * part.stream.count(instants)
        return np.floor(np.maximum(value, 0.0)) if self.whole else np.maximum(value, 0.0)


@lru_cache(maxsize=4096)
def _plan(counter: Counter, spot: Spot, week: int) -> tuple[Floats, Floats]:
    """For each stage of a week, the level and the weights that make a counter's value of its streams' counts."""
    stages = spot.stages(week)
    edges = Instants(week, np.array([stage.start for stage in stages], dtype=np.int64))
    weights = np.array([[part.weight(stage.state) for stage in stages] for part in counter.parts])
    counts = np.array([part.stream.count(edges) for part in counter.parts])
    value, levels = 0.0, []
    for i, stage in enumerate(stages):
        if i:
            value += float((weights[:, i - 1] * (counts[:, i] - counts[:, i - 1])).sum())
        value = 0.0 if stage.restarted and not counter.lasting else value
        levels.append(value - float((weights[:, i] * counts[:, i]).sum()))
    return np.array(levels), weights


@lru_cache(maxsize=4096)
def share_below(bound: float, median: float, spread: float) -> float:
    """Of times that are spread log-normally, those not above the bound."""
    if math.isinf(bound):
        return 1.0
    return 0.5 * (1 + math.erf(math.log(bound / median) / (spread * math.sqrt(2))))


@dataclass(frozen=True, slots=True)
class Durations:
    """How long things take: a stream of ordinary ones and one of slow ones, each spread around its median."""

    quick: Stream
    slow: Stream
    quick_median: float
    slow_median: float
    spread: float = 0.38

    def all(self, weight: Callable[[State], float] = lambda state: state.load) -> Counter:
        return Counter((Part(self.quick, weight), Part(self.slow, weight)))

    def below(self, bound: float) -> Counter:
        def weight(median: float) -> Callable[[State], float]:
            return lambda state: state.load * share_below(bound, median * state.slow, self.spread)

        return Counter((Part(self.quick, weight(self.quick_median)), Part(self.slow, weight(self.slow_median))))

    def total(self) -> Counter:
        swell = math.exp(self.spread**2 / 2)  # the mean of a log-normal spread, over its median

        def weight(median: float) -> Callable[[State], float]:
            return lambda state: state.load * median * state.slow * swell

        parts = Part(self.quick, weight(self.quick_median)), Part(self.slow, weight(self.slow_median))
        return Counter(parts, whole=False)
