"""Why an issue is spoken of, and why it is not. Pure; both decisions are kept, counted and told in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.model import figures, hours
from bot.model.issue import Issue, Notice
from bot.model.matchers import read_matchers
from bot.model.plan import Maintenance, Route
from bot.model.silence import Silence
from bot.pipeline import phrases


class Reason(StrEnum):
    NEW = "new"
    WORSE = "worse"
    REOPENED = "reopened"
    FLAPPING = "flapping"
    RESOLVED = "resolved"
    REMINDER = "reminder"
    LATER = "later"
    JOINED = "joined"


class Hush(StrEnum):
    MUTED = "muted"
    MAINTENANCE = "maintenance"
    QUIET_HOURS = "quiet_hours"
    STORM = "storm"
    OVER = "over"
    NO_ROUTE = "no_route"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why nothing is said in a place, and until when."""

    why: Hush
    until: datetime | None = None
    by: str = ""  # id of the silence


def why_speak(issue: Issue, last: Notice | None, now: datetime, *, remind_every: timedelta) -> Reason | None:
    """`last`: what it looked like when we last spoke of it. None: its message is kept true, and that is all."""
    if last is None:
        return Reason.NEW if issue.open else None  # it began and ended between two looks
    flapping = bool(phrases.flapping(issue))
    if not (last.resolved or issue.open):
        return Reason.FLAPPING if flapping else Reason.RESOLVED
    if last.resolved:
        return None if not issue.open else Reason.FLAPPING if flapping else Reason.REOPENED
    if issue.severity.rank > last.severity.rank:
        return Reason.WORSE
    return Reason.REMINDER if now - last.at >= remind_every else None


def words(reason: Reason, issue: Issue, last: Notice | None) -> str:
    """As the message says it in small print."""
    match reason:
        case Reason.NEW:
            return "Told because it is new"
        case Reason.WORSE:
            return f"Told because it got worse: {last.severity if last else 'less'} before"
        case Reason.REOPENED:
            return "Told because it fires again"
        case Reason.FLAPPING:
            return f"Told because it comes and goes: {phrases.flapping(issue)}"
        case Reason.RESOLVED:
            return "Told because it is resolved"
        case Reason.REMINDER:
            return f"Told because it is still open after {figures.span(issue.updated_at - issue.opened_at)}"
        case Reason.JOINED:
            return "Told here because alerts that are told here have joined it"
        case Reason.LATER:
            return "Told now because it is still open after quiet hours, a mute or maintenance"


def why_quiet(issue: Issue, route: Route, now: datetime) -> Quiet | None:
    """Quiet hours of the route: what is bad enough is told in them too."""
    quiet = route.quiet
    if quiet is None or issue.severity.rank >= quiet.unless.rank or not hours.covers(quiet, now):
        return None
    return Quiet(Hush.QUIET_HOURS, hours.next_end(quiet, now))


def muted(
    facts: Mapping[str, str], silences: Sequence[Silence], windows: Sequence[Maintenance], now: datetime
) -> Quiet | None:
    """The mute or maintenance that covers these labels for the longest. Silences at a source are kept by the source."""
    found = [
        Quiet(Hush.MUTED if silence.kind == "mute" else Hush.MAINTENANCE, silence.ends_at, silence.id)
        for silence in silences
        if silence.kind != "silence" and silence.active(now) and read_matchers(silence.matchers).fit(facts)
    ]
    found += [
        Quiet(Hush.MAINTENANCE, _utc(window.end), f"maintenance:{window.why}" if window.why else "maintenance")
        for window in windows
        if _utc(window.start) <= now < _utc(window.end) and read_matchers(window.match).fit(facts)
    ]
    return max(found, key=lambda quiet: quiet.until or now, default=None)


def _utc(at: datetime) -> datetime:
    """A plan may leave the zone out."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
