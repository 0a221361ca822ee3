"""Words as they are looked up: without accents, endings and the words that every text has. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MOST_ASKED = 12  # terms of one question; what is longer is a story
_WORD = re.compile(r"[^\W_]+")
_TWO_WORDS = re.compile(
    r"\b(set|back|roll|log|sign|fail|shut|start|scale|clean|time|check|hand)[ -](up|in|on|out|back|over|down)\b"
)
_STOP = frozenset(
    """a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my of
    on or our please shall should so that the their them then there these they this those to us was we were what when
    where which who why will with would you your about after again all also any because before being both each just more
    most no not now only other out over own same some such than through too under until up very while""".split()
)


def terms(text: str) -> list[str]:
    """In their order, as often as they stand there."""
    plain = _TWO_WORDS.sub(r"\1\2", _plain(text))
    return [_stem(word) for word in _WORD.findall(plain) if word not in _STOP]


def asked(text: str) -> Sequence[str]:
    """Those of a question: each once."""
    return list(dict.fromkeys(terms(text)))[:MOST_ASKED]


def spelt(text: str) -> list[tuple[int, int, str]]:
    """Where in the text each term stands. Accents take no room of their own here, so places are those of the text."""
    return [(found.start(), found.end(), _term(found[0])) for found in _WORD.finditer(text)]


def _plain(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))


@lru_cache(maxsize=50_000)
def _term(word: str) -> str:
    return _stem(_plain(word))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Lightly: certificates, certificate; expired, expires, expiring."""
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and _has_vowel(word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiouy" for letter in word)
