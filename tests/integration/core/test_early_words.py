"""What is shown of an answer before it is there, over a real database; the answer takes the place of all of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.conversation.stopping import LOOK_EVERY, Stopping
from bot.conversation.telling import LIVE_AFTER, OPENING, WORDS_EVERY, Seat, Telling, telling
from bot.model.errors import Unavailable
from bot.model.message import Account, Click, Place
from bot.model.parcel import Receipt, Subject
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.platform import Step, Stopped
from storage.storage import SqlStorage
from tests.builders import message
from tests.fakes import NOON, DrivenClock
from tests.integration.core.chat import Chat

THREAD = Place("slack", "T0NIGHT", "C0INCIDENTS", "1.1")
SEAT = Seat(DEFAULT_TENANT, THREAD, Account("slack", "T0NIGHT", "U0ANNA"), Subject("answer:1"))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The engine makes no difference here."""
    return sqlite_url


async def until(true: Callable[[], bool], clock: DrivenClock | None = None) -> None:
    async with asyncio.timeout(10):
        while not true():
            if clock:
                await clock.advance(0.25)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def told(storage: SqlStorage, clock: DrivenClock, chat: Chat) -> AsyncIterator[Telling]:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    async with telling(storage, clock, chat, SEAT) as it:
        yield it


async def receipt(storage: SqlStorage) -> Receipt | None:
    async with storage.work(DEFAULT_TENANT) as work:
        return await work.parcels.receipt(THREAD, SEAT.subject)


async def test_the_first_words_open_a_live_message_and_do_not_wait(storage: SqlStorage, clock: DrivenClock):
    chat = Chat()
    chat.live = True
    async with told(storage, clock, chat) as it:
        await it.words("It is slow.")
        await until(lambda: "words: It is slow." in chat.steps)  # no time has passed
        await it.words("A deploy.")
        await it.words("Look there first.")
        await until(lambda: len([one for one in chat.steps if one.startswith("words")]) == 2, clock)
    assert chat.steps[-1] == "words: It is slow. A deploy. Look there first.", "what came meanwhile is shown together"
    assert await receipt(storage) == Receipt("live-1", live=True)
    assert chat.log == []


async def test_without_live_messages_an_ordinary_one_is_edited_at_a_pace(storage: SqlStorage, clock: DrivenClock):
    chat = Chat()
    async with told(storage, clock, chat) as it:
        await it.words("It is slow.")
        await until(lambda: len(chat.log) == 2)
        assert chat.log == [OPENING, "It is slow. …"], "what is posted first says nothing that could remain"
        await it.words("A deploy.")
        await asyncio.sleep(0)
        assert len(chat.log) == 2
        began = clock.now()
        await until(lambda: len(chat.log) == 3, clock)
        assert clock.now() - began >= timedelta(seconds=WORDS_EVERY - 0.25)
    kept = await receipt(storage)
    assert kept is not None
    assert not kept.live
    assert len(chat.posts) == 1
    assert {order.receipt for order in chat.updates} == {kept}


async def test_a_chat_that_is_away_loses_the_words_and_nothing_else(storage: SqlStorage, clock: DrivenClock):
    chat = Chat()
    chat.faults = [Unavailable("Slack")]
    async with told(storage, clock, chat) as it:
        await it.words("It is slow.")
        await until(lambda: not chat.faults)
    assert await receipt(storage) is None
    assert chat.posts == {}


async def test_whoever_answers_again_after_a_crash_replaces_what_stands(storage: SqlStorage, clock: DrivenClock):
    chat = Chat()
    chat.live = True
    async with told(storage, clock, chat) as it:
        await it.words("It is slow.")
        await until(lambda: len(chat.steps) > 1)
    before = len(chat.steps)
    async with told(storage, clock, chat) as it:
        await it.words("It is slow.")
        await until(lambda: clock.now() - NOON > timedelta(seconds=LIVE_AFTER + 1), clock)
    assert not [one for one in chat.steps[before:] if one.startswith("words")]
    assert await receipt(storage) == Receipt("live-1", live=True), "the answer finishes the one that stands"


async def test_work_that_can_be_stopped_is_told_with_a_button(storage: SqlStorage, clock: DrivenClock):
    chat = Chat()
    async with told(storage, clock, chat) as it:
        it.can_be_stopped()
        await it.step("Reading the health")
        await until(lambda: len(chat.log) >= 2, clock)
        await it.step("Reading what moved")
        await until(lambda: "Reading what moved" in chat.log, clock)
    assert chat.log == [OPENING, "Reading the health", "Reading what moved"]
    shown: list[Reply] = [order.reply for order in (*chat.posts.values(), *chat.updates)]
    assert all([one.intent for one in reply.buttons] == ["stop"] for reply in shown)


class StoppedThere(Chat):
    async def progress(self, tenant, place, step: Step, receipt):
        raise Stopped


async def test_stop_is_heard_from_the_platform_and_from_a_letter_behind(storage: SqlStorage, clock: DrivenClock):
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    await storage.letters.accept(DEFAULT_TENANT, message("investigate checkout", key="a", place=THREAD), NOON)
    [letter] = await storage.letters.claim(5, NOON)

    there = Telling(storage, clock, StoppedThere(), SEAT)
    halt = asyncio.create_task(Stopping(storage, clock, letter, there).halt())
    running = asyncio.create_task(there.run())
    await until(halt.done, clock)
    running.cancel()

    halt = asyncio.create_task(Stopping(storage, clock, letter, Telling(storage, clock, None, SEAT)).halt())
    for other in (
        message("and payments?", key="b", place=THREAD),
        message("stop", key="c", place=THREAD.in_thread("9")),
    ):
        await storage.letters.accept(DEFAULT_TENANT, other, NOON)
    for _ in range(4):
        await clock.advance(LOOK_EVERY)
        await asyncio.sleep(0.02)
    assert not halt.done(), "neither another question nor another thread ends it"
    press = message(key="d", place=THREAD, click=Click("stop"))
    await storage.letters.accept(DEFAULT_TENANT, press, NOON)
    await until(halt.done, clock)
