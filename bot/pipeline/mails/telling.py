"""What is kept and said of a change to a draft, in one unit of work: its card, the issue's history, the trail."""

from dataclasses import replace
from datetime import datetime

from bot.model.issue import By, Happening, Issue
from bot.model.mail import MailDraft, MailId
from bot.model.message import Place
from bot.model.parcel import Draft, Subject
from bot.model.reply import Reply
from bot.pipeline.mails.card import Postage, card
from bot.pipeline.speaking import root_of
from bot.ports.desks import Actor
from bot.ports.storage import Entry, UnitOfWork

NIGHTDESK = By("Nightdesk")


def subject_of(draft: MailDraft) -> Subject:
    """A line of the issue's story, so that whoever presses there is known to mean this issue."""
    return Subject(f"story:{draft.issue}:{draft.id}")


async def show(work: UnitOfWork, draft: MailDraft, postage: Postage, now: datetime) -> None:
    """Keeps it, and brings its card up to date wherever the issue is told."""
    await work.mails.save(draft)
    reply, subject = card(draft, postage), subject_of(draft)
    await work.parcels.put_all(
        [Draft(place, subject, draft.revision, reply, root_of(draft.issue)) for place in await places(work, draft)], now
    )


async def say(work: UnitOfWork, draft: MailDraft, reply: Reply, now: datetime) -> None:
    """A new line in the thread, which people are told of."""
    subject = Subject(f"{subject_of(draft)}:{draft.revision}")
    await work.parcels.put_all(
        [Draft(place, subject, 1, reply, root_of(draft.issue)) for place in await places(work, draft)], now
    )


async def places(work: UnitOfWork, draft: MailDraft) -> list[Place]:
    issue = await work.issues.look(draft.issue)
    return told_at(issue) if issue else []


def told_at(issue: Issue) -> list[Place]:
    return [told.place for told in issue.told if not told.storm]


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
