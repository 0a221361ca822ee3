"""What one card collects while it is drawn, and how much room it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeAlias, TypeVar

from bot.model.reply import File
from handlers.platform import Linker
from handlers.teams import limits, text

Element: TypeAlias = dict[str, Any]
T = TypeVar("T")


@dataclass(slots=True)
class Sheet:
    """`scale` below one draws everything smaller; whatever is left out sets `shortened`."""

    link: Linker
    scale: float = 1.0
    shortened: bool = False
    only_input: bool = True  # pressing a button checks every input of a card: none may be required beside another
    files: list[File] = field(default_factory=list)
    mentions: dict[str, Element] = field(default_factory=dict)
    claims: list[Element] = field(default_factory=list)
    forms: int = 0
    folds: int = 0

    def fit(self, words: str, limit: int, write: Callable[[str], str] = text.literal, *, scaled: bool = True) -> str:
        short = text.clipped(words, self._room(limit) if scaled else limit)
        self.shortened |= short != words
        return write(short)

    def some(self, items: Sequence[T], limit: int, *, scaled: bool = True) -> Sequence[T]:
        room = self._room(limit) if scaled else limit
        self.shortened |= len(items) > room
        return items[:room]

    def attach(self, file: File) -> str:
        if file not in self.files:
            self.files.append(file)
        return self.link(file)

    def cite(self, name: str, abstract: str, url: str) -> str:
        """The mark that stands for a source; empty where Teams takes no more of them."""
        if len(self.claims) >= limits.CITATIONS:
            return ""
        position = len(self.claims) + 1
        document = {
            "@type": "DigitalDocument",
            # Neither may be empty.
            "name": text.clipped(text.visible(name).strip() or "Source", limits.CITATION_NAME),
            "abstract": text.clipped(text.visible(abstract).strip() or "—", limits.CITATION_ABSTRACT),
        }
        if text.web_address(url) and len(url) <= limits.URL:
            document["url"] = url
        self.claims.append({"@type": "Claim", "position": position, "appearance": document})
        return f"[{position}] "

    def next_form(self) -> str:
        """Tells the inputs of one form from those of another: Teams sends the inputs of the whole card."""
        self.forms += 1
        return f"f{self.forms}"

    def next_fold(self) -> str:
        """What a button shows and hides."""
        self.folds += 1
        return f"fold{self.folds}"

    def _room(self, limit: int) -> int:
        return max(1, ceil(limit * self.scale))
