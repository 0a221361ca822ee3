"""What stands behind `promql` and `logql`: a query as it is, and behind it perhaps a time, a step and a limit."""

import re
from typing import Any

from bot.model.errors import Rejected
from bot.ports.tools import Turn
from bot.query import ranges

_FENCED = re.compile(r"```(?:\w*\n)?(?P<block>.+?)```|`(?P<line>[^`]+)`", re.DOTALL)
_STEP = re.compile(r"(?:^|\s)(?:with )?step (?P<step>\d+ ?[smhd])$", re.IGNORECASE)
_LIMIT = re.compile(r"(?:^|\s)limit (?P<limit>\d{1,6})$", re.IGNORECASE)
_TIME = re.compile(
    r"(?:^|\s)(?:(?:over|for|in) )?(?:the )?"
    r"(?P<window>(?:last|past) [\w ]{1,20}|since [\w: ]{1,20}|between [\w: ]{1,20} and [\w: ]{1,20}"
    r"|yesterday|today|this (?:week|month)|last week)$",
    re.IGNORECASE,
)
_CURLY = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})


def read(text: str) -> dict[str, Any]:
    """Chats turn straight quotes into curly ones and people put code in backticks: both are undone."""
    rest = text.strip()
    given: dict[str, Any] = {}
    found = True
    while found:
        found = False
        for pattern in (_STEP, _LIMIT, _TIME):
            if match := pattern.search(rest):
                given |= {name: value for name, value in match.groupdict().items() if name not in given}
                rest, found = rest[: match.start()].rstrip(), True
    if fenced := _FENCED.fullmatch(rest):
        rest = (fenced["block"] or fenced["line"]).strip()
    if '"' not in rest:
        rest = rest.translate(_CURLY)
    if "limit" in given:
        given["limit"] = int(given["limit"])
    return {"query": rest, **given}


def window(words: str, turn: Turn) -> ranges.Range | None:
    """The time that somebody named; None where they named none."""
    if not words:
        return None
    found = ranges.find(words.lower(), turn.at, turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{words}”.", advice="Say it like last 24h, yesterday, since 14:00.")
    return found.range


def seconds(step: str) -> float:
    return float(step[:-1].strip()) * ranges.UNITS[step[-1].lower()]
