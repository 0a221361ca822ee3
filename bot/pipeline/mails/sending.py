"""An approved e-mail goes out: a timer puts one letter for each address into the outbox, once, and tells the result."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.timekeeper import Handler
from bot.model.issue import IssueId
from bot.model.mail import MailDraft, MailId, MailState
from bot.model.message import Place, PlaceKind
from bot.model.parcel import Draft, Subject
from bot.model.plan import Plan
from bot.model.timer import Timer
from bot.pipeline import phrases
from bot.pipeline.mails import card, drafting, telling
from bot.pipeline.mails.letter import letter
from bot.pipeline.mails.telling import Board
from bot.pipeline.mails.words import KINDS
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork

DRAFT, SEND, CHECK = "maildraft", "mailsend", "mailcheck"  # kinds of timers
FIRST_LOOK, LONGEST_LOOK = timedelta(seconds=2), timedelta(minutes=1)
MOST_WAITED = 15  # looks for the analysis of an issue, before it is written about without
SLOW_FROM = 5  # looks, after which people are told that it takes long
LOOKED_THROUGH = 500  # letters that were given up, to find those of one draft
MAIL, WORKSPACE = "mail", "smtp"


class Sending:
    def __init__(self, clock: Clock, board: Board) -> None:
        self._clock, self._board = clock, board

    def handlers(self) -> dict[str, Handler]:
        return {DRAFT: self.drafted, SEND: self.send, CHECK: self.check}

    async def drafted(self, work: UnitOfWork, timer: Timer) -> None:
        """For an issue that the plan wants written about: once for each audience, whatever became of it."""
        now, plan = self._clock.now(), await work.plans.get() or Plan()
        issue = await work.issues.look(IssueId(timer.object))
        if issue is None or not issue.open:
            return
        if issue.analysing and (waited := int(timer.body.get("waited", 0))) < MOST_WAITED:
            await work.timers.set(DRAFT, issue.id, now + FIRST_LOOK, {"waited": waited + 1})
            return
        there = {one.audience for one in await work.mails.of_issue(issue.id)}
        for audience in drafting.automatic(plan, issue):
            if audience in there:
                continue
            by = replace(telling.NIGHTDESK, at=now)
            made = await drafting.made(work, issue, audience, plan, by, now)
            if made is not None:
                says = f"{KINDS[audience]} drafted: {made.id}. Nothing is sent before somebody approves it."
                await telling.note(work, made, "drafted", says, now)
                await self._board.drafted(work, made, now)

    async def send(self, work: UnitOfWork, timer: Timer) -> None:
        """The minute to undo is over. Each address has its own letter: one that is refused keeps no other back."""
        now, draft = self._clock.now(), await work.mails.get(MailId(timer.object))
        if draft is None or draft.state is not MailState.APPROVED:
            return
        if hindered := self._board.postage.hinders(draft):
            await self._settle(work, replace(draft, state=MailState.FAILED, reason=hindered), now)
            return
        reply = letter(draft)
        letters = [Draft(_place(one), _subject(draft), draft.revision, reply) for one in draft.recipients]
        await work.parcels.put_all(letters, now)
        sending = replace(draft, state=MailState.SENDING, revision=draft.revision + 1)
        await self._board.show(work, sending, now)
        await work.timers.set(CHECK, draft.id, now + FIRST_LOOK, {"looks": 0})

    async def check(self, work: UnitOfWork, timer: Timer) -> None:
        """What became of the letters; looked at again for as long as one of them is on its way."""
        now, draft = self._clock.now(), await work.mails.get(MailId(timer.object))
        if draft is None or draft.state is not MailState.SENDING:
            return
        states = {one: await work.parcels.state(_place(one), _subject(draft)) for one in draft.recipients}
        waiting = [one for one, state in states.items() if state == "waiting"]
        if waiting:
            await self._look_again(work, draft, waiting, int(timer.body.get("looks", 0)) + 1)
            return
        sent = tuple(one for one, state in states.items() if state == "sent")
        reasons = await self._reasons(work, draft)
        refused = {one: reasons.get(one, "not delivered") for one in draft.recipients if one not in sent}
        state = MailState.SENT if sent else MailState.FAILED
        first = next(iter(refused.values()), "")
        reason = first if len(set(refused.values())) == 1 else "every address was refused."
        done = replace(draft, state=state, sent_to=sent, refused=refused, reason="" if sent else reason)
        await self._settle(work, done, now)

    async def _look_again(self, work: UnitOfWork, draft: MailDraft, waiting: list[str], looks: int) -> None:
        now = self._clock.now()
        await work.timers.set(CHECK, draft.id, now + min(FIRST_LOOK * 2**looks, LONGEST_LOOK), {"looks": looks})
        if looks == SLOW_FROM:
            says = f"The mail server has not taken it for {card.listed(waiting)} yet. It is tried again for a day."
            slow = replace(draft, reason=says, revision=draft.revision + 1)
            await self._board.show(work, slow, now)

    async def _reasons(self, work: UnitOfWork, draft: MailDraft) -> dict[str, str]:
        dead = await work.parcels.dead(LOOKED_THROUGH)
        return {one.place.channel: one.error for one in dead if one.subject == _subject(draft)}

    async def _settle(self, work: UnitOfWork, draft: MailDraft, now: datetime) -> None:
        done = replace(draft, settled_at=now, revision=draft.revision + 1)
        says = card.outcome(done)
        await telling.note(work, done, done.state.value, phrases.capped(says, 1000), now)
        await self._board.show(work, done, now)
        await self._board.say(work, done, card.result(done), now)


async def wanted(work: UnitOfWork, issue: IssueId, now: datetime) -> None:
    """The plan wants it written about: drafted in a moment, beside the issue's own commit."""
    await work.timers.set(DRAFT, issue, now, {})


def _place(address: str) -> Place:
    return Place(MAIL, WORKSPACE, address, kind=PlaceKind.PERSONAL)


def _subject(draft: MailDraft) -> Subject:
    """One letter of a draft to an address, ever: an address that has it gets no second one."""
    return Subject(f"mail:{draft.id}")
