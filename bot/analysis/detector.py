"""One series, point by point: what is strange, whether it is worth a word, and what is missing."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from bot.analysis.calibration import NEAR, WARM_UP, WEEKS, Calibration, score
from bot.analysis.hours import DAY
from bot.analysis.kinds import KINDS, Kind
from bot.analysis.novelty import State
from bot.analysis.strangeness import A_WHILE, Strangeness
from bot.analysis.vigil import News, Vigil

BACK = 0.5  # of the way from the usual: nearer to it is over
GAP = 3  # steps without a value are a hole
FARTHER = 2.0  # times as far from the usual as it was told
STILL = 1.3  # as strange as that is not to move at all
LEARNS = 0.02  # of a step, with each point


class Verdict(NamedTuple):
    score: float
    news: News | None = None
    missing: float = 0.0  # seconds before this point of which nothing is known
    used: bool = True  # else it was no number, or not later than the point before


UNUSED = Verdict(0.0, used=False)


@dataclass(slots=True)
class Detector:
    kind: Kind = KINDS["gauge"]
    weeks: float = WEEKS
    zone: tzinfo | None = None
    step: float = 0.0  # seconds between points, as they come
    last: tuple[float, float] | None = None
    off: float = 0.0  # from the usual, when it was last told
    still: bool = False  # that was what was told
    strangeness: Strangeness = field(init=False)
    calibration: Calibration = field(init=False)
    vigil: Vigil = field(default_factory=Vigil)

    def __post_init__(self) -> None:
        self.strangeness = Strangeness(self.kind.side, self.zone)
        self.calibration = Calibration(self.weeks)

    def take(self, at: float, value: float) -> Verdict:
        if not (math.isfinite(value) and math.isfinite(at)):
            return UNUSED
        before, missing = self.last, 0.0
        if before is not None:
            if at <= before[0]:
                return UNUSED
            missing = self._missing(at - before[0])
        self.last = (at, value)
        if self.kind.counts:
            if before is None:
                return Verdict(0.0)
            if value < before[1]:
                return Verdict(0.0, missing=missing)  # it began anew: how fast it grew is not known
            value = (value - before[1]) / (at - before[0])
        return self._judge(at, value, missing)

    def _judge(self, at: float, value: float, missing: float) -> Verdict:
        strange, vigil, calibration = self.strangeness, self.vigil, self.calibration
        found = strange.take(at, value)
        age = at - (strange.began or 0.0)
        level = calibration.level(found, age)
        warm = vigil.count >= WARM_UP
        still = strange.stillness.strange and not self.kind.side and age >= DAY
        if level < NEAR and not vigil.open and not still:  # nearly always
            vigil.count += 1
            return Verdict(score(level, False) if warm else 0.0, None, missing)
        usual = strange.usual
        if warm and still:
            return self._tell(max(level, STILL), age, 0.0, missing, still)
        if warm and level >= NEAR and self.kind.matters(value, usual):
            return self._tell(level, age, abs(value - usual) if usual is not None else 0.0, missing)
        return Verdict(score(level, False) if warm else 0.0, vigil.tick(self._is_back(value)), missing)

    def _tell(self, level: float, age: float, off: float, missing: float, still: bool = False) -> Verdict:
        """Strange, or nearly, and it matters."""
        vigil, calibration, same = self.vigil, self.calibration, self.vigil.same
        if level < 1:
            news = vigil.tick(off <= BACK * self.off and not self.still, near=level)
        else:
            news = vigil.strange(level, calibration.allows(level, age), off >= FARTHER * self.off)
        calibration.remember(level, same, age)
        alarm = news in ("opened", "worse")
        if alarm:
            self.off, self.still = off, still
        return Verdict(score(level, alarm), news, missing)

    def _is_back(self, value: float) -> bool:
        """At what is usual; what stood still is back when it moves."""
        if self.still:
            return not self.strangeness.stillness.run
        usual = self.strangeness.usual
        return usual is None or abs(value - usual) <= BACK * self.off

    def _missing(self, since: float) -> float:
        """Counts the step, and says how long a hole is."""
        if not self.step:
            self.step = since
            return 0.0
        hole = since > GAP * self.step
        if since > A_WHILE * self.step:
            self.strangeness.pause()
        self.step *= 1 + LEARNS if since > self.step else 1 - LEARNS if since < self.step else 1.0
        return since if hole else 0.0

    def kept(self) -> State:
        """All that it knows, as plain data."""
        return {
            "step": self.step,
            "last": self.last,
            "off": self.off,
            "still": self.still,
            "strangeness": self.strangeness.kept(),
            "calibration": self.calibration.kept(),
            "vigil": self.vigil.kept(),
        }

    def restore(self, kept: State) -> None:
        self.step, self.last = kept["step"], tuple(kept["last"]) if kept["last"] else None
        self.off, self.still = kept["off"], kept["still"]
        self.strangeness.restore(kept["strangeness"])
        self.calibration.restore(kept["calibration"])
        self.vigil.restore(kept["vigil"])


def scores(points: Iterable[tuple[float, float]], kind: Kind = KINDS["gauge"], weeks: float = WEEKS) -> Iterator[float]:
    """A score for each point of one series, without a look at those that follow."""
    detector = Detector(kind, weeks)
    for at, value in points:
        yield detector.take(at, value).score
