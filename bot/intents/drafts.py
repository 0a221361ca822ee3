"""E-mails about an issue: drafted, read, edited, approved, taken back, discarded. Nothing leaves without a person."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from bot.intents.acting import on_its_message, which
from bot.intents.forms import LINES
from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.moved_with import moved_with
from bot.intents.sentences import IMPERATIVE, MAIL_ID, asked, issue_in, matches
from bot.model import addresses
from bot.model.errors import Rejected
from bot.model.issue import IssueId
from bot.model.mail import LONGEST_BODY, LONGEST_SUBJECT, Audience, MailDraft, MailId
from bot.model.message import Role
from bot.model.reply import Button, Reply
from bot.model.tenant import TenantId
from bot.pipeline.mails import card
from bot.pipeline.mails.words import size
from bot.ports.desks import Desks
from bot.ports.papers import MailDone, MailText
from bot.ports.tools import Tools

SHOWN = 30
_MAIL = r"(?:e-?mail|mail|letter)"
_FOR_IT = r"(?: (?:for|about|on) IT)?"
_ENGINEERS = (
    rf"(?:draft|write|prepare)(?: me)?(?: an?| the)?(?: engineering)? {_MAIL}{_FOR_IT}",
    rf"(?:draft|write|prepare)(?: an?| the)? engineering (?:alert|notice){_FOR_IT}",
)
_CUSTOMERS = (
    rf"(?:draft|write|prepare)(?: me)?(?: an?| the)? customer (?:notice|{_MAIL}){_FOR_IT}",
    rf"(?:draft|write|prepare)(?: me)?(?: an?| the)? (?:notice|{_MAIL}){_FOR_IT} (?:for|to) (?:the |our )?customers",
)
_LIST = (
    r"(?:show |list )?(?:me )?(?:the |all )?(?:e-?mail )?drafts",
    r"(?:which|what) (?:e-?mails|drafts) (?:are there|are drafted|wait)",
)


class DraftMail(BaseModel, frozen=True):
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")
    audience: Literal["engineering", "customer"] = Field("engineering", title="For whom")
    draft: str = Field("", max_length=200, title="Draft", description="One that is there, to look at")


class NoArguments(BaseModel, frozen=True):
    pass


class OneDraft(BaseModel, frozen=True):
    draft: str = Field(min_length=1, max_length=200, title="Draft", description="Its id: ALR-…")


class ApproveDraft(OneDraft, frozen=True):
    edition: int = Field(0, ge=0, title="Edition", description="The one that was read; 0: as it stands")
    figures: bool = Field(default=False, title="With figures that the issue does not have")


class EditDraft(OneDraft, frozen=True):
    edition: int = Field(0, ge=0)
    subject: str = Field(min_length=1, max_length=LONGEST_SUBJECT, title="Subject")
    body: str = Field(min_length=1, title="Text", json_schema_extra={LINES: True})
    recipients: str = Field(
        "", max_length=4000, title="Recipients", description="Between commas", json_schema_extra={LINES: True}
    )

    @field_validator("subject")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if len(text.splitlines()) > 1 or not text.strip():
            raise ValueError("one line, please")
        return text

    @field_validator("body")
    @classmethod
    def _not_too_long(cls, text: str) -> str:
        if size(text) > LONGEST_BODY or not text.strip():
            raise ValueError(f"between one and {LONGEST_BODY:,} characters")
        return text

    @field_validator("recipients")
    @classmethod
    def _addresses(cls, text: str) -> str:
        addresses.split(text)
        return text


async def draft_mail(ask: DraftMail, tools: Tools) -> Reply | None:
    if ask.draft:
        return await show(OneDraft(draft=ask.draft), tools)
    if not ask.issue:
        return await which(tools, "draft_mail", {"audience": ask.audience})
    issue, audience = IssueId(ask.issue), Audience(ask.audience)
    moved = await moved_with(issue, tools) if audience is Audience.ENGINEERING else ()
    done = await tools.desks.mails.draft(tools.turn.actor, issue, audience, moved)
    return await _told(done, tools)


async def drafts(_: NoArguments, tools: Tools) -> Reply:
    return card.table(await tools.desks.mails.latest(tools.turn.tenant, SHOWN), tools.turn.at)


async def show(ask: OneDraft, tools: Tools) -> Reply:
    return tools.desks.mails.shown(await tools.desks.mails.find(tools.turn.tenant, MailId(ask.draft)))


async def edit(ask: EditDraft, tools: Tools) -> Reply | None:
    text = MailText(ask.subject, ask.body, addresses.split(ask.recipients), ask.edition)
    done = await tools.desks.mails.edit(tools.turn.actor, MailId(ask.draft), text)
    if done.changed and done.draft.unsure:
        return _sure(done.draft)
    return await _told(done, tools)


async def approve(ask: ApproveDraft, tools: Tools) -> Reply | None:
    turn, mails = tools.turn, tools.desks.mails
    found = await mails.find(turn.tenant, MailId(ask.draft))
    if found.editable and found.unsure and not ask.figures:
        return _sure(found)
    done = await mails.approve(
        turn.actor, found.id, role=turn.person.role, edition=ask.edition, figures=ask.figures
    )  # fmt: skip
    return await _told(done, tools)


async def undo(ask: OneDraft, tools: Tools) -> Reply | None:
    return await _told(await tools.desks.mails.undo(tools.turn.actor, MailId(ask.draft)), tools)


async def discard(ask: OneDraft, tools: Tools) -> Reply | None:
    return await _told(await tools.desks.mails.discard(tools.turn.actor, MailId(ask.draft)), tools)


async def filled(given: Mapping[str, Any], tenant: TenantId, desks: Desks) -> Mapping[str, Any]:
    """What the form shows: the text as it stands now, which is too long for a button to carry."""
    found = await desks.mails.find(tenant, MailId(str(given.get("draft", ""))))
    if not found.editable:
        raise Rejected(f"{found.id} can no longer be edited: it is {found.state}.")
    shown = {"subject": found.subject, "body": found.body, "recipients": ", ".join(found.recipients)}
    return {**shown, "edition": found.edition}


async def _told(done: MailDone, tools: Tools) -> Reply | None:
    """None where the card itself, or the issue's thread, shows it."""
    if done.changed and await on_its_message(tools, done.draft.issue):
        return None
    return Reply(done.says, buttons=(Button("Read it", "show_draft", {"draft": done.draft.id}),))


def _sure(draft: MailDraft) -> Reply:
    """A second, explicit word for numbers that no figure of the issue has."""
    back = Button("Edit…", "edit_draft", {"draft": draft.id, "edition": draft.edition}, asks=card.ASKS)
    send = replace(card.approve(draft), confirm="")
    return Reply(
        card.unsure(draft),
        buttons=(send, back),
        tone="warning",
        footer=f"{draft.id} · Nothing is sent yet.",
    )


def _reads(question: Question) -> Reading | None:
    issue = issue_in(question.text)
    given = {"issue": issue} if issue else {}
    if matches(question.text, _CUSTOMERS):
        return Reading("draft_mail", {**given, "audience": "customer"}, IMPERATIVE)
    return Reading("draft_mail", given, IMPERATIVE) if matches(question.text, _ENGINEERS) else None


def _words(question: Question) -> Mapping[str, Any] | None:
    """`draft`, `draft ISS-… customer`, `draft ALR-…`."""
    if found := _words_one(question):
        return found
    issue, given = issue_in(question.text), {}
    rest = question.text.lower().replace(issue.lower(), "") if issue else question.text.lower()
    for word in rest.strip(" ?.!").split():
        if word.rstrip("s") in ("customer", "engineering"):
            given["audience"] = word.rstrip("s")
        elif word not in ("for", "this", "it", "e-mail", "email", "mail", "notice", "an", "a"):
            return None
    return {**given, **({"issue": issue} if issue else {})}


def _words_one(question: Question) -> Mapping[str, Any] | None:
    found = MAIL_ID.fullmatch(question.text.strip(" ?.!"))
    return {"draft": f"ALR-{found[0][4:].lower()}"} if found else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "draft_mail", "Draft an e-mail about an issue.", ("draft an e-mail for this", "draft customer"),
        DraftMail, draft_mail, _reads, title="Draft an e-mail", command="draft", words=_words, submit="Draft",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "drafts", "Which e-mails are drafted, and what became of them.", ("drafts",), NoArguments, drafts,
        lambda question: Reading("drafts", {}, 0.95) if asked(question.text, _LIST) else None,
        command="drafts", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "show_draft", "Read a drafted e-mail.", (), OneDraft, show, needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "edit_draft", "Change a drafted e-mail.", (), EditDraft, edit, title="Edit the e-mail", submit="Keep it",
        needs=Role.OPERATOR, remembered=False, filled=filled,
    ),
    Intent(
        "approve_draft", "Send a drafted e-mail in a minute.", ("draft approve ALR-1773835200-engineering",),
        ApproveDraft, approve, title="Approve and send", command="draft approve", words=_words_one,
        submit="Approve and send", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "undo_draft", "Take the approval of an e-mail back, within a minute.",
        ("draft undo ALR-1773835200-engineering",), OneDraft, undo, title="Undo", command="draft undo",
        words=_words_one, submit="Undo", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "discard_draft", "Throw a drafted e-mail away.", ("draft discard ALR-1773835200-engineering",),
        OneDraft, discard, title="Discard", command="draft discard", words=_words_one, submit="Discard",
        needs=Role.OPERATOR, remembered=False,
    ),
)  # fmt: skip
