"""The desk of e-mails: a draft is changed by people, each change in one unit of work with its card and its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import addresses
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.harmless import clean
from bot.model.issue import IssueId
from bot.model.mail import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    MOST_RECIPIENTS,
    Audience,
    MailDraft,
    MailId,
    MailState,
)
from bot.model.message import Role
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.pipeline import phrases
from bot.pipeline.mails import drafting, numbers, telling
from bot.pipeline.mails.card import card, unsure
from bot.pipeline.mails.sending import SEND
from bot.pipeline.mails.telling import Board
from bot.pipeline.mails.words import KINDS, size
from bot.ports.actor import Actor
from bot.ports.papers import MailDone, MailText
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

UNDO_WITHIN = timedelta(seconds=60)


class Mails:
    """Fills bot.ports.desks.MailDesk."""

    def __init__(self, storage: Storage, clock: Clock, board: Board) -> None:
        self._storage, self._clock, self._board = storage, clock, board

    async def find(self, tenant: TenantId, draft: MailId) -> MailDraft:
        async with self._storage.work(tenant) as work:
            return await _known(work, draft)

    async def latest(self, tenant: TenantId, limit: int) -> Sequence[MailDraft]:
        async with self._storage.work(tenant) as work:
            return await work.mails.latest(limit)

    async def draft(self, actor: Actor, issue: IssueId, audience: Audience, moved: Sequence[str] = ()) -> MailDone:
        async with self._storage.work(actor.tenant) as work:
            now = self._clock.now()
            found = await work.issues.get(issue)
            if found is None:
                raise Missing(f"There is no issue {issue}.", advice="Say `issues` to see which there are.")
            if not drafting.may_know(found, audience):
                raise Rejected(
                    "Customers are written to about critical issues only.", advice=f"{issue} is {found.severity}."
                )
            by = replace(actor.by, at=now)
            made = await drafting.made(work, found, audience, await work.plans.get() or Plan(), by, now, moved)
            if made is None:
                there = await drafting.standing(work, found, audience)
                if there is None:
                    raise Rejected("Others draft at this moment.", advice="Try again.")
                return MailDone(there, False, f"It is drafted already: {there.id}.")
            says = f"{phrases.whom(by)} had an e-mail drafted: {KINDS[audience].lower()}, {made.id}."
            await telling.note(work, made, "drafted", says, now, actor)
            await self._board.drafted(work, made, now)
            return MailDone(made, True, says)

    async def edit(self, actor: Actor, draft: MailId, text: MailText) -> MailDone:
        async with self._storage.work(actor.tenant) as work:
            now, found = self._clock.now(), await _known(work, draft)
            if told := await _done_before(work, found, actor):
                return told
            if not found.editable:
                raise Rejected(f"{found.id} can no longer be edited: it is {found.state}.")
            _same_edition(found, text.edition)
            new = self._edited(found, text)
            if (new.subject, new.body, new.recipients) == (found.subject, found.body, found.recipients):
                return MailDone(found, False, "Nothing is changed.")
            by = replace(actor.by, at=now)
            new = replace(new, edition=found.edition + 1, revision=found.revision + 1, edited=by)
            return await self._changed(work, new, actor, "edited", "edited", now)

    async def approve(
        self, actor: Actor, draft: MailId, *, role: Role, edition: int = 0, figures: bool = False
    ) -> MailDone:
        async with self._storage.work(actor.tenant) as work:
            now, found = self._clock.now(), await _known(work, draft)
            if told := await _done_before(work, found, actor):
                return told
            if not found.editable:
                return MailDone(found, False, _already(found))
            _same_edition(found, edition)
            _may_approve(found, await work.plans.get() or Plan(), role)
            if hindered := self._board.postage.hinders(found):
                raise Rejected(hindered, advice="It stays a draft.")
            if found.unsure and not figures:
                raise Rejected(unsure(found), advice="Edit it, or send it with these figures.")
            by, due_at = replace(actor.by, at=now), now + UNDO_WITHIN
            new = replace(
                found, state=MailState.APPROVED, approved=by, due_at=due_at, revision=found.revision + 1,
                settled_at=None, reason="", refused={},
            )  # fmt: skip
            await work.timers.set(SEND, new.id, due_at, {"revision": new.revision})
            said = f"approved (with {numbers.named(found.unsure)})" if found.unsure else "approved"
            return await self._changed(work, new, actor, "approved", said, now)

    async def undo(self, actor: Actor, draft: MailId) -> MailDone:
        async with self._storage.work(actor.tenant) as work:
            now, found = self._clock.now(), await _known(work, draft)
            if told := await _done_before(work, found, actor):
                return told
            if found.state is not MailState.APPROVED:
                return MailDone(found, False, _already(found) if not found.editable else "It is not approved.")
            await work.timers.stop(SEND, draft)  # one in hand this moment waits for us, and then finds a mere draft
            new = replace(found, state=MailState.DRAFTED, approved=None, due_at=None, revision=found.revision + 1)
            return await self._changed(work, new, actor, "undone", "took back the approval of", now)

    async def discard(self, actor: Actor, draft: MailId) -> MailDone:
        async with self._storage.work(actor.tenant) as work:
            now, found = self._clock.now(), await _known(work, draft)
            if told := await _done_before(work, found, actor):
                return told
            if not found.editable:
                return MailDone(found, False, _already(found))
            by = replace(actor.by, at=now)
            new = replace(
                found, state=MailState.DISCARDED, settled=by, settled_at=now, revision=found.revision + 1, unsure=()
            )
            return await self._changed(work, new, actor, "discarded", "discarded", now)

    def shown(self, draft: MailDraft) -> Reply:
        return card(draft, self._board.postage, whole=True)

    async def _changed(
        self, work: UnitOfWork, draft: MailDraft, actor: Actor, what: str, verb: str, now: datetime
    ) -> MailDone:
        says = f"{phrases.whom(actor.by)} {verb} the {KINDS[draft.audience].lower()} {draft.id}."
        await telling.note(work, draft, what, says, now, actor)
        await self._board.show(work, draft, now)
        return MailDone(draft, True, says)

    def _edited(self, draft: MailDraft, text: MailText) -> MailDraft:
        """What people typed, checked: one line, of a size, to addresses that are allowed."""
        subject = " ".join(clean(text.subject).split())
        body = "\n".join(line.rstrip() for line in clean(text.body).strip().splitlines())
        if not subject or not body:
            raise Rejected("An e-mail needs a subject and a text.")
        if len(subject) > LONGEST_SUBJECT or size(body) > LONGEST_BODY:
            raise Rejected(f"At most {LONGEST_SUBJECT} characters of subject and {LONGEST_BODY:,} of text.")
        recipients = addresses.unique(text.recipients)
        if len(recipients) > MOST_RECIPIENTS:
            raise Rejected(f"At most {MOST_RECIPIENTS} recipients.", advice="Write to a mailing list instead.")
        new = tuple(one for one in recipients if one not in draft.recipients)
        if refused := self._board.postage.refuses(new):
            raise Rejected(refused, advice="NIGHTDESK_MAIL_ALLOWED names who may be written to.")
        return replace(
            draft, subject=subject, body=body, recipients=recipients,
            unsure=numbers.strangers(f"{subject}\n{body}", draft.figures),
        )  # fmt: skip


def _may_approve(draft: MailDraft, plan: Plan, role: Role) -> None:
    needs = Role(plan.mails.customer.approve) if draft.audience is Audience.CUSTOMER else Role.OPERATOR
    ranks = (Role.VIEWER, Role.OPERATOR, Role.ADMIN)
    if ranks.index(role) < ranks.index(needs):
        raise Forbidden(f"Sending this needs the role {needs}; yours is {role}.", advice="Ask somebody who has it.")


def _same_edition(draft: MailDraft, seen: int) -> None:
    """0: whoever says so means it as it stands now."""
    if seen and seen != draft.edition:
        who = f" by {draft.edited.name}" if draft.edited else ""
        raise Rejected(f"{draft.id} was edited{who} meanwhile.", advice="Look at the text as it stands now.")


def _already(draft: MailDraft) -> str:
    match draft.state:
        case MailState.APPROVED if draft.approved and draft.due_at:
            at = draft.approved.at or draft.due_at
            who = phrases.whom_when(draft.approved, at)
            return f"It is approved already: {who}. It goes out at {draft.due_at:%H:%M:%S} UTC."
        case MailState.SENDING:
            return "It is being sent; it is too late to change that."
        case MailState.SENT:
            return "It is sent already."
        case _:
            return f"It is {draft.state} already."


async def _known(work: UnitOfWork, draft: MailId) -> MailDraft:
    found = await work.mails.get(draft)
    if found is None:
        raise Missing(f"There is no draft {draft}.", advice="Say `drafts` to see which there are.")
    return found


async def _done_before(work: UnitOfWork, draft: MailDraft, actor: Actor) -> MailDone | None:
    """The same letter acts once."""
    if await work.issues.happened(draft.issue, actor.cause):
        return MailDone(draft, False, "It is done already.")
    return None
