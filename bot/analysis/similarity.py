"""Whether two issues are the same thing told in other words. Pure; above SAME they are, from RELATED on worth a look.

Titles of alerts are made from templates, so the look-alike differs in the one word that matters, and the true pair
shares few. Hence three gates come first: what each names (an app, a region, a host), one word exchanged in the same
sentence, and what kind of trouble it is. Only then are the words compared, and the result is set to a scale on which
the two bounds mean something; tests/eval/likeness.py says how well.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.analysis.signal_kinds import kinds, simplified
from bot.model.signal import REGION_LABELS, SERVICE_LABELS

SAME, RELATED = 0.85, 0.6
STEEP, MIDDLE = 14.0, 0.42  # of the scale: how fast it goes through one half, and where
SHARED_NAME, SHARED_KIND = 0.15, 0.16  # what it is worth to name the same thing, the same kind of trouble
SUBJECT, HALF_SAID = 0.5, 0.5  # what weighs more than the trouble: of what it is
_GRAMS = (3, 4, 5)
_ENTITIES: Mapping[str, Sequence[str]] = {
    "tenant": ("tenant", "merchant", "customer"),
    "app": SERVICE_LABELS,
    "region": REGION_LABELS,
    "host": ("instance", "host", "node", "hostname"),
    "queue": ("queue", "topic"),
    "disk": ("device", "mountpoint", "volume"),
    "database": ("database", "db", "datname"),
    "environment": ("env", "environment", "stage"),
    "namespace": ("namespace",),
}
_REGION = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af)-(?:(?:north|south|central|east|west)+)-?\d\b")
_NUMBERED = re.compile(r"\b([a-z][a-z_]*(?:-[a-z]+)*)-?(\d+)(?:\.[a-z.]+)?\b(?!\s*%)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\w{0,3}")
_NOT_NAMES = frozenset({"p", "http", "http-", "x", "s", "sev", "status"})


@dataclass(frozen=True)
class Told:
    """What is compared: a title, perhaps with its labels."""

    text: str
    labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Sequence[str]:
        names = {part for values in self.names.values() for value in values for part in re.split(r"[\W_]+", value)}
        return [word for word in simplified(self.text) if word not in names]

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """What it names, by the kind of thing: from labels first, else from the text."""
        found: dict[str, set[str]] = {}
        for kind, labels in _ENTITIES.items():
            value = next((self.labels[label] for label in labels if self.labels.get(label)), "")
            if value:
                found[kind] = {value.casefold()}
        text = self.text.casefold()
        if regions := set(_REGION.findall(text)):
            found.setdefault("region", set()).update(regions)
        for prefix, number in _NUMBERED.findall(_REGION.sub(" ", text)):
            if prefix not in _NOT_NAMES:
                found.setdefault(f"{prefix} with a number", set()).add(number)
        return {kind: frozenset(values) for kind, values in found.items()}

    @cached_property
    def grams(self) -> Mapping[str, float]:
        return _grams(self.words)

    @cached_property
    def subject(self) -> Mapping[str, float]:
        """Without what kind of trouble it has."""
        return _grams([word for word in self.words if word not in kinds(self.words)])


def likeness(one: Told, other: Told) -> float:
    """From 0 to 1."""
    if _other_names(one, other) or _twins(one, other):
        return 0.0
    mine, theirs = kinds(one.words), kinds(other.words)
    if mine and theirs and not mine & theirs:
        return 0.0
    named = _same_name(one, other)
    alike = SUBJECT * _same_subject(one, other, named=named) + (1 - SUBJECT) * _cosine(one.grams, other.grams)
    alike += SHARED_NAME * named + SHARED_KIND * bool(mine & theirs)
    return round(1 / (1 + math.exp(-STEEP * (alike - MIDDLE))), 4)


def _grams(words: Sequence[str]) -> Mapping[str, float]:
    counted = Counter(
        f" {word} "[at : at + size] for word in words for size in _GRAMS for at in range(max(1, len(word) + 3 - size))
    )
    weighed = {gram: 1 + math.log(count) for gram, count in counted.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values()))
    return {gram: weight / length for gram, weight in weighed.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(gram, 0.0) for gram, weight in one.items())


def _same_subject(one: Told, other: Told, *, named: bool) -> float:
    """Where a title has no more than its labels and its trouble, these have to say it."""
    if one.subject and other.subject:
        return _cosine(one.subject, other.subject)
    return (HALF_SAID if one.subject or other.subject else 1.0) * named


def _other_names(one: Told, other: Told) -> bool:
    """Both name one of a kind, and not the same."""
    return any(not values & other.names[kind] for kind, values in one.names.items() if kind in other.names)


def _same_name(one: Told, other: Told) -> bool:
    """An app or a thing smaller than that; a region or an environment has many."""
    wide = {"region", "environment", "tenant"}
    shared = any(values & other.names.get(kind, frozenset()) for kind, values in one.names.items() if kind not in wide)
    return shared or _in_text(one, other) or _in_text(other, one)


def _in_text(one: Told, other: Told) -> bool:
    text = other.text.casefold()
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in one.names.get("app", ()))


def _twins(one: Told, other: Told) -> bool:
    """The same sentence with a word exchanged that is no number: another thing, however alike it looks."""
    mine, theirs = one.text.casefold().split(), other.text.casefold().split()
    if len(mine) != len(theirs) or len(mine) < 3:
        return False
    differ = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    if len(differ) != 1:
        return False
    a, b = differ[0]
    if _NUMBER.fullmatch(a.strip(".,:%()")) and _NUMBER.fullmatch(b.strip(".,:%()")):
        return False
    return set(simplified(a)) != set(simplified(b))
