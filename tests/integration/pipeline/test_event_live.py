"""Log events live in a place, on both databases: one message, written anew, for a time, and ended once."""

from dataclasses import replace

import pytest

from bot.model import plain
from bot.model.errors import Rejected
from bot.model.message import Place, PlaceKind
from bot.model.parcel import Kept, Subject
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.event_live import EVERY, MOST_PLACES, NOTE
from bot.pipeline.event_watch import Watch
from bot.ports.storage import Trail
from tests.integration.pipeline.test_event_watch import ANNA, due, events, timekeeper, watch

__all__ = ["timekeeper", "watch"]

HERE = Place("slack", "T1", "C1", "1.2")
IN_HERE = replace(ANNA, place=HERE)
TOP = HERE.in_thread("")


async def said(storage, subject: Subject, place: Place = TOP) -> Kept | None:
    async with storage.work(DEFAULT_TENANT) as work:
        return await work.parcels.said(place, subject)


async def run(storage, place: Place = TOP) -> Subject:
    async with storage.work(DEFAULT_TENANT) as work:
        return Subject(f"live:{(await work.events.note(NOTE))[place.key]['run']}")


async def test_one_message_of_the_channel_is_written_anew_only_for_news(watch: Watch, storage, timekeeper, clock):
    assert await watch.show_live(IN_HERE, 30) is True
    subject = await run(storage)
    kept = await said(storage, subject)
    assert kept
    assert (kept.revision, kept.reply.summary) == (1, "No log events came in yet.")
    for _ in range(3):
        await clock.advance(EVERY.total_seconds())
        assert await due(storage, timekeeper, clock) == 1
    kept = await said(storage, subject)
    assert kept
    assert kept.revision == 1, "nothing happened, so nothing is said"
    await watch.take(DEFAULT_TENANT, events(".xxx"))
    await clock.advance(EVERY.total_seconds())
    await due(storage, timekeeper, clock)
    kept = await said(storage, subject)
    assert kept
    assert kept.revision == 2
    assert kept.reply.summary == "4 log events came in, 3 flagged (75.0 %). Critical now: checkout."
    assert kept.reply.buttons[0].intent == "stop_live"
    assert "650 ms" in plain.render(kept.reply)


async def test_it_ends_by_itself_and_says_so(watch: Watch, storage, timekeeper, clock):
    await watch.show_live(IN_HERE, 1)
    subject = await run(storage)
    await clock.advance(1 * 60)
    await due(storage, timekeeper, clock)
    kept = await said(storage, subject)
    assert kept
    assert "No longer live: its time is over" in plain.render(kept.reply)
    await clock.advance(EVERY.total_seconds())
    await due(storage, timekeeper, clock)
    assert await said(storage, subject) == kept
    assert await watch.end_live(IN_HERE) is False


@pytest.mark.parametrize("thread", ["", "1.2", "9.9"])
async def test_it_is_ended_by_hand_from_wherever_its_button_is_pressed(
    watch: Watch, storage, timekeeper, clock, thread: str
):
    chat = replace(HERE, kind=PlaceKind.PERSONAL)
    await watch.show_live(replace(ANNA, place=chat), 30)
    subject = await run(storage, chat)
    assert await watch.end_live(replace(ANNA, place=chat.in_thread(thread))) is True
    kept = await said(storage, subject, chat)
    assert kept
    assert "No longer live: Anna Berger stopped it" in plain.render(kept.reply)
    await clock.advance(EVERY.total_seconds())
    await due(storage, timekeeper, clock)
    assert await said(storage, subject, chat) == kept, "and stays ended"
    async with storage.work(DEFAULT_TENANT) as work:
        assert [one.act for one in await work.audit.find(Trail())] == ["events.live_end", "events.live"]


async def test_asked_again_it_is_the_same_message_for_longer(watch: Watch, storage, timekeeper, clock):
    await watch.show_live(IN_HERE, 1)
    subject = await run(storage)
    assert await watch.show_live(IN_HERE, 60) is False
    assert await run(storage) == subject
    await clock.advance(2 * 60)
    await due(storage, timekeeper, clock)
    kept = await said(storage, subject)
    assert kept
    assert "No longer live" not in plain.render(kept.reply)


async def test_where_and_how_often(watch: Watch, storage):
    for kind in (PlaceKind.HOME, PlaceKind.TERMINAL):
        with pytest.raises(Rejected, match="in a channel or a chat"):
            await watch.show_live(replace(ANNA, place=replace(HERE, kind=kind)), 30)
    for number in range(MOST_PLACES):
        await watch.show_live(replace(ANNA, place=Place("slack", "T1", f"C{number}")), 30)
    with pytest.raises(Rejected, match="10 places already"):
        await watch.show_live(replace(ANNA, place=Place("slack", "T1", "C99")), 30)
