"""Many new issues for one place become one message that counts them. The counting is pure; the row makes it exact."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.model.issue import Issue
from bot.model.message import Place
from bot.model.plan import Storm as Rules
from bot.model.severity import Severity
from bot.pipeline import routing
from bot.ports.incidents import Storm

OWN_MESSAGES = 20  # of critical issues, in one storm
MOST_LABELS, MOST_VALUES = 12, 40  # that a storm counts; what comes after them is counted as others
OTHERS = "(others)"
TOLD_FIRST = ("service", "alertname", "region", "cluster", "namespace", "env")
_NOT_COUNTED = frozenset({"severity", "source"})


class Arrivals:
    """New issues of each place lately, as this process saw them."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[datetime]] = {}

    def lately(self, place: Place, rules: Rules, now: datetime) -> int:
        seen = self._seen.get(place.key)
        while seen and now - seen[0] >= rules.within:
            seen.popleft()
        if seen is not None and not seen:
            del self._seen[place.key]
        return len(seen) if seen else 0

    def note(self, places: Iterable[Place], now: datetime) -> None:
        """Only what was committed; what was not comes again."""
        for place in places:
            self._seen.setdefault(place.key, deque(maxlen=10_000)).append(now)


def begin(place: Place, now: datetime) -> Storm:
    """The name is as exact as the clock, and differs from place to place."""
    where = blake2b(place.key.encode(), digest_size=3).hexdigest()
    return Storm(f"STORM-{int(now.timestamp() * 1000)}-{where}", place, now, now, revision=0)


def over(storm: Storm) -> Storm:
    return replace(storm, over=True, revision=storm.revision + 1)


def is_over(storm: Storm, rules: Rules, now: datetime) -> bool:
    return now - storm.last_at >= rules.calm_after


class Count:
    """One storm in one batch."""

    def __init__(self, storm: Storm, now: datetime) -> None:
        self._storm, self._now = storm, now
        self._issues, self._signals, self._last_at = storm.issues, storm.signals, storm.last_at
        self._by_severity = Counter(storm.by_severity)
        self._by_label = {label: Counter(values) for label, values in storm.by_label.items()}
        self._critical = dict.fromkeys(storm.critical)

    @property
    def id(self) -> str:
        return self._storm.id

    def knows(self, issue: Issue) -> bool:
        """Told in its digest, alone or besides a message of its own."""
        return issue.id in self._critical or any(told.storm == self.id for told in issue.told)

    def add(self, issue: Issue, signals: int) -> bool:
        """A new one; whether it gets a message of its own as well."""
        self._issues += 1
        self._signals += signals
        self._last_at = self._now
        self._by_severity[issue.severity.value] += 1
        self._count_labels(routing.facts(issue))
        return self._is_critical(issue)

    def hear(self, before: Issue | None, after: Issue, signals: int) -> bool:
        """More of one that is counted; whether it gets a message of its own from now on."""
        self._signals += signals
        if before is None or before.severity is after.severity:
            return False
        self._by_severity[before.severity.value] -= 1
        self._by_severity[after.severity.value] += 1
        return after.id not in self._critical and self._is_critical(after)

    def done(self) -> Storm | None:
        """None where nothing was counted."""
        counted = replace(
            self._storm,
            issues=self._issues,
            signals=self._signals,
            last_at=self._last_at,
            by_severity={word: count for word, count in self._by_severity.items() if count},
            by_label={label: dict(values) for label, values in self._by_label.items()},
            critical=tuple(self._critical),
        )
        return None if counted == self._storm else replace(counted, revision=counted.revision + 1)

    def _is_critical(self, issue: Issue) -> bool:
        if issue.severity is not Severity.CRITICAL:
            return False
        own = len(self._critical) < OWN_MESSAGES
        self._critical[issue.id] = None
        return own

    def _count_labels(self, facts: Mapping[str, str]) -> None:
        for label in (*TOLD_FIRST, *(name for name in facts if name not in TOLD_FIRST)):
            value = facts.get(label, "")
            if not value or label in _NOT_COUNTED:
                continue
            if label not in self._by_label and len(self._by_label) >= MOST_LABELS:
                continue
            values = self._by_label.setdefault(label, Counter())
            values[value if value in values or len(values) < MOST_VALUES else OTHERS] += 1
