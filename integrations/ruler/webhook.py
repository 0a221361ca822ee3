"""What Prometheus and the rulers of Loki and Mimir post to an Alertmanager's API, versions 1 and 2."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.model.signal import Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields, each
from integrations.rule_alert import read_alert


def parse(arrived: Arrived) -> Sequence[Signal]:
    alerts = each(arrived.body, "alerts")
    return [read_alert("ruler", alert, _status(alert, arrived.now), arrived.now) for alert in alerts]


def _status(alert: Fields, now: datetime) -> Literal["firing", "resolved"]:
    """A firing one ends in the future: when it counts as over unless the ruler says it again."""
    ended_at = alert.instant("endsAt")
    return "resolved" if ended_at is not None and ended_at <= now else "firing"


WEBHOOK = Webhook("ruler", "Prometheus-compatible ruler", parse)
