"""How long a series has stood still, held against how long it ever did: one that moves and then sticks is broken."""

from dataclasses import dataclass

from bot.analysis.novelty import State

LEAST, TIMES = 12, 3  # points of the same value, and so many times as long as ever before
MOVES = 50  # before standing still says anything


@dataclass(slots=True)
class Stillness:
    run: int = 0  # points that had the value before them
    longest: int = 0
    moves: int = 0

    def take(self, same: bool) -> None:
        if same:
            self.run += 1
            return
        self.moves += 1
        if self.run:
            self.longest, self.run = max(self.longest, self.run), 0

    @property
    def strange(self) -> bool:
        """With one point of each stand, so that it is told once."""
        return self.run > 0 and self.run + 1 == self._least and self.moves >= MOVES

    @property
    def stands(self) -> bool:
        return self.run + 1 >= self._least and self.moves >= MOVES

    @property
    def _least(self) -> int:
        return max(LEAST, TIMES * (self.longest + 1))

    def pause(self) -> None:
        self.run = 0

    def kept(self) -> State:
        return {"run": self.run, "longest": self.longest, "moves": self.moves}

    def restore(self, kept: State) -> None:
        self.run, self.longest, self.moves = kept["run"], kept["longest"], kept["moves"]
