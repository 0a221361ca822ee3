"""What Alertmanager posts to a webhook receiver (version 4 of its payload)."""

from collections.abc import Sequence

from bot.model.signal import Signal
from integrations.integration import Arrived, Webhook
from integrations.reading import Fields
from integrations.rule_alert import left_out, read_alert, read_status


def parse(arrived: Arrived) -> Sequence[Signal]:
    payload = Fields(arrived.body)
    status, note = payload.text("status"), left_out(payload)
    return [
        read_alert("alertmanager", alert, read_status(alert, status), arrived.now, note=note)
        for alert in payload.every("alerts")
    ]


WEBHOOK = Webhook("alertmanager", "Alertmanager", parse)
