"""What the catalogue knows of the series that a selector asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.model.regexes import whole
from bot.query.catalog import Catalog, KnownMetric, MetricType
from bot.query.promql.read import word

NAME = "__name__"
_PARTS = {"_bucket": ("histogram",), "_sum": ("histogram", "summary"), "_count": ("histogram", "summary")}
_OWN = {"_bucket": "le"}


@dataclass(frozen=True, slots=True)
class Known:
    """One metric's series, under the name that they have in a query."""

    name: str
    metric: KnownMetric
    part: str = ""  # _bucket, _sum or _count of what the catalogue holds under one name

    @property
    def type(self) -> MetricType:
        return "counter" if self.part else self.metric.type

    @property
    def native(self) -> bool:
        return self.metric.type == "histogram" and self.metric.native and not self.part

    @property
    def labels(self) -> frozenset[str]:
        """Every label that it has; empty where nobody knows."""
        if not self.metric.labels:
            return frozenset()
        own = {"quantile"} if self.metric.type == "summary" and not self.part else {_OWN.get(self.part, NAME)}
        return frozenset({*self.metric.labels, *own, NAME})


def asked_for(selector: Any) -> str:
    """The metric's name where there is one, else the empty text."""
    if selector.name:
        return str(selector.name)
    names = [one.value for one in selector.matchers.matchers if one.name == NAME and word(one.op) == "Equal"]
    return names[0] if names else ""


def find(name: str, catalog: Catalog) -> Known | None:
    metric = catalog.by_name.get(name)
    if metric is not None and (metric.type != "histogram" or metric.native):
        return Known(name, metric)
    for part, types in _PARTS.items():
        owner = catalog.by_name.get(name.removesuffix(part)) if name.endswith(part) else None
        if owner is not None and owner.type in types and not owner.native:
            return Known(name, owner, part)
    return None


def names(catalog: Catalog) -> Iterator[str]:
    """Every name under which there are series."""
    for metric in catalog.metrics:
        classic = metric.type == "histogram" and not metric.native
        if not classic:
            yield metric.name
        yield from (metric.name + part for part, types in _PARTS.items() if metric.type in types and not metric.native)


def matching(selector: Any, catalog: Catalog) -> list[Known]:
    """What a selector without a plain name may read, as far as its expressions on the name tell."""
    tests = [whole(one.value) for one in selector.matchers.matchers if one.name == NAME and word(one.op) == "Re"]
    hits = (name for name in names(catalog) if tests and all(test.search(name) for test in tests))
    return [known for name in hits if (known := find(name, catalog)) is not None]


def at_most(known: Known, selector: Any) -> int:
    """How many series there can be, if every value met every other one."""
    count = 12 if known.part == "_bucket" and "le" not in known.metric.labels else 1
    for label, values in known.metric.labels.items():
        matchers = [one for one in selector.matchers.matchers if one.name == label]
        count *= max(1, sum(all(_fits(one, value) for one in matchers) for value in values))
    return count


def at_least(known: Known, selector: Any) -> int:
    """How many there are for certain: where nothing is filtered, every value of a label is on some series."""
    filtered = any(one.name != NAME for one in selector.matchers.matchers)
    return 1 if filtered else max((len(values) for values in known.metric.labels.values()), default=1)


def _fits(matcher: Any, value: str) -> bool:
    match word(matcher.op):
        case "Equal":
            return bool(value == matcher.value)
        case "NotEqual":
            return bool(value != matcher.value)
        case "Re":
            return whole(matcher.value).search(value) is not None
        case _:
            return whole(matcher.value).search(value) is None
