"""Several replicas on one PostgreSQL: each step once, also over a restart; who acknowledges in time is not called."""

import asyncio
from datetime import timedelta

import pytest

from bot.model.errors import Unavailable
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import SqlStorage, open_storage
from tests.conftest import KEY
from tests.integration.desk.scene import BEN, LeapingClock, Night, night, plan

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.peers
ONE_STEP = [{"notify": ["person:anna@example.com"], "wait": "5m"}]


async def test_two_replicas_call_each_step_once_and_a_restart_in_between_changes_nothing(
    postgres_url: str, clock: LeapingClock
) -> None:
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as other,
    ):
        scene = await night(one, clock, plan(repeat=3))
        async with scene.working(one, other):
            await scene.open()
            await scene.passes(17 * MINUTE)
        await clock.leap(clock.now() + 4 * MINUTE)  # nobody works for a while
        async with open_storage(postgres_url, keys=[KEY], clock=clock) as third, scene.working(other, third):
            await scene.passes(90 * MINUTE)
        assert [minute for minute, where in scene.called() if where == "slack dm-U0ANNA"] == [0, 30, 60, 90]
        assert len(scene.called()) == 4 * 5
        assert len(await scene.story("called")) == 4 * 3
        assert await scene.audited("issue.called") == 4 * 3
        assert len(await scene.story("unanswered")) == 0


async def test_an_acknowledgement_and_a_step_at_the_same_moment(postgres_url: str, clock: LeapingClock) -> None:
    """Whoever of the two comes first: after an acknowledgement nobody is called, and its page says who has it."""
    async with (
        open_storage(postgres_url, keys=[KEY], clock=clock) as one,
        open_storage(postgres_url, keys=[KEY], clock=clock) as other,
    ):
        scene = await night(one, clock, plan(steps=ONE_STEP))
        before = 0
        for turn in range(12):
            await scene.open(id=f"ISS-{turn}")
            press = asyncio.create_task(_acknowledged(scene, f"ISS-{turn}"))
            await asyncio.wait([press], timeout=None if turn == 0 else 0.006 * (11 - turn))
            async with scene.working(one, other):
                await press
                await scene.passes(MINUTE)
            history = await _history(one, f"ISS-{turn}")
            assert history[-1] == "acknowledged", history
            assert history in (["acknowledged"], ["called", "acknowledged"])
            before += "called" in history
            pages = [page for page in scene.reads("dm-U0ANNA") if page.footer == f"ISS-{turn}"]
            assert len(pages) == ("called" in history)
            assert all(page.summary.startswith("Ben Ortner has it") for page in pages)
        assert before < 12  # the first press was certainly in time


async def _acknowledged(scene: Night, issue: str) -> None:
    """As a letter that comes again while the database says later."""
    for _ in range(5):
        try:
            await scene.act("acknowledge", BEN, cause=f"press on {issue}", issue=issue)
        except Unavailable:
            continue
        return
    raise AssertionError("not acknowledged")


async def _history(storage: SqlStorage, issue: str) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [one.what for one in await work.issues.history(issue, 100)]  # type: ignore[arg-type]
