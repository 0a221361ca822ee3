"""An answer that a model was asked for says what that took: its own calls alone, in both chats."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.conversation.inbox import Inbox, InboxWorker
from bot.delivery.drain import Drain
from bot.model.message import Place
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT, Tenant
from storage.storage import SqlStorage
from tests.builders import CHANNEL, message
from tests.fakes import NOON, DrivenClock
from tests.integration.core.chat import Chat
from tests.integration.openai.test_planner import HONEST, POSTIE, TEAM, a_scene
from tests.unit.conversation.test_engine import Meters

SAID = re.compile(r"([\d,]+) tokens, \$ [\d.]+$")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is booked about an answer is the same on both engines: see test_storage_usages.py."""
    return sqlite_url


@asynccontextmanager
async def answering(storage: SqlStorage, clock: DrivenClock, chat: Chat) -> AsyncIterator[Inbox]:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    chats = {"slack": chat, "teams": chat}
    async with a_scene(storage, clock, HONEST, HONEST) as scene:
        worker = InboxWorker(storage, clock, scene.engine, chats, "UTC")
        drain = Drain(storage, clock, chats, Meters())
        tasks = [asyncio.create_task(worker.run()), asyncio.create_task(drain.run())]
        try:
            yield Inbox(storage, clock, Meters())
        finally:
            worker.stop()
            drain.stop()
            await asyncio.gather(*tasks)


async def asked(storage: SqlStorage, clock: DrivenClock, *questions: tuple[Place, str]) -> Sequence[Reply]:
    """At once, by the same person."""
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        for number, (place, text) in enumerate(questions):
            await inbox.receive(message(text, key=f"k{number}", place=place))
        await chat.until(len(questions))
    found = {order.place.key: order.reply for order in chat.posts.values()}
    return [found[place.key] for place, _ in questions]


@pytest.mark.parametrize("place", [CHANNEL, TEAM], ids=["slack", "teams"])
async def test_the_calls_of_an_answer_stand_in_its_small_print(storage, clock, place):
    here = place.in_thread("7.7")
    by_model, by_rules = await asked(storage, clock, (here, POSTIE), (place.in_thread("8.8"), "help"))
    async with storage.work(DEFAULT_TENANT) as work:
        [usage] = await work.usages.latest(9)
    said = SAID.search(by_model.footer)
    assert said
    assert int(said[1].replace(",", "")) == usage.tokens.all
    assert "tokens" not in by_rules.footer


async def test_two_answers_at_once_share_nothing(storage, clock):
    places = [CHANNEL.in_thread("7.7"), CHANNEL.in_thread("8.8")]
    replies = await asked(storage, clock, *((place, POSTIE) for place in places))
    async with storage.work(DEFAULT_TENANT) as work:
        calls = await work.usages.latest(9)
    assert len({one.about for one in calls}) == 2
    told = sorted(int(SAID.search(one.footer)[1].replace(",", "")) for one in replies)
    assert told == sorted(one.tokens.all for one in calls)


async def test_a_tenant_may_switch_it_off(storage, clock):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan.model_validate({"model": {"show_cost": False}}), NOON)
    [reply] = await asked(storage, clock, (CHANNEL.in_thread("7.7"), POSTIE))
    assert "Read by a model" in reply.footer
    assert "tokens" not in reply.footer
