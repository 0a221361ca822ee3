"""What programs may ask of e-mails about issues, and what they are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from bot.model.mail import LONGEST_BODY, LONGEST_SUBJECT, MOST_RECIPIENTS, Audience, MailState
from handlers.api.asked import Ask, Line
from handlers.api.shape import Shape


class WantedDrafts(Ask):
    limit: int = Field(50, ge=1, le=500)


class Drafting(Ask):
    issue: Line = Field(min_length=1, description="The id of the issue.")
    audience: Audience = Audience.ENGINEERING


class Editing(Ask):
    subject: Line = Field(min_length=1, max_length=LONGEST_SUBJECT)
    body: str = Field(min_length=1, max_length=LONGEST_BODY)
    recipients: tuple[Line, ...] = Field((), max_length=MOST_RECIPIENTS)
    edition: int = Field(0, ge=0, description="The one that was read; 0: whichever stands.")


class Approving(Ask):
    edition: int = Field(0, ge=0, description="The one that was read; 0: whichever stands.")
    figures: bool = Field(False, description="Also with the numbers in `unsure`.")


class Draft(Shape):
    alert_id: str
    created_at: datetime
    alert_type: Audience
    subject: str
    body: str
    affected_service: str
    related_issue_id: str
    related_ticket_id: str | None
    recipients: Sequence[str]
    state: MailState
    edition: int = Field(description="Grows when its text or its recipients change.")
    unsure: Sequence[str] = Field(description="Numbers of an edited text that are no figures of the issue.")
    approved_by: str | None
    due_at: datetime | None = Field(description="When it goes out; until then it can be undone.")
    settled_at: datetime | None
    sent_to: Sequence[str]
    refused: Mapping[str, str] = Field(description="Address to reason.")
    reason: str


class Drafts(Shape):
    drafts: Sequence[Draft]


class DraftDone(Shape):
    changed: bool
    says: str
    draft: Draft
