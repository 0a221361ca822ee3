"""What one issue gathers from a batch of signals: cheap for each signal, and one new state at the end. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.model.issue import Alert, By, Happening, Issue, IssueId, Status
from bot.model.severity import Severity, worst
from bot.model.signal import Signal
from bot.pipeline import joining
from bot.pipeline.change import Change
from bot.pipeline.joining import Join
from bot.pipeline.phrases import FLAPPING_FROM, FLAPPING_WITHIN, also_seen, times
from bot.ports.storage import Entry

REFRESH = timedelta(minutes=5)  # a figure that differs in every repetition changes the message this often at most
MOST_NAMES = 50  # services and regions of one issue
MOST_OPENINGS = 100


class Gathering:
    """`before` None: not opened yet. Whoever feeds it says which alert is counted already."""

    def __init__(self, id: IssueId, key: str, source: str, before: Issue | None, now: datetime) -> None:  # noqa: A002
        self.id, self.key, self.source, self.before = id, key, source, before
        self.signals = 0
        self._status = before.status if before else Status.RESOLVED
        self._now, self._by = now, By(source, at=now)
        self._firing, self._alerts = (before.firing, before.alerts) if before else (0, 0)
        self._fresh = not self.open and self._firing == 0  # nothing that is known of it is so now
        self._active: dict[str, Severity | None] = {}  # alerts of this batch; None: does not fire any more
        self._lead: Signal | None = None  # the newest of the worst: what is measured, and where to look
        self._lead_rank = before.severity.rank if before and not self._fresh else -1
        self._labels: Mapping[str, str] | None = before.labels if before and not self._fresh else None
        self._title = before.title if before and not self._fresh else ""
        self._mixed = False
        self._renamed = ""
        self._lost_worst = False
        self._services = dict.fromkeys(before.services if before else ())
        self._regions = dict.fromkeys(before.regions if before else ())
        self._opened_at = before.opened_at if before else now
        self._acknowledged = before.acknowledged if before else None
        self._resolved_at, self._resolved_by = (before.resolved_at, before.resolved_by) if before else (None, None)
        self._occurrences = [at for at in (before.occurrences if before else ()) if now - at < FLAPPING_WITHIN]
        self._happenings: list[Happening] = []
        self._joined = {one.key: one for one in (before.joined if before else ())}
        self._heard: dict[str, int] = {}  # of those that joined, how many alerts fired in this batch
        self._entries: list[Entry] = []

    @property
    def open(self) -> bool:
        return self._status is not Status.RESOLVED

    @property
    def resolved_at(self) -> datetime | None:
        return self._resolved_at

    def fires(self, signal: Signal, opened_at: datetime, *, counted: bool, known: bool, still: str = "") -> None:
        """`counted`: among those that fire; `known`: among those it ever had; `still`: the issue it fired for."""
        if not self.open:
            self._begins(signal, opened_at, still)
        self._firing += not counted
        self._alerts += not known
        if not self._title:
            self._title = signal.title
        elif signal.title != self._title and not (known and self._alerts == 1):
            self._mixed = True
        self._shares(signal.labels)
        self._stands(signal)

    def hosts(self, key: str) -> bool:
        """Whether alerts of this key have joined it."""
        return key in self._joined

    def joins(self, signal: Signal, key: str, join: Join | None, *, counted: bool, known: bool) -> None:
        """An alert of another rule or source: it counts, and makes it as bad as it is, but the words stay."""
        if not self.open:
            self._begins(signal, self._now, "")
        self._firing += not counted
        self._alerts += not known
        new = key not in self._joined
        if new or key not in self._heard:
            self._joined[key] = joining.joined(self._joined.get(key), signal, join, key, self._now)
        self._heard[key] = self._heard.get(key, 0) + 1
        if new:
            one = self._joined[key]
            kept = {"key": key, "source": one.source, "title": one.title, "likeness": one.likeness}
            self._entries.append(Entry("issue.join", self.id, self._now, None, "", kept))
        self._counts(signal)

    def repeats(self, signal: Signal, severity: Severity, *, guest: bool = False) -> None:
        """`severity`: the alert's, as it was heard before. `guest`: it has joined, and does not speak for the issue."""
        if signal.severity.rank < severity.rank:
            self._loses(severity)
        if guest:
            self._counts(signal)
            return
        if self._alerts == 1 and signal.title != self._title:
            self._renamed = signal.title
        self._stands(signal)

    def ends(self, signal: Signal, severity: Severity) -> None:
        self._active[signal.fingerprint] = None
        self._firing = max(0, self._firing - 1)
        self._loses(severity)
        if self.open and self._firing == 0:
            self._status, self._resolved_at, self._resolved_by = Status.RESOLVED, self._now, self._by
            self._tells_of_turn("resolved", "Resolved: nothing of it fires any more.", "Quiet again.")

    def acknowledges(self) -> None:
        if self.open and self._acknowledged is None:
            self._acknowledged = self._by
            self._happens("acknowledged", f"Acknowledged at its source, {self.source}.")

    def finish(self, others: Sequence[Alert]) -> Change | Issue | None:
        """A change, or the same issue with what was counted, or None where it never opened. `others`: alerts that
        fired before this batch, the worst first; wanted only where the worst of them may have ended."""
        if self.before is None and not self._occurrences:
            return None
        self._tell_who_joined()
        severity, before = self._severity(others), self.before
        if before is None:
            return Change(None, self._new(severity), tuple(self._happenings), tuple(self._entries))
        changes = self._changes(before, severity) if self._active or self._happenings else {}
        signals = before.signals + self.signals
        if not changes:
            return replace(before, signals=signals)
        after = replace(before, **changes, signals=signals, revision=before.revision + 1, updated_at=self._now)
        told = (*self._happenings, *_turn_of_severity(before, after, self._by))
        return Change(before, after, told, tuple(self._entries))

    def _begins(self, signal: Signal, opened_at: datetime, still: str) -> None:
        first = self.before is None and not self._occurrences
        self._status, self._resolved_at, self._resolved_by = Status.INVESTIGATING, None, None
        self._occurrences.append(self._now)
        if first:
            self._opened_at = opened_at
            more = f" It never stopped firing after {still} was resolved." if still else ""
            self._happens("opened", f"Opened: {signal.title}.{more}")
            return
        dropped = self._acknowledged
        self._acknowledged = None
        told = f" The acknowledgement by {dropped.name} no longer counts." if dropped else ""
        self._tells_of_turn("reopened", f"Fires again.{told}", f"Fires again, {self._often()}.{told}")

    def _tells_of_turn(self, what: str, says: str, when_flapping: str) -> None:
        """Coming and going is said once; each single turn stays in the history alone."""
        count = len(self._occurrences)
        if count < FLAPPING_FROM:
            self._happens(what, says)
            return
        if count == FLAPPING_FROM and what == "reopened":
            self._happens(
                "flapping", f"It comes and goes: {self._often()}. From here on this is not told turn by turn."
            )
        self._happenings.append(Happening(self.id, "repeated", self._now, self._by, "", when_flapping, {"turn": what}))

    def _often(self) -> str:
        return f"{times(len(self._occurrences))} time in an hour"

    def _tell_who_joined(self) -> None:
        for key, count in self._heard.items():
            one = self._joined[key]
            what = "also_seen" if one.times < FLAPPING_FROM else "repeated"
            says = also_seen(one, count)
            self._happenings.append(Happening(self.id, what, self._now, self._by, "", says, {"key": key}))

    def _stands(self, signal: Signal) -> None:
        if signal.severity.rank >= self._lead_rank:
            self._lead, self._lead_rank = signal, signal.severity.rank
        self._counts(signal)

    def _counts(self, signal: Signal) -> None:
        self._active[signal.fingerprint] = signal.severity
        if len(self._services) < MOST_NAMES and (service := signal.service):
            self._services[service] = None
        if len(self._regions) < MOST_NAMES and (region := signal.region):
            self._regions[region] = None

    def _shares(self, labels: Mapping[str, str]) -> None:
        mine = self._labels
        if mine is None:
            self._labels = labels
        elif mine != labels:
            self._labels = {name: value for name, value in mine.items() if labels.get(name) == value}

    def _loses(self, severity: Severity) -> None:
        if self.before is None or severity is self.before.severity:
            self._lost_worst = True
        if severity.rank >= self._lead_rank:
            self._lead_rank = -1  # whatever fires next may speak for the issue

    def _happens(self, what: str, says: str) -> None:
        self._happenings.append(Happening(self.id, what, self._now, self._by, "", says))

    def _severity(self, others: Sequence[Alert]) -> Severity:
        mine = [severity for severity in self._active.values() if severity is not None]
        was = self.before.severity if self.before else None
        if not self.open or self._firing == 0:  # over: it stays as bad as it was
            return was or (self._lead.severity if self._lead else Severity.MEDIUM)
        if was is not None and not self._fresh:
            if self._lost_worst and others:
                mine += [alert.severity for alert in others if alert.fingerprint not in self._active]
            else:
                mine.append(was)
        return worst(*mine) if mine else was or Severity.MEDIUM

    def _new(self, severity: Severity) -> Issue:
        return Issue(
            self.id, self.key, self.source, severity=severity, opened_at=self._opened_at, updated_at=self._now,
            signals=self.signals, **(self._state() | self._leading(None)),
        )  # fmt: skip

    def _changes(self, before: Issue, severity: Severity) -> dict[str, Any]:
        """What differs from before. Figures are news only beside other news, or after a while."""
        changes = _differing(before, self._state() | {"severity": severity})
        if changes or self._now - before.updated_at >= REFRESH:
            changes |= _differing(before, self._leading(before))
        return changes

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = {
            "title": self._shared_title() if self._mixed else self._title,
            "status": self._status,
            "labels": self._labels or {},
            "services": tuple(self._services),
            "regions": tuple(self._regions),
            "firing": self._firing,
            "alerts": self._alerts,
            "joined": tuple(self._joined.values()),
            "acknowledged": self._acknowledged,
            "resolved_at": self._resolved_at,
            "resolved_by": self._resolved_by,
        }
        if self._happenings:  # else there is no need to forget old openings
            state["occurrences"] = tuple(self._occurrences[-MOST_OPENINGS:])
        if not self.open or (self.before and not self.before.open):
            state["escalation"] = ""
        return state

    def _leading(self, before: Issue | None) -> dict[str, Any]:
        """What the leading alert says. Pages stay while it names none; figures of two alerts are never mixed."""
        lead = self._lead
        if lead is None:
            return {}
        found = {
            "description": lead.description or (before.description if before else ""),
            "measured": lead.measured,
            "normal": lead.normal,
            "runbook": lead.runbook or (before.runbook if before else ""),
            "dashboard": lead.dashboard or (before.dashboard if before else ""),
            "graph": lead.graph,
            "expression": lead.expression,
        }
        if self._renamed and not self._mixed:
            found["title"] = self._renamed
        return found

    def _shared_title(self) -> str:
        """Of several alerts with titles of their own: what they have in common."""
        alertname = (self._labels or {}).get("alertname", "")
        service = next(iter(self._services)) if len(self._services) == 1 else ""
        name = alertname or ("Several alerts" if service or not self._title else self._title)
        return f"{name} on {service}" if service else name


def _differing(issue: Issue, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if getattr(issue, name) != value}


def _turn_of_severity(before: Issue, after: Issue, by: By) -> tuple[Happening, ...]:
    if not (before.open and after.open) or before.severity is after.severity:
        return ()
    what = "worse" if after.severity.rank > before.severity.rank else "better"
    says = f"{what.capitalize()}: {after.severity} now, {before.severity} before."
    return (Happening(after.id, what, after.updated_at, by, "", says),)
