"""Which new alerts are told by an open issue already: another rule or source that tells of the same trouble. Pure.

Two messages are better than one that hides something: of one service and one region only, never where the names, the
places or the kinds of trouble differ, and never for two rules that one source keeps apart.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from bot.analysis.signal_kinds import kinds, simplified
from bot.analysis.similarity import SAME, Told, likeness
from bot.model.issue import Issue, Joined
from bot.model.signal import Signal

MOST_JOINED = 8  # rules or sources that one issue stands for
MOST_COMPARED = 30  # issues of a service that one alert is held against, the newest first
MOST_LOOKS = 2000  # in a batch: beyond that it is a storm, which is told as one anyway
_DEGREES = re.compile(r"(?:warning|warn|critical|crit|page|paging|ticket|info|high|very|too|severe|major|minor)+|p\d")
_PARTS = re.compile(r"[Pp]\d(?!\d)|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MEASURING = frozenset(
    stem
    for word in "ms s min sec ratio percentile 95th 99th 50th against objective slo sli burn budget http request "
    "response mean average median max maximum total per time server value events usual answer reply respond "
    "take".split()
    for stem in simplified(word) or [word]
)


@dataclass(frozen=True, slots=True)
class Join:
    """The issue that an alert goes into, by its key. `again`: it may be over, and opens anew with it."""

    key: str
    likeness: float
    again: bool = False


@dataclass(slots=True)
class Host:
    """An issue that others may join, as it is compared."""

    key: str
    source: str
    service: str
    regions: frozenset[str]
    told: Told
    rule: str
    keys: frozenset[str]  # of those that joined it
    full: bool = False


def host(issue: Issue, now: datetime) -> Host | None:
    """None where it can stand for no other: several services, silenced, or told inside a storm alone."""
    silenced = issue.silenced_until is not None and issue.silenced_until > now
    counted = bool(issue.told) and all(one.storm for one in issue.told)
    if not issue.open or len(issue.services) != 1 or silenced or counted:
        return None
    region = {"region": issue.regions[0]} if len(issue.regions) == 1 else {}
    told = Told(issue.title, {"service": issue.service, **region, **issue.labels})
    keys = frozenset(one.key for one in issue.joined)
    return Host(
        issue.key, issue.source, issue.service.casefold(), _folded(issue.regions), told, rule(issue.labels), keys,
        len(keys) >= MOST_JOINED,
    )  # fmt: skip


def of_signal(signal: Signal, key: str) -> Host:
    """One that opens in this batch."""
    return Host(
        key, signal.source, signal.service.casefold(), _folded([signal.region]), told(signal), rule(signal.labels),
        frozenset(),
    )  # fmt: skip


def told(signal: Signal) -> Told:
    region = {"region": signal.region} if signal.region else {}
    return Told(signal.title, {"service": signal.service, **region, **signal.labels})


def may_meet(signals: Sequence[Signal], hosts: Sequence[Host]) -> bool:
    """Whether any two are of different sources, or of one rule in two degrees: else nothing has to be compared."""
    sources = {one.source for one in signals} | {one.source for one in hosts}
    labels = [one.labels for one in signals] + [one.told.labels for one in hosts]
    names = {name for one in labels if (name := one.get("alertname"))}
    return bool(signals) and (len(sources) > 1 or len({rule({"alertname": name}) for name in names}) < len(names))


def rule(labels: Mapping[str, str]) -> str:
    """Its name without how bad it is: one rule in two degrees is one."""
    return _rule(labels.get("alertname", ""))


@lru_cache(maxsize=4096)
def _rule(name: str) -> str:
    parts = (part.casefold() for part in _PARTS.findall(name))
    return " ".join(part for part in parts if not _DEGREES.fullmatch(part))


@dataclass(slots=True)
class Neighbours:
    """The open issues of the services in a batch, read once."""

    apart: Collection[tuple[str, str]] = ()
    _of_source: dict[str, dict[str, list[Host]]] = field(default_factory=dict)  # by service
    _of_rule: dict[tuple[str, str, str], list[Host]] = field(default_factory=dict)  # by service and source
    _looks: int = 0

    def add(self, host: Host) -> None:
        self._of_source.setdefault(host.service, {}).setdefault(host.source, []).append(host)
        if host.rule:
            self._of_rule.setdefault((host.service, host.source, host.rule), []).append(host)

    def find(self, signal: Signal, key: str) -> Join | None:
        """The likest of them, if it is the same: of other sources, and of the same rule by another degree."""
        mine: Told | None = None
        best: Join | None = None
        for other in self._worth_a_look(signal, key):
            mine = mine or told(signal)
            self._looks += 1
            score = likeness(mine, other.told) if bool(things(mine)) == bool(things(other.told)) else 0.0
            if score > SAME and (best is None or score > best.likeness):
                best = Join(other.key, score)
        return best

    def _worth_a_look(self, signal: Signal, key: str) -> Sequence[Host]:
        service, region = signal.service.casefold(), signal.region.casefold()
        if not service or self._looks >= MOST_LOOKS:
            return ()
        name = signal.labels.get("alertname")
        near = [one for source, of in self._of_source.get(service, {}).items() if source != signal.source for one in of]
        siblings = self._of_rule.get((service, signal.source, rule(signal.labels)), ())
        near += [one for one in siblings if one.told.labels.get("alertname") != name]
        return [
            one
            for one in near
            if one.key != key
            and not (region and one.regions and region not in one.regions)
            and (one.key, key) not in self.apart
            and not (one.full and key not in one.keys)
        ][:MOST_COMPARED]


def _folded(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names if name)


def things(told: Told) -> frozenset[str]:
    """What a title names beside its service and its trouble: “the database of checkout is slow” is not “checkout is
    slow”. How a thing is measured is none, and neither is the rule's name."""
    name = told.labels.get("alertname", "").casefold()
    said = (word for word in told.words if word not in _MEASURING and word[:8] not in name)
    return frozenset(said) - kinds(told.words)


def joined(standing: Joined | None, signal: Signal, join: Join | None, key: str, now: datetime) -> Joined:
    """What the issue keeps of it: the first words, and the worst it was."""
    if standing is None:
        return Joined(
            key, signal.source, signal.title, signal.severity, now, dict(signal.labels), signal.measured,
            signal.normal, signal.description, join.likeness if join else 1.0,
        )  # fmt: skip
    worse = signal.severity.rank > standing.severity.rank
    return replace(standing, times=standing.times + 1, severity=signal.severity if worse else standing.severity)
