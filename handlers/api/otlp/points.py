"""What OTLP's metrics for generative AI count: `gen_ai.client.token.usage` and `….operation.duration`. Pure."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.model.charge_count import Count, Counts
from bot.model.errors import Malformed
from handlers.api.otlp import tree
from handlers.api.otlp.spans import CALLS, model_of

MOST = 5000  # points of one request
TOKENS, DURATION = "gen_ai.client.token.usage", "gen_ai.client.operation.duration"
_DELTA = (1, "AGGREGATION_TEMPORALITY_DELTA")
_CUMULATIVE = (2, "AGGREGATION_TEMPORALITY_CUMULATIVE")
_KINDS = {"input": Counts.READ, "output": Counts.WRITTEN}


@dataclass(frozen=True, slots=True)
class Points:
    counts: Sequence[Count]
    rejected: int  # those that cannot be counted: of no service, without a sum, or of a time that is none


def read(request: Any) -> Points:
    """Raises Malformed where it is no request at all; other metrics are passed over."""
    counts: list[Count] = []
    rejected = 0
    for name, histogram, point, known in _points(request):
        if len(counts) + rejected == MOST:
            raise Malformed("resourceMetrics", f"holds more than {MOST} points; send smaller batches")
        if known.get("gen_ai.operation.name", "chat") not in CALLS:
            continue
        count = _count(name, histogram, point, known)
        if count is None:
            rejected += 1
        else:
            counts.append(count)
    return Points(counts, rejected)


def _points(request: Any) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]]:
    for resource, metric in tree.each(request, "resourceMetrics", "scopeMetrics", "metrics"):
        if metric.get("name") not in (TOKENS, DURATION):
            continue
        histogram = metric.get("histogram") or metric.get("exponentialHistogram")
        if isinstance(histogram, dict):
            for point in tree.objects(histogram, "dataPoints", "resourceMetrics.scopeMetrics.metrics.dataPoints"):
                yield metric["name"], histogram, point, {**resource, **tree.attributes(point)}


def _count(name: str, histogram: Mapping[str, Any], point: Mapping[str, Any], known: Mapping[str, Any]) -> Count | None:
    counts = Counts.TOOK if name == DURATION else _KINDS.get(str(known.get("gen_ai.token.type")))
    temporality = histogram.get("aggregationTemporality")
    start, at = tree.instant(point, "startTimeUnixNano"), tree.instant(point, "timeUnixNano")
    calls, total, service = tree.whole(point.get("count") or 0), point.get("sum"), tree.word(known, "service.name")
    sound = isinstance(total, int | float) and math.isfinite(total) and 0 <= total <= 1e15
    if not (counts and service and start and at and sound and calls is not None and 0 <= calls <= 10**12):
        return None
    if temporality not in (*_DELTA, *_CUMULATIVE):
        return None
    series = json.dumps([name, known], sort_keys=True, default=str)
    return Count(
        counts, sha256(series.encode()).hexdigest()[:32], service, model_of(known),
        tree.word(known, "gen_ai.operation.name"), tree.word(known, "error.type"), start, at, calls, float(total or 0),
        temporality in _CUMULATIVE,
    )  # fmt: skip
