"""What people taught: a correction that was reviewed, and holds until its last day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.model.message import Account, PersonId, Place

RuleId = NewType("RuleId", str)

LASTS, MOST_DAYS, REMINDED = timedelta(days=90), 365, timedelta(days=7)


class RuleKind(StrEnum):
    ALIAS = "alias"  # these words mean those
    UNIT = "unit"  # this metric is measured in that
    RUNBOOK = "runbook"  # this alert or service has that page
    THRESHOLD = "threshold"  # this watch tells at that limit


class RuleState(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule does to one question: how it is understood without it and with it."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Golden:
    """The tenant's latest questions and the shipped examples, read twice."""

    tried: int
    changed: int
    changes: tuple[Change, ...] = ()  # the first of them

    @property
    def says(self) -> str:
        if not self.tried:
            return ""
        which = "none changes" if not self.changed else "1 changes" if self.changed == 1 else f"{self.changed} change"
        return f"Of {self.tried:,} questions {which}."


@dataclass(frozen=True, slots=True)
class RuleDraft:
    kind: RuleKind
    said: str  # the words, the metric, the alert or the watch that it is about
    means: str  # what it is from now on
    why: str = ""
    answer: str = ""  # the subject of the answer that it corrects
    question: str = ""  # to which that was the answer
    days: int = LASTS.days
    above: float | None = None  # of a threshold
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    id: RuleId
    kind: RuleKind
    said: str
    means: str
    by: PersonId
    by_name: str
    created_at: datetime
    expires_at: datetime
    state: RuleState = RuleState.PROPOSED
    why: str = ""
    answer: str = ""
    question: str = ""
    account: Account | None = None  # of the owner, where it was proposed
    place: Place | None = None
    above: float | None = None
    below: float | None = None
    former: Mapping[str, float | None] | None = None  # what a threshold took the place of
    golden: Golden | None = None
    settled_by: str = ""  # who approved, refused or withdrew it
    settled_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.state is RuleState.ACTIVE and now < self.expires_at

    @property
    def says(self) -> str:
        match self.kind:
            case RuleKind.ALIAS:
                return f"“{self.said}” means {self.means}"
            case RuleKind.UNIT:
                return f"{self.said} is measured in {self.means}"
            case RuleKind.RUNBOOK:
                return f"the runbook of {self.said} is {self.means}"
            case RuleKind.THRESHOLD:
                return f"{self.said} tells {self.means}"


def without(rule: Rule, questions: Collection[str]) -> Rule:
    """What it shows of these questions is taken out; what it teaches stays."""
    asked = "" if rule.question in questions else rule.question
    if rule.golden is None:
        return replace(rule, question=asked)
    kept = tuple(one for one in rule.golden.changes if one.question not in questions)
    return replace(rule, question=asked, golden=replace(rule.golden, changes=kept))
