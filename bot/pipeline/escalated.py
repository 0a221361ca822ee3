"""What escalation does to an issue: kept, audited and told like every other change."""

from dataclasses import replace
from datetime import datetime

from bot.desk.steps import News
from bot.model.issue import Issue
from bot.pipeline.change import Change
from bot.pipeline.speaking import tell
from bot.ports.storage import Entry, UnitOfWork


async def told(work: UnitOfWork, news: News, now: datetime) -> Issue:
    """Fills bot.desk.steps.Told."""
    before, happening = news.issue, news.happening
    where = before.escalation if news.escalation is None else news.escalation
    after = replace(before, revision=before.revision + 1, updated_at=now, escalation=where)
    if news.lapsed:
        owner = None if before.owner == before.acknowledged else before.owner  # what came with it goes with it
        after = replace(after, acknowledged=None, owner=owner)
    details = {"name": happening.by.name, "cause": happening.cause, "says": happening.says, **happening.details}
    entry = Entry(f"issue.{happening.what}", before.id, now, details=details)
    await tell(work, [Change(before, after, (happening,), (entry,))], now)
    return after
