"""What is kept and said of a change to a draft, in one unit of work: its card, the issue's history, the trail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.ticket_queue import department_of, places
from bot.desk.ticket_telling import Workspaces, ticket_of
from bot.model.issue import By, Happening
from bot.model.mail import Audience, MailDraft, MailId
from bot.model.message import Place
from bot.model.parcel import Draft, Subject
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.pipeline.mails.card import Postage, card
from bot.pipeline.speaking import root_of
from bot.ports.actor import Actor
from bot.ports.storage import Entry, UnitOfWork

NIGHTDESK = By("Nightdesk")
MAIL_WORDS = "mailwords"  # a timer: a model adds to what the rules drafted
ANALYSED_IN = timedelta(seconds=45)  # usually; its words are better with what was found


def subject_of(draft: MailDraft) -> Subject:
    """A line of the issue's story, so that whoever presses there is known to mean this issue."""
    return Subject(f"story:{draft.issue}:{draft.id}")


@dataclass(frozen=True, slots=True)
class Board:
    """Where drafts stand: in the thread of their issue; a notice to customers under the issue's ticket, too."""

    postage: Postage
    workspaces: Workspaces
    writes: bool = False  # a model adds words to new drafts

    async def drafted(self, work: UnitOfWork, draft: MailDraft, now: datetime) -> None:
        """A new one: shown as the rules have it; what a model adds comes later."""
        await self.show(work, draft, now)
        if self.writes:
            issue = await work.issues.look(draft.issue)
            wait = ANALYSED_IN if issue and issue.analysing else timedelta(0)
            await work.timers.set(MAIL_WORDS, draft.id, now + wait, {})

    async def show(self, work: UnitOfWork, draft: MailDraft, now: datetime) -> None:
        """Keeps it, and brings its cards up to date."""
        await work.mails.save(draft)
        reply, subject = card(draft, self.postage), subject_of(draft)
        spots = await self._spots(work, draft)
        await work.parcels.put_all([Draft(at, subject, draft.revision, reply, root) for at, root in spots.items()], now)

    async def say(self, work: UnitOfWork, draft: MailDraft, reply: Reply, now: datetime) -> None:
        """A new line in the thread, which people are told of."""
        subject = Subject(f"{subject_of(draft)}:{draft.revision}")
        spots = await self._spots(work, draft)
        await work.parcels.put_all([Draft(at, subject, 1, reply, root) for at, root in spots.items()], now)

    async def _spots(self, work: UnitOfWork, draft: MailDraft) -> Mapping[Place, Subject]:
        """Each place once, and the message there that it hangs under."""
        issue = await work.issues.look(draft.issue)
        told = issue.told if issue else ()
        spots = {one.place: root_of(draft.issue) for one in told if not one.storm}
        ticket = await work.tickets.of_issue(draft.issue) if draft.audience is Audience.CUSTOMER else None
        if ticket is not None:
            department = department_of(await work.plans.get() or Plan(), ticket)
            for place in places(department, self.workspaces.known):
                spots.setdefault(place, ticket_of(ticket))
        return spots


async def note(
    work: UnitOfWork, draft: MailDraft, what: str, says: str, now: datetime, actor: Actor | None = None
) -> None:
    """Who did what, in the history of the issue and in the trail. Without an actor it was the clock."""
    by = replace(actor.by if actor else NIGHTDESK, at=now)
    cause = actor.cause if actor else f"{draft.id}#{draft.revision}"
    place = actor.place.key if actor and actor.place else ""
    details = {"draft": str(draft.id), "audience": draft.audience.value, "edition": draft.edition}
    happening = Happening(draft.issue, f"mail_{what}", now, by, place, says, details, cause)
    await work.issues.record([happening])
    told = {"name": by.name, "from": by.platform, "cause": cause, "issue": draft.issue, "says": says, **details}
    await work.audit.add(Entry(f"mail.{what}", draft.id, now, by.person, place, told))


async def free_id(work: UnitOfWork, name: str) -> MailId:
    """With a number behind it where that second has one already."""
    number, found = 1, MailId(name)
    while await work.mails.get(found) is not None:
        number += 1
        found = MailId(f"{name}-{number}")
    return found
