"""The short phrases that messages about issues are made of. Pure; what comes from alerts is cut, never changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.model import figures
from bot.model.issue import By, Issue, Joined, Seen, Status
from bot.model.reply import Fact
from bot.model.severity import Severity
from bot.model.text import capped as capped

LONGEST_TITLE, LONGEST_VALUE, LONGEST_NAME, LONGEST_HELPED = 160, 200, 60, 500
MOST_NAMES = 5  # services and regions that are named; the rest is counted
ALIKE = 0.99  # in words at most: two texts that differ are not wholly alike
FLAPPING_FROM, FLAPPING_WITHIN = 3, timedelta(hours=1)

_CHATS = {"slack": "Slack", "teams": "Teams", "api": "the API", "mail": "e-mail", "terminal": "the terminal"}
_STATES = {
    Status.INVESTIGATING: "Investigating",
    Status.IDENTIFIED: "Cause identified",
    Status.RESOLVED: "Resolved",
}
_TELLERS = {"watch": "a watch", "events": "log events"}
_TIMES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def hour(at: datetime) -> str:
    return f"{at:%H:%M} UTC"


def when(at: datetime, seen_at: datetime) -> str:
    """The time alone on the same day, else with its day."""
    if at.date() == seen_at.date():
        return hour(at)
    year = f" {at.year}" if at.year != seen_at.year else ""
    return f"{at.day} {at:%b}{year} {hour(at)}"


def chat(platform: str) -> str:
    return _CHATS.get(platform, platform)


def whom(by: By) -> str:
    """Anna Berger from Slack."""
    name = capped(by.name, LONGEST_NAME)
    return f"{name} from {chat(by.platform)}" if by.platform else name


def whom_when(by: By, seen_at: datetime) -> str:
    return f"{whom(by)}, {when(by.at, seen_at)}" if by.at else whom(by)


def times(count: int) -> str:
    """Fifth; 12th."""
    if count <= len(_TIMES):
        return _TIMES[count - 1]
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def flapping(issue: Issue) -> str:
    """“fifth time in an hour”, where it comes and goes."""
    since = issue.updated_at - FLAPPING_WITHIN
    count = sum(at > since for at in issue.occurrences)
    return f"{times(count)} time in an hour" if count >= FLAPPING_FROM else ""


def measured(issue: Issue) -> str:
    return figures.compared(capped(issue.measured, LONGEST_VALUE), capped(issue.normal, LONGEST_VALUE))


def silenced(issue: Issue) -> bool:
    return issue.open and issue.silenced_until is not None and issue.silenced_until > issue.updated_at


def state(issue: Issue) -> str:
    return f"{_STATES[issue.status]}, acknowledged" if issue.open and issue.acknowledged else _STATES[issue.status]


def holder(issue: Issue) -> str:
    if issue.owner is None:
        by = issue.acknowledged
        return f"acknowledged by {capped(by.name, LONGEST_NAME)}" if by else "nobody has it"
    name = capped(issue.owner.name, LONGEST_NAME)
    return f"{name} has it" if issue.acknowledged else f"assigned to {name}, not acknowledged"


def lasted(issue: Issue) -> str:
    return figures.span(max(timedelta(0), (issue.resolved_at or issue.updated_at) - issue.opened_at))


def seen(seen: Seen, seen_at: datetime) -> str:
    """ISS-…, 12 Nov, resolved in 18 min."""
    at = seen.resolved_at
    year = f" {at.year}" if at.year != seen_at.year else ""
    return f"{seen.issue}, {at.day} {at:%b}{year}, resolved in {figures.span(seen.lasted)}"


def teller(source: str) -> str:
    """A watch; log events; alertmanager."""
    return _TELLERS.get(source, source)


def also_seen(one: Joined, count: int) -> str:
    """As the thread says it, the first time and again."""
    title = capped(one.title, LONGEST_TITLE).rstrip(".")
    if one.times > 1:
        return f"Again, {number(count, 'alert')} from {teller(one.source)}: {title}."
    more = f", {told}" if (told := figures.compared(one.measured, one.normal)) and told not in title else ""
    alike = f"Taken for the same, {min(one.likeness, ALIKE):.0%} alike."
    return f"Also seen by {teller(one.source)}: {title}{capped(more, LONGEST_VALUE)}. {alike}"


def firing(issue: Issue) -> str:
    """3 of 5 firing."""
    return f"{issue.firing:,} of {max(issue.alerts, issue.firing):,} firing"


def counted(issues: Sequence[Issue]) -> str:
    """4 open (1 critical, 3 low), 2 resolved."""
    open_ones = [issue.severity for issue in issues if issue.open]
    over = len(issues) - len(open_ones)
    parts = [f"{len(open_ones):,} open ({by_severity(open_ones)})"] if open_ones else []
    return ", ".join(parts + ([f"{over:,} resolved"] if over else []))


def by_severity(severities: Iterable[Severity]) -> str:
    found = list(severities)
    return ", ".join(f"{found.count(one):,} {one}" for one in Severity if one in found)


def number(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def named(names: Sequence[str]) -> str:
    shown = ", ".join(capped(name, LONGEST_NAME) for name in names[:MOST_NAMES])
    rest = len(names) - MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def facts(issue: Issue) -> tuple[Fact, ...]:
    """What is so, line by line; what is not known is left out."""
    seen_at = issue.updated_at
    where = "; ".join(named(names) for names in (issue.services, issue.regions) if names)
    rows = (
        Fact("State", state(issue)),
        Fact("Severity", issue.severity.capitalize()),
        Fact("Since", figures.clock(issue.opened_at)),
        Fact("Resolved", _resolution(issue)),
        Fact("Measured", measured(issue)),
        Fact("Where", where),
        Fact("Alerts", firing(issue)),
        Fact("Comes and goes", flapping(issue)),
        Fact("Owner", capped(issue.owner.name, LONGEST_NAME) if issue.owner else "Nobody" if issue.open else ""),
        Fact("Acknowledged", whom_when(issue.acknowledged, seen_at) if issue.acknowledged else ""),
        Fact("Escalation", capped(issue.escalation, LONGEST_VALUE) if issue.open else ""),
        Fact("Silenced until", figures.clock(issue.silenced_until) if issue.silenced_until and silenced(issue) else ""),
        Fact("Ticket", f"{issue.ticket} (Auto-Generated)" if issue.ticket.startswith("MON-") else issue.ticket),
        Fact("Workaround", capped(issue.workaround, 500)),
    )
    return tuple(row for row in rows if row.value)


def _resolution(issue: Issue) -> str:
    if issue.resolved_at is None:
        return ""
    at = f"{figures.clock(issue.resolved_at)}, after {lasted(issue)}"
    return f"{at}, by {whom(issue.resolved_by)}" if issue.resolved_by and issue.resolved_by.person else at
