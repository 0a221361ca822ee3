"""What really exists in the sources of one tenant: the ground that every translation stands on. Plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

_PARTS = ("_bucket", "_sum", "_count")

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "summary", "unknown"]


@dataclass(frozen=True)
class KnownMetric:
    """A histogram is named without `_bucket`, `_sum` and `_count`; `native`: it has no such series."""

    name: str
    type: MetricType = "unknown"
    help: str = ""
    unit: str = ""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # label: the values it has had lately
    native: bool = False
    cut: frozenset[str] = frozenset()  # labels that have had more values than are listed


@dataclass(frozen=True)
class KnownLogs:
    """What the lines of one service look like. `fields`: name to what it holds, in words or as `A|B|C`."""

    service: str
    format: Literal["json", "logfmt", "plain text"] = "plain text"
    fields: Mapping[str, str] = field(default_factory=dict)
    sample: str = ""


@dataclass(frozen=True)
class Catalog:
    metrics: Sequence[KnownMetric] = ()
    stream_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    logs: Sequence[KnownLogs] = ()
    about: str = ""  # what runs there, in a sentence

    @cached_property
    def by_name(self) -> Mapping[str, KnownMetric]:
        return {metric.name: metric for metric in self.metrics}

    def family(self, name: str) -> KnownMetric | None:
        """The metric that a series of this name belongs to: a histogram's `_bucket`, `_sum` and `_count` are one."""
        names = (name, *(name.removesuffix(part) for part in _PARTS))
        return next((found for one in names if (found := self.by_name.get(one))), None)
