"""How well the detector does on series of our own: what it finds, how soon, and how often it is wrong."""

import math
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

from bot.analysis.calibration import ALARM, WEEKS
from bot.analysis.detector import scores
from bot.analysis.kinds import KINDS
from tests.eval import elsewhere
from tests.eval.operations import Labelled, series

Scorer: TypeAlias = Callable[[Labelled], Iterable[float]]
TUNED, JUDGING, SMALL = range(40), range(3000, 3100), range(2000, 2014)
ELSEWHERE = range(100, 116)
GRACE = 12  # steps; an alarm so long after the end of a window is still for it, and no window is shorter
A_WEEK = 604800
FALSE, MISSED = 0.11, 1.0  # what one costs in the early-detection score, as the Numenta benchmark weighs them


@dataclass
class Quality:
    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))  # by what went wrong
    delays: list[float] = field(default_factory=list)  # points
    early: float = 0.0
    false: int = 0
    false_later: int = 0  # after the first week
    weeks: float = 0.0
    later_weeks: float = 0.0
    points: int = 0
    seconds: float = 0.0

    @property
    def hits(self) -> int:
        return sum(sum(found) for found in self.found.values())

    @property
    def windows(self) -> int:
        return sum(len(found) for found in self.found.values())

    @property
    def precision(self) -> float:
        return self.hits / max(self.hits + self.false, 1)

    @property
    def recall(self) -> float:
        return self.hits / max(self.windows, 1)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(self.hits + self.false + self.windows, 1)

    @property
    def delay(self) -> float:
        return median(self.delays) if self.delays else math.nan

    @property
    def early_score(self) -> float:
        """100: all at their beginning and nothing else; 0: nothing said at all."""
        return 100 * (self.early + self.windows * MISSED) / max(self.windows * (1 + MISSED), 1)

    @property
    def false_per_week(self) -> float:
        return self.false / self.weeks

    @property
    def false_per_later_week(self) -> float:
        return self.false_later / self.later_weeks

    @property
    def speed(self) -> float:
        return self.points / self.seconds


def ours(weeks: float = WEEKS, by_kind: bool = True) -> Scorer:
    """By kind, or as `nightdesk detect` has it when nobody says what the series is of."""

    def scorer(one: Labelled) -> Iterable[float]:
        kind = one.kind if by_kind or one.kind == "counter" else "gauge"
        return scores(zip(one.times, one.values, strict=True), KINDS[kind], weeks)

    return scorer


def judge(every: Iterable[Labelled], scorer: Scorer) -> Quality:
    quality = Quality()
    for one in every:
        began = time.process_time()
        alarms = [at for at, found in zip(one.times, scorer(one), strict=True) if found >= ALARM]
        quality.seconds += time.process_time() - began
        quality.points += len(one.times)
        weeks = (one.times[-1] - one.times[0]) / A_WEEK
        quality.weeks += weeks
        quality.later_weeks += weeks - 1
        _count(quality, one, alarms)
    return quality


def _count(quality: Quality, one: Labelled, alarms: Sequence[float]) -> None:
    rest, grace = set(alarms), GRACE * one.step
    for window in one.windows:
        mine = alarms[bisect_left(alarms, window.start) : bisect_left(alarms, window.end + grace)]
        rest.difference_update(mine)
        quality.found[window.what].append(bool(mine))
        if mine:
            late = mine[0] - window.start
            quality.delays.append(late / one.step)
            quality.early += _worth(late / max(window.end - window.start, grace))
        else:
            quality.early -= MISSED
    quality.false += len(rest)
    quality.false_later += sum(at >= one.times[0] + A_WEEK for at in rest)
    quality.early -= FALSE * len(rest)


def _worth(position: float) -> float:
    """1 at the beginning of a window, 0 at its end, below that later."""

    def curve(place: float) -> float:
        return 2 / (1 + math.exp(5 * place)) - 1

    return curve(min(position, 2.0) - 1) / curve(-1)


def report() -> None:
    for title, scorer in (("by kind", ours()), ("kind not given", ours(by_kind=False))):
        quality = judge(map(series, JUDGING), scorer)
        print(f"anomalies, {title}: seeds {JUDGING.start} to {JUDGING.stop - 1}, {quality.weeks:.0f} series-weeks")
        print(f"  precision                {quality.precision:7.1%}")
        print(f"  recall                   {quality.recall:7.1%} of {quality.windows}")
        print(f"  early-detection score    {quality.early_score:7.1f} of 100")
        print(f"  delay, median            {quality.delay:7.1f} points")
        print(f"  false alarms a week      {quality.false_per_week:7.2f}")
        print(f"  after the first week     {quality.false_per_later_week:7.2f}")
        print(f"  points a second          {quality.speed:7.0f}")
        for what, found in sorted(quality.found.items()):
            print(f"  {what:<24} {sum(found):4} of {len(found):4}")
    for weeks in (1.0, 4.0, 16.0):
        quality = judge(map(series, JUDGING[:40]), ours(weeks))
        print(
            f"  one false alarm wanted in {weeks:4.0f} series-weeks: "
            f"{quality.false_per_later_week:.3f} a week after the first, recall {quality.recall:.1%}"
        )
    _elsewhere()


def _elsewhere() -> None:
    """Other shapes, with nothing said of them."""
    print(f"anomalies of other shapes: seeds {ELSEWHERE.start} to {ELSEWHERE.stop - 1} of each")
    for name in elsewhere.SHAPES:
        found = judge((elsewhere.series(name, seed) for seed in ELSEWHERE), ours())
        print(
            f"  {name:<12} {found.hits:3} of {found.windows:3} found, precision {found.precision:6.1%}, "
            f"early {found.early_score:5.1f}, {found.false_per_week:5.2f} false alarms a week"
            f"{'' if name in elsewhere.LOOKED_AT else '   (never looked at)'}"
        )
