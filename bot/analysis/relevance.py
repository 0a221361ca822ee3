"""How well a document answers a question, from 0 to 1. Pure: both stores hand in the same and get the same number.

BM25 in its idea: rare words weigh more, a word that stands there again adds less and less, long texts have to say it
more often. A word in the title or among the tags is worth several in the text.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TITLE, TAG = 6.0, 3.0
HALF = 1.2  # occurrences, in a text of usual length, that are worth half
USUAL, FLATNESS = 150.0, 0.6  # terms of a usual text, and how much longer ones have to say
NOWHERE = 0.5  # what a word weighs that no document has: perhaps it is only another word for one they have
HINT = 0.25  # what a word of the context weighs beside a word of the question
TAGS_SHARE = 0.15  # of the relevance, where tags are asked for


@dataclass(frozen=True, slots=True)
class Counted:
    """One document: the question's terms in each of its fields, and how long its text is."""

    title: Mapping[str, int]
    tags: Mapping[str, int]
    content: Mapping[str, int]
    length: int
    tagged: float = 1.0  # of the tags that are asked for, the share that it has


@dataclass(frozen=True, slots=True)
class Corpus:
    """How many documents there are, and how many have each term."""

    size: int
    having: Mapping[str, int]

    def worths(self, terms: Sequence[str]) -> Mapping[str, float]:
        return {term: self._worth(term) for term in terms}

    def _worth(self, term: str) -> float:
        having = self.having.get(term, 0)
        known = math.log(1 + (self.size - having + 0.5) / (having + 0.5)) if having else 0.0
        return known or math.log(1 + (self.size + 0.5) / 1.5) * NOWHERE


def relevance(found: Counted, asked: Mapping[str, float], hints: Mapping[str, float]) -> float:
    """Of all that was asked, weighed by what each term is worth, how much is there."""
    total = sum(asked.values())
    said = sum(worth * _said(found, term) for term, worth in asked.items())
    hinted = sum(worth * _said(found, term) for term, worth in hints.items() if term not in asked) * HINT
    share = min(1.0, (said + hinted) / total) if total else 0.0
    return round(share * (1 - TAGS_SHARE + TAGS_SHARE * found.tagged), 4)


def _said(found: Counted, term: str) -> float:
    times = (
        TITLE * min(1, found.title.get(term, 0))
        + TAG * min(1, found.tags.get(term, 0))
        + found.content.get(term, 0) / (1 - FLATNESS + FLATNESS * found.length / USUAL if found.length > USUAL else 1)
    )
    return times / (times + HALF)
