"""How much a silence would hide, and why it may not be made as it is. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.issue import Alert, Issue
from bot.model.matchers import Matcher, Matchers
from bot.model.plan import Plan
from bot.model.signal import LONGEST_VALUE, REGION_LABELS, SERVICE_LABELS

LONGEST = timedelta(days=7)
LOOKS_BACK = timedelta(days=7)
FEW = 10  # alerts in that time, below which half of them says nothing

# Nothing in particular: an expression that fits all of these says nothing about what it means.
_ANYTHING = ("a", "Z9", "10.0.0.7:9100", "probe-7f3a/x y", "Ω µ", "0" * 40)


def fault(matchers: Matchers) -> str:
    """What is wrong with these whatever rings; empty where nothing is."""
    each = matchers.each
    if not each:
        return "A silence needs at least one matcher; without any it would hide everything."
    if all(matcher.fits_value("") for matcher in each):
        return "These matchers also fit alerts that have none of the labels, so they would hide nearly everything."
    if all(matcher.negative or _anything(matcher) for matcher in each):
        return "These matchers only exclude, or fit any value; at least one has to say what to hide."
    return ""


def _anything(matcher: Matcher) -> bool:
    return matcher.sign == "=~" and all(matcher.fits_value(value) for value in _ANYTHING)


def fault_of_end(until: datetime, now: datetime) -> str:
    if until <= now:
        return "That end is over already."
    if until - now > LONGEST:
        return "A silence lasts seven days at most; for longer, change the rule or plan a maintenance window."
    return ""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the last seven days would have been hidden, and out of how many."""

    hidden: tuple[Alert, ...]
    seen: int

    @property
    def titles(self) -> Sequence[tuple[str, int]]:
        """Most frequent first."""
        return tuple(Counter(alert.title for alert in self.hidden).most_common())

    @property
    def keys(self) -> Collection[tuple[str, str]]:
        return {(alert.source, alert.fingerprint) for alert in self.hidden}

    @property
    def firing(self) -> tuple[Alert, ...]:
        return tuple(alert for alert in self.hidden if alert.status != "resolved")


def reach(matchers: Matchers, alerts: Sequence[Alert], source: str) -> Reach:
    """A silence stands at one source and hides what comes from there, by its labels as they are; our own mute, all."""
    if source:
        alerts = [alert for alert in alerts if alert.source == source]
        return Reach(tuple(alert for alert in alerts if matchers.fit(alert.labels)), len(alerts))
    return Reach(tuple(alert for alert in alerts if matchers.fit(labels_of(alert))), len(alerts))


def source_named(matchers: Matchers) -> str:
    return next((one.value for one in matchers.each if (one.name, one.sign) == ("source", "=")), "")


def labels_of(alert: Alert) -> Mapping[str, str]:
    """With those that are always there, whatever the source sent: what our own mutes are matched against."""
    return {
        "service": _first(alert.labels, SERVICE_LABELS),
        "region": _first(alert.labels, REGION_LABELS),
        "alertname": alert.title,
        **alert.labels,
        "severity": alert.severity.value,
        "source": alert.source,
    }


def _first(labels: Mapping[str, str], names: Sequence[str]) -> str:
    return next((labels[name] for name in names if labels.get(name)), "")


def too_broad(matchers: Matchers, found: Reach) -> str:
    """More than half of what rings lately is a mistake, unless it is one rule by its name, or one issue."""
    count = len(found.hidden)
    if found.seen < FEW or count * 2 <= found.seen or _one_thing(matchers, found):
        return ""
    return f"This would have hidden {count} of the {found.seen} alerts of the last seven days: too broad."


def _one_thing(matchers: Matchers, found: Reach) -> bool:
    named = any(matcher.name == "alertname" and matcher.sign == "=" and matcher.value for matcher in matchers.each)
    return named or len({alert.issue for alert in found.hidden if alert.issue}) == 1


def of_issue(issue: Issue, names: Sequence[str], *, own: bool) -> tuple[str, ...]:
    """Exact matchers of the labels that make an issue this one, and of none that only single alerts have.

    Where it has none of `names`, or these keep every alert apart ("..."), of all that its alerts share. `own`: for a
    mute, which is matched against what is always there as well, and has to say the source.
    """
    labels = {name: value for name, value in issue.labels.items() if value and len(value) < LONGEST_VALUE}
    known = {"alertname": issue.title, **labels} if own else labels
    chosen = dict.fromkeys(found for name in names if (found := _spelled(name, known)))
    matchers = [Matcher(name, "=", known[name]) for name in chosen or sorted(labels or known)]
    if own:
        matchers.append(Matcher("source", "=", issue.source))
    return tuple(str(matcher) for matcher in matchers)


def _spelled(name: str, labels: Mapping[str, str]) -> str:
    """The label that holds it: a service may be called app, a region cluster. Empty: none does."""
    spellings = {"service": SERVICE_LABELS, "region": REGION_LABELS}.get(name, (name,))
    return next((one for one in (name, *spellings) if one in labels), "")


def grouped_by(plan: Plan, issue: Issue) -> Sequence[str]:
    """As its route does, which is the first that fits."""
    facts = {
        "service": issue.service,
        "region": issue.regions[0] if issue.regions else "",
        "alertname": issue.title,
        **issue.labels,
        "severity": issue.severity.value,
        "source": issue.source,
    }
    for route in plan.routes:
        if issue.severity.rank >= route.at_least.rank and route.matchers.fit(facts):
            return plan.group_by if route.group_by is None else route.group_by
    return plan.group_by
