"""Strangeness to a score that means the same in every series: 0.99 and above is an alarm.

People say how seldom a healthy series may be wrong: once in so many series-weeks. Two things follow from it: how
strange a value must be (measured on series of ours, see docs/detection.md), and how often this series may be as strange
as that: a value no stranger than what it showed time and again is no alarm, however rare such values are elsewhere.
"""

import math
from bisect import bisect_right, insort
from dataclasses import dataclass, field

from bot.analysis.novelty import State

ALARM = 0.99
ELSE = 0.98  # at most
WEEKS = 4.0  # series-weeks to a false alarm, unless somebody says otherwise
STRANGE, PER_DECADE = 1.6, 0.8  # at so many weeks, and how much stranger for ten times as many
DISCOUNT = 0.75  # of what a series counts for that has seen too little
YOUNG, GROWN = 3 * 86400.0, 10 * 86400.0  # from here on it counts for more, and from there on in full
WARM_UP = 60  # points before the first alarm
FIRST = 3  # that are strange, whatever the age
NEAR = 0.8  # strange enough to be held against what comes later
MARGIN = 1.3  # an alarm has to be stranger than the others by so much
COUNTS = 2 * 86400.0  # before this age everything is new, and no peak is held against a later one
REMEMBERED = 40


@dataclass(slots=True)
class Calibration:
    weeks: float = WEEKS
    peaks: list[float] = field(default_factory=list)  # how strange this series has been, each time at its most

    @property
    def threshold(self) -> float:
        return STRANGE + PER_DECADE * math.log10(self.weeks / WEEKS)

    def level(self, strangeness: float, age: float) -> float:
        """1 and above is as strange as an alarm has to be."""
        return strangeness * _counts_for(age) / self.threshold

    def allows(self, level: float, age: float) -> bool:
        """Whether this series has seldom been stranger; at its age so many alarms are within the promise."""
        stranger = len(self.peaks) - bisect_right(self.peaks, level / MARGIN)
        return stranger <= FIRST + int(age / 604800 / self.weeks)

    def remember(self, level: float, before: float | None, age: float) -> None:
        """A peak, or the same peak that has grown."""
        if age < COUNTS:
            return
        if before is not None:
            if level <= before:
                return
            place = bisect_right(self.peaks, before) - 1
            if place >= 0 and self.peaks[place] == before:
                del self.peaks[place]
        insort(self.peaks, level)
        del self.peaks[:-REMEMBERED]

    def kept(self) -> State:
        return {"peaks": self.peaks}

    def restore(self, kept: State) -> None:
        self.peaks = list(kept["peaks"])


def _counts_for(age: float) -> float:
    if age >= GROWN:
        return 1.0
    grown = max(age - YOUNG, 0.0) / (GROWN - YOUNG)
    return DISCOUNT + (1 - DISCOUNT) * grown


def score(level: float, alarm: bool) -> float:
    """0 to 1; below an alarm in proportion, above it nearer and nearer to 1."""
    if alarm:
        return 1 - (1 - ALARM) * math.exp2(1 - max(level, 1.0))
    return ALARM * level if level < ELSE / ALARM else ELSE
