"""Misspelt words put right before anything is read: the question's own, and those of one catalogue.

A word that the catalogue knows is never touched, nor what stands in quotes, in capitals or beside a mark."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bot.query.words.filler import FILLER
from bot.query.words.lexicon import ERROR_WORDS, LATENCY_WORDS, LOG_WORDS, SOFT, STOP, SUCCESS_WORDS
from bot.query.words.likeness import ANY, NEAR, SWAPPED, apart
from bot.query.words.plain_english import COMMON, is_common
from bot.query.words.tokens import singular, stem, tokens

_SAID = """
average averages median mean percent percentage percentile minute minutes second seconds hours yesterday today morning
midnight which highest lowest longest slowest fastest biggest largest smallest maximum minimum between without
excluding except since during number count total compare compared versus difference graph graphic chart right running
current currently latest newest previous ratio share failed failures failure errors error requests latency duration
memory connections messages throughput available availability utilization increase increased decreased growth against
monday tuesday wednesday thursday friday saturday sunday months weeks grouped through success successful restarts
approval conversion revenue payments subscriptions customers warnings warning slower faster other more less
conflicts timeouts temperature capacity response received bytes users times often every fraction deepest busiest
above below excluding exceeding degrees volume traffic inbound outbound input output together hottest coldest oldest
boxes methods throttling throttled rejection lines
""".split()
_SHORT = {
    "teh": "the", "fo": "of", "frm": "from", "nd": "and", "wich": "which", "whch": "which", "hw": "how",
    "mny": "many", "hwo": "how", "avg.": "avg", "mins": "minutes", "tha": "the", "evry": "every", "eahc": "each",
    "pecent": "percent", "perc": "percent", "hrs": "hours", "yday": "yesterday", "ystd": "yesterday",
    "lst": "last", "lats": "last", "avrg": "average", "rigth": "right", "grafik": "graph", "grafic": "graph",
    "psat": "past", "pst": "past", "wih": "with", "wiht": "with", "snice": "since", "sinc": "since", "lsat": "last",
}  # fmt: skip
_WORD = re.compile(r"(?<![\w./:@'-])[A-Za-z]{3,}(?![\w/:@-]|\.\w|'[a-z])")
_HYPHENED = re.compile(r"(?<![\w./:@'-])[A-Za-z]{3,}(?:-[A-Za-z]{3,})+(?![\w/:@-]|\.\w)")
_THEN = re.compile(r"\b(?P<x>more|less|other|rather|[a-z]{2,}er) (?:then|thn|tahn|thna|thant)\b(?= \S)", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?P<lead>\d+|half an?|an?|one|two|three|four|five|six|few|couple of|past|last)"
    r" ?(?P<unit>[A-Za-z]{2,8})\b(?![-_/:.\d]\w)",
    re.IGNORECASE,
)
_UNITS = ("seconds", "minutes", "minute", "hours", "hour", "days", "weeks", "week", "months", "month", "years")
_PLACED = re.compile(r"\b(?:of|in|on|at|for|from|by|per|to)(?: the| our)? $", re.IGNORECASE)

_ENDINGS = frozenset("d n r y ed en er es ly ing".split())
ASKED, NAMED, TOLD, PLAIN = 0.0, 0.05, 0.2, 0.3  # how far apart words of such a kind stand from a typed one


@dataclass(frozen=True)
class Vocabulary:
    """`knows`: whether the catalogue has a word; `terms`: its words with how seldom they are meant."""

    knows: Callable[[str], bool]
    terms: Mapping[str, float] = field(default_factory=dict)
    values: Collection[str] = ()  # as they are written, small

    def near(self, low: str) -> Iterator[tuple[str, float]]:
        for length in range(len(low) - 3, len(low) + 3):
            for first in {low[0], low[1]}:
                for term in self._bucket(first, length):
                    yield term, self.terms.get(term, PLAIN)
                yield from ((term, kind) for term, kind in _LEXICON.get((first, length), ()) if term not in self.terms)

    def _bucket(self, first: str, length: int) -> Collection[str]:
        buckets: dict[tuple[str, int], list[str]] = self.__dict__.setdefault("_buckets", {})
        if not buckets:
            for term in self.terms:
                buckets.setdefault((term[0], len(term)), []).append(term)
        return buckets.get((first, length), ())

    def has(self, low: str) -> bool:
        """Whether it is a word of its own, and not only the beginning of one."""
        return low in self.terms or singular(low) in self.terms or low in _ASKED


def spelled_right(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text, and which of the catalogue's own words were taken for others."""
    taken: list[tuple[str, str]] = []
    text = _spans(_THEN.sub(r"\g<x> than", text), vocabulary)
    quoted = [(token.start, token.end) for token in tokens(text) if token.quoted]

    def mended(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in quoted):
            return match[0]
        better = _better(match[0], bool(_PLACED.search(text[: match.start()])), vocabulary)
        if better and {better, singular(better)} & vocabulary.terms.keys():
            taken.append((match[0], better))
        return better or match[0]

    return _apart(_WORD.sub(mended, text), vocabulary), tuple(taken)


def _spans(text: str, vocabulary: Vocabulary) -> str:
    """`last 10 minuts`, `2 dys`, `past hr`: behind a number stands a unit of time."""

    def mended(match: re.Match[str]) -> str:
        low = match["unit"].lower()
        if low in _ASKED or vocabulary.knows(low) or low in STOP or low in SOFT or is_common(low):
            return match[0]
        most = 1.0 if len(low) < 6 else 2.0
        many = [unit for unit in _UNITS if unit[0] == low[0] and unit.endswith("s") >= low.endswith("s")]
        near = sorted((apart(low, unit, most), unit) for unit in many if len(low) > 2)
        fits = bool(near) and near[0][0] <= most
        return f"{match['lead']} {near[0][1]}" if fits else match[0]

    return _SPAN.sub(mended, text)


def _better(typed: str, placed: bool, vocabulary: Vocabulary) -> str | None:
    low = typed.lower()
    if vocabulary.knows(low) or not typed[1:].islower():
        return None
    if low not in _SHORT and (low in STOP or low in SOFT or low in COMMON or low in _ASKED):
        return None
    return _SHORT.get(low) or _nearest(low, placed, vocabulary) or _two(low, vocabulary)


def _nearest(low: str, placed: bool, vocabulary: Vocabulary) -> str | None:
    if len(low) < 4:
        return None
    found: dict[str, float] = {}
    one = singular(low)
    for term, kind in vocabulary.near(low):
        for typed in {low, one} if kind < PLAIN else (low,):
            bound = 0.0 if placed and kind >= PLAIN else _bound(typed, term, kind)
            if bound and (away := apart(typed, term, bound)) <= bound:
                found[term] = min(found.get(term, ANY * 3), away + kind)
    ranked = sorted((away, term) for term, away in found.items())
    if not ranked:
        return None
    rivals = [term for away, term in ranked[1:] if away < ranked[0][0] + 0.04 and stem(term) != stem(ranked[0][1])]
    return None if rivals else _as_many(low, ranked[0][1])


def _bound(low: str, term: str, kind: float) -> float:
    """How many slips may lie between the two; none where the one is a form of the other."""
    swapped = term[:2] == low[1::-1] and len(term) == len(low)
    if len(term) < 4 or (term[0] != low[0] and not swapped) or _is_form(low, term):
        return 0.0
    begun = term.startswith(low) or low.startswith(term)
    if kind > ASKED and (term[:-1] == low[:-1] or (begun and (kind > NAMED or len(low) < 7))):
        return 0.0
    if kind <= NAMED and begun and len(low) >= 7 and len(term) > len(low):
        return 2 * ANY  # `postgres` of postgresql
    if kind >= PLAIN:  # a word that is as good as any other: letters that were swapped, doubled or left out
        return ANY if len(term) > len(low) > 4 else SWAPPED if len(low) > 4 else 0.0
    if len(low) < 5:
        return ANY if len(term) == 5 else SWAPPED
    return ANY if len(low) < 8 else 2 * NEAR


def _is_form(low: str, term: str) -> bool:
    short, long = sorted((low, term), key=len)
    return singular(low) == singular(term) or (long.startswith(short) and long[len(short) :] in _ENDINGS)


def _as_many(low: str, term: str) -> str:
    """`drrivers` are drivers."""
    several = low.endswith("s") and singular(low) != low and not term.endswith("s") and not term.startswith(low)
    return term + "s" if several else term


def _two(low: str, vocabulary: Vocabulary) -> str | None:
    """`errorrate`, `diskused`: two words of which each is known."""
    cuts = [
        (low[:at], low[at:])
        for at in range(3, len(low) - 2)
        if vocabulary.has(low[:at]) and vocabulary.has(low[at:]) and max(at, len(low) - at) > 3
    ]
    return " ".join(max(cuts, key=lambda cut: min(map(len, cut)))) if len(low) > 7 and cuts else None


def _apart(text: str, vocabulary: Vocabulary) -> str:
    """`error-ratio`, `free-reefer`: words that no name joins so."""

    def cut(match: re.Match[str]) -> str:
        low = match[0].lower()
        placed = bool(_PLACED.search(text[: match.start()]))
        named = placed or vocabulary.knows(low) or any(low in value for value in vocabulary.values)
        if named or low in STOP or low in SOFT or singular(low) in vocabulary.terms:
            return match[0]
        pieces = low.split("-")
        known = all(vocabulary.has(piece) or piece in STOP or piece in SOFT or is_common(piece) for piece in pieces)
        return match[0].replace("-", " ") if known and any(map(vocabulary.has, pieces)) else match[0]

    return _HYPHENED.sub(cut, text)


_ASKED = frozenset({*_SAID, *ERROR_WORDS, *SUCCESS_WORDS, *LATENCY_WORDS, *LOG_WORDS, "rate", "rates", "max", "min"})
_LEXICON: dict[tuple[str, int], list[tuple[str, float]]] = {}
_OFTEN = SOFT - FILLER - _ASKED
for _kind, _words in ((ASKED, _ASKED), (TOLD, _OFTEN), (PLAIN, {*FILLER, *STOP, *COMMON} - _ASKED - _OFTEN)):
    for _word in _words:
        if _word.isalpha():
            _LEXICON.setdefault((_word[0], len(_word)), []).append((_word, _kind))
