"""The clockwork: ticks in every replica, and runs in the one that leads what need not run in all. It keeps no state."""

import logging
from collections.abc import Sequence
from datetime import UTC
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.model.errors import Problem
from bot.ports.services import Clock
from scheduler.jobs import Job

log = logging.getLogger(__name__)

LATE_IS_FINE_FOR = 60  # seconds that a tick may be late before it is left out


class Leadership(Protocol):
    async def mine(self) -> bool:
        """Whether this replica leads now; asked again before every job."""
        ...

    async def resign(self) -> None: ...


class Runner:
    def __init__(self, jobs: Sequence[Job], leadership: Leadership, clock: Clock) -> None:
        self._jobs = jobs
        self._leadership = leadership
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        for job in self._jobs:
            self._scheduler.add_job(
                self.tick,
                job.trigger,
                args=[job],
                id=job.name,
                coalesce=True,  # after a pause once, not once for every tick that was missed
                max_instances=1,
                misfire_grace_time=LATE_IS_FINE_FOR,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._leadership.resign()

    async def tick(self, job: Job) -> bool:
        """False: another replica leads, or the job failed; the next tick tries again."""
        if not (job.everywhere or await self._leadership.mine()):
            return False
        began = self._clock.now()
        try:
            await job.run(began)
        except Problem as problem:
            log.warning("job_put_off", extra={"job": job.name, "reason": problem.says})
            return False
        except Exception:  # a door: one job's mistake shall not stop the clock
            log.exception("job_failed", extra={"job": job.name})
            return False
        log.debug("job_done", extra={"job": job.name, "seconds": (self._clock.now() - began).total_seconds()})
        return True
