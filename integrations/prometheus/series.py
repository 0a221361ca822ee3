"""What Prometheus answers, as our words. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.model.errors import Rejected
from bot.model.series import Metric, Point, Series

UNITS = {"seconds": "seconds", "bytes": "bytes", "ratio": "ratio", "percent": "percent", "usd": "usd", "dollars": "usd"}
_PARTS = {
    "histogram": ("_bucket", "_count", "_sum"),
    "gaugehistogram": ("_bucket", "_gcount", "_gsum"),
    "summary": ("_count", "_sum"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()  # what is missing from it, and what the server warned of


def to_series(query: str, body: Mapping[str, Any]) -> Answer:
    """A body of /api/v1/query or query_range; Rejected where it is not one."""
    try:
        data = body["data"]
        notes = tuple(str(note) for kind in ("warnings", "infos") for note in body.get(kind) or ())
        match data["resultType"]:
            case "scalar":
                return Answer((Series(query, (_point(data["result"]),)),), notes)
            case "vector" | "matrix":
                return _rows(query, data["result"], notes)
            case "string":
                raise Rejected("The query comes to a text, not to a number.", code="string")
            case other:
                raise ValueError(other)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as problem:
        raise Rejected(
            "Prometheus sent an answer that cannot be read.",
            code="malformed",
            advice="Check that its address is that of a Prometheus.",
        ) from problem


def _rows(query: str, rows: Sequence[Mapping[str, Any]], notes: tuple[str, ...]) -> Answer:
    series, native = [], 0
    for row in rows:
        labels = {str(name): str(value) for name, value in row["metric"].items()}
        pairs = row["values"] if "values" in row else [row["value"]] if "value" in row else []
        if not pairs:
            native += 1
            continue
        name = labels.pop("__name__", query)
        series.append(Series(name, tuple(_point(pair) for pair in pairs), labels=labels))
    if native:
        notes = (*notes, f"{native} native histograms are left out; ask for a histogram_quantile of them.")
    return Answer(tuple(series), notes)


def _point(pair: Sequence[Any]) -> Point:
    at, value = pair
    return Point(datetime.fromtimestamp(float(at), UTC), float(value))  # "NaN", "+Inf" and "-Inf" included


def to_metrics(metadata: Mapping[str, Sequence[Mapping[str, str]]], names: Sequence[str]) -> tuple[Metric, ...]:
    """Metrics that are described, and the names that no description covers."""
    described = [_metric(name, entries[0]) for name, entries in metadata.items() if entries]
    covered = {metric.name + part for metric in described for part in ("", *_PARTS.get(metric.type, ()))}
    covered |= {f"{metric.name}_total" for metric in described if metric.type == "counter"}
    plain = [Metric(name, unit=unit_of(name)) for name in names if name not in covered]
    return tuple(sorted((*described, *plain), key=lambda metric: metric.name))


def covering(
    metadata: Mapping[str, Sequence[Mapping[str, str]]], names: Collection[str]
) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The descriptions that these names are told by; a server describes whatever anybody has."""
    parts = ("", "_total", *(part for several in _PARTS.values() for part in several))
    there = frozenset(names)
    return {name: told for name, told in metadata.items() if any(name + part in there for part in parts)}


def _metric(name: str, entry: Mapping[str, str]) -> Metric:
    kind = entry.get("type") or "unknown"
    unit = entry.get("unit") or ""
    return Metric(name, kind, entry.get("help") or "", UNITS.get(unit, unit) or unit_of(name))


def unit_of(name: str) -> str:
    """By the convention that a metric's name ends in its unit."""
    for suffix in ("_total", "_sum", "_bucket"):
        name = name.removesuffix(suffix)
    return UNITS.get(name.rpartition("_")[2], "")
