"""From what is known around an issue to what is probably behind it: rules that hint, and how far they agree. Pure.

Every figure of an analysis stands in its context; where nothing speaks, that is said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.analysis.hints import Hint, clue_of, hints, named, near, place
from bot.model.analysis import Analysis, CauseKind, Confidence, Context, Moved
from bot.model.issue import Clue

LEADS = 0.3  # less says nothing about a cause
FAIR, HIGH = 0.5, 0.8
RIVAL, DOUBT = 0.8, 0.7  # another one so close to the first; what is left of the first then
MOST_CLUES, MOST_AGAINST, MOST_SERVICES, MOST_ORDER = 5, 2, 6, 12
WHERE: frozenset[CauseKind] = frozenset({"region", "instance", "seen_before"})  # told beside a cause, rarely as one
RIVALS: frozenset[CauseKind] = frozenset({"deploy", "outage", "dependency", "traffic"})


@dataclass(frozen=True, slots=True)
class Hypothesis:
    kind: CauseKind
    of: str
    hints: tuple[Hint, ...]
    share: float

    @property
    def lead(self) -> Hint:
        return max((one for one in self.hints if one.cause), key=lambda one: one.weight)

    @property
    def signs(self) -> int:
        return len({one.sign for one in self.hints if one.weight > 0})


def diagnose(context: Context) -> Analysis:
    found = ranked(hints(context))
    best = found[0] if found and found[0].share >= LEADS else None
    rival = _rival(found) if best else None
    share = round((best.share if best else found[0].share if found else 0.0) * (DOUBT if rival else 1.0), 2)
    if best is None or share < LEADS:
        best, rival = None, None
    beside = [one for one in found if one is not best and one.kind in WHERE and best]
    return Analysis(
        issue=context.issue.id,
        cause=best.lead.cause if best else unclear(context),
        kind=best.kind if best else "unclear",
        confidence=confidence(share, best.signs) if best else "not clear yet",
        share=share,
        made_at=context.at,
        severity=context.issue.severity,
        clues=_clues(best, beside, found, context),
        against=_against(best, rival),
        services=_services(context),
        regions=_regions(context),
        next_step=_next_step(best, found, context),
        first=_first(context),
        order=tuple(clue_of(one) for one in context.moved[:MOST_ORDER]),
        events=tuple(one.id for one in context.events),
        unread=context.unread,
    )


class Rules:
    """Fills bot.ports.analyst.Analyst, and always has something to say."""

    async def analyse(self, context: Context) -> Analysis:
        return diagnose(context)


def ranked(given: Sequence[Hint]) -> list[Hypothesis]:
    """What could be a cause before what only tells where it is; then by how much speaks for it."""
    groups: dict[tuple[CauseKind, str], list[Hint]] = defaultdict(list)
    for one in given:
        groups[one.kind, one.of].append(one)
    found = [
        Hypothesis(kind, of, tuple(each), _share(each))
        for (kind, of), each in groups.items()
        if any(one.cause for one in each)
    ]
    return sorted(found, key=lambda one: (one.share < LEADS, one.kind in WHERE, -one.share, one.kind, one.of))


def confidence(share: float, signs: int) -> Confidence:
    """One sign alone is never sure."""
    if share >= HIGH and signs > 1:
        return "high"
    return "fair" if share >= FAIR else "low"


def unclear(context: Context) -> str:
    of = named(context.issue.service or next(iter(context.issue.regions), "")) or "it"
    own = [one for one in context.moved if one.scope == "own"]
    if own:
        return f"Not clear yet: nothing that I can read coincides with {_told(own[0])}."
    if context.unread and not context.calm:
        return f"Not clear yet: {', '.join(context.unread[:3])} could not be read."
    if context.calm:
        return f"Not clear yet: no sign of {of} that I can read has moved."
    return f"Not clear yet: there is no data on {of}."


def _share(given: Sequence[Hint]) -> float:
    """Signs that are independent of one another add up; two hints of one sign count once."""
    strongest: dict[str, float] = {}
    left = 1.0
    for one in given:
        if one.weight < 0:
            left *= 1 + one.weight
        else:
            strongest[one.sign] = max(one.weight, strongest.get(one.sign, 0.0))
    missing = 1.0
    for weight in strongest.values():
        missing *= 1 - weight
    return (1 - missing) * left


def _rival(found: Sequence[Hypothesis]) -> Hypothesis | None:
    """Another cause that as much speaks for: then neither is told as if it were plain."""
    best = found[0]
    others = [one for one in found[1:] if one.kind in RIVALS and one.share >= max(LEADS, RIVAL * best.share)]
    return others[0] if others and best.kind in RIVALS else None


def _clues(
    best: Hypothesis | None, beside: Sequence[Hypothesis], found: Sequence[Hypothesis], context: Context
) -> tuple[Clue, ...]:
    """The strongest of each sign; then where it is, and what it costs."""
    speaking = [*(best.hints if best else ()), *(one.lead for one in beside)]
    if best is None:
        speaking = [one.lead for one in found]
    speaking = [one for one in speaking if one.weight > 0]
    clues = dict.fromkeys(one.clue for one in sorted(speaking, key=lambda one: -one.weight))
    told = list(clues)[:MOST_CLUES]
    if best is None and not told:
        told = [clue_of(one) for one in near(context)[:2]]
    budget = (Clue(context.budget.says, context.budget.query, "error budget"),) if context.budget else ()
    return (*told, *budget)


def _against(best: Hypothesis | None, rival: Hypothesis | None) -> tuple[Clue, ...]:
    doubts = [one.clue for one in best.hints if one.weight < 0] if best else []
    return tuple([*doubts, *([rival.lead.clue] if rival else [])][:MOST_AGAINST])


def _services(context: Context) -> tuple[str, ...]:
    moved = [one.of for one in near(context) if one.scope == "service" and one.score > 0]
    return tuple(dict.fromkeys([*context.issue.services, *moved]))[:MOST_SERVICES]


def _regions(context: Context) -> tuple[str, ...]:
    moved = [one.of for one in near(context) if one.scope == "region" and one.score > 0]
    return tuple(dict.fromkeys(moved or context.issue.regions))[:MOST_SERVICES]


def _next_step(best: Hypothesis | None, found: Sequence[Hypothesis], context: Context) -> str:
    """What helped with the same before comes first."""
    past = next((one for one in found if one.kind == "seen_before" and one.lead.next_step), None)
    if past:
        return past.lead.next_step
    if best and best.lead.next_step:
        return best.lead.next_step
    if context.issue.runbook:
        return "Follow the runbook."
    service = named(context.issue.service)
    return f"Ask again in some minutes: why {service}." if service else "Look at its details in some minutes."


def _first(context: Context) -> str:
    found = near(context)
    return _told(found[0]) if found else ""


def _told(first: Moved) -> str:
    return f"{first.title}{place(first)}, which moved at {first.since:%H:%M} UTC"
