"""What is remembered of issues: an entry when one is over, and a word on a new one that was here before.

Both are timers: the commit that changes an issue does not wait for what is learnt from it, and loses nothing of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.analysis.similarity import SAME
from bot.desk import issue_entry, remembering
from bot.desk.timekeeper import Handler
from bot.model.document import of_issue
from bot.model.issue import Issue, IssueId
from bot.model.timer import Timer
from bot.pipeline import model_entry
from bot.pipeline.change import Change
from bot.pipeline.speaking import ENTRY, ENTRY_WORDS, RECALL, tell
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork

MOST_HISTORY = 100


class Learning:
    """`writes`: a model sums up what is over."""

    def __init__(self, clock: Clock, *, writes: bool = False) -> None:
        self._clock, self._writes = clock, writes

    def handlers(self) -> Mapping[str, Handler]:
        return {ENTRY: self._write, RECALL: self._recall}

    async def _write(self, work: UnitOfWork, timer: Timer) -> None:
        issue = await work.issues.look(IssueId(timer.object))
        if issue is None:
            return
        standing = await work.documents.get(of_issue(issue.id))
        history = await work.issues.history(issue.id, MOST_HISTORY)
        summary = model_entry.checked(issue_entry.summary_of(standing), issue, history)  # as long as it holds
        written = issue_entry.entry(issue, history, standing, self._clock.now(), summary)
        if written != standing:
            await work.documents.save([written])
        if self._writes and not issue.open and not summary:
            await work.timers.set(ENTRY_WORDS, issue.id, self._clock.now(), {})

    async def _recall(self, work: UnitOfWork, timer: Timer) -> None:
        issue = await work.issues.get(IssueId(timer.object))
        if issue is None or not issue.open or issue.seen:
            return
        earlier = await remembering.like(work, issue)
        if earlier and earlier[0].likeness > SAME:
            now = self._clock.now()
            await tell(work, [_remembered(replace(issue, seen=earlier[0]), issue, now)], now)


def _remembered(after: Issue, before: Issue, now: datetime) -> Change:
    return Change(before, replace(after, revision=before.revision + 1, updated_at=now))
