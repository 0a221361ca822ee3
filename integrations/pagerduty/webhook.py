"""PagerDuty's Events API v2: trigger, acknowledge, resolve. As strict as PagerDuty is, so that nothing surprises."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, Literal

from bot.model.errors import Malformed
from bot.model.severity import Severity, severity_of
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, MOST_LABELS, Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, began, identity, label_name, literal, text_of

_ACTIONS: Mapping[str, Literal["firing", "acknowledged", "resolved"]] = {
    "trigger": "firing",
    "acknowledge": "acknowledged",
    "resolve": "resolved",
}
_SEVERITIES = ("critical", "error", "warning", "info")
_LONGEST_KEY = 255
_MOST_DETAILS = 500  # that are looked at
_NAMED = ("component", "group", "class")
_RUNBOOK, _DASHBOARD = ("runbook", "playbook"), ("dashboard", "grafana", "graph")


def parse(arrived: Arrived) -> Sequence[Signal]:
    event = Fields(arrived.body)
    action = event.needed("event_action")
    if action not in _ACTIONS:
        raise Malformed(event.at("event_action"), "is invalid (must be one of: trigger, acknowledge, resolve)")
    status, key = _ACTIONS[action], _key(event, action)
    payload = event.fields("payload")
    started_at = began(payload.instant("timestamp"), arrived.now)
    labels, description = _details(payload)
    links = _links(event)
    return [
        Signal(
            source="pagerduty",
            fingerprint=identity(key),
            status=status,
            severity=_severity(payload, needed=status == "firing"),
            title=_summary(payload, needed=status == "firing"),
            started_at=started_at,
            ended_at=arrived.now if status == "resolved" else None,
            description=description,
            labels=labels,
            runbook=_about(links, _RUNBOOK),
            dashboard=_about(links, _DASHBOARD),
            graph=event.link("client_url") or next((link for _, link in links), ""),
        )
    ]


def _key(event: Fields, action: str) -> str:
    if key := event.text("dedup_key", LONGEST_TEXT):
        if len(key) > _LONGEST_KEY:
            raise Malformed(event.at("dedup_key"), f"is too long (maximum is {_LONGEST_KEY} characters)")
        return key
    if action != "trigger":
        raise Malformed(event.at("dedup_key"), "is missing or blank")
    # Of what is told, not of chance: an event that is sent again because our answer was lost stays one alert.
    told = {name: event.raw(name) for name in ("payload", "client", "client_url", "links", "images")}
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _summary(payload: Fields, *, needed: bool) -> str:
    """Empty where an event only refers to an alert: what is known of it stays."""
    if needed:
        payload.needed("summary")
        payload.needed("source")
    return payload.line("summary")


def _severity(payload: Fields, *, needed: bool) -> Severity:
    word = payload.needed("severity") if needed else payload.text("severity")
    if word and word.lower() not in _SEVERITIES:
        raise Malformed(payload.at("severity"), f"is invalid (must be one of: {', '.join(_SEVERITIES)})")
    return severity_of(word)


def _details(payload: Fields) -> tuple[Mapping[str, str], str]:
    """Short details are labels, by which alerts are routed; long ones are read."""
    named = {"instance": payload.line("source"), **{name: payload.line(name) for name in _NAMED}}
    told, lines = payload.raw("custom_details"), []
    if isinstance(told, str):
        return {name: value for name, value in named.items() if value}, literal(told, LONGEST_TEXT).strip()
    path, size = payload.at("custom_details"), 0
    for name, raw in islice((told if isinstance(told, dict) else {}).items(), _MOST_DETAILS):
        value = _worded(raw, f"{path}.{literal(name, LONGEST_NAME)}").strip()
        if not value:
            continue
        if len(value) <= LONGEST_NAME and "\n" not in value and isinstance(raw, str | int | float):
            if len(named) < MOST_LABELS:
                named.setdefault(label_name(name), value)
        elif size < LONGEST_TEXT:
            lines.append(f"{literal(name, LONGEST_NAME)}: {value}")
            size += len(lines[-1])
    return {name: value for name, value in named.items() if name and value}, literal("\n".join(lines), LONGEST_TEXT)


def _worded(raw: Any, path: str) -> str:
    if raw is None:
        return ""
    if isinstance(raw, dict | list):
        return literal(json.dumps(raw, ensure_ascii=False)[: LONGEST_TEXT + 1], LONGEST_TEXT)
    return text_of(raw, path, LONGEST_TEXT)


def _links(event: Fields) -> Sequence[tuple[str, str]]:
    """Those that are addresses, with their words in lower case."""
    return [(link.line("text").lower(), leads) for link in event.each("links") if (leads := link.link("href"))]


def _about(links: Sequence[tuple[str, str]], words: tuple[str, ...]) -> str:
    return next((leads for text, leads in links if any(word in text for word in words)), "")


WEBHOOK = Webhook("pagerduty", "PagerDuty Events API v2", parse)
