"""Values for the fields of log lines, from what the catalogue says of them and from the sample."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Value: TypeAlias = str | int | float
Draw: TypeAlias = Callable[[float], Value]  # from how many days ago the line is

STATUSES = (200, 200, 200, 201, 204, 301, 400, 403, 404, 429, 500, 502, 503, 504)
UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "B": 1.0, "kB": 1e3, "MB": 1e6}
NEAR = (0.6, 0.9, 0.97, 1.03, 1.1, 1.7)  # how far from a threshold values lie
FILLERS = ("served", "connection closed by peer", "retrying soon")

_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")


@dataclass(frozen=True)
class Known:
    """What accepted queries ask of a field."""

    phrases: Sequence[str] = ()
    values: Sequence[str] = ()
    sizes: Sequence[float] = ()


def sample(text: str, form: str) -> dict[str, Value]:
    if form == "json":
        return dict(json.loads(text))
    return {name: quoted or bare for name, quoted, bare in _PAIR.findall(text)} if form == "logfmt" else {}


def written(values: Mapping[str, Value], form: str) -> str:
    if form == "json":
        return json.dumps(values)
    return " ".join(f'{name}="{value}"' if " " in str(value) else f"{name}={value}" for name, value in values.items())


def drawn(says: str, example: Value, known: Known, decoys: Sequence[str], dice: np.random.Generator) -> Draw:
    if "|" in says:
        return _one_of([choice.strip() for choice in says.split("|")], dice)
    if says == "HTTP status":
        asked = [int(value) for value in known.values if value.isdigit()] * 2
        return _one_of([*STATUSES, *asked], dice)
    if says.startswith("text"):
        return _one_of([str(example), *known.phrases, *known.values, *FILLERS, *decoys], dice)
    if says.startswith("string"):
        return _names(re.sub(r"\d+$", "", str(example)), known, dice)
    return _measure(example, known, dice)


def _one_of(choices: Sequence[Value], dice: np.random.Generator) -> Draw:
    weights = dice.uniform(0.5, 1.5, len(choices))
    weights /= weights.sum()
    return lambda _: choices[int(dice.choice(len(choices), p=weights))]


def _names(prefix: str, known: Known, dice: np.random.Generator) -> Draw:
    """A few that come often and some that come once."""
    names = [*known.values, *(f"{prefix}{n}" for n in range(1, 13))]
    return lambda _: names[min(int(dice.geometric(0.35)) - 1, len(names) - 1)]


def _measure(example: Value, known: Known, dice: np.random.Generator) -> Draw:
    """Numbers around the sample and around every threshold, never just on one."""
    found = _MEASURE.fullmatch(str(example))
    unit = found[2] if found else ""
    factor = UNITS.get(unit, 1.0)
    centre = float(found[1] if found else example or 1) * factor
    places = 0 if isinstance(example, int) or unit in ("ms", "kB") or "." not in str(example) else 3
    asked = [float(value) for value in known.values if re.fullmatch(r"\d+(?:\.\d+)?", value)]
    whole = places == 0 and not unit

    def size(days: float) -> float:
        if asked and dice.random() < 0.2:
            return asked[int(dice.integers(len(asked)))]
        if known.sizes and dice.random() < 0.5:
            near = NEAR[int(dice.integers(len(NEAR)))] * dice.uniform(0.99, 1.01)
            return float(known.sizes[int(dice.integers(len(known.sizes)))] * near)
        # Wider the longer ago, so that the extremes of a longer window are others.
        return centre * float(np.exp(dice.uniform(-3, 3) * (1 + days / 10)))

    def draw(days: float) -> Value:
        number = round(size(days) / factor, places) if places else round(size(days) / factor)
        number += whole and number in known.sizes
        return f"{number}{unit}" if unit else number

    return draw
