"""An issue walked to its end by what people say and press, with every desk and both databases real."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import incidents
from bot.conversation.engine import Engine
from bot.conversation.inbox import Inbox, InboxWorker
from bot.delivery.drain import Drain
from bot.desk.feedback import KeptFeedback
from bot.model import plain
from bot.model.issue import Issue, Status
from bot.model.message import Account, Click, Place
from bot.model.parcel import Receipt
from bot.model.plan import Plan
from bot.model.reply import Button, Buttons, Choices, Reply
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.incidents import Wanted
from bot.ports.platform import Order
from bot.settings import read
from tests.builders import FakeMetrics, FixedSources, message
from tests.fakes import NOON
from tests.integration.core.chat import Chat
from tests.sourcing import sourced
from tests.unit.conversation.test_engine import Meters

CHANNEL = Place("slack", "T0NIGHT", "C0INCIDENTS")
BEN = Account("slack", "T0NIGHT", "U0BEN", "Ben Ortner")
PLAN = Plan.model_validate({"routes": [{"to": [{"platform": "slack", "channel": "C0INCIDENTS"}]}]})
SLOW = Signal(
    "datadog", "f1", "firing", Severity.HIGH, "checkout latency is high", NOON, labels={"service": "checkout"}
)


class Threads(Chat):
    """Its receipts read as those of the real platforms do, so that a thread leads to its message."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[tuple[str, Order]] = []

    async def send(self, order: Order) -> Receipt:
        await super().send(order)
        receipt = order.receipt or Receipt(f"{order.place.channel}:{len(self.orders)}.1")
        self.orders.append((receipt.id, order))
        self.changed.set()
        return Receipt(receipt.id)

    def latest(self, receipt: str) -> Reply:
        return next(order.reply for found, order in reversed(self.orders) if found == receipt)

    async def said(self, words: str) -> tuple[str, Order]:
        """The first message with these words, as soon as it stands."""
        async with asyncio.timeout(20):
            while True:
                self.changed.clear()
                for receipt, order in self.orders:
                    if words in plain.render(order.reply):
                        return receipt, order
                await self.changed.wait()


class Scene:
    def __init__(self, storage, inbox: Inbox, chat: Threads, desk: incidents.NightDesk) -> None:
        self.storage, self.inbox, self.chat, self.desk = storage, inbox, chat, desk
        self._count = 0

    async def say(self, text: str, thread: str = "", *, overheard: bool = False, who: Account | None = None) -> None:
        await self._hand_in(text=text, thread=thread, overheard=overheard, who=who)

    async def press(self, label: str, receipt: str, thread: str, who: Account | None = None) -> None:
        button = next(one for one in pressable(self.chat.latest(receipt)) if one.label.startswith(label))
        click = Click(button.intent, button.arguments, receipt)
        await self._hand_in(click=click, thread=thread, who=who)

    async def issue(self) -> Issue:
        async with self.storage.work(DEFAULT_TENANT) as work:
            (found,) = await work.issues.find(Wanted())
        return found

    async def trail(self) -> list[str]:
        async with self.storage.work(DEFAULT_TENANT) as work:
            return [entry.act for entry in await work.audit.latest(100) if entry.act.startswith("issue.")]

    async def _hand_in(self, *, thread: str, who: Account | None, **given) -> None:
        self._count += 1
        said = message(key=f"k{self._count}", place=CHANNEL.in_thread(thread or f"{self._count}.9"), **given)
        await self.inbox.receive(replace(said, author=who) if who else said)


def pressable(reply: Reply) -> list[Button]:
    rows = [list(block.buttons) for block in reply.blocks if isinstance(block, Buttons)]
    return [button for row in [*rows, list(reply.buttons)] for button in row]


@contextlib.asynccontextmanager
async def scene(storage, clock) -> AsyncIterator[Scene]:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(PLAN, clock.now())
    chat, meters = Threads(), Meters()
    settings = read({"NIGHTDESK_KEYS": "bmlnaHRkZXNrLXRlc3RzLW5pZ2h0ZGVzay10ZXN0czE="})
    desk = incidents.build(settings, storage, clock, meters, {"slack": chat}, {}, sourced(storage, clock))
    engine = Engine(
        clock=clock, sources=FixedSources(clock, FakeMetrics(lambda *_: [])), feedback=KeptFeedback(storage),
        questions_a_minute=1000,
        patience=timedelta(seconds=30), meters=meters, desks=desk.desks,
    )  # fmt: skip
    worker = InboxWorker(storage, clock, engine, {"slack": chat}, "UTC")
    drain = Drain(storage, clock, {"slack": chat}, meters)
    await desk.start()
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(drain.run())]
    try:
        yield Scene(storage, Inbox(storage, clock, meters), chat, desk)
    finally:
        worker.stop()
        drain.stop()
        await asyncio.gather(*tasks)
        await desk.stop()


async def test_from_the_alert_to_its_end_by_words_and_presses(storage, clock):
    async with scene(storage, clock) as on:
        await on.desk.pipeline.accept(DEFAULT_TENANT, [SLOW])
        root, order = await on.chat.said("checkout latency is high")
        thread = root.partition(":")[2]
        assert order.place == CHANNEL

        await on.say("who has seen this?", thread, overheard=True)
        await on.say("ack this", thread, overheard=True)
        issue = await on.issue()
        await on.chat.said(f"Acknowledged {issue.id} for Anna Berger.")
        await on.say("ack this", thread)
        await on.chat.said("It is acknowledged already")

        await on.say("assign @ben", thread)
        _, asked = await on.chat.said("I do not know “@ben”")
        assert isinstance(asked.reply.blocks[0], Choices)
        await on.say("I'm on it", thread, who=BEN)
        await on.say("assign @ben", thread)
        await on.chat.said(f"{issue.id} is given to Ben Ortner.")

        await on.say("silence it for two hours", thread)
        step, _ = await on.chat.said("Nothing is silenced yet")
        assert (await on.issue()).silenced_until is None
        await on.press("Silence until", step, thread)
        await on.chat.said("Silenced until 2026-03-18 14:00 UTC")
        assert (await on.issue()).silenced_until == NOON + timedelta(hours=2)

        await on.say("it's fixed", thread, who=BEN)
        await on.chat.said(f"Resolved {issue.id}.")
        assert (await on.issue()).status is Status.RESOLVED
        await on.say("what is open?")
        await on.chat.said("Open issues: none.")
        await clock.advance(60)
        await on.say("what happened in the last 2 hours?")
        await on.chat.said("1 opened, 1 resolved, 0 open now")
    acts = await on.trail()
    assert {act: acts.count(act) for act in ("issue.acknowledge", "issue.assign", "issue.resolve")} == {
        "issue.acknowledge": 1, "issue.assign": 1, "issue.resolve": 1,
    }  # fmt: skip
    assert "who has seen" not in " ".join(on.chat.log)


async def test_a_press_on_the_message_of_an_issue_changes_it_and_says_no_more(storage, clock):
    async with scene(storage, clock) as on:
        await on.desk.pipeline.accept(DEFAULT_TENANT, [SLOW])
        root, _ = await on.chat.said("checkout latency is high")
        thread = root.partition(":")[2]
        before = on.chat.latest(root)
        await on.press("Acknowledge", root, thread)
        async with asyncio.timeout(20):
            while on.chat.latest(root) == before:
                await asyncio.sleep(0.01)  # another task tells it
        await on.press("Undo acknowledge", root, thread, who=BEN)
        await on.chat.said("took the acknowledgement back")
        await on.say("help")
        await on.chat.said("Ask me how things are")
        assert not any("Acknowledged ISS" in line for line in on.chat.log)
        assert (await on.issue()).acknowledged is None
    assert sorted(await on.trail())[:2] == ["issue.acknowledge", "issue.unacknowledge"]


@pytest.mark.parametrize("text", ["I need a human", "human My invoice is wrong"])
async def test_a_human_is_asked_for_in_the_thread(storage, clock, text):
    async with scene(storage, clock) as on:
        await on.say(text, "7.7")
        if text.startswith("human"):
            receipt, _ = await on.chat.said("to take over: TICKET-2026-000001")
            await on.press("Where it stands", receipt, "7.7")
            await on.chat.said("number 1 in the queue")
        else:
            await on.chat.said("Tell me in a few words")
