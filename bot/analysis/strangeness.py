"""How strange the newest value of one series is: rarity in several views, as one figure. Online, no look ahead."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import tzinfo

from bot.analysis.hours import DAY, WEEK, Hours
from bot.analysis.novelty import State, Tail, View
from bot.analysis.stillness import Stillness

A_WHILE = 12  # points whose mean is a view of its own
FORGETS, HALF, MOST_LATELY = 0.1, 0.5, 0.8  # with each point; of the latest strangeness, up to so much, that counts
DAYS_FIRST = 2  # before the same hour of other days says anything; and one, before a while does
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
    lately: float = 0.0
    parts: tuple[float, ...] = ()  # decades of rarity, by NAMES, of the newest value
    views: dict[str, View] = field(init=False)
    hours: Hours = field(init=False)
    window: deque[float] = field(default_factory=deque)
    stillness: Stillness = field(default_factory=Stillness)

    def __post_init__(self) -> None:
        self.views = {name: View(side=self.side) for name in NAMES}
        self.views["while"] = View(A_WHILE, self.side, Tail(share=0.3 / A_WHILE, apart=A_WHILE))
        self.hours = Hours(self.zone)

    def take(self, at: float, value: float) -> float:
        """The root mean square of the decades of rarity, and some of what it lately was: what goes on is stranger.

        A view that cannot say anything yet counts as nothing.
        """
        if self.began is None:
            self.began = at
        views, hours, age = self.views, self.hours, at - self.began
        if at >= hours.until:
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
            of_while = views["while"].take(sum(window) / A_WHILE)
            by_while = of_while if age >= DAY else 0.0
        hours.learn(value)
        self.stillness.take(value == self.before)
        self.before = value
        self.parts = (by_value, by_change, by_day, by_week, by_while)
        squares = by_value**2 + by_change**2 + by_day**2 + by_week**2 + by_while**2
        now, lately = math.sqrt(squares / len(NAMES)), self.lately
        self.lately += FORGETS * (now - lately)
        return now + HALF * min(lately, MOST_LATELY)

    @property
    def usual(self) -> float | None:
        """What the newest value is held against: the same hour before, or the middle of all that was seen."""
        if self.hours.of_day is not None:
            return self.hours.of_day
        seen = self.views["value"].seen
        return seen[len(seen) // 2] if seen else None

    def pause(self) -> None:
        """After a hole in the data the values before it are not the ones before."""
        self.before, self.lately = None, 0.0
        self.window.clear()
        self.stillness.pause()

    def kept(self) -> State:
        return {
            "began": self.began,
            "before": self.before,
            "lately": self.lately,
            "window": list(self.window),
            "hours": self.hours.kept(),
            "stillness": self.stillness.kept(),
            "views": {name: view.kept() for name, view in self.views.items()},
        }

    def restore(self, kept: State) -> None:
        self.began, self.before, self.window = kept["began"], kept["before"], deque(kept["window"])
        self.lately = kept["lately"]
        self.hours.restore(kept["hours"])
        self.stillness.restore(kept["stillness"])
        for name, view in self.views.items():
            view.restore(kept["views"][name])
