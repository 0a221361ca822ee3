"""What a watch tells: an anomaly as a signal, every part of it a field that was measured. Pure.

Each part is a line of its own that begins with its name, so that a list of anomalies can show the parts one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from bot.analysis.explanation import Explanation
from bot.model import figures
from bot.model.harmless import clean
from bot.model.issue import Issue
from bot.model.severity import Severity
from bot.model.signal import LONGEST_VALUE, SERVICE_LABELS, Signal
from bot.model.watch import Watch, WatchId
from bot.pipeline import strange_words
from bot.pipeline.phrases import capped

SOURCE = "watch"
OTHERS = (("ai-budget", "AI usage"),)  # sources and kinds of what else is unusual, and no watch told
TOGETHER = "Unusual values"  # what several watches tell of one service is one issue
WHAT, WHERE, ALSO, COINCIDES, NOTHING, IMPACT, SURE, NEXT = (
    "What: ", "Where: ", "Also: ", "Coincides with ", "Nothing that I can read coincides with it", "Impact: ",
    "Confidence: ", "Next: ",
)  # fmt: skip
MOST_VALUES, A_VALUE = 3, 60
_NOT_SHOWN = frozenset({*SERVICE_LABELS, "env", "__name__"})
_FAILS = ("error ratio", "burn")
_BASIS = {
    "same hours": "at this hour",
    "last week": "in the last week",
    "day before": "on the day before",
    "last hour": "in the hour before",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What else is known of an anomaly. `where`: the value that holds most of the excess, with its share."""

    where: tuple[str, str, float] | None = None  # label, value, share
    what: Sequence[str] = ()  # in which ways it is strange
    also: Sequence[str] = ()  # other watches that moved then, in words
    coincides: Sequence[str] = ()
    impact: str = ""
    unread: Sequence[str] = ()


def said(text: str) -> str:
    """In one line, so that no value can pass for a part of its own."""
    return " ".join(clean(text).split())


def fingerprint(watch: WatchId, key: str) -> str:
    return blake2b(f"{watch}\0{key}".encode(), digest_size=16).hexdigest()


def service(watch: Watch, labels: Mapping[str, str]) -> str:
    return next((labels[name] for name in SERVICE_LABELS if labels.get(name)), watch.service)


def title(watch: Watch, labels: Mapping[str, str]) -> str:
    """`p95 latency of checkout (eu-west-1)`"""
    of, values = service(watch, labels), [value for name, value in sorted(labels.items()) if name not in _NOT_SHOWN]
    named = said(watch.name)
    named = f"{named} of {said(of)}" if of and of.casefold() not in named.casefold() else named
    shown = [capped(said(value), A_VALUE) for value in values[:MOST_VALUES] if value]
    return f"{named} ({', '.join(shown)})" if shown else named


def labelled(watch: Watch, labels: Mapping[str, str], together: str = TOGETHER) -> dict[str, str]:
    of = service(watch, labels)
    known = {name: value[:LONGEST_VALUE] for name, value in (*watch.labels.items(), *labels.items()) if value}
    given = {**known, "watch": watch.id, "kind": watch.kind}
    return {**given, "alertname": together, "service": of} if of else {**given, "alertname": title(watch, labels)}


def firing(
    watch: Watch, labels: Mapping[str, str], key: str, found: Explanation, around: Around, *, link: str = ""
) -> Signal:
    name, limit = title(watch, labels), broken(watch, found.current)
    return Signal(
        SOURCE, fingerprint(watch.id, key), "firing", watch.severity, name, found.since,
        description="\n".join(_lines(watch, name, labels, found, around)),
        labels=labelled(watch, labels),
        measured=figures.measured(found.current, watch.unit),
        normal=limit or f"{figures.measured(found.expected, watch.unit)} {_BASIS[found.basis]}",
        graph=link,
        expression=watch.query,
    )  # fmt: skip


def certain(
    watch: Watch, labels: Mapping[str, str], key: str, since: datetime, lines: Sequence[str],
    *, severity: Severity, measured: str, normal: str, expression: str, link: str,
) -> Signal:  # fmt: skip
    """What follows from what people set."""
    return Signal(
        SOURCE, fingerprint(watch.id, key), "firing", severity, title(watch, labels), since,
        description="\n".join(lines), labels=labelled(watch, labels), measured=measured, normal=normal, graph=link,
        expression=expression,
    )  # fmt: skip


def resolved(watch: Watch, labels: Mapping[str, str], key: str, at: datetime) -> Signal:
    name = title(watch, labels)
    given = labelled(watch, labels)
    return Signal(SOURCE, fingerprint(watch.id, key), "resolved", watch.severity, name, at, at, labels=given)


def broken(watch: Watch, value: float) -> str:
    """The limit that it is beyond, in words; empty where it is within."""
    if watch.above is not None and value > watch.above:
        return f"above {figures.measured(watch.above, watch.unit)}"
    if watch.below is not None and value < watch.below:
        return f"below {figures.measured(watch.below, watch.unit)}"
    return ""


def confidence(watch: Watch, found: Explanation) -> str:
    """From what it rests on and how far off it is; a limit that people set is no guess."""
    if broken(watch, found.current):
        return "certain, it is beyond the limit that was set"
    days = f"it rests on {found.days} days" if found.days > 1 else "little of its past is known"
    if found.basis in ("same hours", "last week") and found.days >= 5 and found.multiple >= 6:
        return f"high, {days}"
    if found.basis != "last hour" and found.multiple >= 4:
        return f"medium, {days}"
    return f"low, {days}"


def next_step(watch: Watch, labels: Mapping[str, str]) -> str:
    of = said(service(watch, labels))
    if not of:
        return f"look at its course: “promql {capped(said(watch.query), 120)} last 6h”."
    return f"ask “why does {of} fail?”" if watch.kind in _FAILS else f"ask “why is {of} slow?”"


def told_by_watches(issues: Iterable[Issue]) -> list[Issue]:
    """Those that watches told of, in the words of the watch: also where it joined what something else had told.
    Days of unusual use are among them."""
    found = []
    for issue in issues:
        joined = next((one for one in issue.joined if one.source == SOURCE), None)
        if issue.source == SOURCE or (issue.source, issue.labels.get("kind")) in OTHERS:
            found.append(issue)
        elif joined:
            text, measured, normal = joined.description, joined.measured, joined.normal
            found.append(replace(issue, title=joined.title, description=text, measured=measured, normal=normal))
    return found


def part(description: str, name: str) -> str:
    """One part of what was told, by its beginning; empty where it was not told."""
    return next((line.removeprefix(name) for line in description.splitlines() if line.startswith(name)), "")


def _lines(watch: Watch, name: str, labels: Mapping[str, str], found: Explanation, around: Around) -> list[str]:
    return [
        strange_words.sentence(name, found, watch.unit),
        *([f"{WHAT}{'; '.join(around.what)}."] if around.what else []),
        *around_lines(around),
        f"{SURE}{confidence(watch, found)}.",
        f"{NEXT}{next_step(watch, labels)}",
    ]


def around_lines(around: Around) -> list[str]:
    lines = []
    if around.where:
        label, value, share = around.where
        lines.append(f"{WHERE}{round(share * 100)} % of the excess is {label} {capped(said(value), A_VALUE)}.")
    if around.also:
        lines.append(f"{ALSO}{'; '.join(around.also)}.")
    if around.coincides:
        lines.append(f"{COINCIDES}{'; '.join(around.coincides)}.")
    else:
        unread = f" ({', '.join(around.unread)} could not be read)" if around.unread else ""
        lines.append(f"{NOTHING}{unread}.")
    if around.impact:
        lines.append(f"{IMPACT}{around.impact}.")
    return lines
