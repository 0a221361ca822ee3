"""What Grafana's alerting posts to a webhook contact point."""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice

from bot.model import figures
from bot.model.signal import LONGEST_NAME, LONGEST_TEXT, Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, literal
from integrations.rule_alert import left_out, read_alert, read_status

_MOST_VALUES = 20
_STATES = {"alerting": "firing", "ok": "resolved", "no_data": "firing", "nodata": "firing", "error": "firing"}
_FAILURES = {"DatasourceNoData": "No data", "DatasourceError": "Query failed"}
_IN_TEXT = re.compile(r"(?:var|metric)='([^']{0,200})' labels=\{[^}]{0,1000}\} value=([-+.0-9eE]{1,40})")


def parse(arrived: Arrived) -> Sequence[Signal]:
    payload = Fields(arrived.body)
    state = payload.text("state").lower()
    status, note = payload.text("status") or _STATES.get(state, state), left_out(payload)
    return [
        read_alert(
            "grafana",
            alert,
            read_status(alert, status),
            arrived.now,
            title=_title(alert),
            note=note,
            measured=_measured(alert),
            dashboard=alert.link("panelURL", "dashboardURL"),  # the panel shows just what the rule looks at
        )
        for alert in payload.every("alerts")
    ]


def _title(alert: Fields) -> str:
    """Where a rule got no answer, Grafana gives the alert a name of its own, and the rule's in a label."""
    labels = alert.fields("labels")
    failure = _FAILURES.get(labels.text("alertname"))
    return f"{failure}: {labels.line('rulename')}" if failure and labels.text("rulename") else ""


def _measured(alert: Fields) -> str:
    """The figures that the rule looked at, without the yes or no that it made of them."""
    values = _values(alert)
    told = {name: value for name, value in values.items() if value not in (0, 1)} or values
    if len(told) == 1:
        return figures.plain(*told.values())
    return literal(", ".join(f"{name} {figures.plain(value)}" for name, value in told.items()), LONGEST_NAME)


def _values(alert: Fields) -> Mapping[str, float]:
    values = alert.raw("values")
    if isinstance(values, dict) and values:
        told = [(literal(name, LONGEST_NAME), value) for name, value in islice(values.items(), _MOST_VALUES)]
    else:
        told = _IN_TEXT.findall(alert.text("valueString", LONGEST_TEXT))
    return {name: number for name, value in told if (number := _number(value)) is not None}


def _number(value: object) -> float | None:
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


WEBHOOK = Webhook("grafana", "Grafana", parse)
