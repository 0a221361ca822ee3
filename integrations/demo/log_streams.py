"""The lines of the town: one stream for each level of each service and database in each place.

How many there were by a moment is a counter in closed form, and line `n` is written when it reaches `n`: so lines are
counted without being written, and what is written agrees with the count. A failed request writes one line with its
error; the counters are those of the figures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from integrations.demo import events, exporters, town
from integrations.demo.deploys import rollout
from integrations.demo.events import State, Story
from integrations.demo.log_words import Line, text
from integrations.demo.measures import Counter, Part, Spot, share_below
from integrations.demo.signals import (
    SECOND,
    WEEK,
    Floats,
    Instants,
    Ints,
    Rhythm,
    Stream,
    bits,
    week_of,
    week_start,
)
from integrations.demo.stages import RAMP

CELL = 15 * SECOND  # between its edges lines stand at even distances
NANO = 1_000_000  # nanoseconds in a millisecond
LOGGED = 0.005  # of the requests that go well
TOLD_SLOW = 0.25  # of the slow ones
STEADY = Rhythm(0.0, weekend=1.0)

Bits: TypeAlias = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TownStream:
    """Fills Lined between two moments in milliseconds."""

    labels: Mapping[str, str]
    counter: Counter
    spot: Spot
    took: tuple[float, float]  # seconds, at least and at most
    since: int
    until: int
    _weeks: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    def between(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        first, last = max(start, self.since * NANO), min(end, self.until * NANO + 1)
        if first < last:
            for week in range(week_of(first // NANO), week_of(last // NANO) + 1):
                yield from self._written(week, first, last)

    def before(self, at: Ints) -> Ints:
        at = np.clip(at, self.since * NANO, self.until * NANO + 1)
        weeks = (at // NANO - week_start(0)) // WEEK
        found = np.zeros(len(at), dtype=np.int64)
        for week in np.unique(weeks).tolist():
            where = weeks == week
            found[where] = self._earlier(week) + self._in_week(week, at[where] - week_start(week) * NANO)
        return found

    def _reached(self, week: int, at: Ints) -> Floats:
        return self.counter(self.spot, Instants(week, at))

    def _earlier(self, week: int) -> int:
        """Of the weeks since the stream begins."""
        if week not in self._weeks:
            ends = np.array([WEEK])
            weeks = range(week_of(self.since), week)
            self._weeks[week] = sum(int(self._reached(one, ends)[0]) for one in weeks)
        return self._weeks[week]

    def _in_week(self, week: int, at: Ints) -> Ints:
        """`at`: nanoseconds of the week."""
        start = at // (CELL * NANO) * CELL
        low, high = self._reached(week, start), self._reached(week, np.minimum(start + CELL, WEEK))
        number = np.floor(low + (high - low) * ((at - start * NANO) / (CELL * NANO))).astype(np.int64)
        number = np.where(_written_at(number, start, low, high) >= at, number - 1, number)
        return np.where(_written_at(number + 1, start, low, high) < at, number + 1, number)

    def _written(self, week: int, first: int, last: int) -> Iterator[tuple[int, str]]:
        begins = week_start(week)
        edges = np.arange(
            max(0, (first // NANO - begins) // CELL * CELL), min(WEEK, last // NANO - begins + CELL) + 1, CELL
        )
        levels = self._reached(week, edges)
        numbers = np.arange(int(levels[0]) + 1, int(levels[-1]) + 1, dtype=np.int64)
        cell = np.searchsorted(levels[1:], numbers, side="left")
        at = _written_at(numbers, edges[cell], levels[cell], levels[cell + 1]) + begins * NANO
        there = (at >= first) & (at < last)
        numbers, at = numbers[there], at[there]
        thing, level = self.spot.thing, self.labels["level"]
        own = self.spot.key("lines", level, week)
        chance, other = bits(own, numbers), bits(own + 1, numbers)
        stories = self._stories(level, at // NANO, chance)
        least, most = self.took
        ms = 1000 * (least + (most - least) * (other >> np.uint64(40)).astype(np.float64) / (1 << 24))
        for when, story, one, two, took in zip(
            at.tolist(), stories, chance.tolist(), other.tolist(), ms.tolist(), strict=True
        ):
            yield when, text(Line(thing, level, story, one, two, took))

    def _stories(self, level: str, at: Ints, chance: Bits) -> list[str]:
        """Which story each line tells; empty for the usual."""
        told = np.full(len(at), "", dtype=object)
        if not len(at) or level == "info":
            return list(told)
        draw = (chance >> np.uint64(11)).astype(np.float64) / (1 << 53)
        found = [*events.stories(self.spot.seed, int(at[0]), int(at[-1])), *self.spot.forced]
        for story in found:
            state = story.of(self.spot.thing, self.spot.region, self.spot.env)
            if state is not None:
                lag = rollout(self.spot.region, self.spot.env) if story.kind == "bad deploy" else 0
                inside = (at >= story.start + lag) & (at < story.end + lag + RAMP)
                told[inside & (draw < _share(level, state))] = story.kind
        return list(told)


def _written_at(number: Ints, start: Ints, low: Floats, high: Floats) -> Ints:
    """When the counter reaches a number, in nanoseconds: within its cell, or just before or behind it.

    `start` of the cell in milliseconds, `low` and `high` at its edges.
    """
    inside = (number > low) & (number <= high)
    share = np.where(inside, (number - low) / np.where(inside, high - low, 1.0), number > high)
    within = np.ceil(share * (CELL * NANO)).astype(np.int64) - 1
    return np.asarray(start * NANO + np.where(number > high, CELL * NANO, within))


def _share(level: str, state: State) -> float:
    """Of the lines that a story is the reason of."""
    if level == "error" and state.errors:
        return state.errors / (state.errors + exporters.USUAL_ERRORS)
    return 0.97 if level in ("warn", "error") and (state.slow > 1 or state.pool) else float(level == "critical")


# Which streams there are


@dataclass(frozen=True, slots=True)
class Kind:
    level: str
    counter: Counter
    took: tuple[float, float] = (0.0, 0.0)


def streams(seed: int, since: int, until: int, forced: tuple[Story, ...]) -> Iterator[TownStream]:
    """All of them, as somebody would find them at `until`."""
    for region, env in town.PLACES:
        place = {"env": env, "region": region}
        for thing in (*town.SERVICES, *town.DATABASES):
            spot = Spot(seed, thing.name, region, env)
            for kind in _kinds(seed, thing.name, region, env):
                labels = {"service": thing.name, "pod": f"{thing.name}-0", **place, "level": kind.level}
                yield TownStream(labels, kind.counter, spot.under(forced), kind.took, since, until)


@lru_cache(maxsize=256)
def _kinds(seed: int, name: str, region: str, env: str) -> tuple[Kind, ...]:
    """Made once: what a counter has worked out is kept with the counter."""
    spot = Spot(seed, name, region, env)
    of_services = [_of_service(one, spot) for one in town.SERVICES if one.name == name]
    of_databases = [_of_database(one, spot) for one in town.DATABASES if one.name == name]
    return tuple(kind for kinds in (*of_services, *of_databases) for kind in kinds)


def _of_service(service: town.Service, spot: Spot) -> Iterator[Kind]:
    requests, limit = exporters.requests(service, spot), 2.5 * service.slow

    def well(state: State) -> float:
        return state.load * (1 - exporters.failed(state)) * LOGGED

    def slow(state: State) -> float:
        return state.load * TOLD_SLOW * (1 - share_below(limit, service.slow * state.slow, requests.spread))

    yield Kind("info", _lasting(*requests.all(well).parts), (service.median * 0.6, service.median * 1.7))
    yield Kind("warn", _lasting(Part(requests.slow, slow)), (limit, 2.2 * limit))
    failing = requests.all(lambda state: state.load * exporters.failed(state))
    yield Kind("error", _lasting(*failing.parts), (service.slow, 6 * service.slow))
    yield Kind("critical", _steady(spot, 20, lambda state: 0.25 * (state.errors >= 0.1) if state.up else 1.0))


def _of_database(database: town.Database, spot: Spot) -> Iterator[Kind]:
    free = town.POOL - database.busy
    yield Kind("info", _steady(spot, 300, lambda _: 1.0))
    queries = exporters.queries(database, spot)
    yield Kind("warn", _lasting(*queries.all(exporters.slow).parts), (0.5, 4.0))
    yield Kind("error", _steady(spot, 5, lambda state: float(state.pool > free)))


def _lasting(*parts: Part) -> Counter:
    return Counter(parts, whole=False, lasting=True)


def _steady(spot: Spot, seconds: int, weight: Callable[[State], float]) -> Counter:
    """One every so many seconds, while there is a reason."""
    return _lasting(Part(Stream(spot.key("steady", seconds), 1 / seconds, STEADY, 0.1), weight))
