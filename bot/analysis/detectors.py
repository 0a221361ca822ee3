"""What can be wrong with a series, each a pure function with its reason: a detector is a function and a row in a table.

Those that follow from what people set (a limit, an objective, that there is data at all) are certain, and alarm by
themselves. The others only say what it is that the calibrated score found: alone each of them is wrong too often.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from bot.analysis.baseline import DAY, LEAST_SPREAD, MAD_TO_SIGMA, Usual, usual
from bot.analysis.calibration import ALARM
from bot.analysis.kinds import KINDS, Kind
from bot.analysis.objectives import burning
from bot.analysis.stillness import Stillness
from bot.model.series import Point

FAR = 4.0  # times the usual spread
A_SPIKE, A_WHILE, BEFORE = 3, 12, 48  # points
MISSED = 3  # steps without a value
BLOCKS, A_LEAK = 8, 96  # parts that all grow, and the points they have together


@dataclass(frozen=True)
class Look:
    """What is known of one series at one moment; points are in order, and what is missing is not there."""

    points: Sequence[Point]
    now: datetime
    step: timedelta
    kind: Kind = KINDS["gauge"]
    above: float | None = None  # limits that people set
    below: float | None = None
    burns: Mapping[timedelta, float] = field(default_factory=dict)  # burn rate of the error budget by window

    @cached_property
    def values(self) -> list[float]:
        return [one.value for one in self.points if math.isfinite(one.value)]

    def worse(self, off: float) -> bool:
        return off * self.kind.side >= 0


@dataclass(frozen=True, slots=True)
class Finding:
    reason: str  # the detector's name
    seen: float
    expected: float | None = None
    times: float | None = None  # the usual spread


class Row(NamedTuple):
    name: str
    find: Callable[[Look], Finding | None]
    says: str
    certain: bool = False


def limit(look: Look) -> Finding | None:
    if not look.values:
        return None
    seen = look.values[-1]
    for border, beyond in ((look.above, 1), (look.below, -1)):
        if border is not None and beyond * (seen - border) > 0:
            return Finding("limit", seen, border)
    return None


def burn(look: Look) -> Finding | None:
    pace = burning(look.burns)
    return Finding("burn", look.burns[pace.short], pace.rate) if pace else None


def silence(look: Look) -> Finding | None:
    """No data is no zero: what is missing says so itself."""
    if not look.points:
        return None
    missing = look.now - look.points[-1].at
    return Finding("silence", missing / look.step, 1.0) if missing > MISSED * look.step else None


def still(look: Look) -> Finding | None:
    """It moved all the time, and stands."""
    stillness = Stillness()
    for before, after in pairwise(look.values):
        stillness.take(before == after)
    stands = stillness.stands and not look.kind.side
    return Finding("still", look.values[-1]) if stands else None


def spike(look: Look) -> Finding | None:
    """The newest points are far off, and those just before them were not."""
    before, after = look.values[-BEFORE - A_SPIKE : -A_SPIKE], look.values[-A_SPIKE:]
    found = _far("spike", before, after[-1:], look)
    return found if found and not _far("spike", before, look.values[-2 * A_SPIKE : -A_SPIKE], look) else None


def level(look: Look) -> Finding | None:
    """A while of values about another middle than before; one of them alone would not do."""
    before, after = look.values[-BEFORE - A_WHILE : -A_WHILE], look.values[-A_WHILE:]
    found = _far("level", before, after, look)
    if not found or found.expected is None:
        return None
    half = (found.seen - found.expected) / 2
    stayed = sum((value - found.expected - half) * half > 0 for value in after)
    return found if stayed >= 0.8 * A_WHILE else None


def leak(look: Look) -> Finding | None:
    """A slow rise, or fall, in nearly every part of a long while, by more than the values differ within a part."""
    values = look.values[-A_LEAK:]
    if len(values) < A_LEAK:
        return None
    size = A_LEAK // BLOCKS
    parts = [values[start : start + size] for start in range(0, A_LEAK, size)]
    middles = [median(part) for part in parts]
    steps = [after - before for before, after in pairwise(middles)]
    way = middles[-1] - middles[0]
    spread = fmean(max(part) - min(part) for part in parts) / 2
    steady = sum(step * way > 0 for step in steps) >= len(steps) - 1
    even = max(map(abs, steps)) <= abs(way) / 2  # a jump is no leak
    if not (steady and even and look.worse(way) and abs(way) > FAR / 2 * max(spread, LEAST_SPREAD * abs(middles[0]))):
        return None
    return Finding("leak", middles[-1], middles[0], abs(way) / spread if spread else None)


def season(look: Look) -> Finding | None:
    """Far from the same hours of the days before."""
    found = _known(look)
    return _against("season", found, look) if found and found.basis == "same hours" else None


def baseline(look: Look) -> Finding | None:
    """Far from the day before, or from the week, where the hours say nothing."""
    found = _known(look)
    return _against("baseline", found, look) if found and found.basis != "same hours" else None


DETECTORS = (
    Row("limit", limit, "beyond the limit that was set", certain=True),
    Row("burn", burn, "the error budget burns too fast", certain=True),
    Row("silence", silence, "no data", certain=True),
    Row("still", still, "it does not move any more"),
    Row("spike", spike, "a sudden spike"),
    Row("level", level, "another level than before"),
    Row("leak", leak, "a slow and steady change"),
    Row("season", season, "unusual for this hour"),
    Row("baseline", baseline, "unusual against the day before"),
)
NEVER = Row("new", lambda _: None, "never seen before in this series")


@dataclass(frozen=True, slots=True)
class Verdict:
    score: float
    findings: tuple[Finding, ...]

    @property
    def alarm(self) -> bool:
        return self.score >= ALARM

    @property
    def says(self) -> str:
        """The first reason, in words."""
        name = self.findings[0].reason if self.findings else NEVER.name
        return next(row.says for row in (*DETECTORS, NEVER) if row.name == name)


def verdict(look: Look, score: float) -> Verdict:
    """One verdict: the calibrated score with its reasons, or an alarm that somebody asked for."""
    found = [(row, finding) for row in DETECTORS if (finding := row.find(look))]
    certain = any(row.certain for row, _ in found)
    return Verdict(max(score, ALARM) if certain else score, tuple(finding for _, finding in found))


def _known(look: Look) -> Usual | None:
    if len(look.values) <= A_WHILE or not look.points:
        return None
    last = look.points[-1].at
    return usual(look.points, last, last + look.step) if last - look.points[0].at >= DAY else None


def _against(reason: str, known: Usual, look: Look) -> Finding | None:
    seen = look.values[-1]
    off = seen - known.value
    if abs(off) < FAR * known.spread or not look.worse(off) or not look.kind.matters(seen, known.value):
        return None
    return Finding(reason, seen, known.value, abs(off) / known.spread)


def _far(reason: str, before: Sequence[float], after: Sequence[float], look: Look) -> Finding | None:
    if len(before) < A_WHILE or not after:
        return None
    middle, seen = median(before), median(after)
    spread = MAD_TO_SIGMA * median(abs(value - middle) for value in before)
    spread = max(spread, LEAST_SPREAD * abs(middle), 1e-9)
    off = seen - middle
    if abs(off) < FAR * spread or not look.worse(off) or not look.kind.matters(seen, middle):
        return None
    return Finding(reason, seen, middle, abs(off) / spread)
