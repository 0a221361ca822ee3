"""E-mails about issues: drafts and what became of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, select

from bot.model.issue import IssueId
from bot.model.mail import MailDraft, MailId
from storage import bodies, upsert
from storage.incident_tables import mails
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlMails(OfTenant):
    async def add(self, draft: MailDraft) -> bool:
        return await upsert.add_if_absent(self._connection, mails, self._row(draft))

    async def save(self, draft: MailDraft) -> None:
        await upsert.save(self._connection, mails, [self._row(draft)])

    async def get(self, draft: MailId) -> MailDraft | None:
        body = await _GET.scalar(self._connection, tenant=self._tenant, id=draft)
        return None if body is None else bodies.mail.load(body)

    async def of_issue(self, issue: IssueId) -> Sequence[MailDraft]:
        return [
            bodies.mail.load(body) for body in await _OF.scalars(self._connection, tenant=self._tenant, issue=issue)
        ]

    async def latest(self, limit: int) -> Sequence[MailDraft]:
        found = await _LATEST.scalars(self._connection, tenant=self._tenant, limit=limit)
        return [bodies.mail.load(body) for body in found]

    def _row(self, draft: MailDraft) -> dict[str, Any]:
        return {
            "tenant": self._tenant,
            "id": draft.id,
            "issue": draft.issue,
            "state": draft.state.value,
            "slot": f"{draft.issue}/{draft.audience}" if draft.standing else draft.id,
            "drafted_at": draft.drafted_at,
            "body": bodies.mail.dump(draft),
        }


_MINE = select(mails.c.body).where(mails.c.tenant == bindparam("tenant"))
_NEWEST = (mails.c.drafted_at.desc(), mails.c.id.desc())
_GET = Prepared(_MINE.where(mails.c.id == bindparam("id")).with_for_update())
_OF = Prepared(_MINE.where(mails.c.issue == bindparam("issue")).order_by(*_NEWEST))
_LATEST = Prepared(_MINE.order_by(*_NEWEST).limit(bindparam("limit", type_=Integer())))
