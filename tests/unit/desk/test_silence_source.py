"""Both sides of a silence, ours and its source's: the same at the end, whatever failed in between."""

import asyncio
from dataclasses import replace

import pytest

from bot.desk.silence_marks import comment_of
from bot.desk.silences import Silences
from bot.model.errors import Unavailable
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.silenced import telling
from bot.ports.silencer import Ringing
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.unit.desk.silences import (
    BY_NAME,
    HOUR,
    SLOW,
    Source,
    anna,
    ben,
    issue_of,
    row,
    said,
    save,
    standing_desk,
    trail,
)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def desk(storage: SqlStorage, clock: DrivenClock, source: Source) -> Silences:
    return await standing_desk(storage, clock, source)


async def test_a_source_that_is_away_is_told_later(
    desk: Silences, storage: SqlStorage, source: Source, clock: DrivenClock
) -> None:
    source.away = Unavailable("Alertmanager", definite=True)
    with pytest.raises(Unavailable) as problem:
        await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert "I have noted the silence" in problem.value.advice
    assert (await issue_of(storage, SLOW)).silence == ""

    source.away = None
    await desk.settle(DEFAULT_TENANT)
    assert source.created == 0  # a call may still be on its way
    await clock.advance(120)
    await desk.settle(DEFAULT_TENANT)
    await desk.settle(DEFAULT_TENANT)
    assert source.created == 1
    assert (await issue_of(storage, SLOW)).silence
    assert await said(storage, SLOW) == ["Anna Berger from Slack silenced it until 13:00 UTC."]


async def test_an_answer_that_was_lost_does_not_make_two(desk: Silences, storage: SqlStorage, source: Source) -> None:
    source.answer_lost = True
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert (silence.outside, source.created) == ("out-1", 1)
    assert (await issue_of(storage, SLOW)).silence == silence.id


async def test_a_crash_after_the_call_is_booked_by_the_next_start(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await save(storage, replace(silence, outside=""))  # as if we had died before the id was kept
    await desk.settle(DEFAULT_TENANT)
    assert (await row(storage, silence.id)).outside == "out-1"
    assert source.created == 1


async def test_a_crash_before_the_call_is_made_good_by_the_letter_that_comes_again(
    desk: Silences, storage: SqlStorage, source: Source
) -> None:
    source.away = Unavailable("Alertmanager")
    with pytest.raises(Unavailable):
        await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    source.away = None
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    assert (silence.outside, source.created) == ("out-1", 1)


async def test_two_that_were_made_become_one(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await source.create(BY_NAME, NOON, NOON + HOUR, "Anna", comment_of(silence))
    await desk.settle(DEFAULT_TENANT)
    assert [one.id for one in source.alive] == ["out-1"]


async def test_two_replicas_that_are_asked_at_once_end_with_one(
    desk: Silences, storage: SqlStorage, source: Source, clock: DrivenClock
) -> None:
    other = Silences(storage, clock, {"alertmanager": source}, telling(clock))
    source.ringing = [Ringing("Slow", Severity.CRITICAL, {"alertname": "Slow"})]
    asked = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    source.ringing = []
    presses = [one.approve(ben(f"press-{n}"), asked.id) for n in range(4) for one in (desk, other)]
    await asyncio.gather(*presses)
    await desk.settle(DEFAULT_TENANT)
    kept = await row(storage, asked.id)
    assert [one.id for one in source.alive] == [kept.outside]
    assert (await issue_of(storage, SLOW)).silence == asked.id


async def test_what_came_late_to_an_end_is_ended(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await desk.expire(anna("letter-2"), silence.id)
    await source.create(BY_NAME, NOON, NOON + HOUR, "Anna", comment_of(silence))
    await desk.settle(DEFAULT_TENANT)
    assert source.alive == []


async def test_changes_at_the_source_are_learnt(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    await source.extend("out-1", NOON + 5 * HOUR)
    await desk.settle(DEFAULT_TENANT)
    assert (await row(storage, silence.id)).ends_at == NOON + 5 * HOUR
    assert (await issue_of(storage, SLOW)).silenced_until == NOON + 5 * HOUR
    await source.expire("out-1")
    await desk.settle(DEFAULT_TENANT)
    assert (await row(storage, silence.id)).state == "expired"
    assert (await issue_of(storage, SLOW)).silence == ""
    assert len(await trail(storage, "silence.ended_at_source")) == 1


async def test_a_source_that_forgot_is_told_again(desk: Silences, storage: SqlStorage, source: Source) -> None:
    silence = await desk.create(anna(), BY_NAME, NOON + HOUR, issue=SLOW)
    source.kept.clear()
    await desk.settle(DEFAULT_TENANT)
    assert (await row(storage, silence.id)).outside == "out-2"
    source.kept.clear()
    extended = await desk.extend(ben(), silence.id, NOON + 2 * HOUR)
    assert (extended.outside, extended.ends_at) == ("out-3", NOON + 2 * HOUR)
    assert [one.ends_at for one in source.alive] == [NOON + 2 * HOUR]
