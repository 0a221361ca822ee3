"""Applications that a source knows of and nobody told us: read from labels, jobs and metrics, to be confirmed."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.errors import Rejected
from bot.model.profile import GivenService, Profile, ProfileDraft, spelt
from bot.ports.tools import MetricsSource

LABELS = ("app", "app_kubernetes_io_name", "application", "service", "job")  # the first that names it counts
USUAL = ("http_requests_total", "http_request_duration_seconds", "http_errors_total", "up")
MOST = 200
_OUR_TOOLS = frozenset(
    "prometheus alertmanager node node-exporter pushgateway blackbox blackbox-exporter grafana loki promtail mimir "
    "thanos cadvisor kubelet kube-state-metrics kubernetes-apiservers kubernetes-nodes".split()
)
_FEW = 2  # metrics that begin alike are a prefix from so many on


@dataclass(frozen=True, slots=True)
class Proposal:
    name: str
    label: str  # where it was found: the label, whose value is its name
    metrics: tuple[str, ...] = ()
    prefix: str = ""
    services: tuple[str, ...] = ()  # that it has besides itself

    def draft(self, datasource: str = "") -> ProfileDraft:
        mapped = {name: GivenService(log_label=f"service={name}") for name in self.services}
        own = {self.name: GivenService(metrics_prefix=self.prefix, log_label=f"{self.label}={self.name}")}
        return ProfileDraft(
            name=self.name,
            service_mappings=mapped or own,
            datasource_id=datasource,
            default_metrics=self.metrics,
            aliases=None,
        )


async def find(source: MetricsSource, at: datetime, known: Sequence[Profile]) -> Sequence[Proposal]:
    """By name. Whose name or alias is known already is not proposed again."""
    values = dict(zip(LABELS, await asyncio.gather(*(_values(source, label) for label in LABELS)), strict=True))
    taken = frozenset().union(*(profile.names for profile in known)) if known else frozenset()
    found = _named(values, taken)
    names = [metric.name for metric in await source.metrics()]
    usual = {label: await _usual(source, at, label, names) for label in set(found.values())}
    services = await _services(source, at) if "app" in found.values() and values["service"] else {}
    return [
        Proposal(
            name,
            label,
            tuple(metric for metric in USUAL if name in usual[label].get(metric, ())),
            _prefix(name, names),
            tuple(one for one in services.get(name, ()) if one != name) if label == "app" else (),
        )
        for name, label in sorted(found.items())
    ]


def _named(values: Mapping[str, Collection[str]], taken: Collection[str]) -> dict[str, str]:
    """Each once, by the first label that names it; jobs only where nothing better is there."""
    found: dict[str, str] = {}
    seen = set(taken)
    for label, names in values.items():
        if label == "job" and found:
            break
        for name in sorted(names):
            spelling = spelt(name)
            if spelling and spelling not in seen and spelling not in _OUR_TOOLS and len(name) <= 80:
                seen.add(spelling)
                found[name] = label
    return dict(sorted(found.items())[:MOST])


async def _values(source: MetricsSource, label: str) -> Collection[str]:
    try:
        return await source.values(label)
    except Rejected:
        return ()


async def _usual(source: MetricsSource, at: datetime, label: str, names: Collection[str]) -> dict[str, frozenset[str]]:
    """Of the usual metrics, whose they are: asked, for a name in the list may be somebody else's."""
    series = {metric: f"{metric}_bucket" if metric.endswith("_seconds") else metric for metric in USUAL}
    there = [metric for metric in USUAL if metric in names or series[metric] in names]
    answers = await asyncio.gather(*(source.instant(f"count by ({label}) ({series[one]})", at) for one in there))
    return {
        metric: frozenset(one.labels.get(label, "") for one in answer)
        for metric, answer in zip(there, answers, strict=True)
    }


async def _services(source: MetricsSource, at: datetime) -> Mapping[str, Sequence[str]]:
    """Which services an application has, where both are labels of its targets."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in await source.instant('count by (app, service) (up{app!="", service!=""})', at):
        found[one.labels.get("app", "")].append(one.labels.get("service", ""))
    return {app: sorted(names) for app, names in found.items()}


def _prefix(name: str, metrics: Sequence[str]) -> str:
    prefix = f"{spelt(name).replace('-', '_')}_"
    return prefix if sum(metric.startswith(prefix) for metric in metrics) >= _FEW else ""
