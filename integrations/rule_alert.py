"""An alert of a rule, as Prometheus, its rulers and Grafana write it: labels, annotations, and a link to the rule."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qs, unquote_plus

from bot.model.errors import Malformed
from bot.model.payload import read_json
from bot.model.severity import severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, Signal
from integrations.reading import Fields, address, began, identity, identity_of, literal, one_line, over

# What teams write into annotations; the first that is there counts.
_TITLE = ("summary", "title")
_DESCRIPTION = ("description", "message")
_MEASURED = ("value", "current", "current_value", "measured")
_NORMAL = ("threshold", "normal", "baseline", "usual", "expected")
_SEVERITY = ("severity", "priority", "level")
_MOST_PARAMETERS = 50


def read_alert(
    source: str,
    alert: Fields,
    status: Literal["firing", "resolved"],
    now: datetime,
    *,
    title: str = "",
    note: str = "",
    measured: str = "",
    dashboard: str = "",
) -> Signal:
    """`title`, `measured` and `dashboard` are the source's own words; annotations, which people wrote, go before."""
    labels, annotations = alert.labels("labels"), alert.fields("annotations")
    started_at = began(alert.instant("startsAt"), now)
    rule = alert.raw("generatorURL")
    rule = rule if isinstance(rule, str) and len(rule) <= LONGEST_TEXT else ""
    described = annotations.first(_DESCRIPTION, LONGEST_TEXT)
    fingerprint = identity(alert.text("fingerprint", LONGEST_TEXT))
    if not (fingerprint or labels):
        raise Malformed(alert.at("labels"), "is missing or blank")
    title = one_line(annotations.first(_TITLE) or title or labels.get("alertname", "") or described)
    return Signal(
        source=source,
        fingerprint=fingerprint or identity_of(labels),
        status=status,
        severity=severity_of(next((labels[name] for name in _SEVERITY if name in labels), "")),
        title=title or "Alert without a name",
        started_at=started_at,
        ended_at=over(alert.instant("endsAt"), started_at, now) if status == "resolved" else None,
        description=f"{described}\n{note}".strip() if note else described,
        labels=labels,
        measured=annotations.first(_MEASURED, LONGEST_NAME) or measured,
        normal=annotations.first(_NORMAL, LONGEST_NAME),
        runbook=annotations.link("runbook_url", "runbook"),
        dashboard=annotations.link("dashboard_url", "dashboard") or dashboard,
        graph=address(rule),
        expression=expression_of(rule),
    )


def read_status(alert: Fields, told: str) -> Literal["firing", "resolved"]:
    """`told` is what stands over all alerts of the payload, for one that says nothing itself."""
    word = (alert.text("status") or told).lower()
    if word not in ("firing", "resolved"):
        raise Malformed(alert.at("status"), "is neither firing nor resolved")
    return "resolved" if word == "resolved" else "firing"


def left_out(payload: Fields) -> str:
    """A receiver with a `max_alerts` leaves some out, and nobody else says so."""
    count = payload.raw("truncatedAlerts")
    if not isinstance(count, int) or isinstance(count, bool) or count <= 0:
        return ""
    return f"{min(count, 10**9)} more {'alert' if count == 1 else 'alerts'} of this group were not sent to me."


@lru_cache(maxsize=512)
def expression_of(address: str) -> str:
    """The query in a link to Prometheus (`g0.expr`) or to Grafana's Explore, as Loki and Mimir write it."""
    query = address.partition("?")[2]
    for parameter in query.split("&"):
        if parameter.startswith("g0.expr="):  # nearly always; and quicker than taking the whole address apart
            return literal(unquote_plus(parameter.removeprefix("g0.expr=")).strip(), LONGEST_TEXT)
    try:
        given = parse_qs(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return ""
    for name in ("left", "panes"):
        for query in _queries(given.get(name, ["{}"])[0]):
            if isinstance(query, dict) and isinstance(query.get("expr"), str):
                return literal(query["expr"].strip(), LONGEST_TEXT)
    return ""


def _queries(text: str) -> Iterator[Any]:
    try:
        found = read_json(text)
    except Malformed:
        return
    if isinstance(found, dict):
        for pane in (found, *found.values()):
            if isinstance(pane, dict) and isinstance(pane.get("queries"), list):
                yield from pane["queries"]
