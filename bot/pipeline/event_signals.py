"""What events of a service say to the pipeline of issues: that it is critical, and that it is over. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.model.log_event import Breach, LogEvent
from bot.model.severity import Severity
from bot.model.signal import LONGEST_TEXT, LONGEST_VALUE, Signal
from bot.pipeline import thresholds
from bot.pipeline.thresholds import BY_METRIC, CALM, IN_A_ROW, Verdict

SOURCE = "events"
ALERT = "Log events"


def signals(verdicts: Sequence[Verdict]) -> list[Signal]:
    """In order; of one trouble that is told again and again, what is newest."""
    found: list[Signal] = []
    at: dict[str, int] = {}  # where the latest firing of a fingerprint stands
    for one in verdicts:
        if one.opens is not None:
            signal = fired(one.event, one.opens, one.since or one.event.at, one.region)
            if (index := at.get(signal.fingerprint)) is None:
                at[signal.fingerprint] = len(found)
                found.append(signal)
            else:
                found[index] = signal
        for metric in one.closes:
            signal = ended(one.event.service, metric, one.event.at)
            at.pop(signal.fingerprint, None)
            found.append(signal)
    return found


def fired(event: LogEvent, breach: Breach, since: datetime, region: str) -> Signal:
    """What is wrong with one service groups into one issue, whichever metrics tell of it."""
    held = BY_METRIC[breach.metric]
    labels = {"alertname": ALERT, "service": event.service, "region": region, "metric": breach.metric}
    labels |= {"event_type": event.kind.value, "customer": event.customer}
    broken = ", ".join(BY_METRIC[one.metric].title for one in event.breaches)
    told = f"{IN_A_ROW} events in a row or more broke a threshold; the latest is {event.id} ({broken}): {event.message}"
    return Signal(
        source=SOURCE,
        fingerprint=_fingerprint(event.service, breach.metric),
        status="firing",
        severity=Severity.CRITICAL,
        title=f"{held.title} of {event.service} is {held.says(breach.limit)}",
        started_at=since,
        description=told[:LONGEST_TEXT],
        labels={name: value[:LONGEST_VALUE] for name, value in labels.items() if value},
        measured=thresholds.measured(breach),
        normal=thresholds.limit(breach),
    )


def ended(service: str, metric: str, at: datetime, why: str = "") -> Signal:
    held = BY_METRIC[metric]
    return Signal(
        source=SOURCE,
        fingerprint=_fingerprint(service, metric),
        status="resolved",
        severity=Severity.CRITICAL,
        title=f"{held.title} of {service}",
        started_at=at,
        ended_at=at,
        description=why or f"{CALM} events in a row broke no threshold.",
        labels={"alertname": ALERT, "service": service, "metric": metric},
    )


def _fingerprint(service: str, metric: str) -> str:
    return f"{service}:{metric}"
