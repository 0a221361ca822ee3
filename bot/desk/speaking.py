"""Words of a model, passed on sentence by sentence while they come: each as soon as it is whole, if it holds."""

import re
from dataclasses import dataclass, field

from bot.desk.grounding import LONGEST, Facts, fault
from bot.ports.model import Heard

_END = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass
class Speaking:
    """`said` is what may stand, `left_out` what could not be traced."""

    facts: Facts
    words: Heard
    said: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _rest: str = ""
    _length: int = 0

    async def heard(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > LONGEST:
            return
        *whole, self._rest = _END.split(self._rest + piece)
        for sentence in whole:
            await self._judge(sentence)

    async def end(self, *, cut: bool = False) -> None:
        """What is left is a sentence, unless it was cut in the middle."""
        rest, self._rest = self._rest, ""
        if not cut and self._length <= LONGEST:
            await self._judge(rest)

    async def _judge(self, sentence: str) -> None:
        plain = " ".join(sentence.split())
        if not plain:
            return
        if fault(plain, self.facts):
            self.left_out.append(plain)
        else:
            self.said.append(plain)
            await self.words(plain)
