"""From a kept message to a said reply, on a real database: once, in order, and with the thread's memory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from bot.conversation.acquaintance import Acquaintances
from bot.conversation.engine import Engine
from bot.conversation.inbox import Inbox, InboxWorker
from bot.conversation.roles import as_stored, by_settings
from bot.delivery.drain import Drain
from bot.desk.answers import KeptAnswers
from bot.desk.asking import Patience
from bot.desk.feedback import KeptFeedback
from bot.model.errors import Unavailable
from bot.model.message import Account, Click, Place, Role
from bot.model.reply import Buttons, Files, Table
from bot.model.tenant import DEFAULT_TENANT, Tenant
from tests.builders import ANNA, FakeMetrics, FixedSources, message
from tests.desks import CHECKOUT, Incidents, desks, issue
from tests.fakes import NOON
from tests.integration.core.chat import Chat
from tests.source_desks import Sources
from tests.unit.conversation.test_engine import Meters

THREAD = Place("slack", "T0NIGHT", "C0INCIDENTS", "1.1")


def values(query, at):
    return [({}, 0.36 if at > NOON - timedelta(days=1) else 0.12)]


class Slow(FakeMetrics):
    """A source that answers when it is let."""

    def __init__(self):
        super().__init__(values)
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def range(self, *asked):
        self.asked.set()
        await self.let.wait()
        return await super().range(*asked)


@contextlib.asynccontextmanager
async def answering(
    storage, clock, chat, metrics=None, on=None, roles=as_stored, sessions=None
) -> AsyncIterator[Inbox]:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    meters = Meters()
    engine = Engine(
        clock=clock,
        sources=FixedSources(clock, metrics or FakeMetrics(values), patience=Patience(attempts=1)),
        feedback=KeptFeedback(storage),
        questions_a_minute=1000,
        patience=timedelta(seconds=30),
        meters=meters,
        desks=on or desks(sessions=sessions),
        answers=KeptAnswers(storage),
    )
    worker = InboxWorker(storage, clock, engine, {"slack": chat}, "UTC", roles=roles)
    drain = Drain(storage, clock, {"slack": chat, "teams": chat}, meters)
    tasks = [asyncio.create_task(worker.run()), asyncio.create_task(drain.run())]
    try:
        yield Inbox(storage, clock, meters)
    finally:
        worker.stop()
        drain.stop()
        await asyncio.gather(*tasks)


async def test_a_message_is_answered_in_its_place(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        assert await inbox.receive(message("latency of checkout", place=THREAD))
        await chat.until(1)
    (order,) = chat.posts.values()
    assert order.place == THREAD
    assert "is 360 ms" in order.reply.summary
    assert chat.steps == []  # too quick to be worth a status


async def test_the_same_message_twice_and_a_double_click_are_one(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        assert await inbox.receive(message("status", key="a", place=THREAD))
        assert not await inbox.receive(message("status", key="a", place=THREAD))
        press = Click("help")
        assert await inbox.receive(message(key="b", place=THREAD, click=press, twin="button"))
        assert not await inbox.receive(message(key="c", place=THREAD, click=press, twin="button"))
        await chat.until(2)
    assert len(chat.log) == 2


async def test_a_follow_up_knows_what_the_thread_is_about(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        await inbox.receive(message("latency of checkout", key="a", place=THREAD))
        await inbox.receive(message("and payments?", key="b", place=THREAD))
        await inbox.receive(message("and yesterday?", key="c", place=THREAD.in_thread("2.2")))
        await chat.until(3)
    by_key = {order.place.thread: [] for order in chat.posts.values()}
    for order in chat.posts.values():
        by_key[order.place.thread].append(order.reply.summary)
    assert "of payments" in by_key["1.1"][1]
    assert "did not understand" in by_key["2.2"][0]


async def test_what_is_overheard_is_answered_only_in_a_thread_of_ours(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        await inbox.receive(message("latency of search", key="a", place=THREAD.in_thread("9.9"), overheard=True))
        await inbox.receive(message("latency of checkout", key="b", place=THREAD))
        await chat.until(1)
        await inbox.receive(message("and payments?", key="c", place=THREAD, overheard=True))
        await chat.until(2)
    assert [order.place.thread for order in chat.posts.values()] == ["1.1", "1.1"]


async def test_a_slow_answer_is_told_and_ends_in_the_same_message(storage, clock):
    chat, source = Chat(), Slow()
    chat.live = True
    async with answering(storage, clock, chat, source) as inbox:
        await inbox.receive(message("latency of checkout", place=THREAD))
        async with asyncio.timeout(10):
            await source.asked.wait()
            while len(chat.steps) < 2:
                await clock.advance(0.5)
                await asyncio.sleep(0.01)
        source.let.set()
        await chat.until(1)
    assert chat.steps[0] == "running: Reading p95 latency of checkout in prod"
    assert chat.posts == {}
    assert [order.receipt.id for order in chat.updates] == ["live-1"]


async def test_a_rating_is_kept_and_nothing_is_said(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        rating = Click("feedback", {"positive": False, "of": "answer:1"})
        await inbox.receive(message(key="a", place=THREAD, click=rating))
        await inbox.receive(message("help", key="b", place=THREAD))
        await chat.until(1)
    assert len(chat.log) == 1


async def test_a_source_that_is_away_is_an_answer_too(storage, clock):
    def away(query, at):
        raise Unavailable("Prometheus")

    chat = Chat()
    async with answering(storage, clock, chat, FakeMetrics(away)) as inbox:
        await inbox.receive(message("latency of checkout", place=THREAD))
        await chat.until(1)
    assert chat.log == ["Prometheus does not answer at the moment."]


async def test_people_talk_in_an_issues_thread_and_only_a_command_is_done(storage, clock):
    chat, on = Chat(), Incidents([issue()], threads={THREAD.opener: CHECKOUT})
    async with answering(storage, clock, chat, on=desks(incidents=on)) as inbox:
        for number, text in enumerate(("who has seen this before?", "I'm on it", "ack this")):
            await inbox.receive(message(text, key=str(number), place=THREAD, overheard=True))
            if text != "ack this":
                await _taken(storage)
                async with storage.work(DEFAULT_TENANT) as work:
                    assert await work.conversations.find(THREAD) is None  # nothing is kept of it
        await chat.until(1)
        await inbox.receive(message("and what do we tell support?", key="4", place=THREAD, overheard=True))
        await inbox.receive(message("what is open?", key="5", place=THREAD))
        await chat.until(2)
    ((actor, act),) = on.acted
    assert (act.kind, act.issue, actor.by.platform) == ("acknowledge", CHECKOUT, "slack")
    assert actor.cause  # the letter
    assert chat.log[0] == f"Acknowledged {CHECKOUT} for Anna Berger."
    assert chat.log[1].startswith("Open issues")


async def test_a_press_names_its_letter_its_account_and_its_message(storage, clock):
    chat, on = Chat(), Incidents([issue()], threads={THREAD.opener: CHECKOUT})
    async with answering(storage, clock, chat, on=desks(incidents=on)) as inbox:
        press = Click("acknowledge", {"issue": CHECKOUT}, THREAD.opener)
        await inbox.receive(message(key="a", place=THREAD, click=press))
        await inbox.receive(message("help", key="b", place=THREAD))
        await chat.until(1)
    assert len(on.acted) == 1
    assert len(chat.log) == 1  # the message of the issue shows the act by itself


async def test_a_stranger_is_looked_up_once_and_known_by_name_and_address(storage, clock):
    chat = Chat()
    chat.profiles["U0ANNA"] = Account("slack", "T0NIGHT", "U0ANNA", "Anna Berger", "anna@example.com")
    roles = by_settings(("anna@example.com",), Role.VIEWER)
    handle = Account("slack", "T0NIGHT", "U0ANNA", "anna.b")
    async with answering(storage, clock, chat, roles=roles) as inbox:
        await inbox.receive(replace(message("help", key="a", place=THREAD), author=handle))
        await chat.until(1)
        await inbox.receive(replace(message("audit", key="b", place=THREAD), author=handle))
        await chat.until(2)
    assert chat.profiles_asked == ["U0ANNA"]
    assert chat.log[0].startswith("Hello Anna.")
    assert chat.log[1].startswith("The trail has nothing")  # an administrator by the settings
    async with storage.work(DEFAULT_TENANT) as work:
        known = await work.people.of(Account("slack", "T0NIGHT", "U0ANNA"))
    assert (known.name, known.email, known.role) == ("Anna Berger", "anna@example.com", Role.OPERATOR)


async def test_who_has_no_profile_is_asked_for_again_after_a_day_only(storage, clock):
    chat, asked = Chat(), []
    known = Acquaintances(storage, clock, {"slack": chat}, as_stored)
    for hours in (0, 1, 22, 1):
        await clock.advance(hours * 3600)
        async with storage.work(DEFAULT_TENANT) as work:
            who = await known.seen(work, ANNA)
        asked.append(known.strange(message(place=THREAD), DEFAULT_TENANT, who))
        if asked[-1]:
            assert await known.introduce(DEFAULT_TENANT, ANNA, who) == who
    assert asked == [True, False, False, True]
    assert chat.profiles_asked == ["U0ANNA", "U0ANNA"]


async def test_who_is_known_is_asked_for_again_after_a_day_for_they_may_have_moved(storage, clock):
    chat, zones = Chat(), []
    for hours, now in ((0, "Europe/Vienna"), (1, "Asia/Tokyo"), (23, "Asia/Tokyo")):
        await clock.advance(hours * 3600)
        chat.profiles["U0ANNA"] = replace(ANNA, email="anna@example.com", zone=now)
        if not zones:
            known = Acquaintances(storage, clock, {"slack": chat}, as_stored)
        async with storage.work(DEFAULT_TENANT) as work:
            who = await known.seen(work, ANNA)
        if known.strange(message(place=THREAD), DEFAULT_TENANT, who):
            who = await known.introduce(DEFAULT_TENANT, ANNA, who)
        zones.append(who.zone)
    assert zones == ["Europe/Vienna", "Europe/Vienna", "Asia/Tokyo"]
    again = Acquaintances(storage, clock, {"slack": chat}, as_stored)
    assert not again.strange(message(place=THREAD), DEFAULT_TENANT, who), "nobody waits for it after a start"
    assert len(chat.profiles_asked) == 2


async def test_a_guest_of_another_workspace_is_nobody_by_an_address_from_there(storage, clock):
    chat = Chat()
    chat.profiles["U0ANNA"] = Account("slack", "T0OTHER", "U0ANNA", "Anna", "boss@example.com")
    guest = replace(ANNA, workspace="T0OTHER")
    async with answering(storage, clock, chat, roles=by_settings(("boss@example.com",), Role.VIEWER)) as inbox:
        await inbox.receive(replace(message("audit", key="a", place=THREAD), author=guest))
        await chat.until(1)
    assert chat.profiles_asked == []
    assert "needs the role admin" in chat.log[0]


async def test_a_platform_that_does_not_tell_who_it_is_holds_nobody_up(storage, clock):
    class Dumb(Chat):
        async def profile(self, tenant, account):
            raise Unavailable("Slack")

    chat = Dumb()
    async with answering(storage, clock, chat) as inbox:
        await inbox.receive(message("help", place=THREAD))
        await chat.until(1)
    assert chat.log[0].startswith("Hello Anna.")


async def _taken(storage) -> None:
    """Until every letter was answered or put aside."""
    async with asyncio.timeout(10):
        while await storage.letters.waiting():
            await asyncio.sleep(0.01)  # another task commits; the database has no event to wait on


async def test_a_secret_in_a_form_reaches_the_desk_and_no_other_place(storage, clock):
    class Away(Sources):
        async def add(self, actor, draft):
            self.drafts.append(draft)
            raise Unavailable("eu")

    away, chat = Away(), Chat()
    click = Click("save_source", {"name": "eu", "url": "https://eu.example.com", "token": "hunter22"})
    async with answering(storage, clock, chat, on=desks(sources=away), roles=lambda _: Role.ADMIN) as inbox:
        await inbox.receive(message(key="k1", place=THREAD, click=click))
        await chat.until(1)
    (order,) = chat.posts.values()
    assert [draft.token.get_secret_value() for draft in away.drafts] == ["hunter22"]
    assert order.reply.summary == "eu does not answer at the moment."
    assert order.reply.buttons == (), "a button to try again would carry the token"
    assert "hunter22" not in repr(chat.posts)


async def test_a_table_is_turned_in_its_own_message_and_exported_below(storage, clock):
    def many(query, at):
        return [({"service": f"s{n:02}"}, float(n)) for n in range(30)]

    chat = Chat()
    async with answering(storage, clock, chat, FakeMetrics(many)) as inbox:
        await inbox.receive(message("latency by service", place=THREAD))
        await chat.until(1)
        (first,) = chat.posts.values()
        (next_,) = [one for one in pressable(first.reply) if one.label == "Next"]
        await inbox.receive(message(key="k2", place=THREAD, click=Click(next_.intent, next_.arguments, "ts-0")))
        await chat.until(1, chat.updates)
        (csv,) = [one for one in pressable(first.reply) if one.label == "CSV"]
        await inbox.receive(message(key="k3", place=THREAD, click=Click(csv.intent, csv.arguments, "ts-0")))
        await chat.until(3)
        await inbox.receive(message("export json", key="k4", place=THREAD))
        await chat.until(4)
    assert [table.where for table in tables(first.reply)] == ["rows 1 to 20 of 30"]
    assert [table.where for table in tables(chat.updates[0].reply)] == ["rows 21 to 30 of 30"]
    assert chat.updates[0].receipt.id == "ts-0"
    *_, given, last = chat.posts.values()
    (files,) = [block.files for block in given.reply.blocks if isinstance(block, Files)]
    assert len(files[0].content.splitlines()) > 30
    assert b"service=s29" in files[0].content
    assert [block.files[0].name[-5:] for block in last.reply.blocks if isinstance(block, Files)] == [".json"]


def tables(reply):
    return [block for block in reply.blocks if isinstance(block, Table)]


def pressable(reply):
    return [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
