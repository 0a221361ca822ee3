"""How strange the newest value of one series is: rarity in several views, as one figure. Online, no look ahead."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import tzinfo

from bot.analysis.hours import DAY, WEEK, Hours
from bot.analysis.novelty import State, Tail, View

A_WHILE = 12  # points whose mean is a view of its own
DAYS_FIRST = 2  # before the same hour of other days says anything
NAMES = ("value", "change", "day", "week", "while")


@dataclass(slots=True)
class Strangeness:
    """Five views, each with its own past: the value; its change from the value before; what is left of it after the
    same hour of the days before, and after the same hour of the weeks before; and the mean of a while, held against
    what came before that while."""

    side: int = 0
    zone: tzinfo | None = None
    began: float | None = None
    before: float | None = None
    parts: tuple[float, ...] = ()  # decades of rarity, by NAMES, of the newest value
    views: dict[str, View] = field(init=False)
    hours: Hours = field(init=False)
    window: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.views = {name: View(side=self.side) for name in NAMES}
        self.views["while"] = View(A_WHILE, self.side, Tail(share=0.3 / A_WHILE, apart=A_WHILE))
        self.hours = Hours(self.zone)

    def take(self, at: float, value: float) -> float:
        """The root mean square of the decades of rarity; a view that cannot say anything yet counts as nothing."""
        if self.began is None:
            self.began = at
        views, hours, age = self.views, self.hours, at - self.began
        hours.enter(at)
        by_value = views["value"].take(value)
        by_change = by_day = by_week = by_while = 0.0
        if self.before is not None:
            by_change = views["change"].take(value - self.before)
        if age >= DAYS_FIRST * DAY and hours.of_day is not None:
            by_day = views["day"].take(value - hours.of_day)
        if age >= WEEK and hours.of_week is not None:
            by_week = views["week"].take(value - hours.of_week)
        window = self.window
        window.append(value)
        if len(window) > A_WHILE:
            window.popleft()
            by_while = views["while"].take(sum(window) / A_WHILE)
        hours.learn(value)
        self.before = value
        self.parts = (by_value, by_change, by_day, by_week, by_while)
        squares = by_value**2 + by_change**2 + by_day**2 + by_week**2 + by_while**2
        return math.sqrt(squares / len(NAMES))

    @property
    def usual(self) -> float | None:
        """What the newest value is held against: the same hour before, or the middle of all that was seen."""
        if self.hours.of_day is not None:
            return self.hours.of_day
        seen = self.views["value"].seen
        return seen[len(seen) // 2] if seen else None

    def pause(self) -> None:
        """After a hole in the data the values before it are not the ones before."""
        self.before = None
        self.window.clear()

    def kept(self) -> State:
        return {
            "began": self.began,
            "before": self.before,
            "window": list(self.window),
            "hours": self.hours.kept(),
            "views": {name: view.kept() for name, view in self.views.items()},
        }

    def restore(self, kept: State) -> None:
        self.began, self.before, self.window = kept["began"], kept["before"], deque(kept["window"])
        self.hours.restore(kept["hours"])
        for name, view in self.views.items():
            view.restore(kept["views"][name])
