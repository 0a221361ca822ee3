"""What is counted and timed. The core is handed `count` and `observe` and knows no more about it."""

import logging
import math
from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder

log = logging.getLogger(__name__)

PREFIX = "aiops"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
HOURS = (60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 86400.0)

M = TypeVar("M", Counter, Histogram)
Table: TypeAlias = dict[str, tuple[str, tuple[str, ...]]]

COUNTED: Table = {
    "http_requests": ("Requests to the web server.", ("route", "method", "status")),
    "messages": ("Messages and clicks that came in; a repeated one is not answered twice.", ("platform", "result")),
    "answers": ("Questions answered.", ("platform", "intent", "status")),
    "deliveries": ("What became of what was to be said.", ("platform", "verdict")),
    "webhooks": ("Deliveries of alert sources.", ("source", "result")),
    "signals": ("What sources said about single alerts.", ("source", "result")),
    "ai_charges": ("Charges of AI that were new.", ("source",)),
    "events_flagged": ("Log events that broke a threshold.", ("result",)),
    "notices": ("Messages about issues, by why they were sent.", ("reason",)),
    "acts": ("What people did to issues.", ("act", "platform")),
    "grafana_queries": ("Queries put to data sources.", ("datasource_type", "status")),
    "query_translations": ("Questions that became queries, or did not.", ("target_language", "status")),
    "query_cache": (
        "What was asked for, by whether it had to be read: read, shared, kept, stale or ahead.",
        ("result",),
    ),
    "prefetches": ("Usual questions of linked channels that were read ahead.", ("result",)),
    "anomalies": ("What watches found, by what was told of it: firing, resolved or put_off.", ("result",)),
    "watches_swept": ("Watches in a sweep: read, or put_off for the source was away or time was up.", ("result",)),
    "analyses": ("Analyses of issues, by kind of cause and by whom: rules or model.", ("kind", "result")),
    "timers": ("What was due at an instant.", ("kind", "result")),
    "model_calls": ("Calls of the language model; busy and limit: it was not called.", ("task", "outcome")),
    "model_tokens": ("Tokens that it read (fresh or cached) and wrote.", ("model", "kind")),
    "model_words": ("Entries and e-mails by what became of a model's words.", ("kind", "result")),
    "model_cost_usd": ("What that cost, where its price is known.", ("model",)),
}
TIMED: Table = {
    "http_request": ("From a request to its response.", ("route",)),
    "answer": ("From a question taken up to its reply.", ("intent",)),
    "delivery": ("From a reply put to its message standing in the chat.", ("platform",)),
    "grafana_query": ("From a query to its answer, waiting included.", ("datasource_type",)),
    "context_build": ("From a question to what it is translated against.", ()),
    "watch_sweep": ("From the beginning of a sweep of all watches to its end.", ()),
    "model_call": ("From a call of the language model to its answer.", ("task",)),
    "signal_commit": ("From signals handed over to their commit.", ()),
    "analysis": ("From an issue taken up to its analysis saved, reading included.", ()),
    "event_commit": ("From log events handed over to their commit.", ()),
    "acknowledged": ("From an issue opened to its acknowledgement.", ()),
    "resolved": ("From an issue opened to its resolution.", ()),
}
TAKES_PEOPLE = {"acknowledged", "resolved"}  # minutes and hours, where machines take seconds
WATCHED: dict[str, str] = {
    "parcels_waiting": "Replies and alerts not delivered yet.",
    "parcels_oldest_seconds": "For how long the oldest of them has been due.",
    "issues_open": "Issues that are not resolved.",
    "issues_critical": "Those of them that are critical.",
    "dead_letters": "Replies and alerts that were given up.",
    "timers_late": "Timers that are due and not done.",
}


class Meters:
    """Named `aiops_{name}_total`, `aiops_{name}_duration_seconds` and `aiops_{name}`.

    A name or label that is not in the tables is logged and dropped: measuring must never fail what it measures.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._counted = {
            name: Counter(f"{PREFIX}_{name}", told, labels, registry=self.registry)
            for name, (told, labels) in COUNTED.items()
        }
        self._timed = {
            name: Histogram(
                f"{PREFIX}_{name}_duration_seconds",
                told,
                labels,
                registry=self.registry,
                buckets=HOURS if name in TAKES_PEOPLE else SECONDS,
            )
            for name, (told, labels) in TIMED.items()
        }
        self._watched = {
            name: Gauge(f"{PREFIX}_{name}", told, registry=self.registry) for name, told in WATCHED.items()
        }
        # Looking a child up by its labels costs more than counting; callers always name labels in one order.
        self._counters: dict[tuple[str, ...], Counter] = {}
        self._timers: dict[tuple[str, ...], Histogram] = {}
        self.watched({})

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        key = (name, *labels.values())
        try:
            counter = self._counters.get(key) or self._counters.setdefault(key, _child(self._counted[name], labels))
            counter.inc(by)
        except (KeyError, ValueError):
            _unknown(name, labels)

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        key = (name, *labels.values())
        try:
            timer = self._timers.get(key) or self._timers.setdefault(key, _child(self._timed[name], labels))
            timer.observe(seconds)
        except (KeyError, ValueError):
            _unknown(name, labels)

    def watched(self, figures: Mapping[str, float]) -> None:
        """How things stand at this moment; what is not among them is unknown, which is not zero."""
        for name, gauge in self._watched.items():
            gauge.set(figures.get(name, math.nan))

    def write(self, accepts: str) -> tuple[bytes, str]:
        """All figures, and their content type, in the form that the reader accepts."""
        encode, content_type = choose_encoder(accepts)
        return encode(self.registry), content_type


def _child(family: M, labels: dict[str, str]) -> M:
    """A figure without labels is its own only child; one whose labels are lacking cannot be counted."""
    return family.labels(**labels) if labels else family


def _unknown(name: str, labels: dict[str, str]) -> None:
    log.error("a meter that is not in the tables", extra={"meter": name, "labels": sorted(labels)})
