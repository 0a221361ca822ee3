"""Values of log fields that a short question exchanges: `and overbooked ones` after `cancelled bookings`."""

import re

from bot.query.words.index import Index
from bot.query.words.lexicon import ERROR_WORDS
from bot.query.words.log_fields import Field
from bot.query.words.log_vocabulary import LEVELS
from bot.query.words.tokens import singular, stem, tokens

_ADDS = re.compile(r"\b(?:too|also|as well|both|plus|together with)\b", re.IGNORECASE)


def without_exchanged(before: str, text: str, index: Index) -> str:
    """The question before, without the words whose values the new one gives anew."""
    if _ADDS.search(text):
        return before
    new = {field for token in tokens(text) for field in _fields(token.low, index)}
    for token in reversed(tokens(before)) if new else ():
        if not token.quoted and new & _fields(token.low, index):
            before = before[: token.start] + before[token.end :]
    return before


def _fields(low: str, index: Index) -> frozenset[tuple[str, str]]:
    """The fields, each of its service, that a word is a value of."""
    level = low in ERROR_WORDS or singular(low) in LEVELS
    return frozenset(
        (known.service, name)
        for known in index.catalog.logs
        for name, about in known.fields.items()
        if "|" in about and _holds(Field.read(name, about, known.sample), low, level=level)
    )


def _holds(held: Field, low: str, *, level: bool) -> bool:
    if level and held.is_level:
        return True
    return any(value.lower() in (low, singular(low)) or stem(value.lower()) == stem(low) for value in held.values)
