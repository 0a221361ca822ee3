"""Signals become issues: one batch of them against what is known. Pure, and quick: alerts come by the thousand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.issue import Alert, Issue, IssueId
from bot.model.signal import Signal
from bot.pipeline import alerts
from bot.pipeline.alerts import Said
from bot.pipeline.change import Change
from bot.pipeline.gathering import Gathering
from bot.pipeline.joining import Join


@dataclass(frozen=True, slots=True)
class Opening:
    """How an issue is called that may open in this batch, and since when it is so."""

    id: IssueId
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the alerts in a batch."""

    alerts: Mapping[tuple[str, str], Alert]  # by source and fingerprint
    issues: Mapping[str, Issue]  # by key: open, or resolved lately
    openings: Mapping[str, Opening]  # by key, where there is no issue
    strays: Mapping[IssueId, Issue] = field(default_factory=dict)  # of alerts that fire for another issue than `issues`
    firing: Mapping[IssueId, Sequence[Alert]] = field(default_factory=dict)  # where the worst alert may end
    joins: Mapping[tuple[str, str], Join] = field(default_factory=dict)  # alerts that another issue tells of


@dataclass(slots=True)
class Merged:
    changes: list[Change] = field(default_factory=list)
    counted: list[Issue] = field(default_factory=list)  # heard of again, and nothing new to see
    alerts: list[Alert] = field(default_factory=list)
    said: Counter[tuple[str, Said]] = field(default_factory=Counter)
    signals: dict[IssueId, int] = field(default_factory=dict)  # how many went into each


class Merge:
    """One batch. What was heard earlier in it counts as known."""

    def __init__(self, known: Known, now: datetime) -> None:
        self._known, self._now = known, now
        self._alerts: dict[tuple[str, str], Alert] = {}
        self._by_key: dict[str, Gathering] = {}
        self._by_id: dict[IssueId, Gathering] = {}
        self._said: Counter[tuple[str, Said]] = Counter()

    def hear(self, signal: Signal, key: str) -> None:
        identity = (signal.source, signal.fingerprint)
        before = self._alerts.get(identity) or self._known.alerts.get(identity)
        said = alerts.heard(before, signal, self._now)
        self._said[signal.source, said] += 1
        if said is Said.WITHOUT_TRIGGER and (over := alerts.unheard(signal, self._now)):
            self._alerts[identity] = over
        issue = self._home(before, signal) or self._host(identity, key, signal) or self._of_key(key, signal, said)
        if issue is not None:
            issue.signals += 1
            if self._apply(issue, key, before, signal, said):
                self._alerts[identity] = alerts.after(before, signal, said, issue.id, self._now)

    def done(self) -> Merged:
        merged = Merged(alerts=list(self._alerts.values()), said=self._said)
        for issue in self._by_id.values():
            merged.signals[issue.id] = issue.signals
            match issue.finish(self._known.firing.get(issue.id, ())):
                case Change() as change:
                    merged.changes.append(change)
                case Issue() as counted:
                    merged.counted.append(counted)
                case None:
                    pass
        return merged

    def _home(self, before: Alert | None, signal: Signal) -> Gathering | None:
        """An alert that fires stays with its issue while that is open, also when the plan groups otherwise by now.
        Its end belongs to that issue in any case."""
        if before is None or before.status == "resolved":
            return None
        home = self._by_id.get(before.issue)
        if home is None and (stray := self._known.strays.get(before.issue)):
            home = self._gathering(stray.id, stray.key, stray.source, stray)
        return home if home and (home.open or signal.status != "firing") else None

    def _host(self, identity: tuple[str, str], key: str, signal: Signal) -> Gathering | None:
        """The issue that tells of it already; none where it has one of its own by now."""
        join = self._known.joins.get(identity)
        own = self._by_key.get(key)
        if join is None or signal.status != "firing" or (own and own.open):
            return None
        found = self._by_key.get(join.key)
        if found is None and (issue := self._known.issues.get(join.key)):
            found = self._by_key[join.key] = self._gathering(issue.id, join.key, issue.source, issue)
        return found if found and (found.open or join.again) else None

    def _of_key(self, key: str, signal: Signal, said: Said) -> Gathering | None:
        if key in self._by_key:
            return self._by_key[key]
        if issue := self._known.issues.get(key):
            found = self._gathering(issue.id, key, issue.source, issue)
        elif signal.status != "firing" or said is Said.OVERTAKEN:
            return None
        else:
            found = self._gathering(self._known.openings[key].id, key, signal.source, None)
        self._by_key[key] = found
        return found

    def _gathering(self, id: IssueId, key: str, source: str, issue: Issue | None) -> Gathering:  # noqa: A002
        if id not in self._by_id:
            self._by_id[id] = Gathering(id, key, source, issue, self._now)
        return self._by_id[id]

    def _apply(self, issue: Gathering, key: str, before: Alert | None, signal: Signal, said: Said) -> bool:
        """Whether the alert has to be kept anew."""
        mine = before is not None and before.issue == issue.id
        counted = mine and before is not None and before.status != "resolved"
        join = self._known.joins.get((signal.source, signal.fingerprint))
        guest = signal.source != issue.source or (
            key != issue.key and (issue.hosts(key) or (join is not None and join.key == issue.key))
        )
        match said:
            case Said.FIRED if guest:
                issue.joins(signal, key, join, counted=counted, known=mine)
            case Said.FIRED:
                self._fires(issue, signal, counted=counted, known=mine)
            case Said.REPEATED if signal.status == "firing" and before is not None:
                if issue.open and mine:
                    issue.repeats(signal, before.severity, guest=guest)
                elif guest:
                    if not issue.open and not self._began_after(issue, signal):
                        return True
                    issue.joins(signal, key, join, counted=counted, known=mine)
                elif issue.open or not mine or self._began_after(issue, signal):
                    still = "" if mine or issue.open else before.issue
                    self._fires(issue, signal, counted=counted, known=mine, still=still)
            case Said.ACKNOWLEDGED:
                issue.acknowledges()
            case Said.RESOLVED if counted and before is not None:
                issue.ends(signal, before.severity)
            case _:
                return False
        return True

    def _fires(self, issue: Gathering, signal: Signal, *, counted: bool, known: bool, still: str = "") -> None:
        opening = self._known.openings.get(issue.key)
        issue.fires(signal, opening.at if opening else self._now, counted=counted, known=known, still=still)

    def _began_after(self, issue: Gathering, signal: Signal) -> bool:
        """Somebody resolved the issue while this alert fired. Their word holds for what they knew of: repetitions do
        not reopen it, a firing that began later does. It does not hold for ever: once the issue is older than the plan
        reopens, the next repetition opens a new one, for nothing may fire unheard."""
        return issue.resolved_at is not None and min(signal.started_at, self._now) > issue.resolved_at


def merge(known: Known, signals: Sequence[Signal], keys: Sequence[str], now: datetime) -> Merged:
    """`keys`: of each signal, the key of the issue it belongs to."""
    batch = Merge(known, now)
    for signal, key in zip(signals, keys, strict=True):
        batch.hear(signal, key)
    return batch.done()
