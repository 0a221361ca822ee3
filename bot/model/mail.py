"""An e-mail about an issue: drafted, looked at, approved by a person, and sent once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.model.issue import By, IssueId
from bot.model.severity import Severity

MailId = NewType("MailId", str)  # ALR-{epoch seconds}-{audience}, with a number where that is taken

LONGEST_SUBJECT, LONGEST_BODY, MOST_RECIPIENTS = 200, 3000, 50


class Audience(StrEnum):
    ENGINEERING = "engineering"
    CUSTOMER = "customer"


class MailState(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"  # goes out at `due_at`, and can be undone until then
    SENDING = "sending"
    SENT = "sent"
    DISCARDED = "discarded"
    FAILED = "failed"  # nobody got it


@dataclass(frozen=True, slots=True)
class MailDraft:
    id: MailId
    audience: Audience
    issue: IssueId
    subject: str
    body: str  # plain text; what a person edits
    recipients: tuple[str, ...]
    drafted_at: datetime
    drafted: By
    service: str = ""  # as its readers call it
    severity: Severity | None = None
    ticket: str = ""
    links: Mapping[str, str] = field(default_factory=dict)  # label to address: only these can be followed
    figures: tuple[str, ...] = ()  # the texts whose numbers it may use: those of the issue, and the first draft
    unsure: tuple[str, ...] = ()  # numbers of the edited text that stand in none of them
    state: MailState = MailState.DRAFTED
    edition: int = 1  # grows when its text or its recipients change; what is approved is one edition
    revision: int = 1  # grows with every change
    edited: By | None = None
    approved: By | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    settled: By | None = None  # who discarded it
    sent_to: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)  # address to reason
    reason: str = ""
    by_model: bool = False

    @property
    def editable(self) -> bool:
        return self.state in (MailState.DRAFTED, MailState.FAILED)

    @property
    def standing(self) -> bool:
        """Something can still become of it."""
        return self.state not in (MailState.SENT, MailState.DISCARDED)
