"""The life of an issue of one series: it opens, it may get worse, it ends. Silence in between."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.analysis.novelty import State

News: TypeAlias = Literal["opened", "worse", "resolved"]
SILENT = 100  # points after a word, in which only what is far stranger gets another; later, what is strange anew
FAR = 1.5  # times as strange
CALM = 12  # points in a row that end it


@dataclass(slots=True)
class Vigil:
    count: int = 0  # points watched
    open: bool = False
    told: float = 0.0  # how strange it was when it was last told
    until: int = 0  # silence ends
    calm: int = 0
    strange_at: int = -SILENT
    peak: float = 0.0  # of the strange values that lie this close together

    def tick(self, back: bool = True, near: float = 0.0) -> News | None:
        """One more point that is no alarm; `back` at what is usual, or only no longer new; `near` to strange."""
        self.count += 1
        if near:
            self._mark(near)
        if not self.open:
            return None
        self.calm = self.calm + 1 if back else 0
        if self.calm < CALM:
            return None
        self.open = False
        return "resolved"

    def strange(self, level: float, allowed: bool, farther: bool = False) -> News | None:
        """One more strange point; `farther` off than what was told last, by far."""
        self.count += 1
        self.calm = 0
        self._mark(level)
        worse = level > self.told * (1 if farther else FAR)
        if not allowed or (self.count < self.until and not worse):
            return None
        again = self.open
        self.open, self.told, self.until = True, level, self.count + SILENT
        return "worse" if again else "opened"

    def _mark(self, level: float) -> None:
        apart = self.count - self.strange_at >= SILENT
        self.peak = level if apart else max(self.peak, level)
        self.strange_at = self.count

    @property
    def same(self) -> float | None:
        """How strange the values just before were, where another strange one would belong to them."""
        return self.peak if self.count + 1 - self.strange_at < SILENT else None

    def kept(self) -> State:
        return {name: getattr(self, name) for name in self.__slots__}

    def restore(self, kept: State) -> None:
        for name in self.__slots__:
            setattr(self, name, kept[name])
