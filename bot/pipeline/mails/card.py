"""A draft as it stands in the thread of its issue, in both chats. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import addresses, figures
from bot.model.mail import MailDraft, MailState
from bot.model.reply import Block, Button, Choices, Code, Fact, Facts, Moment, Option, Part, Reply, Table, Text, Tone
from bot.pipeline import phrases
from bot.pipeline.mails import numbers
from bot.pipeline.mails.words import KINDS

FOLDED = 900  # characters of a body that a card shows
MOST_ADDRESSES = 10
ASKS = ("subject", "body", "recipients")
_STATES = {
    MailState.DRAFTED: "Draft",
    MailState.APPROVED: "Approved",
    MailState.SENDING: "Being sent",
    MailState.SENT: "Sent",
    MailState.DISCARDED: "Discarded",
    MailState.FAILED: "Not sent",
}
_TONES: dict[MailState, Tone] = {MailState.SENT: "good", MailState.FAILED: "bad"}


@dataclass(frozen=True, slots=True)
class Postage:
    """Whether letters leave this house, and to whom. By default nothing is sent: then a draft is a draft."""

    server: bool = False
    allowed: Collection[str] = field(default_factory=tuple)

    def hinders(self, draft: MailDraft) -> str:
        """Why it cannot be sent as it is, in a sentence; empty where it can."""
        if not self.server:
            return "Nothing is sent from here: no mail server is set up (MAIL_SMTP_URL)."
        if not self.allowed:
            return "Nothing is sent from here: no recipient is allowed (NIGHTDESK_MAIL_ALLOWED)."
        if not draft.recipients:
            return "Nobody would get it: it has no recipients yet."
        return self.refuses(draft.recipients)

    def refuses(self, recipients: Sequence[str]) -> str:
        outside = addresses.refused(recipients, self.allowed) if self.allowed else ()
        return f"Not on the list of allowed recipients: {listed(outside)}." if outside else ""


def card(draft: MailDraft, postage: Postage, *, whole: bool = False) -> Reply:
    """The one message of a draft in a place; with `whole` its text is not folded."""
    return Reply(
        f"{KINDS[draft.audience]}: {draft.subject}",
        (Text(_stands(draft, postage)), Facts(_facts(draft)), *_body(draft, whole=whole), *_warned(draft)),
        _buttons(draft, postage, whole=whole),
        title=f"{_STATES[draft.state]} e-mail",
        tone=_TONES.get(draft.state, "warning" if draft.unsure and draft.editable else "neutral"),
        footer=f"{draft.id} · drafted by {_maker(draft)}, {figures.clock(draft.drafted_at)}",
        by_model=draft.by_model,
    )


def result(draft: MailDraft) -> Reply:
    """What became of it, as a line of the issue's thread."""
    return Reply(outcome(draft), tone="warning" if draft.refused or draft.state is MailState.FAILED else "neutral")


def outcome(draft: MailDraft) -> str:
    at = f", {phrases.hour(draft.settled_at)}" if draft.settled_at else ""
    kind = KINDS[draft.audience]
    if draft.state is MailState.FAILED:
        return f"{kind} not sent{at}: {draft.reason}"
    said = f"{kind} sent to {_counted(draft.sent_to)}{at}."
    return f"{said} Refused: {_refusals(draft)}" if draft.refused else said


def unsure(draft: MailDraft) -> str:
    one = len(draft.unsure) == 1
    return f"{numbers.named(draft.unsure)} {'is no figure' if one else 'are no figures'} of this issue."


def listed(recipients: Sequence[str]) -> str:
    shown = ", ".join(recipients[:MOST_ADDRESSES])
    rest = len(recipients) - MOST_ADDRESSES
    return f"{shown} and {rest} more" if rest > 0 else shown


def table(drafts: Sequence[MailDraft], now: datetime) -> Reply:
    read = f"Read {figures.clock(now)}"
    if not drafts:
        return Reply("No e-mail is drafted.", footer=read)
    rows = tuple(
        (one.id, KINDS[one.audience], _STATES[one.state], phrases.capped(one.subject, 80), one.issue) for one in drafts
    )
    waiting = sum(one.state in (MailState.DRAFTED, MailState.FAILED) for one in drafts)
    options = tuple(Option(phrases.capped(f"{_STATES[one.state]}: {one.subject}", 75), one.id) for one in drafts)
    return Reply(
        f"{phrases.number(len(drafts), 'e-mail')}, {waiting} to be looked at.",
        (
            Table(("Draft", "Kind", "State", "Subject", "Issue"), rows),
            Choices("Open one", options, "show_draft", "draft"),
        ),
        title="Drafts",
        footer=read,
    )


def _stands(draft: MailDraft, postage: Postage) -> tuple[Part, ...]:
    approved = draft.approved
    match draft.state:
        case MailState.APPROVED if approved and draft.due_at:
            who = phrases.whom_when(approved, approved.at or draft.due_at)
            return (f"Approved by {who}. It goes out at ", Moment(draft.due_at), f" ({draft.due_at:%H:%M:%S} UTC).")
        case MailState.SENDING:
            return (draft.reason or "It is on its way.",)
        case MailState.SENT:
            return (outcome(draft),)
        case MailState.DISCARDED:
            return (f"Discarded by {phrases.whom(draft.settled)}." if draft.settled else "Discarded.",)
        case MailState.FAILED:
            return (outcome(draft), " Nobody got it. It can be edited and approved again.")
        case _:
            return (" ".join(("Nothing is sent yet.", postage.hinders(draft))).strip(),)


def _facts(draft: MailDraft) -> tuple[Fact, ...]:
    rows = (
        Fact("To", listed(draft.recipients) or "Nobody yet"),
        Fact("Service", draft.service),
        Fact("Issue", draft.issue),
        Fact("Ticket", draft.ticket),
        Fact("Edited", phrases.whom_when(draft.edited, draft.edited.at or draft.drafted_at) if draft.edited else ""),
    )
    return tuple(row for row in rows if row.value)


def _body(draft: MailDraft, *, whole: bool) -> tuple[Block, ...]:
    """Preformatted: it is shown as it will be read."""
    if whole or len(draft.body) <= FOLDED:
        return (Text((Code(draft.body),)),)
    shown = draft.body[:FOLDED].rpartition("\n")[0] or draft.body[:FOLDED]
    more = phrases.number(len(draft.body) - len(shown), "more character")
    return (Text((Code(shown),)), Text((f"… {more}",)))


def _warned(draft: MailDraft) -> tuple[Block, ...]:
    if not (draft.unsure and draft.editable):
        return ()
    return (Text((unsure(draft), " Look again, or say that they are right by sending it with them.")),)


def _buttons(draft: MailDraft, postage: Postage, *, whole: bool) -> tuple[Button, ...]:
    about = {"draft": draft.id}
    read = () if whole or len(draft.body) <= FOLDED else (Button("Read it all", "show_draft", about),)
    if draft.state is MailState.APPROVED:
        until = f" (until {draft.due_at:%H:%M:%S} UTC)" if draft.due_at else ""
        return (Button(f"Undo{until}", "undo_draft", about, style="danger"), *read)
    if not draft.editable:
        return read
    edit = Button("Edit…", "edit_draft", {**about, "edition": draft.edition}, asks=ASKS)
    discard = Button("Discard", "discard_draft", about, confirm="Discard this e-mail?")
    send = () if postage.hinders(draft) else (approve(draft),)
    return (*send, edit, discard, *read)


def approve(draft: MailDraft) -> Button:
    about = {"draft": draft.id, "edition": draft.edition}
    sure = f"Send it to {_counted(draft.recipients)}? It can be undone for a minute."
    if draft.unsure:
        sure = f"{unsure(draft)} {sure}"
        return Button("Send with these figures", "approve_draft", {**about, "figures": True}, style="danger",
                      confirm=phrases.capped(sure, 280))  # fmt: skip
    return Button("Approve and send", "approve_draft", about, style="primary", confirm=sure)


def _counted(recipients: Sequence[str]) -> str:
    return recipients[0] if len(recipients) == 1 else f"{len(recipients)} addresses"


def _refusals(draft: MailDraft) -> str:
    shown = [f"{address} ({reason.rstrip('.')})" for address, reason in draft.refused.items()]
    return f"{listed(shown)}."


def _maker(draft: MailDraft) -> str:
    return phrases.whom(draft.drafted)
