"""The history of a session as it is handed on: the newest messages as they are, the older ones summed up by rule."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.fence import private
from bot.model.session import MOST_READ
from bot.model.text import many
from bot.ports.sessions import Said

MOST_TOPICS, MOST_NAMES, MOST_FIGURES, LONGEST_FIGURE = 6, 8, 3, 160
_NAME = re.compile(r"\b(?:ISS-[\w.-]+|TCK-[\w-]+|[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\b")
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Remembered:
    summary: str  # of what is not in `lines`; empty where all is
    lines: tuple[Said, ...]


def remembered(said: Sequence[Said], most: int = MOST_READ) -> Remembered:
    """Oldest first, as it was said."""
    older, newest = said[: max(0, len(said) - most)], said[max(0, len(said) - most) :]
    return Remembered(_summed(older), tuple(newest))


def _summed(older: Sequence[Said]) -> str:
    """What was asked, about what, and what came of it last: each from the lines themselves, none made up."""
    if not older:
        return ""
    asked = [one for one in older if one.role == "user"]
    topics = Counter(one.intent.replace("_", " ") for one in asked if one.intent).most_common(MOST_TOPICS)
    names = Counter(name for one in asked for name in _NAME.findall(one.text)).most_common(MOST_NAMES)
    answers = [one for one in older if one.role == "assistant" and _FIGURE.search(_first(one.text))]
    figures = [private(_first(one.text), LONGEST_FIGURE) for one in answers[-MOST_FIGURES:]]
    notes = [private(one.text, LONGEST_FIGURE) for one in older if one.role == "system"][-MOST_FIGURES:]
    parts = [
        f"Before that, {many(len(older), 'message')}.",
        f"Asked about: {', '.join(f'{topic} ({count})' for topic, count in topics)}." if topics else "",
        f"Named: {', '.join(private(name) for name, _ in names)}." if names else "",
        f"Told last: {' '.join(figures)}" if figures else "",
        f"Noted: {' '.join(notes)}" if notes else "",
    ]
    return " ".join(part for part in parts if part)


def _first(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
