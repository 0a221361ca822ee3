"""A report that is due becomes a letter, once, and is due again at its next time."""

import contextlib
from datetime import time, timedelta

import pytest

from bot.desk.reports import MOST, Reports
from bot.model.errors import Missing, Rejected
from bot.model.issue import By
from bot.model.message import Account, PersonId, Place
from bot.model.plan import WEEKDAYS
from bot.model.report import Schedule
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.actor import Actor
from bot.ports.storage import Trail
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock

NINE = Schedule(WEEKDAYS, time(9), "UTC")
THREAD = Place("slack", "T1", "C1", "171.1")
ANNA = Account("slack", "T1", "U1", "Anna Berger")
DAY = timedelta(days=1)
DUE = NOON.replace(hour=9) + DAY


def anna(cause: str = "letter-1") -> Actor:
    return Actor(DEFAULT_TENANT, By("Anna Berger", PersonId("p1"), "slack"), cause, THREAD)


async def take_due(desk: Reports, storage: SqlStorage, clock: DrivenClock) -> int:
    """As the timekeeper does it: taken and done in one unit of work."""
    done = 0
    for tenant, timer in await storage.timers.due(clock.now(), 10):
        async with storage.work(tenant) as work:
            taken = await work.timers.take(timer, clock.now())
            assert taken
            await desk.ask(work, taken)
            done += 1
    return done


async def test_a_report_is_asked_once_at_each_of_its_times(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    made = await desk.make(anna(), ANNA, "slo", NINE)
    assert (made.id, made.due_at, made.place) == ("R1", DUE, THREAD.in_thread(""))
    assert await take_due(desk, storage, clock) == 0
    await clock.advance((DUE - NOON).total_seconds())
    assert await take_due(desk, storage, clock) == 1
    assert await take_due(desk, storage, clock) == 0
    (letter,) = await storage.letters.claim(10, clock.now())
    message = letter.message
    assert (message.text, message.place, message.author, message.by_clock) == ("slo", made.place, ANNA, True)
    (standing,) = await desk.every(DEFAULT_TENANT)
    assert standing.due_at == DUE + DAY


async def test_times_that_were_slept_through_are_asked_once(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    await desk.make(anna(), ANNA, "slo", NINE)
    await clock.advance(timedelta(days=5).total_seconds())
    assert await take_due(desk, storage, clock) == 1
    assert await storage.letters.waiting() == 1
    (standing,) = await desk.every(DEFAULT_TENANT)
    assert standing.due_at == NOON.replace(hour=9) + 6 * DAY


async def test_what_is_undone_is_asked_again(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    await desk.make(anna(), ANNA, "slo", NINE)
    await clock.advance(DAY.total_seconds())
    ((tenant, timer),) = await storage.timers.due(clock.now(), 10)
    with contextlib.suppress(ZeroDivisionError):
        async with storage.work(tenant) as work:
            taken = await work.timers.take(timer, clock.now())
            assert taken
            await desk.ask(work, taken)
            raise ZeroDivisionError  # as when the process dies before it commits
    assert await storage.letters.waiting() == 0
    assert await take_due(desk, storage, clock) == 1
    assert await storage.letters.waiting() == 1


async def test_one_that_pauses_is_silent_until_it_goes_on(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    await desk.make(anna(), ANNA, "slo", NINE)
    await desk.pause(anna(), "r1")
    await clock.advance(timedelta(days=3).total_seconds())
    assert await take_due(desk, storage, clock) == 0
    (standing,) = await desk.every(DEFAULT_TENANT)
    assert standing.paused
    again = await desk.resume(anna(), "R1")
    assert again.due_at == DUE + 3 * DAY
    await clock.advance(DAY.total_seconds())
    assert await take_due(desk, storage, clock) == 1


async def test_a_letter_makes_one_report_and_names_are_given_anew(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    first = await desk.make(anna(), ANNA, "slo", NINE)
    assert await desk.make(anna(), ANNA, "slo", NINE) == first
    assert (await desk.make(anna("letter-2"), ANNA, "status", NINE)).id == "R2"
    await desk.delete(anna(), "R1")
    assert (await desk.make(anna("letter-3"), ANNA, "errors", NINE)).id == "R1"
    with pytest.raises(Missing, match="no report R9"):
        await desk.pause(anna(), "R9")
    async with storage.work(DEFAULT_TENANT) as work:
        acts = [entry.act for entry in await work.audit.find(Trail())]
    assert acts == ["report.made", "report.deleted", "report.made", "report.made"]


async def test_there_is_an_end_to_them(storage: SqlStorage, clock: DrivenClock) -> None:
    desk = Reports(storage, clock)
    for number in range(MOST):
        await desk.make(anna(f"letter-{number}"), ANNA, "slo", NINE)
    with pytest.raises(Rejected, match=f"There are {MOST} reports already"):
        await desk.make(anna("one more"), ANNA, "slo", NINE)
