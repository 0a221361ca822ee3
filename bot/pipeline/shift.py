"""What a shift was like, for whoever takes over: pure, from the issues and the history of its hours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from bot.model import figures
from bot.model.issue import Happening, Issue, IssueId
from bot.model.reply import Block, Fact, Facts, Reply, Table, Text, Tone
from bot.pipeline import phrases
from bot.pipeline.phrases import capped, number

MOST_ROWS = 30  # of open issues in the message; more are counted


def summary(issues: Sequence[Issue], happenings: Sequence[Happening], start: datetime, end: datetime) -> Reply:
    """`issues`: those open at the end, and those opened or changed in these hours."""
    opened = [one for one in issues if start <= one.opened_at < end]
    resolved = [one for one in issues if one.resolved_at and start <= one.resolved_at < end]
    still = [one for one in issues if one.open]
    within = [one for one in happenings if start <= one.at < end]
    footer = f"{figures.clock(start)} to {figures.clock(end)}"
    counts = f"{len(opened):,} opened, {len(resolved):,} resolved, {len(still):,} open now"
    if not (opened or resolved or still or within):
        return Reply("A quiet shift: nothing happened.", title="Shift summary", tone="good", footer=footer)
    return Reply(
        f"Shift of {figures.span(end - start)}: {counts}.",
        (
            Facts(_facts(opened, resolved, still, issues, within)),
            *_open(still, end),
            *_people(within),
        ),
        title="Shift summary",
        tone=_tone(still),
        footer=footer,
    )


def to_acknowledge(issues: Sequence[Issue], happenings: Sequence[Happening]) -> timedelta | None:
    """The median, from opening to the first acknowledgement, of issues that were acknowledged in these hours."""
    opened = {issue.id: issue.opened_at for issue in issues}
    first: dict[IssueId, datetime] = {}
    for one in happenings:
        if one.what == "acknowledged" and one.issue in opened:
            first[one.issue] = min(one.at, first.get(one.issue, one.at))
    return _median([max(timedelta(0), at - opened[issue]) for issue, at in first.items()])


def _median(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def _facts(
    opened: Sequence[Issue],
    resolved: Sequence[Issue],
    still: Sequence[Issue],
    issues: Sequence[Issue],
    happenings: Sequence[Happening],
) -> tuple[Fact, ...]:
    waited = to_acknowledge(issues, happenings)
    took = _median([one.resolved_at - one.opened_at for one in resolved if one.resolved_at])
    unheld = sum(one.owner is None for one in still)
    rows = (
        Fact("Opened", _split(opened)),
        Fact("Resolved", _split(resolved)),
        Fact("Open now", _split(still)),
        Fact("Open and nobody has it", f"{unheld:,}" if still else ""),
        Fact("Time to acknowledge (median)", figures.span(waited) if waited is not None else ""),
        Fact("Time to resolve (median)", figures.span(took) if took is not None else ""),
    )
    return tuple(row for row in rows if row.value)


def _split(issues: Sequence[Issue]) -> str:
    if not issues:
        return "0"
    return f"{len(issues):,} ({phrases.by_severity(issue.severity for issue in issues)})"


def _open(still: Sequence[Issue], end: datetime) -> tuple[Block, ...]:
    if not still:
        return ()
    worst_first = sorted(still, key=lambda one: (-one.severity.rank, one.opened_at))
    rows = tuple(
        (
            one.severity.capitalize(),
            capped(one.title, 80),
            figures.span(max(timedelta(0), end - one.opened_at)),
            capped(one.owner.name, phrases.LONGEST_NAME) if one.owner else "nobody",
            one.id,
        )
        for one in worst_first[:MOST_ROWS]
    )
    table = Table(("Severity", "What", "Open for", "Owner", "Id"), rows, "Still open")
    rest = len(still) - len(rows)
    return (table, Text((f"And {number(rest, 'less severe or newer one')}.",))) if rest else (table,)


def _people(happenings: Sequence[Happening]) -> tuple[Block, ...]:
    did: Mapping[str, Counter[str]] = {one.by.name: Counter() for one in happenings if one.by.person}
    for one in happenings:
        if one.by.person:
            did[one.by.name][one.what] += 1
    rows = tuple(
        (capped(name, phrases.LONGEST_NAME), ", ".join(f"{count:,} {what}" for what, count in sorted(acts.items())))
        for name, acts in sorted(did.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    )
    return (Table(("Who", "Did"), rows, "Who did what"),) if rows else ()


def _tone(still: Sequence[Issue]) -> Tone:
    return max(still, key=lambda one: one.severity.rank).severity.tone if still else "good"
