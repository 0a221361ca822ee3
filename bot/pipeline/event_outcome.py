"""What came of log events: issues, e-mails that are drafted, what was learnt."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.document import Document
from bot.model.issue import Issue
from bot.model.mail import MailDraft
from bot.model.tenant import TenantId
from bot.pipeline.event_signals import SOURCE
from bot.ports.desks import Desks
from bot.ports.events import EventState
from bot.ports.incidents import Wanted

LOOKED_THROUGH, DRAFTS = 200, 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """Newest first."""

    issues: Sequence[Issue]
    drafts: Sequence[MailDraft]
    entries: Sequence[Document]


async def outcome(desks: Desks, tenant: TenantId, state: EventState, limit: int) -> Outcome:
    """Since the last clearing; what was told in chats of earlier ones stays there."""
    since = state.cleared_at
    found = await desks.incidents.find(tenant, Wanted(since=since, limit=LOOKED_THROUGH))
    mine = [one for one in found if one.told_by(SOURCE) and (since is None or one.opened_at > since)][:limit]
    if not mine:
        return Outcome((), (), ())
    ids = [one.id for one in mine]
    drafts = [one for one in await desks.mails.latest(tenant, DRAFTS) if one.issue in ids]
    entries = await desks.knowledge.learnt(tenant, ids)
    return Outcome(mine, drafts, [entries[one] for one in ids if one in entries])
