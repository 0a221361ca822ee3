"""E-mails about issues: drafted, edited, approved, taken back, discarded."""

from bot.model import addresses
from bot.model.issue import IssueId
from bot.model.mail import MailDraft, MailId
from bot.model.message import Role
from bot.ports.papers import MailDone, MailText
from handlers.api import mail_shapes as shapes
from handlers.api.asked import Nothing
from handlers.api.refusals import Unfit
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "E-mails"


async def drafts(call: Call, asked: shapes.WantedDrafts) -> Given:
    found = await call.desks.mails.latest(call.tenant, asked.limit)
    return shapes.Drafts(drafts=[shaped(one) for one in found])


async def show(call: Call) -> Given:
    return shaped(await call.desks.mails.find(call.tenant, MailId(call.id)))


async def draft(call: Call, asked: shapes.Drafting) -> Given:
    return _done(await call.desks.mails.draft(call.actor, IssueId(asked.issue), asked.audience))


async def edit(call: Call, asked: shapes.Editing) -> Given:
    try:
        to = addresses.unique(addresses.address(one) for one in asked.recipients)
    except ValueError as problem:
        raise Unfit({"recipients": str(problem)}) from problem
    text = MailText(asked.subject, asked.body, to, asked.edition)
    return _done(await call.desks.mails.edit(call.actor, MailId(call.id), text))


async def approve(call: Call, asked: shapes.Approving) -> Given:
    done = await call.desks.mails.approve(
        call.actor, MailId(call.id), role=call.role, edition=asked.edition, figures=asked.figures
    )
    return _done(done)


async def undo(call: Call) -> Given:
    return _done(await call.desks.mails.undo(call.actor, MailId(call.id)))


async def discard(call: Call) -> Given:
    return _done(await call.desks.mails.discard(call.actor, MailId(call.id)))


def _done(done: MailDone) -> shapes.DraftDone:
    return shapes.DraftDone(changed=done.changed, says=done.says, draft=shaped(done.draft))


def shaped(draft: MailDraft) -> shapes.Draft:
    return shapes.Draft(
        alert_id=draft.id,
        created_at=draft.drafted_at,
        alert_type=draft.audience,
        subject=draft.subject,
        body=draft.body,
        affected_service=draft.service,
        related_issue_id=draft.issue,
        related_ticket_id=draft.ticket or None,
        recipients=draft.recipients,
        state=draft.state,
        edition=draft.edition,
        unsure=draft.unsure,
        approved_by=draft.approved.name if draft.approved else None,
        due_at=draft.due_at,
        settled_at=draft.settled_at,
        sent_to=draft.sent_to,
        refused=draft.refused,
        reason=draft.reason,
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/drafts", says="E-mails that were drafted, newest first.", tag=TAG,
        asks=shapes.WantedDrafts, gives=shapes.Drafts, act=drafts, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/drafts", says="Draft one about an issue, or get the one that stands.", tag=TAG,
        asks=shapes.Drafting, gives=shapes.DraftDone, act=draft, needs=Role.OPERATOR,
    ),
    Route(
        method="GET", path="/api/drafts/{id}", says="One of them.", tag=TAG,
        asks=Nothing, gives=shapes.Draft, act=simple(show), needs=Role.OPERATOR,
    ),
    Route(
        method="PUT", path="/api/drafts/{id}", says="Change its text and its recipients.", tag=TAG,
        asks=shapes.Editing, gives=shapes.DraftDone, act=edit, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/drafts/{id}/approve", says="Send it in a minute.", tag=TAG,
        asks=shapes.Approving, gives=shapes.DraftDone, act=approve, needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/drafts/{id}/undo", says="Take the approval back, within that minute.", tag=TAG,
        asks=Nothing, gives=shapes.DraftDone, act=simple(undo), needs=Role.OPERATOR,
    ),
    Route(
        method="POST", path="/api/drafts/{id}/discard", says="Throw it away.", tag=TAG,
        asks=Nothing, gives=shapes.DraftDone, act=simple(discard), needs=Role.OPERATOR,
    ),
)  # fmt: skip
