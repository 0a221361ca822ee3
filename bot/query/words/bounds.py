"""Readings that leave out the bound a question speaks of: `of their memory limit` is told by a limit."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.query.words.asked import Asked
from bot.query.words.index import Index
from bot.query.words.reading import Reading
from bot.query.words.tokens import singular

_KINDS = (
    frozenset("limit max maximum quota capacity ceiling allowance allocatable hard allowed budget".split()),
    frozenset("request requested reserved reservation".split()),
    frozenset("target setpoint nominal goal planned wanted desired".split()),
)
_BOUND = "|".join(sorted({word for kind in _KINDS for word in kind}, key=len, reverse=True))
_SAID = re.compile(
    r"\b(?:of|to|against|versus|vs\.?|near|at|over|above|below|divided by)"
    rf" (?:(?:the|its|their|his|own|allowed) )*(?:[a-z]+ ){{0,2}}?(?P<bound>{_BOUND})(?:s|es|ies)?\b",
    re.IGNORECASE,
)
LEFT_OUT = 0.3


def told(asked: Asked, found: Iterable[Reading], index: Index) -> Iterator[Reading]:
    match = _SAID.search(asked.text)
    shared = asked.threshold is not None and asked.threshold.unit is not None and asked.threshold.unit.size == 0.01
    kind = next((one for one in _KINDS if match and singular(match["bound"].lower()) in one), None)
    for reading in found:
        told_by = kind is None or not (asked.has("ratio") or shared) or _has(reading, kind, index)
        yield reading if told_by else replace(reading, score=reading.score - LEFT_OUT)


def _has(reading: Reading, kind: frozenset[str], index: Index) -> bool:
    known = [index.by_name[name] for name in reading.metrics if name in index.by_name]
    return any(kind & {*one.words, *one.help_words} for one in known)
