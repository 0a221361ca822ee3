"""Questions that the clock asks. Each is a timer; when it is due, it becomes a letter like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.desk.office import entry
from bot.desk.timekeeper import Handler
from bot.model.errors import Missing, Rejected
from bot.model.message import Account, Message
from bot.model.report import Report, Schedule
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

KIND = "report"
MOST = 50  # of a tenant
LONG_PAUSE = timedelta(days=36_500)

_REPORT: TypeAdapter[Report] = TypeAdapter(Report)


class Reports:
    """Fills bot.ports.desks.ReportDesk."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def handlers(self) -> Mapping[str, Handler]:
        return {KIND: self.ask}

    async def every(self, tenant: TenantId) -> Sequence[Report]:
        async with self._storage.work(tenant) as work:
            found = [_read(timer) for timer in await work.timers.of_kind(KIND)]
        return sorted(found, key=lambda one: (one.paused, one.due_at, one.id))

    async def make(self, actor: Actor, account: Account, question: str, schedule: Schedule) -> Report:
        if actor.place is None or actor.by.person is None:
            raise Rejected("I do not know where to report.", advice="Say it in Slack or in Teams.")
        now, place = self._clock.now(), actor.place.in_thread("")
        async with self._storage.work(actor.tenant) as work:
            standing = [_read(timer) for timer in await work.timers.of_kind(KIND)]
            if same := next((one for one in standing if one.cause == actor.cause), None):
                return same  # a letter that is answered again makes no second one
            if len(standing) >= MOST:
                raise Rejected(f"There are {MOST} reports already.", advice="Delete one that nobody reads: `report`.")
            made = Report(
                _free(standing), question, schedule, place, account, actor.by.person, actor.by.name,
                schedule.after(now), cause=actor.cause,
            )  # fmt: skip
            await _keep(work, made)
            details = {"question": question, "when": schedule.words, "where": place.lane}
            await work.audit.add(entry(actor, "report.made", made.id, self._clock, **details))
        return made

    async def pause(self, actor: Actor, report: str) -> Report:
        return await self._changed(actor, report, "report.paused", paused=True)

    async def resume(self, actor: Actor, report: str) -> Report:
        return await self._changed(actor, report, "report.resumed", paused=False)

    async def delete(self, actor: Actor, report: str) -> Report:
        async with self._storage.work(actor.tenant) as work:
            found = await _find(work, report)
            await work.timers.stop(KIND, found.id)
            await work.audit.add(entry(actor, "report.deleted", found.id, self._clock, question=found.question))
        return found

    async def ask(self, work: UnitOfWork, timer: Timer) -> None:
        """Asked and set anew in one commit: once for each time, however often the process dies."""
        report, now = _read(timer), self._clock.now()
        following = replace(report, due_at=report.schedule.after(now))
        await _keep(work, following)
        if not report.paused:
            await work.letters.put(_letter(report, timer), now)

    async def _changed(self, actor: Actor, report: str, act: str, *, paused: bool) -> Report:
        async with self._storage.work(actor.tenant) as work:
            found = await _find(work, report)
            if found.paused == paused:
                return found
            now = self._clock.now()
            after = replace(found, paused=paused, due_at=found.schedule.after(now))
            await _keep(work, after)
            await work.audit.add(entry(actor, act, found.id, self._clock, question=found.question))
        return after


def _letter(report: Report, timer: Timer) -> Message:
    key = f"report:{report.id}:{timer.due_at.isoformat()}"
    return Message(key, report.place, report.account, timer.due_at, report.question, by_clock=True)


async def _keep(work: UnitOfWork, report: Report) -> None:
    """One that pauses waits beyond all time, and is found all the same."""
    due = report.due_at + LONG_PAUSE if report.paused else report.due_at
    body: dict[str, Any] = {"report": _REPORT.dump_python(report, mode="json")}
    await work.timers.set(KIND, report.id, due, body)


def _read(timer: Timer) -> Report:
    return _REPORT.validate_python(timer.body["report"])


async def _find(work: UnitOfWork, report: str) -> Report:
    found = await work.timers.get(KIND, report.strip().upper())
    if found is None:
        raise Missing(f"There is no report {report[:40]}.", advice="`report` lists those that there are.")
    return _read(found)


def _free(standing: Sequence[Report]) -> str:
    """A short name, for it is typed by hand."""
    taken = {one.id for one in standing}
    return next(name for number in range(1, MOST + 2) if (name := f"R{number}") not in taken)
