"""What speaks for which cause: one rule a function, each a few hints with their weight and their evidence. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.analysis.similarity import SAME
from bot.model import figures
from bot.model.analysis import CauseKind, Changed, Context, Moved
from bot.model.harmless import clean
from bot.model.issue import Clue, Issue
from bot.model.text import capped

COINCIDES, CLOSE, MINUTE = timedelta(minutes=30), timedelta(minutes=10), timedelta(minutes=1)
SYMPTOMS = frozenset({"latency", "errors", "availability"})
TOGETHER = 3  # services that move at one time share something
LONGEST_NAME, LONGEST_HELPED, MOST_NAMES = 60, 200, 4
MANY = 3  # events that broke the same threshold


@dataclass(frozen=True, slots=True)
class Hint:
    """`sign`: what it rests on; only different signs count as several. A negative weight speaks against it."""

    kind: CauseKind
    of: str
    sign: str
    weight: float
    clue: Clue
    cause: str = ""  # said where this leads; empty: it only supports
    next_step: str = ""


def hints(context: Context) -> list[Hint]:
    return [one for rule in RULES for one in rule(context)]


def named(text: str) -> str:
    """A name that a stranger gave, on one line."""
    plain = " ".join(clean(text).split())
    return capped(plain, LONGEST_NAME)


def place(moved: Moved) -> str:
    return "" if not moved.of else f" in {named(moved.of)}" if moved.scope == "region" else f" of {named(moved.of)}"


def clue_of(moved: Moved) -> Clue:
    return Clue(f"{moved.says}{place(moved)}, since {moved.since:%H:%M} UTC.", moved.query, moved.title)


def symptom(context: Context) -> Moved | None:
    """What people feel of it, as it moved first."""
    return next((one for one in _own(context) if one.aspect in SYMPTOMS), None)


def onset(context: Context) -> datetime:
    felt = symptom(context)
    return felt.since if felt else context.since


def near(context: Context) -> list[Moved]:
    """What moved about when it began."""
    began = onset(context)
    return [one for one in context.moved if abs(one.since - began) <= COINCIDES]


def _own(context: Context) -> list[Moved]:
    """Its signs that got worse; traffic, of which nobody knows what is worse, is not among them."""
    return [one for one in context.moved if one.scope == "own" and one.aspect != "traffic" and one.score > 0]


def _both(context: Context, kind: CauseKind, of: str, after: datetime) -> Iterator[Hint]:
    """Slower, and failing: two signs that it is felt from then on."""
    felt = [one for one in _own(context) if one.aspect in SYMPTOMS and one.since >= after]
    if len({one.aspect for one in felt}) > 1:
        yield Hint(kind, of, "symptoms", 0.3, clue_of(felt[-1]))


def deploys(context: Context) -> Iterator[Hint]:
    began, felt = onset(context), symptom(context)
    fitting = [one for one in context.changes if one.kind == "deploy" and timedelta(0) <= began - one.at <= COINCIDES]
    if not fitting:
        return
    last = fitting[-1]
    gap, of = began - last.at, named(last.name)
    clue = Clue(f"Deploy of {of} at {last.at:%H:%M} UTC, {_before(gap)}.", last.query, "deploys")
    cause = f"It coincides with a deploy of {of} at {last.at:%H:%M} UTC, {_before(gap)}."
    step = f"Look at what changed with that deploy of {of}, or roll it back."
    yield Hint("deploy", last.name, "change", 0.55 if gap <= CLOSE else 0.4, clue, cause, step)
    if felt:
        yield Hint("deploy", last.name, "symptom", 0.4, clue_of(felt))
        yield from _both(context, "deploy", last.name, last.at)
    earlier = next(
        (one for one in context.moved if one.scope in ("own", "host") and last.at - one.since > MINUTE), None
    )
    if earlier:
        says = f"{earlier.title}{place(earlier)} moved at {earlier.since:%H:%M} UTC already, before that deploy."
        yield Hint("deploy", last.name, "order", -0.6, Clue(says, earlier.query, earlier.title))


def outages(context: Context) -> Iterator[Hint]:
    began, felt = onset(context), symptom(context)
    for one in context.changes:
        if one.kind != "outage" or abs(began - one.at) > COINCIDES:
            continue
        of, first = named(one.name), one.at <= began + 2 * MINUTE
        clue = Clue(f"{of} did not answer from {one.at:%H:%M} UTC {_until(one)}.", one.query, "outside services")
        cause = f"It coincides with {of}, which did not answer from {one.at:%H:%M} UTC {_until(one)}."
        step = f"See what {of} says about it; do without it where that is possible."
        yield Hint("outage", one.name, "change", 0.55 if first else 0.25, clue, cause, step)
        if felt and first:
            yield Hint("outage", one.name, "symptom", 0.35, clue_of(felt))
            yield from _both(context, "outage", one.name, one.at - 2 * MINUTE)
        if _named_in_events(context, one.name):
            yield Hint("outage", one.name, "events", 0.3, Clue(f"Flagged events name {of}."))


def fullness(context: Context) -> Iterator[Hint]:
    """What ran full, and what it waits for: before what people feel it may be the reason, after it an effect."""
    felt = symptom(context)
    for one in near(context):
        if one.aspect not in ("dependency", "saturation") or one.scope not in ("own", "host") or one.score <= 0:
            continue
        kind, of = _THINGS.get(one.name, (_KINDS[one.aspect], one.name))
        first = felt is None or one.since <= felt.since
        what = f"{one.title}{place(one)}"
        then = f", before {felt.title}" if felt and first and one.since < felt.since else ""
        cause = f"It coincides with {what}, which moved at {one.since:%H:%M} UTC{then}."
        weight = (0.55 if one.full else 0.5) if first else 0.2
        yield Hint(kind, of, one.name, weight, clue_of(one), cause, _STEPS.get(of, f"Look at {what}."))
        if one.full and first:
            yield Hint(kind, of, "full", 0.3, Clue(f"Beyond what it bears: {what}.", one.query, one.title))
        if felt and first:
            yield Hint(kind, of, "symptom", 0.3, clue_of(felt))
        elif felt:
            says = f"After {felt.title}, so it may be an effect: {what}."
            yield Hint(kind, of, "order", -0.3, Clue(says, one.query, one.title))


def events(context: Context) -> Iterator[Hint]:
    """What the flagged events broke."""
    for one in context.broken:
        found = _METRICS.get(one.metric)
        if found is None:
            continue
        kind, of = found
        weight = 0.45 if one.count >= MANY else 0.3
        clue = Clue(f"{one.count} of the last {len(context.events)} flagged events: {one.says}.")
        cause = f"It coincides with flagged events: {one.says}."
        yield Hint(kind, of, "events", weight, clue, cause, _STEPS.get(of, ""))


def neighbours(context: Context) -> Iterator[Hint]:
    """Services beside it that got worse before it, or several at the same time."""
    began = onset(context)
    beside = [one for one in near(context) if one.scope == "service" and one.score > 0]
    for one in beside:
        if began - one.since < MINUTE:
            continue
        of, gap = named(one.of), _before(began - one.since)
        cause = f"It coincides with {of}, which got worse first: {one.title} at {one.since:%H:%M} UTC, {gap}."
        yield Hint("dependency", one.of, "measured", 0.4, clue_of(one), cause, f"Look at {of} first.")
        if _named_in_events(context, one.of):
            yield Hint("dependency", one.of, "events", 0.35, Clue(f"What is told of this issue names {of}."))
    yield from _issues_beside(context)
    names = list(dict.fromkeys(named(one.of) for one in beside))
    if len(names) >= TOGETHER:
        told = f"{', '.join(names[:MOST_NAMES])}{' and others' if len(names) > MOST_NAMES else ''}"
        count = f"{len(names)} {'other ' if context.issue.service else ''}services"
        clue = Clue(f"{count} moved at the same time: {told}.", beside[0].query, f"{beside[0].title} by service")
        cause = f"It coincides with the same in {count}: something that they share."
        yield Hint("dependency", "shared", "together", 0.5, clue, cause, f"Look at what {told} have in common.")


def _issues_beside(context: Context) -> Iterator[Hint]:
    issue = context.issue
    for one in context.beside:
        gap = issue.opened_at - one.opened_at
        if one.service and one.service not in issue.services and MINUTE <= gap <= COINCIDES:
            of = named(one.service)
            clue = Clue(f"{one.severity.capitalize()} issue of {of}, opened {_before(gap)} ({one.id}).")
            cause = f"It coincides with an issue of {of} that opened {_before(gap)}."
            yield Hint("dependency", one.service, "issue", 0.35, clue, cause, f"Look at {of} first.")


def traffic(context: Context) -> Iterator[Hint]:
    began = onset(context)
    one = next((one for one in context.moved if one.scope == "own" and one.aspect == "traffic"), None)
    if one is None or abs(one.since - began) > COINCIDES:
        return
    more, first = one.seen > one.usual, one.since <= began + MINUTE
    cause = f"It coincides with {'more' if more else 'less'} traffic than usual since {one.since:%H:%M} UTC."
    step = "See where it comes from; limit it, or add room." if more else "See whether those who call it are well."
    yield Hint("traffic", "", "measured", (0.45 if first else 0.2) if more else 0.25, clue_of(one), cause, step)
    strained = next((a for a in _own(context) if a.aspect == "saturation" and a.since >= one.since), None)
    if more and first and strained:
        yield Hint("traffic", "", "saturation", 0.35, clue_of(strained))
    if more and first and (felt := symptom(context)):
        yield Hint("traffic", "", "symptom", 0.2, clue_of(felt))


def whereabouts(context: Context) -> Iterator[Hint]:
    """One region, one machine, or the service itself away."""
    regions = {one.of: one for one in near(context) if one.scope == "region" and one.score > 0}
    if len(regions) == 1 and len(context.regions) > 1:
        (name, one), others = next(iter(regions.items())), len(context.regions) - 1
        says = f"Only in {named(name)}: {_others(others, 'region')}."
        step = f"Compare {named(name)} with the others: its changes, its network, what it runs on."
        yield Hint(
            "region", name, "region", 0.4, Clue(says, one.query, f"{one.title} by region"), f"It is o{says[1:]}", step
        )
    hosts = {one.of: one for one in near(context) if one.scope == "host" and one.of}
    if len(hosts) == 1 and len(context.hosts) > 1:
        (name, one), others = next(iter(hosts.items())), len(context.hosts) - 1
        says = f"Only on {named(name)}: {_others(others, 'machine')}."
        step = f"Take {named(name)} out, and see whether it ends."
        yield Hint(
            "instance", name, "host", 0.45, Clue(says, one.query, f"{one.title} by machine"), f"It is o{says[1:]}", step
        )
    away = next((one for one in _own(context) if one.aspect == "availability"), None)
    if away:
        of = named(context.issue.service) or "it"
        cause = f"It coincides with parts of {of} that do not answer since {away.since:%H:%M} UTC."
        yield Hint("instance", "away", "measured", 0.55, clue_of(away), cause, f"See whether {of} runs, and restarts.")


def past(context: Context) -> Iterator[Hint]:
    if not context.similar:
        return
    one = context.similar[0]
    same = one.likeness > SAME
    when = f"{one.resolved_at.day} {one.resolved_at:%b}, resolved in {figures.span(one.lasted)}"
    helped = " ".join(clean(one.helped).split())[:LONGEST_HELPED]
    clue = Clue(f"{'The same' if same else 'Like this'} before: {one.issue}, {when}.")
    step = f"What helped then: {helped}" if helped and same else ""
    cause = f"It looks like {one.issue}, {when}."
    yield Hint("seen_before", "", "past", 0.45 if same else 0.2, clue, cause, step)
    if same and helped:
        yield Hint("seen_before", "", "helped", 0.2, Clue(f"What helped then: {helped}"))


def _named_in_events(context: Context, name: str) -> bool:
    """As a whole word; what they say is not read for anything else."""
    if len(name) < 3:
        return False
    told = [_around(one.message) for one in context.events] + [_around(_words(context.issue))]
    return any(_around(name) in text for text in told)


def _words(issue: Issue) -> str:
    return f"{issue.description} {issue.title}"


def _around(text: str) -> str:
    return f" {' '.join(''.join(c if c.isalnum() or c in '-_' else ' ' for c in text.lower()).split())} "


def _before(gap: timedelta) -> str:
    return f"{figures.span(gap)} before" if gap >= MINUTE else "at the same time"


def _until(one: Changed) -> str:
    return f"until {one.until:%H:%M} UTC" if one.until else "on"


def _others(count: int, what: str) -> str:
    return f"the other {what} is as usual" if count == 1 else f"the other {count} {what}s are as usual"


RULES = (deploys, outages, fullness, events, neighbours, traffic, whereabouts, past)
_KINDS: Mapping[str, CauseKind] = {"dependency": "dependency", "saturation": "saturation"}
_THINGS: Mapping[str, tuple[CauseKind, str]] = {
    "db_latency": ("dependency", "database"), "pool_share": ("dependency", "database"),
    "memory_share": ("saturation", "memory"), "host_memory": ("saturation", "memory"),
    "cpu": ("saturation", "cpu"), "host_cpu": ("saturation", "cpu"), "host_disk": ("saturation", "disk"),
    "host_disk_latency": ("saturation", "disk"), "host_network": ("saturation", "network"),
}  # fmt: skip
_METRICS: Mapping[str, tuple[CauseKind, str]] = {
    "query_time_ms": ("dependency", "database"), "slow_queries": ("dependency", "database"),
    "pool_connections": ("dependency", "database"), "pool_waiting": ("dependency", "database"),
    "cpu_percent": ("saturation", "cpu"), "memory_percent": ("saturation", "memory"),
    "disk_io_mbps": ("saturation", "disk"), "disk_latency_ms": ("saturation", "disk"),
    "network_mbps": ("saturation", "network"),
}  # fmt: skip
_STEPS = {
    "database": "Look at the slowest queries of its database, and at what holds locks and connections.",
    "memory": "See what grows; a restart buys time.",
    "cpu": "See what computes there, or add room.",
    "disk": "See what writes or fills the disk.",
    "network": "See what fills the network.",
}
