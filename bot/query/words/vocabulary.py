"""The words of one catalogue, with how seldom each is meant: names and values first, then what is told about them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.query.catalog import Catalog
from bot.query.words.misspelt import NAMED, TOLD
from bot.query.words.prepared import Prepared
from bot.query.words.tokens import parts
from bot.query.words.value_words import VALUES


def terms_of(catalog: Catalog, metrics: Iterable[Prepared], values: Iterable[str]) -> Mapping[str, float]:
    lows = frozenset(values)
    told = (word for word in _told(catalog, metrics) if len(word) > 4)
    named = (*_named(catalog, metrics), *lows, *(word for word, meant in VALUES.items() if lows.intersection(meant)))
    return {**dict.fromkeys(filter(_is_word, told), TOLD), **dict.fromkeys(filter(_is_word, named), NAMED)}


def _is_word(term: str) -> bool:
    return len(term) > 2 and term.isalpha()


def _named(catalog: Catalog, metrics: Iterable[Prepared]) -> Iterator[str]:
    for metric in metrics:
        yield from metric.words
        for label in metric.labels:
            yield from parts(label)
    for logs in catalog.logs:
        yield logs.service.lower()
        for field, about in logs.fields.items():
            yield from parts(field)
            yield from (piece for value in about.split("|") if "|" in about for piece in parts(value))


def _told(catalog: Catalog, metrics: Iterable[Prepared]) -> Iterator[str]:
    for metric in metrics:
        yield from metric.help_words
    for logs in catalog.logs:
        yield from (word.lower() for word in re.findall(r"[A-Za-z]+", logs.sample))
