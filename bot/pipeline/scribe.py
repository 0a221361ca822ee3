"""What a model words better than rules, after the rules have worded it: entries of knowledge, and drafts of e-mails.

As with analyses, nothing outside is waited for inside a transaction. Where the model has nothing to say that holds,
what the rules wrote simply stands.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from bot.desk import issue_entry
from bot.desk.timekeeper import Handler
from bot.model.document import of_issue
from bot.model.errors import Problem
from bot.model.issue import IssueId
from bot.model.mail import MailId
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.pipeline import model_entry
from bot.pipeline.in_hand import InHand, tries
from bot.pipeline.mails import model_words, telling
from bot.pipeline.mails.telling import MAIL_WORDS, Board
from bot.pipeline.mails.words import KINDS
from bot.pipeline.speaking import ENTRY_WORDS
from bot.ports.model import Consults
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

LEASES = {  # how long each try may take, and so when the next one is
    ENTRY_WORDS: (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3)),
    MAIL_WORDS: (timedelta(minutes=3), timedelta(minutes=3)),  # only who was killed is followed by another
}
AT_ONCE = 4
AGAIN = timedelta(seconds=10)  # where as many are in hand
MOST_HISTORY = 100

Write: TypeAlias = Callable[[TenantId, str], Awaitable[str]]


class Scribe:
    """`consults` is None where there is no model: what is due is then done already."""

    def __init__(self, storage: Storage, clock: Clock, meters: Meters, board: Board, consults: Consults | None) -> None:
        self._storage, self._clock, self._meters, self._board = storage, clock, meters, board
        self._consults = consults
        self._writes: Mapping[str, Write] = {ENTRY_WORDS: self._entry, MAIL_WORDS: self._mail}
        self._in_hand = InHand(clock, AT_ONCE, AGAIN)

    def handlers(self) -> Mapping[str, Handler]:
        return dict.fromkeys(self._writes, self._due)

    async def stop(self) -> None:
        await self._in_hand.stop()

    async def idle(self) -> None:
        """Returns when nothing is in hand."""
        await self._in_hand.idle()

    async def _due(self, work: UnitOfWork, timer: Timer) -> None:
        begun, leases = tries(timer), LEASES[timer.kind]
        if self._consults is not None and begun < len(leases):
            await self._in_hand.begin(work, timer, leases[begun], partial(self._written, timer.kind))

    async def _written(self, kind: str, tenant: TenantId, of: str) -> None:
        try:
            result = await self._writes[kind](tenant, of)
        except Problem as problem:
            log.warning("words_put_off", extra={"kind": kind, "of": of, "reason": problem.says})
        except Exception:  # a door: what the rules wrote stands
            log.exception("not_worded", extra={"kind": kind, "of": of})
        else:
            self._meters.count("model_words", kind=kind.removesuffix("words"), result=result)

    async def _entry(self, tenant: TenantId, of: str) -> str:
        async with self._storage.work(tenant) as work:
            issue = await work.issues.look(IssueId(of))
            if issue is None or issue.open:
                await work.timers.stop(ENTRY_WORDS, of)
                return "gone"
            history = await work.issues.history(issue.id, MOST_HISTORY)
        assert self._consults
        words = await self._consults.ask(tenant, model_entry.brief(issue, history))
        if words is None:
            return "unanswered"  # the lease stands: once more when it is over
        return await self._keep_entry(tenant, issue.id, words.summary)

    async def _keep_entry(self, tenant: TenantId, of: IssueId, summary: str) -> str:
        """Held against the issue as it stands now."""
        async with self._storage.work(tenant) as work:
            issue, standing = await work.issues.look(of), await work.documents.get(of_issue(of))
            if not await work.timers.stop(ENTRY_WORDS, of) or issue is None or standing is None:
                return "gone"
            history = await work.issues.history(of, MOST_HISTORY)
            said = model_entry.checked(summary, issue, history)
            if said:
                written = issue_entry.entry(issue, history, standing, self._clock.now(), said)
                await work.documents.save([written])
        return "written" if said else "not_grounded"

    async def _mail(self, tenant: TenantId, of: str) -> str:
        async with self._storage.work(tenant) as work:
            draft = await work.mails.get(MailId(of))
            issue = await work.issues.look(draft.issue) if draft else None
            if draft is None or issue is None or not model_words.untouched(draft):
                await work.timers.stop(MAIL_WORDS, of)
                return "gone"
        assert self._consults
        words = await self._consults.ask(tenant, model_words.brief(draft, issue))
        async with self._storage.work(tenant) as work:
            draft = await work.mails.get(MailId(of))
            if not await work.timers.stop(MAIL_WORDS, of) or draft is None:
                return "gone"
            if words is None:
                return "unanswered"
            new, now = model_words.reworded(draft, issue, words.text), self._clock.now()
            if new is None:
                return "not_grounded"
            says = (
                f"Words of the {KINDS[new.audience].lower()} {new.id} were written by a model; its figures are checked."
            )
            await telling.note(work, new, "worded", says, now)
            await self._board.show(work, new, now)
        return "written"
