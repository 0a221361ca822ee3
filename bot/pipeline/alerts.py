"""One alert, one signal: what the signal says, after all that was heard of this alert before. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from bot.model.issue import Alert, IssueId
from bot.model.signal import Signal

Status: TypeAlias = Literal["firing", "acknowledged", "resolved"]

OVERTAKEN_FOR = timedelta(minutes=5)
NO_ISSUE = IssueId("")  # of an alert that never made one


class Said(StrEnum):
    FIRED = "fired"  # now, for the first time or again
    REPEATED = "repeated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    OVERTAKEN = "overtaken"  # something newer was heard already
    WITHOUT_TRIGGER = "without_trigger"  # the end of something that never began


def heard(known: Alert | None, signal: Signal, now: datetime) -> Said:
    active = known is not None and known.status != "resolved"
    match signal.status:
        case "firing" if known is None:
            return Said.FIRED
        case "firing" if not active:
            return Said.OVERTAKEN if _late_firing(known, signal, now) else Said.FIRED
        case "firing":
            return Said.REPEATED
        case _ if known is None:
            return Said.WITHOUT_TRIGGER
        case "acknowledged" if not active:
            return Said.OVERTAKEN
        case "acknowledged":
            return Said.REPEATED if known.status == "acknowledged" else Said.ACKNOWLEDGED
        case _ if not active:
            return Said.REPEATED
        case _:
            return Said.OVERTAKEN if _late_end(known, signal) else Said.RESOLVED


def _late_firing(known: Alert | None, signal: Signal, now: datetime) -> bool:
    """A firing that its own end overtook. Only for a while: a source that lost its rule engine and found it again fires
    with the old start, and that is true."""
    return known is not None and signal.started_at <= known.started_at and now - known.seen_at < OVERTAKEN_FOR


def _late_end(known: Alert, signal: Signal) -> bool:
    """The end of an earlier time of firing. An older start alone does not say so: of two rule engines that watch the
    same, one begins a little earlier, and its start is the one that comes with the end."""
    ended = signal.ended_at
    return signal.started_at < known.started_at and (ended is None or ended <= known.started_at)


def after(known: Alert | None, signal: Signal, said: Said, issue: IssueId, now: datetime) -> Alert:
    """The alert as it is then. Nothing begins in the future, and nothing ends before it began."""
    began = min(signal.started_at, now)
    if known is None or said is Said.FIRED:
        return _alert(signal, issue, "firing", began, now)
    if signal.status == "firing":  # firing again does not undo an acknowledgement
        return _alert(signal, issue, known.status, max(known.started_at, began), now)
    if signal.status == "acknowledged":
        return replace(known, issue=issue, status="acknowledged", seen_at=now)
    # What ends an alert need not describe it: it stays what it was.
    ended = max(known.started_at, min(signal.ended_at or now, now))
    return replace(known, issue=issue, status="resolved", seen_at=now, ended_at=ended)


def unheard(signal: Signal, now: datetime) -> Alert | None:
    """The end of what was never heard to begin: its firing may still be on its way, and is over then. Only where the
    source tells when it began, for without that the next one could be taken for it."""
    ended = min(signal.ended_at or now, now)
    if signal.status != "resolved" or signal.started_at >= ended:
        return None
    return replace(_alert(signal, NO_ISSUE, "resolved", signal.started_at, now), ended_at=ended)


def _alert(signal: Signal, issue: IssueId, status: Status, began: datetime, now: datetime) -> Alert:
    source, fingerprint, severity = signal.source, signal.fingerprint, signal.severity
    return Alert(source, fingerprint, issue, status, severity, signal.title, began, now, labels=signal.labels)
