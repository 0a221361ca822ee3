"""From what a source says of its series to the catalogue: the parts of a histogram are one metric again. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from bot.model.series import Labels, Metric
from bot.query.catalog import KnownMetric, MetricType

PARTS = ("_bucket", "_sum", "_count")
TYPES = get_args(MetricType)
NOTHING = Labels()


@dataclass(frozen=True, slots=True)
class Folded:
    """A metric before its labels are known; `read`: the name of the series that its labels are read from."""

    name: str
    type: MetricType
    about: Metric
    read: str
    native: bool = False


def fold(names: Collection[str], described: Sequence[Metric]) -> tuple[Folded, ...]:
    """Every metric that has series, once. A type that nobody told is read from its names where they leave no doubt."""
    there = frozenset(names)
    told = {metric.name: metric for metric in described}
    found = {one.name: one for one in _described(there, described)}
    for name in sorted(there):
        base = _histogram(name, there)
        if base and base not in found:
            about = told.get(base) or replace(_said(told, name), name=base)
            found[base] = Folded(base, "histogram", about, f"{base}_count")
    covered = {f"{one.name}{part}" for one in found.values() if _has_parts(one) for part in PARTS} | set(found)
    for name in there - covered:
        about = _said(told, name)
        kind: MetricType = "counter" if about.type == "unknown" and name.endswith("_total") else _type(about)
        found[name] = Folded(name, kind, about, name)
    return tuple(found[name] for name in sorted(found))


def known(folded: Sequence[Folded], labels: Mapping[str, Labels]) -> tuple[KnownMetric, ...]:
    return tuple(_known(one, labels.get(one.read, NOTHING)) for one in folded)


def _described(there: frozenset[str], described: Sequence[Metric]) -> Iterator[Folded]:
    for metric in described:
        name, kind = metric.name, _type(metric)
        match kind:
            case "histogram" if f"{name}_bucket" in there:
                count = f"{name}_count"
                yield Folded(name, kind, metric, count if count in there else f"{name}_bucket")
            case "histogram" if name in there:
                yield Folded(name, kind, metric, name, native=True)
            case "summary" if name in there or f"{name}_count" in there:
                yield Folded(name, kind, metric, name if name in there else f"{name}_count")
            case "counter" if name not in there and f"{name}_total" in there:  # as OpenMetrics describes it
                yield Folded(f"{name}_total", kind, metric, f"{name}_total")
            case "counter" | "gauge" if name in there:
                yield Folded(name, kind, metric, name)


def _histogram(name: str, there: frozenset[str]) -> str:
    """Its name, if this is the bucket of one; empty otherwise."""
    base = name.removesuffix("_bucket")
    return base if base != name and f"{base}_count" in there else ""


def _has_parts(one: Folded) -> bool:
    return one.type in ("histogram", "summary") and not one.native


def _said(told: Mapping[str, Metric], name: str) -> Metric:
    return told.get(name) or Metric(name)


def _type(metric: Metric) -> MetricType:
    return next((kind for kind in TYPES if kind == metric.type), "unknown")


def _known(one: Folded, labels: Labels) -> KnownMetric:
    values = {label: known for label, known in labels.values.items() if label != "le"}
    about = one.about
    return KnownMetric(one.name, one.type, about.help, about.unit, values, one.native, labels.cut - {"le"})
