"""A text of which read parts are blanked out, so that every word keeps its place and counts once."""

import re
from functools import lru_cache

LEFT = r"(?<![\w./@-])"
RIGHT = r"(?![\w/@-]|\.\w)"


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(LEFT + "(?:" + expression + ")" + RIGHT)


class Masked:
    def __init__(self, text: str) -> None:
        self.text = text.lower()

    def take(self, expression: str, *, bare: bool = False) -> re.Match[str] | None:
        """The first match of whole words, taken out; `bare`: the expression minds its own ends."""
        match = self.find(expression, bare=bare)
        if match:
            self.blank(match.start(), match.end())
        return match

    def find(self, expression: str, *, bare: bool = False) -> re.Match[str] | None:
        return (re.compile(expression) if bare else _compiled(expression)).search(self.text)

    def blank(self, start: int, end: int) -> None:
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]
