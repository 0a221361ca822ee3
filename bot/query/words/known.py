"""What the reader of a question must know of a catalogue: its values, names and labels as one says and writes them."""

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.query.catalog import Catalog, KnownLogs
from bot.query.words.prepared import Prepared
from bot.query.words.roles import Known
from bot.query.words.tokens import parts
from bot.query.words.values import numbered

_DIRECTIONS = ("in", "out", "to", "from", "up", "off", "on")


def known_of(
    catalog: Catalog,
    metrics: Sequence[Prepared],
    labels: Mapping[str, Collection[str]],
    marked: Collection[str],
    lows: Collection[str],
) -> Known:
    """`marked`: values with a mark or digit in them; `lows`: all values and their shorter names, small."""
    fields = {field.lower() for logs in catalog.logs for field in logs.fields}
    return Known(
        marked,
        {**_spaced(labels), **{said: value for value in listed_in(catalog.logs) for said in _spoken(value)}},
        _shouted(lows, catalog.logs),
        frozenset(label.lower() for label in labels) | fields,
        frozenset(logs.service.lower() for logs in catalog.logs),
        frozenset(f"{a} {b}" for one in metrics for a, b in itertools.pairwise(one.words) if a in _DIRECTIONS),
        frozenset(word for metric in metrics for word in metric.words),
        frozenset(f"{a} {b}" for one in metrics for a, b in itertools.pairwise(one.words) if a in labels),
        frozenset(lows),
    )


def _shouted(lows: Collection[str], logs: Sequence[KnownLogs]) -> frozenset[str]:
    """Values that are common words too, and meant only in capitals: GET, US, IT."""
    short = frozenset(low for low in lows if len(low) < 8 and low.isalpha())
    return short | {value.lower() for value in listed_in(logs) if value.isalpha()}


def _spaced(labels: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Values of several words, as one would say them."""
    found = {}
    for label, known in labels.items():
        for value in known:
            found.update(dict.fromkeys((*numbered(label, value), *_spoken(value)), value))
            if re.fullmatch(r"\w+(?: \w+){1,4}", value):
                found[value.lower()] = value.replace(" ", "_")
    return {**_inside(labels), **found}


def _inside(labels: Mapping[str, Collection[str]]) -> dict[str, str]:
    """`old gen` for `G1 Old Gen`: words that stand beside each other in one value and in no other."""
    runs: dict[str, set[str]] = {}
    for known in labels.values():
        for value in known:
            words = value.lower().split()
            for size in range(2, len(words)) if len(words) < 6 else ():
                for first in range(len(words) - size + 1):
                    runs.setdefault(" ".join(words[first : first + size]), set()).add(value)
    return {run: values.pop().replace(" ", "_") for run, values in runs.items() if len(values) == 1}


def listed_in(logs: Sequence[KnownLogs]) -> Iterator[str]:
    for known in logs:
        for about in known.fields.values():
            yield from (part.strip() for part in about.split("|") if "|" in about)


def _spoken(value: str) -> Iterator[str]:
    """`rate_limited` and `OutOfSync` as one says them."""
    if re.fullmatch(r"no[a-z]{3,}", value):  # nobid
        yield f"no {value[2:]}"
    camel = " ".join(parts(value)) if not value.islower() and value.isalpha() else ""
    for said in (re.sub(r"[-_ ]+", " ", value.lower()), camel):
        if said != value.lower() and 1 <= said.count(" ") <= 4 and re.fullmatch(r"[\w. ]+", said):
            yield said
            if (last := said.rpartition(" ")[2]).isalpha() and len(last) > 2:
                yield f"{said[: -len(last)]}{_plural(last)}"
            first, _, rest = said.partition(" ")
            if first in _PARTICIPLES:
                yield f"{_PARTICIPLES[first]} {rest}"


def _plural(noun: str) -> str:
    if re.search("[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


# `given up` for gave_up.
_PARTICIPLES = {
    "gave": "given",
    "went": "gone",
    "took": "taken",
    "broke": "broken",
    "threw": "thrown",
    "fell": "fallen",
}
