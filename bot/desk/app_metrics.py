"""The default metrics of an application over a range: each as one query that says how the metric is meant."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.discovery import LABELS
from bot.model.errors import Problem, Rejected
from bot.model.profile import Profile, Read, spelt
from bot.model.series import Metric
from bot.ports.tools import MetricsSource

POINTS = 250
SHORTEST_STEP = timedelta(seconds=15)
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def step_of(start: datetime, end: datetime) -> timedelta:
    return max(SHORTEST_STEP, timedelta(seconds=round((end - start).total_seconds() / POINTS)))


async def read(profile: Profile, source: MetricsSource, start: datetime, end: datetime) -> Sequence[Read]:
    if not profile.default_metrics:
        raise Rejected(f"{profile.name} has no default metrics.", advice="Name some in its profile.")
    known = {metric.name: metric for metric in await source.metrics()}
    selector = await _selector(profile, source)
    wanted = profile.default_metrics
    return await asyncio.gather(*(_one(name, known, selector, source, start, end) for name in wanted))


async def _one(
    name: str, known: Mapping[str, Metric], selector: str, source: MetricsSource, start: datetime, end: datetime
) -> Read:
    if not _NAME.fullmatch(name):
        return Read(name, "", problem=f"“{name}” cannot be the name of a metric.")
    if name not in known and f"{name}_bucket" not in known:
        return Read(name, "", problem=f"{source.title} knows no metric {name}.")
    query, unit = query_of(name, known, selector), known[name].unit if name in known else ""
    try:
        series = await source.range(query, start, end, step_of(start, end))
    except Problem as problem:
        return Read(name, query, problem=f"{problem.says} {problem.advice}".strip())
    return Read(name, query, series, unit, "" if series else "There is no data in this range, which is not zero.")


def query_of(name: str, known: Mapping[str, Metric], selector: str) -> str:
    """Counters as their rate, histograms as their 95th percentile, everything else as its mean."""
    metric = known.get(name)
    if f"{name}_bucket" in known or (metric and metric.type == "histogram"):
        return f"histogram_quantile(0.95, sum by (le) (rate({name}_bucket{selector}[5m])))"
    if (metric and metric.type == "counter") or name.endswith("_total"):
        return f"sum(rate({name}{selector}[5m]))"
    return f"avg({name}{selector})"


async def _selector(profile: Profile, source: MetricsSource) -> str:
    """What its services are mapped to, by one label; where the source has none of that, its own name."""
    mapped: defaultdict[str, list[str]] = defaultdict(list)
    for service in profile.services.values():
        label, sign, value = service.log_label.partition("=")
        if sign:
            mapped[label].append(value.strip('"'))
    for label, values in sorted(mapped.items(), key=lambda one: -len(one[1])):
        if there := sorted(set(values) & set(await source.values(label))):
            return _matching(label, there)
    for label in LABELS:
        if there := sorted(value for value in await source.values(label) if spelt(value) in profile.names):
            return _matching(label, there)
    raise Rejected(
        f"I cannot tell the series of {profile.name} from others.", advice="Map its services to labels that they have."
    )


def _matching(label: str, values: Sequence[str]) -> str:
    if len(values) == 1:
        return f"{{{label}={json.dumps(values[0], ensure_ascii=False)}}}"
    either = "|".join(re.escape(value) for value in values)
    return f"{{{label}=~{json.dumps(either, ensure_ascii=False)}}}"
