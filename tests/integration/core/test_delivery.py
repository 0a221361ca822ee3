"""The drain on a real database: in order, once, and through everything that a platform does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.delivery.drain import Drain
from bot.model.errors import Rejected, Unavailable
from bot.model.message import Place
from bot.model.parcel import Subject
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from storage.storage import open_storage
from tests.fakes import NOON
from tests.integration.core.chat import Chat
from tests.unit.conversation.test_engine import Meters

HERE, THERE = Place("slack", "T", "C-here"), Place("slack", "T", "C-there")


@contextlib.asynccontextmanager
async def draining(storage, clock, chat) -> AsyncIterator[Drain]:
    drain = Drain(storage, clock, {"slack": chat}, Meters())
    task = asyncio.create_task(drain.run())
    try:
        yield drain
    finally:
        drain.stop()
        await task


async def put(storage, clock, text: str, place: Place = HERE, subject: str = "", revision: int = 1) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.parcels.put(place, Subject(subject or text), revision, Reply(text), clock.now())


async def state(storage, text: str, place: Place = HERE) -> str | None:
    async with storage.work(DEFAULT_TENANT) as work:
        return await work.parcels.state(place, Subject(text))


async def settled(storage, *texts: str, place: Place = HERE) -> None:
    async with asyncio.timeout(10):
        while [await state(storage, text, place) for text in texts] != ["sent"] * len(texts):
            await asyncio.sleep(0.01)  # another task commits; the database has no event to wait on


async def tick(clock) -> None:
    """A second of the driven clock, and a moment for the database, which has a clock of its own."""
    await clock.advance(1)
    await asyncio.sleep(0.01)


async def driven(clock, reached) -> None:
    async with asyncio.timeout(20):
        while not reached():
            await tick(clock)


async def test_what_is_put_is_said_in_order(storage, clock):
    chat = Chat()
    async with draining(storage, clock, chat):
        for number in range(25):
            await put(storage, clock, f"{number}")
        await chat.until(25)
    assert chat.log == [f"{number}" for number in range(25)]
    assert chat.looked_for == []


async def test_a_newer_revision_updates_the_message_that_stands(storage, clock):
    chat = Chat()
    async with draining(storage, clock, chat):
        await put(storage, clock, "first", subject="issue:1")
        await settled(storage, "issue:1")
        await put(storage, clock, "second", subject="issue:1", revision=2)
        await chat.until(2)
    assert len(chat.posts) == 1
    assert [(order.reply.summary, order.receipt.id) for order in chat.updates] == [("second", "ts-0")]


async def test_a_429_pauses_its_lane_and_no_other(storage, clock):
    chat = Chat()
    await put(storage, clock, "a1")
    async with draining(storage, clock, chat):
        await settled(storage, "a1")
        chat.faults = [Unavailable("Slack", retry_after=timedelta(seconds=30), definite=True)]
        await put(storage, clock, "a2")
        while chat.faults:
            await asyncio.sleep(0)
        await put(storage, clock, "a3")
        await put(storage, clock, "b1", THERE)
        await chat.until(2)
        assert chat.log == ["a1", "b1"]
        await clock.advance(29)
        assert chat.log == ["a1", "b1"]
        await driven(clock, lambda: len(chat.log) == 4)
    assert chat.log == ["a1", "b1", "a2", "a3"]
    assert chat.looked_for == []  # a 429 is a definite no: nothing can stand there


async def test_an_answer_that_was_lost_is_looked_for_and_not_posted_again(storage, clock):
    chat = Chat()
    chat.faults = [("lost", Unavailable("Slack"))]
    await put(storage, clock, "once")
    async with draining(storage, clock, chat):
        await chat.until(1)
        while await state(storage, "once") != "sent":
            await tick(clock)
    assert chat.log == ["once"]
    assert chat.looked_for == ["once#1"]


async def test_a_process_that_dies_between_post_and_booking_posts_once(sqlite_url, clock):
    chat = Chat()
    async with open_storage(sqlite_url, keys=(), clock=clock, owner="first") as storage:
        await put(storage, clock, "once")
        taken = await storage.parcels.claim(1, 10, clock.now())
        await chat.send(_order(taken[0]))  # and here it dies: nothing is booked, nothing released
    await clock.advance(60)
    async with (
        open_storage(sqlite_url, keys=(), clock=clock, owner="second") as storage,
        draining(storage, clock, chat),
    ):
        await settled(storage, "once")
    assert chat.log == ["once"]


async def test_what_is_refused_for_good_is_a_dead_letter_with_its_reason(storage, clock):
    chat = Chat()
    chat.faults = [Rejected("The channel is gone.", code="channel_not_found")]
    await put(storage, clock, "lost")
    await put(storage, clock, "next")
    async with draining(storage, clock, chat):
        await chat.until(1)
    async with storage.work(DEFAULT_TENANT) as work:
        entries = await work.audit.latest(10)
    assert chat.log == ["next"]
    assert await state(storage, "lost") == "dead"
    assert [(entry.act, entry.object, entry.details["code"]) for entry in entries] == [
        ("undeliverable", "lost", "channel_not_found")
    ]


async def test_what_was_tried_for_a_day_is_given_up(storage, clock):
    chat = Chat()
    await put(storage, clock, "never")
    chat.faults = [Unavailable("Slack", definite=True)] * 10_000
    async with draining(storage, clock, chat):
        while await state(storage, "never") != "dead":
            await clock.advance(600)
            await asyncio.sleep(0.01)
    assert chat.log == []
    assert clock.now() - NOON > timedelta(days=1)


def _order(parcel):
    from bot.ports.platform import Order

    return Order(parcel.tenant, parcel.place, parcel.reply, parcel.key, parcel.receipt)
