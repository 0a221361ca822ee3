"""Lines for every service of a catalogue, over eight days: many in the last minutes, fewer the longer ago."""

import itertools
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from integrations.demo.logql.streams import Stream
from tests.eval import fields
from tests.eval.fields import Known
from tests.eval.hints import NONE, LineHints
from tests.eval.questions import Catalog

DAYS = 8
NANO = 1_000_000_000
_NUMBER = re.compile(r"(?<![\w-])\d+")


@dataclass(frozen=True)
class LogWorld:
    catalog: Catalog
    now: datetime
    seed: int
    hints: Mapping[tuple[str, str], LineHints]

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        services = self.catalog["logs"]["apps"].items()
        return tuple(stream for service, about in services for stream in self._of(service, about))

    def _of(self, service: str, about: dict[str, Any]) -> Iterator[Stream]:
        hints = self.hints.get((self.catalog["name"], service), NONE)
        for labels in _labels(service, self.catalog["logs"]["stream_labels"]):
            dice = np.random.default_rng([self.seed, zlib.crc32(repr(labels).encode())])
            moments = _moments(round(self.now.timestamp()), dice)
            yield Stream(labels, list(zip(moments, _lines(about, hints, self._ages(moments), dice), strict=True)))

    def _ages(self, moments: Sequence[int]) -> list[float]:
        """In days."""
        return [(self.now.timestamp() - moment / NANO) / 86400 for moment in moments]


_WORLDS: dict[tuple[int, datetime, int], LogWorld] = {}  # a world keeps its catalogue, and so the number of it


def world(catalog: Catalog, now: datetime, seed: int, hints: Mapping[tuple[str, str], LineHints]) -> LogWorld:
    """Made once, for questions of one catalogue are asked of the same lines."""
    return _WORLDS.setdefault((id(catalog), now, seed), LogWorld(catalog, now, seed, hints))


def _labels(service: str, known: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Every combination that may be: a pod called after another service is not this one's."""
    choices = []
    for name, values in known.items():
        own = [value for value in values if value == service or value.startswith(f"{service}-")]
        choices.append([(name, value) for value in own or values])
    return (dict(pairs) for pairs in itertools.product(*choices))


def _moments(now: int, dice: np.random.Generator) -> list[int]:
    longest = DAYS * 86400
    ages = np.concatenate([
        np.exp(dice.uniform(0, np.log(longest), 180)),
        dice.uniform(0, 2.2 * 86400, 120),
        dice.uniform(0, longest, 120),
    ])  # fmt: skip
    return sorted(now * NANO - int(age * NANO) for age in ages)


def _lines(about: dict[str, Any], hints: LineHints, ages: Sequence[float], dice: np.random.Generator) -> Iterator[str]:
    form, example = about["format"], about["sample"]
    if form == "plain text":
        return (_plain(example, sorted(hints.phrases), dice) for _ in ages)
    given = fields.sample(example, form)
    decoys = [f"no {value} seen" for says in about["fields"].values() if "|" in says for value in says.split("|")]
    draws = {
        name: fields.drawn(says, given.get(name, ""), _known(name, hints), decoys, dice)
        for name, says in about["fields"].items()
    }
    return (fields.written({name: draw(age) for name, draw in draws.items()}, form) for age in ages)


def _known(name: str, hints: LineHints) -> Known:
    return Known(sorted(hints.phrases), sorted(hints.values.get(name, ())), sorted(hints.sizes.get(name, ())))


def _plain(example: str, phrases: list[str], dice: np.random.Generator) -> str:
    """The sample with other numbers, the sample with a phrase of the questions, or something else."""
    chance = dice.random()
    if chance < 0.4:
        return f"heartbeat {dice.integers(1000)} ok"
    line = _NUMBER.sub(lambda _: str(dice.integers(1, 500)), example)
    absent = [phrase for phrase in phrases if phrase not in line]
    return f"{line} {absent[int(dice.integers(len(absent)))]}" if absent and chance < 0.7 else line
