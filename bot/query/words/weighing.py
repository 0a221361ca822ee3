"""How much each word of a question counts: names stand, common words give way."""

import re
from dataclasses import replace

from bot.query.words.amounts import SUPERLATIVE
from bot.query.words.asked import Asked
from bot.query.words.index import HELP, STEM, Index
from bot.query.words.lexicon import ERROR_WORDS
from bot.query.words.outcomes import STATES
from bot.query.words.pairs import BAD
from bot.query.words.places import is_place
from bot.query.words.plain_english import COMMON
from bot.query.words.roles import Word
from bot.query.words.tokens import singular

_BEFORE_ACTS = frozenset(
    "is are was were be been being keep keeps kept get gets getting when while not still and or by start stop"
    " started stopped currently now that who which it they we i you".split()
)


def _bounded_aside(asked: Asked) -> int:
    """Where `(busy below 5 %)` begins, which says what the words before it mean."""
    opening = asked.text.find("(")
    closing = asked.text.find(")", opening)
    bound = asked.threshold
    return opening if bound is not None and 0 <= opening < bound.place < closing else -1


def _explained(word: Word, asked: Asked, index: Index) -> bool:
    """`basket (order value)`: what the word means stands behind it."""
    aside = re.match(r"\s*\(([^)]*)\)", asked.text[word.place + len(word.text) :])
    return aside is not None and any(index.strengths(said) for said in re.findall(r"[a-z]{3,}", aside[1].lower()))


def _is_label_value(word: Word, asked: Asked, index: Index) -> bool:
    """`memory of namespace marketing`: a name stands there, though nobody knows it."""
    if word.before not in index.labels or index.knows(word.low) or word.low in COMMON or word.role or word.quoted:
        return False
    return bool(
        re.search(rf"\b(?:of|in|for|on|from) (?:the )?{re.escape(word.before)} $", asked.text[: word.place], re.I)
    )


_SUPERLATIVE = re.compile(SUPERLATIVE)
_DENIED = re.compile(r"\b(?:not|nobody|never|no|none|without|yet|un[a-z]{4,}|still)\b", re.IGNORECASE)
_NEGATED = re.compile(r"(?:un|dis|non-?)(?P<plain>[a-z]{4,})")


def lightened(asked: Asked, index: Index) -> Asked:
    """Common words that the catalogue does not know are passed over."""
    words, flags = [], asked.flags
    # `readers at the wall: blocked share`: what stands before only leads there
    colon = max(asked.text.find(": "), _bounded_aside(asked))
    for word in asked.words:
        if (plain := _negated(word, index)) is not None:
            word, flags = plain, flags | {"down", "negative"}
        elif _denies(word, index):
            words.append(replace(word, light=False, soft=False))
            continue
        words.append(_weighed(word, word.place < colon, asked, index))
    return replace(asked, words=tuple(words), flags=flags)


def _weighed(word: Word, leads: bool, asked: Asked, index: Index) -> Word:
    known = index.knows(word.low)
    free = not (word.soft or word.quoted or word.role)
    about = leads and known and word.text not in index.by_name
    if free and (about or (not word.light and _only_in_help(word.low, index))):
        return replace(word, light=True)
    if word.soft and not word.quoted and _tells_outcome(word.low, index):
        return replace(word, soft=False)
    if (word.light or word.soft) and _is_label_value(word, asked, index):
        return replace(word, light=False, soft=False)
    if free and not known and _does(word, asked):
        return replace(word, soft=True)
    if free and not known and (_explained(word, asked, index) or _SUPERLATIVE.fullmatch(word.low)):
        return replace(word, soft=True)
    if free and word.low in ("fullest", "emptiest") and not _is_called(word.low, index):
        return replace(word, soft=True)
    if word.light and _meant(word.low, index):
        return replace(word, light=False)
    if word.light and not known and not index.holding(word.low):
        return replace(word, soft=word.low in COMMON or not _names(word, index), light=False)
    return word


def _tells_outcome(low: str, index: Index) -> bool:
    """`lost parcels`, where what came of a parcel is told: the word is none to pass over."""
    bad = {low, singular(low)} & BAD
    held = (one for one in index.find(low) if one.quality > 0.96)
    return bool(bad) and (any(one.label in STATES for one in held) or index.in_logs(low))


def _does(word: Word, asked: Asked) -> bool:
    """`how many did approle mint`, `dollars each bidder burns`: a verb nobody knows behind the one who does it."""
    text, end = asked.text, word.place + len(word.text)
    done = re.search(r"\b(?:did|does|do) (?:the |our )?[\w./-]+ $", text[: word.place], re.IGNORECASE)
    doing = re.search(r"\b(?:each|every) [\w-]+ $", text[: word.place], re.IGNORECASE) and word.low.endswith("s")
    behind = re.match(
        r"\s*(?:[?.!,]*$|,|(?:since|in|on|at|over|during|last|today|yesterday|this|per|from|to|now)\b)", text[end:]
    )
    return bool((done or doing) and behind)


def _is_called(low: str, index: Index) -> bool:
    """Whether a name or a value is spelled so."""
    return max(index.strengths(low).values(), default=0) >= STEM or any(one.quality == 1 for one in index.find(low))


def _negated(word: Word, index: Index) -> Word | None:
    """`disconnected`, `uncleared`: the catalogue knows the plain word, and not its opposite."""
    match = _NEGATED.fullmatch(word.low)
    if match is None or word.quoted or index.knows(word.low) or index.holding(word.low):
        return None
    plain = match["plain"]
    told = [index.metrics[place] for place, strength in index.strengths(plain).items() if strength >= HELP]
    if any(metric.is_flag or metric.is_instant or _DENIED.search(metric.known.help) for metric in told):
        return replace(word, text=plain, light=True)
    exact = any(held.quality == 1.0 for held in index.find(plain))
    return replace(word, text=plain, role="exclude") if exact else None


def _denies(word: Word, index: Index) -> bool:
    """`unfilled`, where something is told of what is filled: it may not be passed over."""
    match = _NEGATED.fullmatch(word.low)
    plain = match["plain"] if match and not (word.quoted or word.role or index.knows(word.low)) else ""
    return bool(plain) and max(index.strengths(plain).values(), default=0.0) >= HELP


def _names(word: Word, index: Index) -> bool:
    """`the billing service`, `logs of pricing`: in the place of a name."""
    placed = word.before in ("the", "of", "for", "on", "from", "at", "to", "in") or is_place(word.after)
    acts = word.before in _BEFORE_ACTS or not word.after
    placed = placed or (word.low.endswith("ing") and not acts)  # `parking spaces` are spaces of a kind
    called = any(len(one.service) > 5 and word.low.startswith(one.service[:5].lower()) for one in index.catalog.logs)
    return placed or called


def _only_in_help(low: str, index: Index) -> bool:
    strength = max(index.strengths(low).values(), default=0)
    return 0 < strength <= HELP and not (
        index.find(low) or index.is_label(low) or index.in_logs(low) or low in ERROR_WORDS
    )


def _meant(low: str, index: Index) -> bool:
    strength = max(index.strengths(low).values(), default=0)
    return (
        strength > 0.84
        or (strength >= HELP and low not in COMMON)
        or bool(index.find(low))
        or index.in_logs(low)
        or low in ERROR_WORDS
        or low.startswith("success")
    )
