"""One leader runs what is due; a job that fails stops neither itself nor the others."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.date import DateTrigger

from bot.model.errors import Unavailable
from scheduler.jobs import Job, jobs
from scheduler.runner import Runner
from tests.fakes import NOON, DrivenClock


class Vote:
    def __init__(self, *, leads: bool = True) -> None:
        self.leads = leads
        self.resigned = False

    async def mine(self) -> bool:
        return self.leads

    async def resign(self) -> None:
        self.resigned = True


class Diary:
    def __init__(self, problem: Exception | None = None) -> None:
        self.entries: list[datetime] = []
        self.written = asyncio.Event()
        self._problem = problem

    async def write(self, now: datetime) -> None:
        self.entries.append(now)
        self.written.set()
        if self._problem:
            raise self._problem


def at_once(diary: Diary, name: str = "job") -> Job:
    return Job(name, DateTrigger(datetime.now(UTC) + timedelta(milliseconds=20)), diary.write)


async def test_a_due_job_runs_with_the_time_of_our_clock():
    diary, vote = Diary(), Vote()
    runner = Runner([at_once(diary)], vote, DrivenClock())
    await runner.start()
    await asyncio.wait_for(diary.written.wait(), 10)
    await runner.stop()
    assert diary.entries == [NOON]
    assert vote.resigned


async def test_only_the_leader_works_and_it_is_asked_each_time():
    diary, vote = Diary(), Vote(leads=False)
    runner = Runner([], vote, DrivenClock())
    assert not await runner.tick(at_once(diary))
    vote.leads = True
    assert await runner.tick(at_once(diary))
    vote.leads = False
    assert not await runner.tick(at_once(diary))
    assert len(diary.entries) == 1


async def test_what_each_process_keeps_for_itself_is_done_in_each():
    diary = Diary()
    runner = Runner([], Vote(leads=False), DrivenClock())
    assert await runner.tick(replace(at_once(diary), everywhere=True))
    assert diary.entries == [NOON]


@pytest.mark.parametrize(("problem", "message"), [
    (Unavailable("The database"), "job_put_off"),
    (ZeroDivisionError(), "job_failed"),
])  # fmt: skip
async def test_a_failure_is_told_and_the_next_tick_comes(
    problem: Exception, message: str, caplog: pytest.LogCaptureFixture
):
    broken = Diary(problem)
    runner = Runner([], Vote(), DrivenClock())
    with caplog.at_level(logging.WARNING, logger="scheduler"):
        assert not await runner.tick(at_once(broken))
        assert not await runner.tick(at_once(broken))
    assert [record.message for record in caplog.records] == [message] * 2
    assert len(broken.entries) == 2


async def test_stopping_what_never_started():
    await Runner([], Vote(), DrivenClock()).stop()


class Kept:
    class upkeep:
        @staticmethod
        async def forget(now: datetime) -> dict[str, int]:
            return {}

        @staticmethod
        async def audit(now: datetime) -> None:
            return None


class Desk:
    async def refresh(self, now: datetime) -> None: ...
    async def search(self, now: datetime) -> None: ...
    async def settle(self, now: datetime) -> None: ...
    async def tail(self, now: datetime) -> None: ...
    async def shelve(self, now: datetime) -> None: ...
    async def count_usage(self, now: datetime) -> None: ...
    async def budget(self, now: datetime) -> None: ...
    async def rest(self, now: datetime) -> None: ...


class Warmer:
    async def prefetch(self, now: datetime) -> None: ...


class Watching:
    async def sweep(self, now: datetime) -> None: ...


class Sources:
    async def look_at_all(self, now: datetime) -> None: ...


def test_the_list_of_jobs():
    found = {job.name: job for job in jobs(Kept(), Desk(), Sources(), Desk(), Warmer(), Watching())}
    assert list(found) == [
        "retention", "auditor", "catalogues", "prefetch", "watches", "settling", "datasources", "tails", "strangers",
        "AI budgets", "pages", "AI usage", "sessions", "who is who",
    ]  # fmt: skip
    assert [name for name, job in found.items() if job.everywhere] == ["catalogues", "prefetch"]
    morning = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
    assert found["retention"].trigger.get_next_fire_time(None, morning) == morning + timedelta(minutes=17)
