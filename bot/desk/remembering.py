"""Which earlier issues one is like: by what makes it this issue first, else by what it is about."""

from collections.abc import Mapping, Sequence

from bot.analysis.similarity import RELATED, Told, likeness
from bot.model.document import Case, Document, of_issue
from bot.model.issue import Issue, Seen
from bot.model.terms import asked
from bot.ports.knowledge import Sought
from bot.ports.storage import UnitOfWork

LOOKED_AT, MOST = 40, 5
ANOTHER_RULE = 0.8  # at most so like: two rules of one source were written for two things


async def like(work: UnitOfWork, issue: Issue) -> Sequence[Seen]:
    """The likest first, then the latest; none that is open, and not the issue itself."""
    sought = Sought(asked(" ".join((issue.title, *issue.services))), issues=True, counted=False, limit=LOOKED_AT)
    pool = await work.documents.search(sought)
    known = await work.documents.several([one.id for one in pool.candidates])
    found = [seen for one in known.values() if (seen := _seen(issue, one))]
    found.sort(key=lambda seen: (seen.likeness, seen.resolved_at), reverse=True)
    return found[:MOST]


async def helped(work: UnitOfWork, issues: Sequence[Issue]) -> Mapping[str, str]:
    """What made each of them better, as it is known by now."""
    known = await work.documents.several([of_issue(one.id) for one in issues])
    return {one.case.issue: one.case.helped for one in known.values() if one.case and one.case.helped}


def _seen(issue: Issue, document: Document) -> Seen | None:
    case = document.case
    if case is None or case.issue == issue.id or case.open or case.resolved_at is None:
        return None
    score = alike(issue, case)
    if score < RELATED:
        return None
    return Seen(case.issue, document.id, case.resolved_at, case.lasted, case.helped, score)


def alike(issue: Issue, case: Case) -> float:
    if case.key == issue.key:
        return 1.0
    service = {"service": issue.service} if issue.service else {}
    region = {"region": issue.regions[0]} if len(issue.regions) == 1 else {}
    score = likeness(Told(issue.title, {**service, **region, **issue.labels}), Told(case.title, case.labels))
    mine, theirs = issue.labels.get("alertname"), case.labels.get("alertname")
    other_rule = issue.source == case.source and mine and theirs and mine != theirs
    return min(score, ANOTHER_RULE) if other_rule else score
