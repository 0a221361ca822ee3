"""Looks whether rules are broken, and since when. It reads the past, so it knows as much after a restart as before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np

from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import NAME, Bools, Labels, Vector
from integrations.demo.rules import Rule
from integrations.demo.signals import MINUTE, SECOND
from integrations.demo.world import DemoWorld, milliseconds

STEP = 15 * SECOND
LOOKS_BACK = timedelta(hours=4)  # longer than any story of the calendar that breaks a rule
USUAL_HOLDS = timedelta(minutes=10)

Values: TypeAlias = Mapping[Labels, float]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken, by one of its series."""

    rule: Rule
    labels: Mapping[str, str]
    value: float
    usual: float | None
    since: datetime  # from when on it fires


class Ruler:
    def __init__(self, world: DemoWorld) -> None:
        self._world = world
        self._usual: dict[str, tuple[datetime, Values]] = {}
        self._since: dict[tuple[str, Labels], datetime] = {}

    def look(self, rule: Rule, now: datetime) -> list[Broken]:
        """Some ten milliseconds of work; more when a rule has just been broken."""
        usual = self._usually(rule, now)
        values, broken = self._over(rule, now, rule.hold, STEP, usual)
        firing = [row for row in range(len(values.labels)) if broken[row].all()]
        self._remember(rule, now, [values.labels[row] for row in firing], usual)
        return [
            Broken(
                rule,
                _labels(rule, values.labels[row]),
                float(values.values[row, -1]),
                usual.get(values.labels[row]) if usual is not None else None,
                self._since[rule.name, values.labels[row]],
            )
            for row in firing
        ]

    def _usually(self, rule: Rule, now: datetime) -> Values | None:
        """As a recording rule would keep it: it changes slowly, and takes long to work out."""
        if not rule.usual:
            return None
        at, known = self._usual.get(rule.name, (now - USUAL_HOLDS, {}))
        if now - at >= USUAL_HOLDS:
            found = self._evaluated(rule.usual, now, now, STEP)
            known = {
                labels: float(value)
                for labels, value, present in zip(found.labels, found.values[:, -1], found.present[:, -1], strict=True)
                if present
            }
            self._usual[rule.name] = (now, known)
        return known

    def _over(
        self, rule: Rule, now: datetime, back: timedelta, step: int, usual: Values | None
    ) -> tuple[Vector, Bools]:
        """Every series of the rule from `back` ago until now, and at which of the steps it broke the rule."""
        found = self._evaluated(rule.measured, now - back, now, step)
        broken = np.zeros(found.values.shape, dtype=np.bool_)
        for row, labels in enumerate(found.labels):
            against = usual.get(labels) if usual is not None else None
            if usual is None or against is not None:
                limit = rule.limit if against is None else rule.limit * against
                values = found.values[row]
                broken[row] = found.present[row] & (values > limit if rule.beyond == ">" else values < limit)
        return found, broken

    def _remember(self, rule: Rule, now: datetime, firing: Sequence[Labels], usual: Values | None) -> None:
        """Since when each fires: looked up when it is seen first."""
        known = {labels: since for (name, labels), since in self._since.items() if name == rule.name}
        if set(firing) - known.keys():
            began = self._began(rule, now, usual)
            for labels in firing:
                known.setdefault(labels, min(now, began.get(labels, now - rule.hold) + rule.hold))
        self._since = {key: since for key, since in self._since.items() if key[0] != rule.name}
        self._since |= {(rule.name, labels): known[labels] for labels in firing}

    def _began(self, rule: Rule, now: datetime, usual: Values | None) -> Mapping[Labels, datetime]:
        values, broken = self._over(rule, now, LOOKS_BACK, MINUTE, usual)
        began = {}
        for labels, at in zip(values.labels, broken, strict=True):
            well = np.flatnonzero(~at)
            steps = len(at) - 1 - (int(well[-1]) if len(well) else -1)
            began[labels] = now - timedelta(minutes=max(0, steps - 1))
        return began

    def _evaluated(self, query: str, start: datetime, end: datetime, step: int) -> Vector:
        value, _ = evaluate(query, self._world.at(end), milliseconds(start), milliseconds(end), step)
        if not isinstance(value, Vector):
            raise TypeError(f"{query} is a number, and no rule can be made of it")
        return value


def _labels(rule: Rule, series: Labels) -> Mapping[str, str]:
    given = {name: value for name, value in series if name != NAME}
    further = {name: value.format(**given) for name, value in rule.labels.items()}
    return {**given, **further, "alertname": rule.name, "severity": rule.severity}
