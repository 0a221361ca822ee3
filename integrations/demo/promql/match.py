"""Label matchers, with regular expressions that cannot run away.

Prometheus reads RE2, which is linear in time; Python's `re` is not. So only patterns on which the two agree, and on
which Python stays quick, are accepted: no look-around or back-references, and no repetition within a repetition.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import promql_parser as syntax

from bot.model.errors import Rejected

MAX_PATTERN = 500
MAX_VALUE = 200  # characters; the labels of the town are far shorter, but label_join can make longer ones
MAX_WAYS = 1_000_000  # in which a pattern could be tried on a value, at the worst
ENDLESS = 30  # ways that `*` or `+` counts for

Test: TypeAlias = Callable[[str], bool]

_ESCAPES = frozenset("dDwWsSbBntr")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_]\w*>|\?i:|(?!\?))")
_REPEAT = re.compile(r"(?:[*+?]|\{(\d{1,3})(,(\d{0,3}))?\})\??")


def tests(matchers: Sequence[syntax.Matcher]) -> dict[str, tuple[Test, ...]]:
    """Label by label, what its value has to pass. A label that is missing has the value ""."""
    found: dict[str, tuple[Test, ...]] = {}
    for matcher in matchers:
        found[matcher.name] = (*found.get(matcher.name, ()), _test(matcher))
    return found


def _test(matcher: syntax.Matcher) -> Test:
    wanted = matcher.value
    match matcher.op:
        case syntax.MatchOp.Equal:
            return lambda value: value == wanted
        case syntax.MatchOp.NotEqual:
            return lambda value: value != wanted
        case syntax.MatchOp.Re:
            whole = pattern(wanted)
            return lambda value: whole.fullmatch(value) is not None
        case _:
            whole = pattern(wanted)
            return lambda value: whole.fullmatch(value) is None


@lru_cache(maxsize=64)
def pattern(text: str) -> re.Pattern[str]:
    """The pattern compiled; it is meant for `fullmatch`, as Prometheus anchors every pattern."""
    _guard(text)
    try:
        return re.compile(text.replace("(?<", "(?P<"), re.ASCII)
    except (re.error, OverflowError, RecursionError) as problem:
        raise _refused(text, str(problem)) from problem


def _guard(text: str) -> None:
    if len(text) > MAX_PATTERN:
        raise _refused(text[:20] + "…", f"it is longer than {MAX_PATTERN} characters")
    ways = 1
    groups: list[int] = []  # for every open group: its alternatives
    varying: list[bool] = []  # and whether anything in it varies in length or choice
    varies = False  # does the item just read?
    at = 0
    while at < len(text):
        letter, step = text[at], 1
        if repeat := _REPEAT.match(text, at):
            if varies and repeat[0] != "?":
                raise _refused(text, "it repeats something that itself varies")
            ways, varies, step = ways * _ways(repeat), True, len(repeat[0])
            varying = [True] * len(varying)
        elif letter == "(":
            step = _opens(text, at)
            groups.append(1)
            varying.append(False)
        elif letter == ")" and groups:
            ways, varies = ways * groups.pop(), varying.pop()
        elif letter == "|" and groups:
            groups[-1] += 1
            varying = [True] * len(varying)
        else:
            varies, step = False, _item(text, at)
        at += step
    if ways > MAX_WAYS:
        raise _refused(text, "it can be tried in too many ways")


def _ways(repeat: re.Match[str]) -> int:
    if repeat[1] is None:
        return 2 if repeat[0].startswith("?") else ENDLESS
    low, high = int(repeat[1]), repeat[3]
    if repeat[2] is None:
        return 1
    return max(1, int(high) - low + 1) if high else ENDLESS


def _opens(text: str, at: int) -> int:
    group = _GROUP.match(text, at)
    if group is None:
        raise _refused(text, "RE2 has no such group")
    return len(group[0])


def _item(text: str, at: int) -> int:
    """The length of one letter, escape or class."""
    if text[at] == "\\":
        escaped = text[at + 1 : at + 2]
        if not escaped or (escaped.isalnum() and escaped not in _ESCAPES):
            raise _refused(text, f"\\{escaped} is not understood here")
        return 2
    if text[at] == "{":
        raise _refused(text, "a brace that counts nothing has to be escaped")
    if text[at] != "[":
        return 1
    end = at + 1 + (text[at + 1 : at + 2] == "^")
    end = text.find("]", end + 1)
    if end < 0:
        raise _refused(text, "a class is not closed")
    if "[" in text[at + 1 : end] or "\\" in text[end - 1 : end]:
        raise _refused(text, "classes within classes are not understood here")
    return end + 1 - at


def _refused(text: str, why: str) -> Rejected:
    return Rejected(f"The demo world does not read the pattern “{text}”: {why}.", code="bad_data")
