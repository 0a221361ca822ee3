"""What is known around an issue, made in one line."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.analysis import Broken, Changed, Context, Moved
from bot.model.issue import Issue, IssueId, Seen
from bot.model.log_event import EventId, Kind, LogEvent
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT

OPENED = datetime(2026, 3, 18, 14, 5, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after 14:00; the issue opens at 14:05."""
    return datetime(2026, 3, 18, 14, tzinfo=UTC) + timedelta(minutes=minutes)


def issue(**more: Any) -> Issue:
    given: dict[str, Any] = {
        "id": IssueId("ISS-1773842700-checkout"), "key": "k", "source": "alertmanager", "title": "Checkout is slow",
        "severity": Severity.HIGH, "opened_at": OPENED, "updated_at": OPENED, "services": ("checkout",),
        "regions": ("eu-west-1",), "firing": 1, "alerts": 1,
    }  # fmt: skip
    return Issue(**{**given, **more})


_SIGNS = {
    "latency": ("p95 latency", "latency", 0.838, 0.147, "838 ms (usually 147 ms, 5.7 times)"),
    "errors": ("error rate", "errors", 0.031, 0.002, "3.1 % (usually 0.2 %, 15.5 times)"),
    "availability": ("availability", "availability", 0.5, 1.0, "50 % (usually 100 %, -50 %)"),
    "traffic": ("request rate", "traffic", 900.0, 300.0, "900 req/s (usually 300 req/s, 3 times)"),
    "cpu": ("CPU", "saturation", 0.93, 0.3, "93 % (usually 30 %, 3.1 times)"),
    "db_latency": ("p95 of database queries", "dependency", 0.5, 0.02, "500 ms (usually 20 ms, 25 times)"),
    "pool_share": ("database pool in use", "saturation", 0.97, 0.2, "97 % (usually 20 %, 4.9 times)"),
    "host_cpu": ("CPU of the hosts", "saturation", 0.95, 0.3, "95 % (usually 30 %, 3.2 times)"),
}


def moved(name: str, minutes: float, **more: Any) -> Moved:
    title, aspect, seen, usual, figures = _SIGNS[name]
    given: dict[str, Any] = {
        "name": name, "title": title, "aspect": aspect, "since": at(minutes), "says": f"{title} {figures}",
        "query": f"the {name}", "seen": seen, "usual": usual, "score": 9.0,
    }  # fmt: skip
    return Moved(**{**given, **more})


def deploy(minutes: float, name: str = "checkout") -> Changed:
    return Changed("deploy", name, at(minutes), "deployments_total")


def outage(minutes: float, name: str = "openai", until: float | None = None) -> Changed:
    return Changed("outage", name, at(minutes), "external_service_up", None if until is None else at(until))


def seen(likeness: float = 0.95, helped: str = "Restarted the pods.") -> Seen:
    return Seen(
        IssueId("ISS-1762900000-checkout"), "kb_1", datetime(2025, 11, 12, tzinfo=UTC), timedelta(minutes=18), helped,
        likeness,
    )  # fmt: skip


def event(message: str = "upstream timeout", number: int = 1) -> LogEvent:
    return LogEvent(EventId(f"EVT-1-{number}"), at(3), Kind.API, "checkout", message, "eu-west-1", flagged=True)


def broken(metric: str = "query_time_ms", says: str = "Query time 912 ms (limit: above 300 ms)", count: int = 7):
    return Broken(metric, says, count, at(1))


def context(*signs: Moved, **more: Any) -> Context:
    ordered = tuple(sorted(signs, key=lambda one: one.since))
    own = [one.since for one in ordered if one.scope == "own"]
    given: dict[str, Any] = {
        "tenant": DEFAULT_TENANT, "issue": issue(), "at": at(6), "since": own[0] if own else OPENED, "moved": ordered,
    }  # fmt: skip
    return Context(**{**given, **more})
