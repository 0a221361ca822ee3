"""How a comparison is read: which two, of what, and what the thread has said already."""

import re
from collections.abc import Mapping
from typing import Any

from bot.intents.intent import Question
from bot.query import ranges
from bot.query.measures import MEASURES, spoken
from bot.query.names import Names
from bot.query.ranges import Range

OWN_WORDS = frozenset(
    """compare compared comparing comparison versus vs difference between with against to than and week weeks month
    rates last this yesterday today production performance doing better worse before day both other""".split()
) | {part for one in MEASURES for word in one.words for part in word.split()}
_AGAIN = re.compile(
    r"\bthis (?P<unit>week|month)\b(?P<between>.*?\b(?:against|vs|versus|to|with|than)) (?:the )?"
    r"(?:last|previous)(?: one)?(?! (?:week|month|\d))\b"
)
SHORT = 5  # words of a follow-up; a longer question stands on its own


def spelt_out(text: str) -> str:
    """“this week against last” names the week only once."""
    return _AGAIN.sub(r"this \g<unit>\g<between> last \g<unit>", text.lower().replace("\u2019", "'"))


def arguments(question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is left unsaid comes from what this thread is about; a lone “with yesterday” is what it is held against."""
    text = spelt_out(question.text)
    given = {key: value for key, value in said.items() if key != "window"}
    kept = _remembered(question.memory) if len(text.split()) <= SHORT else {}
    label, pair = _pair(text, question.names)
    if pair:
        given.pop(label, None)
        given["between"] = list(pair)
    if metric := spoken(text):
        given["metric"] = metric
    given |= _times(question, text, bool(kept))
    if kept and not pair and not {"service", "metric"} & given.keys():
        return {**kept, **given}
    return given


def _times(question: Question, text: str, about_something: bool) -> dict[str, str]:
    """One time, or two; where the thread has one already, a single one is what it is held against."""
    first = ranges.find(text, question.at, question.zone)
    second = ranges.find(first.rest, question.at, question.zone) if first else None
    if first and second:
        then, now = sorted((first.range, second.range), key=lambda one: one.end)
        return {"window": _words(now), "against": _words(then)}
    if first and about_something and re.search(r"\b(?:with|to|against|than|vs)\b", text):
        return {"against": _words(first.range)}
    return {"window": _words(first.range)} if first else {}


def _words(range_: Range) -> str:
    return range_.words.removeprefix("the ")


def _remembered(memory: Mapping[str, Any]) -> dict[str, Any]:
    if memory.get("intent") not in ("ask_metric", "health", "why", "compare", "trends"):
        return {}
    wanted = ("metric", "service", "region", "env", "window")
    kept = {key: value for key, value in memory.get("arguments", {}).items() if key in wanted}
    return {"window": "last hour", **kept} if memory["intent"] == "ask_metric" else kept


def _pair(text: str, names: Names) -> tuple[str, tuple[str, ...]]:
    """Two values of one label, in the order in which they are named."""
    text = re.sub(r"\bproduction\b", "prod", text)
    for label in ("env", "region", "service"):
        places = {
            match.start(): value
            for value in names.values.get(label, ())
            if (match := re.search(rf"(?<![\w-]){re.escape(value.lower())}(?![\w-])", text))
        }
        if len(places) == 2:
            return label, tuple(places[at] for at in sorted(places))
    return "", ()
