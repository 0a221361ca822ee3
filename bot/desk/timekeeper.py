"""Does what is due, in every replica: the unit of work that takes a timer also holds what follows from it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.delivery.crew import Crew, Work
from bot.delivery.pace import backoff
from bot.model.errors import Problem
from bot.model.tenant import TenantId
from bot.model.timer import Timer, TimerId
from bot.ports.services import Clock, Meters
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

AT_ONCE = 8
REST = 0.04  # seconds between two patient timers: a flood of them leaves the processor to what is urgent
AFTER_A_FAULT = timedelta(minutes=1)

Handler: TypeAlias = Callable[[UnitOfWork, Timer], Awaitable[None]]
"""Works inside the unit of work that took the timer, so it waits for nothing outside the database."""


class Timekeeper:
    """Effects happen once: who takes a timer commits it together with what its handler did, or undoes both."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        handlers: Mapping[str, Handler],
        meters: Meters,
        *,
        patient: bool | None = None,
    ) -> None:
        """For the patient timers, which it does one by one; for the others; or for both."""
        self._storage, self._clock, self._handlers, self._meters = storage, clock, handlers, meters
        self._patient = patient
        self._in_hand: set[TimerId] = set()
        self._failed: dict[TimerId, tuple[int, datetime]] = {}  # how often, and when to try again
        self._crew = Crew(
            "timers",
            size=1 if patient else AT_ONCE,
            clock=clock,
            arrived=asyncio.Event() if patient else storage.timers.arrived,
            take=self._take,
            renew=self._renew,
        )

    async def run(self) -> None:
        await self._crew.run()

    def stop(self) -> None:
        """Take no more; what is under way is finished."""
        self._crew.stop()

    async def _take(self, free: int) -> Mapping[str, Work]:
        now = self._clock.now()
        self._failed = {timer: (count, at) for timer, (count, at) in self._failed.items() if now - at < backoff(10)}
        passed_over = self._in_hand | {timer for timer, (_, at) in self._failed.items() if at > now}
        due = await self._storage.timers.due(now, free + len(passed_over), patient=self._patient)
        new = [(tenant, timer) for tenant, timer in due if timer not in passed_over][:free]
        self._in_hand.update(timer for _, timer in new)
        return {timer: self._do(tenant, timer) for tenant, timer in new}

    async def _renew(self, timers: Sequence[str]) -> None:
        """Nothing to renew: a timer is ours by the transaction that took it."""

    async def _do(self, tenant: TenantId, timer: TimerId) -> None:
        try:
            await self._done(tenant, timer)
        except Problem as problem:
            count = self._again(timer)
            log.warning("timer_put_off", extra={"timer": timer, "times": count, "reason": problem.says})
        except Exception:  # a door: one timer that cannot be done holds up no other
            self._again(timer, AFTER_A_FAULT)
            log.exception("timer_failed", extra={"timer": timer})
        finally:
            self._in_hand.discard(timer)
            if self._patient:
                await self._clock.sleep(REST)

    async def _done(self, tenant: TenantId, timer_id: TimerId) -> None:
        kind, result = "", "undone"
        try:
            async with self._storage.work(tenant) as work:
                now = self._clock.now()
                timer = await work.timers.take(timer_id, now)
                if timer is None:  # somebody else did it, or it was stopped
                    return
                kind = timer.kind
                if handler := self._handlers.get(kind):
                    await handler(work, timer)
                else:  # of a newer version, which runs in another replica
                    log.error("timer_of_unknown_kind", extra={"kind": kind, "object": timer.object})
                    await work.timers.set(kind, timer.object, now + AFTER_A_FAULT, timer.body)
            result = "done" if handler else "unknown"
            self._failed.pop(timer_id, None)
        finally:
            if kind:
                self._meters.count("timers", kind=kind, result=result)

    def _again(self, timer: TimerId, after: timedelta | None = None) -> int:
        count = self._failed.get(timer, (0, self._clock.now()))[0] + 1
        self._failed[timer] = (count, self._clock.now() + (after or backoff(count + 1)))
        return count
