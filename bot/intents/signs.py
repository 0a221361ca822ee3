"""Signs in words: how far each moved, since when, and what coincides with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.analysis.baseline import Usual
from bot.desk.moves import Outage, Sign
from bot.desk.sign_words import in_order, since, times
from bot.model import figures
from bot.model.issue import Issue
from bot.model.reply import Moment, Table, Text
from bot.pipeline.phrases import capped

MINUTE = timedelta(minutes=1)
_BASIS = {
    "same hours": "the median of the same hours of the last {days} days",
    "last week": "the median of the last 7 days",
    "day before": "the median of the 24 h before",
}


def table(signs: Sequence[Sign], caption: str) -> Table:
    """Those that moved first, in the order in which they did; then what stayed."""
    rows = tuple(
        (
            sign.vital.measure.title,
            figures.measured(sign.usual.value, sign.vital.measure.unit) if sign.usual else "no past",
            figures.measured(sign.move.seen, sign.vital.measure.unit) if sign.move else "no data",
            times(sign) if sign.moved else "full" if sign.full else "as usual" if sign.move else "unknown",
            f"{sign.move.since:%H:%M}" if sign.moved and sign.move else "–",
        )
        for sign in (*in_order(signs), *(one for one in signs if one.measured and not one.moved))
    )
    return Table(("Sign", "Usual", "Farthest", "Change", "Since (UTC)"), rows, caption)


def order(signs: Sequence[Sign]) -> Text | None:
    """Which moved first; times come from averages over five minutes."""
    moved = in_order(signs)
    if len(moved) < 2:
        return None
    told = ", ".join(f"{one.vital.measure.title} {since(one):%H:%M}" for one in moved[:6])
    return Text((f"In the order in which they moved (UTC): {told}.",))


def unmeasured(signs: Sequence[Sign]) -> str:
    names = [one.vital.measure.title for one in signs if not one.measured and not one.problem]
    return f"Not measured: {', '.join(names)}." if names else ""


def unread(signs: Sequence[Sign], beside: Sequence[str]) -> str:
    """What failed, with the reason of the first: it is neither well nor unwell."""
    names = [*(one.vital.measure.title for one in signs if one.problem), *beside]
    reason = next((f" {one.problem}" for one in signs if one.problem), "")
    return f"Could not be read: {', '.join(names)}.{reason}" if names else ""


def basis(signs: Sequence[Sign]) -> str:
    """What “usually” means here, in small print."""
    found = {_told(one.usual): None for one in signs if one.usual and one.measured}
    return f"Usual is {', or '.join(found)}." if found else ""


def recurs(sign: Sign) -> str:
    usual = sign.usual
    if usual is None or usual.basis != "last week" or not sign.moved:
        return ""
    return f"At these hours it was as bad on {usual.alike} of the last {usual.days} days."


def _told(usual: Usual) -> str:
    return _BASIS[usual.basis].format(days=usual.days)


def deploy(at: datetime, service: str, since: datetime | None) -> Text:
    return Text((f"Deploy of {service} at ", Moment(at), _beside(at, since)), listed=True)


def outage(one: Outage, since: datetime | None) -> Text:
    until = (" until ", Moment(one.end)) if one.end else (" on",)
    return Text((f"{one.name} did not answer from ", Moment(one.start), *until, _beside(one.start, since)), listed=True)


def issue(one: Issue, since: datetime | None) -> Text:
    state = "open" if one.open else "resolved"
    said = f"{one.severity.capitalize()} issue, {state}: {capped(one.title, 100)} ({one.id}), since "
    return Text((said, Moment(one.opened_at), _beside(one.opened_at, since)), listed=True)


def _beside(at: datetime, since: datetime | None) -> str:
    if since is None:
        return "."
    if at <= since:
        return f", {figures.span(since - at)} before." if since - at >= MINUTE else ", at the same time."
    return f", {figures.span(at - since)} after."
