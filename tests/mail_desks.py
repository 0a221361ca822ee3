"""A desk of e-mails that a test can write and read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.errors import Missing
from bot.model.issue import IssueId
from bot.model.mail import Audience, MailDraft, MailId
from bot.model.message import Role
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.papers import MailDone, MailText


@dataclass
class Mails:
    """`drafts` are those that there are; what is done to them is kept in `done`."""

    drafts: dict[str, MailDraft] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)

    async def find(self, tenant: TenantId, draft: MailId) -> MailDraft:
        if draft not in self.drafts:
            raise Missing(f"There is no draft {draft}.")
        return self.drafts[draft]

    async def latest(self, tenant: TenantId, limit: int) -> Sequence[MailDraft]:
        return [*self.drafts.values()][:limit]

    async def draft(self, actor: Actor, issue: IssueId, audience: Audience, moved: Sequence[str] = ()) -> MailDone:
        return self._did("draft", next(one for one in self.drafts.values() if one.audience is audience))

    async def edit(self, actor: Actor, draft: MailId, text: MailText) -> MailDone:
        return self._did("edit", self.drafts[draft])

    async def approve(
        self, actor: Actor, draft: MailId, *, role: Role, edition: int = 0, figures: bool = False
    ) -> MailDone:
        return self._did(f"approve {role} {edition} {figures}", self.drafts[draft])

    async def undo(self, actor: Actor, draft: MailId) -> MailDone:
        return self._did("undo", self.drafts[draft])

    async def discard(self, actor: Actor, draft: MailId) -> MailDone:
        return self._did("discard", self.drafts[draft])

    def shown(self, draft: MailDraft) -> Reply:
        return Reply(draft.subject)

    def _did(self, what: str, draft: MailDraft) -> MailDone:
        self.done.append((what, draft.id))
        return MailDone(draft, True, f"{what} {draft.id}")
