"""From an issue to a draft: who reads it by the plan, what it says by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.issue import By, Issue
from bot.model.mail import Audience, MailDraft
from bot.model.plan import MailsOf, Plan
from bot.model.severity import Severity
from bot.pipeline import routing
from bot.pipeline.mails import telling
from bot.pipeline.mails.words import About, write
from bot.ports.incidents import Wanted
from bot.ports.storage import UnitOfWork

MOST_HISTORY, LOOKED_THROUGH, MOST_MOVED = 20, 50, 4
TRIES = 20  # of a name that others take at the same moment


@dataclass(frozen=True, slots=True)
class Addressed:
    to: tuple[str, ...]
    name: str = ""  # of the service, as customers know it


def addressed(plan: Plan, issue: Issue, audience: Audience) -> Addressed:
    """Pure: by the first entry that fits the issue, else as for everyone."""
    facts = routing.facts(issue)
    own = next((one for one in plan.mails.services if one.matchers.fit(facts)), None)
    if audience is Audience.CUSTOMER:
        return Addressed(_first(own.customer if own else None, plan.mails.customer.to), _name(own))
    return Addressed(_first(own.engineering if own else None, plan.mails.engineering.to), _name(own))


def automatic(plan: Plan, issue: Issue) -> tuple[Audience, ...]:
    """Pure: for whom it is drafted although nobody asked."""
    wanted = {Audience.ENGINEERING: plan.mails.engineering.automatic, Audience.CUSTOMER: plan.mails.customer.automatic}
    return tuple(one for one, severities in wanted.items() if issue.severity in severities)


def may_know(issue: Issue, audience: Audience) -> bool:
    return audience is not Audience.CUSTOMER or issue.severity is Severity.CRITICAL


async def made(
    work: UnitOfWork,
    issue: Issue,
    audience: Audience,
    plan: Plan,
    by: By,
    now: datetime,
    moved: Sequence[str] = (),
) -> MailDraft | None:
    """A new draft, kept. None: one stands already."""
    readers = addressed(plan, issue, audience)
    history = await work.issues.history(issue.id, MOST_HISTORY)
    resolved = await work.issues.find(Wanted(open=False, service=issue.service, limit=LOOKED_THROUGH))
    earlier = [one for one in resolved if one.key == issue.key and one.opened_at < issue.opened_at]
    analysis = await work.analyses.of_issue(issue.id)
    cause = f"{analysis.cause} Confidence: {analysis.confidence}." if analysis and analysis.kind != "unclear" else ""
    moved = moved or [one.says for one in analysis.order[:MOST_MOVED]] if analysis else moved
    told = [one for one in history if not _of_mails(one.what) and one.what != "analysed"]
    words = write(audience, About(issue, told, earlier, readers.name, moved, cause))
    name = f"ALR-{int(now.timestamp())}-{audience}"
    for _ in range(TRIES):
        draft = MailDraft(
            await telling.free_id(work, name), audience, issue.id, words.subject, words.body, readers.to, now, by,
            service=readers.name if audience is Audience.CUSTOMER else issue.service,
            severity=issue.severity, ticket=issue.ticket, links=words.links,
            figures=(words.subject, words.body, issue.measured, issue.normal, issue.description, issue.title),
        )  # fmt: skip
        if await work.mails.add(draft):
            return draft
        if await standing(work, issue, audience):
            return None
    return None


async def standing(work: UnitOfWork, issue: Issue, audience: Audience) -> MailDraft | None:
    found = await work.mails.of_issue(issue.id)
    return next((one for one in found if one.audience is audience and one.standing), None)


def _of_mails(what: str) -> bool:
    return what.startswith("mail_")


def _first(own: tuple[str, ...] | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    return usual if own is None else own


def _name(own: MailsOf | None) -> str:
    return own.name if own else ""
