"""What a short question puts in the place of something in the one before: a bound, a rank, a code, a name."""

import re

from bot.query.words.index import STEM, Index
from bot.query.words.lexicon import SOFT, STOP
from bot.query.words.tokens import Token, tokens

_CODE = re.compile(
    r"(?<![\w.])[1-5](?:xx|\d\d)s?(?![\w.%])(?! ?(?:ms|s|m|h|d|mins?|hours?|days?|mb|gb|kb)\b)", re.IGNORECASE
)
_TOP = re.compile(r"\b(?P<w>top|bottom)[ -](?P<n>\d+|\w+)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(?P<op>[<>]=?|\b(?:over|above|more than|under|below|less than|higher than|lower than|at least|at most|exceeding"
    r"|longer than|slower than|older than|bigger than|larger than|fewer than))\s*(?P<v>\d+(?:[.,]\d+)?)"
    r"(?P<u>\s?(?:%|percent|[kmgt]i?b|ms|seconds|secs?|minutes|mins?|hours?|days?|[smhdkc])(?!\w))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?P<v>\d+(?:[.,]\d+)?)(?P<u>\s?(?:%|percent))?$", re.IGNORECASE)
_GROUPED = re.compile(
    r"\s+(?:per|by|for each|in|on|at|of|for|over|since|last|past|during|from|today|yesterday)\b", re.IGNORECASE
)


def swapped(before: str, text: str, index: Index) -> tuple[str, str]:
    """The question before with its part exchanged, and what is left to say."""
    for swap in (_bound, _rank, _code):
        if made := swap(before, text):
            return made
    return _named(before, text, index) or (before, text)


def _bound(before: str, text: str) -> tuple[str, str] | None:
    """`and over 95?` after `> 85% full`; the unit stays where none is said."""
    new = _BOUND.fullmatch(text.strip()) or _NUMBER.fullmatch(text.strip())
    old = _BOUND.search(before)
    if new is None or old is None:
        return None
    op = new.groupdict().get("op") or old["op"]
    bound = f"{op} {new['v']}{new['u'] or old['u'] or ''}"
    return before[: old.start()] + bound + before[old.end() :], ""


def _rank(before: str, text: str) -> tuple[str, str] | None:
    new, old = _TOP.search(text), _TOP.search(before)
    if new is None or old is None:
        return None
    rest = text[: new.start()] + text[new.end() :]
    return before[: old.start()] + new[0] + before[old.end() :], rest.strip()


def _code(before: str, text: str) -> tuple[str, str] | None:
    new, old = _CODE.fullmatch(text.strip()), _CODE.search(before)
    if new is None or old is None:
        return None
    return before[: old.start()] + new[0] + before[old.end() :], ""


def _named(before: str, text: str, index: Index) -> tuple[str, str] | None:
    """`and memory?` after `cpu burnt by namespace`: another measure of the same."""
    new = [token for token in tokens(text) if token.low not in STOP]
    if not 0 < len(new) < 3 or len(new) != len(tokens(text)) or not all(_names(token, index) for token in new):
        return None
    head = _GROUPED.search(before)
    measured = [token for token in tokens(before[: head.start()] if head else before) if token.low not in STOP]
    if not any(_names(token, index) for token in measured):
        return None
    first, last = measured[0].start, measured[-1].end
    leading = " ".join(token.text for token in measured if token.low in SOFT)
    return f"{before[:first]}{leading} {text}{before[last:]}", ""


def _names(token: Token, index: Index) -> bool:
    if token.low in SOFT:
        return False
    return not _is_value(token, index) and max(index.strengths(token.low).values(), default=0) >= STEM


def _is_value(token: Token, index: Index) -> bool:
    held = [one for one in index.find(token.low) if one.quality == 1.0]
    return bool(held) and not index.strengths(token.low)
