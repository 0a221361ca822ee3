"""The demo world: a little town of services that lives while one watches. Nothing is stored; every sample is worked out
from the seed and its time when somebody asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import promql_parser as syntax

from bot.model.series import Metric
from integrations.demo import deploys, events
from integrations.demo.deploys import Deploy
from integrations.demo.events import Story
from integrations.demo.exporters import targets
from integrations.demo.levels import Target
from integrations.demo.measures import Gauge, Measure, Spot
from integrations.demo.metadata import METRICS
from integrations.demo.promql.match import Test, tests
from integrations.demo.promql.source import Batch
from integrations.demo.promql.vectors import NAME, Floats, Ints, Labels
from integrations.demo.signals import DAY, FIRST_MONDAY, HOUR, SECOND, WEEK, Instants, week_of, week_start
from integrations.demo.town import SERVICES

NOTHING: Mapping[str, str] = {}
INTERVAL = 15 * SECOND
HISTORY = 14 * DAY
MOST_FORCED = 200  # stories that were made to happen; the oldest are forgotten


@dataclass(frozen=True, slots=True)
class Row:
    """One series; `start` and `end` bound its life where a target does not expose it for ever."""

    labels: Labels
    measure: Measure
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Scraped:
    """Rows that are scraped together."""

    spot: Spot
    phase: int
    rows: tuple[Row, ...]
    named: Mapping[str, Sequence[Row]] = field(init=False)

    def __post_init__(self) -> None:
        named: dict[str, list[Row]] = {}
        for row in self.rows:
            named.setdefault(dict(row.labels)[NAME], []).append(row)
        object.__setattr__(self, "named", named)

    def batch(self, rows: Sequence[Row], first: int, last: int, forced: Sequence[Story]) -> Batch:
        spot = self.spot.under(forced)

        def read(chosen: Sequence[int], ticks: Ints) -> Floats:
            return _measured(spot, [rows[i].measure for i in chosen], self.phase + ticks * INTERVAL)

        starts = [max(first, row.start) if row.start is not None else first for row in rows]
        ends = [min(last, row.end) if row.end is not None else last for row in rows]
        return Batch(
            self.phase,
            INTERVAL,
            tuple(row.labels for row in rows),
            np.array([-((self.phase - start) // INTERVAL) for start in starts], dtype=np.int64),
            np.array([(end - self.phase) // INTERVAL for end in ends], dtype=np.int64),
            tuple(row.end is not None and row.end < last for row in rows),
            read,
        )


def _measured(spot: Spot, measures: Sequence[Measure], at: Ints) -> Floats:
    values = np.empty((len(measures), len(at)))
    weeks = (at - FIRST_MONDAY) // WEEK
    for week in np.unique(weeks):
        where = weeks == week
        instants = Instants(int(week), at[where] - week_start(int(week)))
        for row, measure in enumerate(measures):
            values[row, where] = measure(spot, instants)
    return values


class DemoWorld:
    """The town at a seed. `at(now)` is what a Prometheus that had watched it for two weeks would hold."""

    metrics: tuple[Metric, ...] = METRICS

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self._scraped = [_scraped(target) for target in targets(seed)]
        self._scraped += [_deployer(Spot(seed, service.name, "", "deploys")) for service in SERVICES]
        self._versioned = [target.spot for target in targets(seed) if target.versioned]
        self._forced: tuple[Story, ...] = ()

    def at(self, now: datetime) -> "View":
        return View(self, milliseconds(now), self._forced)

    def force(self, story: Story) -> None:
        """Makes it happen, besides what the calendar says; figures of its span change, also of what is past."""
        self._forced = (*self._forced, story)[-MOST_FORCED:]

    def change(self, story: Story, end: int) -> Story:
        """Lets a forced story end at another time."""
        changed = replace(story, end=max(story.start, end))
        self._forced = tuple(changed if one is story else one for one in self._forced)
        return changed

    def stories(self, start: datetime, end: datetime) -> list[Story]:
        """What is behind the figures of this span, in order."""
        first, last = milliseconds(start), milliseconds(end)
        forced = [story for story in self._forced if story.end >= first and story.start <= last]
        return sorted([*events.stories(self.seed, first, last), *forced], key=lambda story: story.start)

    def deploys(self, service: str, start: datetime, end: datetime) -> list[Deploy]:
        return deploys.deploys_between(self.seed, service, milliseconds(start), milliseconds(end))

    def scraped(self, start: int, end: int) -> Iterable[Scraped]:
        """Everything that may be scraped in this span."""
        yield from self._scraped
        for spot in self._versioned:
            yield Scraped(spot, _phase(spot), tuple(_versions(spot, start, end)))


@dataclass(frozen=True, slots=True)
class View:
    """The world at one instant: samples of the two weeks before it, and none of what comes after."""

    world: DemoWorld
    now: int
    forced: tuple[Story, ...] = ()  # kept here, so that one query sees one world

    def select(self, name: str | None, matchers: Sequence[syntax.Matcher], start: int, end: int) -> Sequence[Batch]:
        asked = tests(matchers)
        if name is not None:
            asked[NAME] = (*asked.get(NAME, ()), lambda value: value == name)
        first, last = self.now - HISTORY, self.now
        batches = []
        for scraped in self.world.scraped(start, min(end, last)):
            candidates = scraped.rows if name is None else scraped.named.get(name, ())
            rows = [row for row in candidates if _passes(row.labels, asked)]
            if rows:
                batches.append(scraped.batch(rows, first, last, self.forced))
        return batches

    def values(self, label: str, only: Mapping[str, str] = NOTHING) -> list[str]:
        """The values a label has had in the last hour."""
        rows = (row for scraped in self.world.scraped(self.now - HOUR, self.now) for row in scraped.rows)
        wanted = set(only.items())
        return sorted(
            {value for row in rows if wanted <= set(row.labels) for name, value in row.labels if name == label}
        )

    def labels(self, name: str, only: Mapping[str, str] = NOTHING) -> Iterable[dict[str, str]]:
        """Of each series of that name in the last hour."""
        for scraped in self.world.scraped(self.now - HOUR, self.now):
            for row in scraped.named.get(name, ()):
                if not set(only.items()) <= set(row.labels):
                    continue
                yield {label: value for label, value in row.labels if label != NAME}


def milliseconds(at: datetime) -> int:
    return round((at - datetime.fromtimestamp(0, at.tzinfo)) / timedelta(milliseconds=1))


def _passes(labels: Labels, asked: dict[str, tuple[Test, ...]]) -> bool:
    given = dict(labels)
    return all(test(given.get(name, "")) for name, wanted in asked.items() for test in wanted)


def _labels(name: str, labels: dict[str, str]) -> Labels:
    return tuple(sorted({NAME: name, **labels}.items()))


def _phase(spot: Spot) -> int:
    """Targets are scraped one after the other, as Prometheus spreads them."""
    return spot.key("phase") % INTERVAL


def _scraped(target: Target) -> Scraped:
    rows = tuple(Row(_labels(name, labels), measure) for name, labels, measure in target.exposed)
    return Scraped(target.spot, _phase(target.spot), rows)


def _one() -> Gauge:
    return Gauge(lambda _, instants: np.ones(len(instants.at)))


def _versions(spot: Spot, start: int, end: int) -> Iterable[Row]:
    """app_info: a series begins and ends with each version."""
    changes = deploys.versions(spot.seed, spot.thing, week_of(start), week_of(end))
    lag = deploys.rollout(spot.region, spot.env)
    for number, (at, version) in enumerate(changes):
        begins = at + lag
        ends = changes[number + 1][0] + lag - 1 if number + 1 < len(changes) else None
        if begins <= end and (ends is None or ends >= start):
            place = {"service": spot.thing, "region": spot.region, "env": spot.env, "version": version}
            yield Row(_labels("app_info", place), _one(), begins, ends)


def _deployer(spot: Spot) -> Scraped:
    """Counts a service's deploys; begins anew every Monday."""

    def count(spot: Spot, instants: Instants) -> Floats:
        done = [deploy.at for deploy in deploys.deploys(spot.seed, spot.thing, instants.week)]
        return np.searchsorted(done, instants.absolute, side="right").astype(np.float64)

    labels = _labels("deployments_total", {"service": spot.thing, "env": "prod"})
    return Scraped(spot, _phase(spot), (Row(labels, Gauge(count)),))
