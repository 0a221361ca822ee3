"""The life of an issue of one series: it opens, it may get worse, it ends. Silence in between."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.analysis.novelty import State

News: TypeAlias = Literal["opened", "worse", "resolved"]
SILENT = 150  # points after a word, in which only what is stranger gets another; later, what is strange anew
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

    def tick(self, back: bool = True) -> News | None:
        """One more point that is nothing strange; `back` at what is usual, or only no longer new."""
        self.count += 1
        if not self.open:
            return None
        self.calm = self.calm + 1 if back else 0
        if self.calm < CALM:
            return None
        self.open = False
        return "resolved"

    def strange(self, level: float, allowed: bool) -> News | None:
        self.count += 1
        self.calm = 0
        apart = self.count - self.strange_at >= SILENT
        self.peak = level if apart else max(self.peak, level)
        self.strange_at = self.count
        if not allowed or (self.count < self.until and level <= self.told):
            return None
        again = self.open
        self.open, self.told, self.until = True, level, self.count + SILENT
        return "worse" if again else "opened"

    @property
    def same(self) -> float | None:
        """How strange the values just before were, where another strange one would belong to them."""
        return self.peak if self.count + 1 - self.strange_at < SILENT else None

    def kept(self) -> State:
        return {name: getattr(self, name) for name in self.__slots__}

    def restore(self, kept: State) -> None:
        for name in self.__slots__:
            setattr(self, name, kept[name])
