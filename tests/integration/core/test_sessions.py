"""A thread as a session, on a real database: its limit, its rest, what it is about, and that nobody is turned away."""

from datetime import timedelta

import pytest

from bot.desk.feedback import KeptFeedback
from bot.desk.sessions import Sessions
from bot.model.errors import Missing, Rejected
from bot.model.issue import By
from bot.model.message import PersonId, Place, PlaceKind
from bot.model.parcel import Subject
from bot.model.reply import Button, Reply
from bot.model.session import IDLE, MOST_MESSAGES, SessionKind, SessionStatus, place_of
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.actor import Actor
from bot.ports.sessions import ConversationId, Said
from tests.builders import message, turn
from tests.desks import CHECKOUT
from tests.fakes import NOON
from tests.integration.core.chat import Chat
from tests.integration.core.test_inbox import THREAD, answering

ADA, BEN = PersonId("ada"), PersonId("ben")
SLACK = THREAD
TEAMS = Place("teams", "tenant-1", "19:chat", kind=PlaceKind.PERSONAL)


async def nowhere(tenant, place):
    return None


def actor(place: Place, person: PersonId = ADA) -> Actor:
    return Actor(DEFAULT_TENANT, By("Ada", person, place.platform), "letter-1", place)


async def filled(storage, place: Place, count: int) -> ConversationId:
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.conversations.at(place, ADA, NOON)
        await work.conversations.add(found.id, *(Said("user", f"line {n}", NOON, ADA) for n in range(count)))
    return found.id


async def of_place(storage, place: Place):
    async with storage.work(DEFAULT_TENANT) as work:
        return await work.conversations.find(place)


@pytest.mark.parametrize("place", [SLACK, TEAMS], ids=["Slack", "Teams"])
async def test_from_ninety_on_it_is_said_and_a_new_one_is_offered(storage, clock, place):
    chat = Chat()
    await filled(storage, place, 86)
    async with answering(storage, clock, chat, sessions=Sessions(storage, clock, nowhere)) as inbox:
        await inbox.receive(message("help", key="a", place=place))
        await chat.until(1)
        await inbox.receive(message("help", key="b", place=place))
        await chat.until(2)
    first, second = (order.reply for order in chat.posts.values())
    assert "messages of this conversation" not in first.footer
    assert second.footer.endswith("90 of the 100 messages of this conversation are used.")
    assert Button("Start a new session", "session_new") in second.buttons


@pytest.mark.parametrize("place", [SLACK, TEAMS], ids=["Slack", "Teams"])
async def test_a_full_one_makes_room_and_the_new_one_knows_what_it_was_about(storage, clock, place):
    chat, sessions = Chat(), Sessions(storage, clock, nowhere)
    old = await filled(storage, place, 96)
    await sessions.set_kind(actor(place), SessionKind.ANALYTICS)
    await sessions.set_context(actor(place), {"environment": "staging"})
    async with answering(storage, clock, chat, sessions=sessions) as inbox:
        await inbox.receive(message("latency of checkout", key="a", place=place))
        await chat.until(1)
        await inbox.receive(message("context", key="b", place=place))
        await chat.until(2)
        await inbox.receive(message("and yesterday?", key="c", place=place))
        await chat.until(3)
    replies = [order.reply for order in chat.posts.values()]
    assert "env staging, as this session is about" in replies[0].footer
    assert "of checkout in staging" in replies[2].summary  # the follow-up still knows the question before
    assert "reached its 100 messages" in replies[2].footer
    fresh = await of_place(storage, place)
    assert (fresh.id != old, fresh.message_count, fresh.kind) == (True, 2, SessionKind.ANALYTICS)
    async with storage.work(DEFAULT_TENANT) as work:
        before = await work.conversations.get(old)
        assert (before.status, before.message_count) == (SessionStatus.EXPIRED, MOST_MESSAGES)
        assert len(await work.conversations.history(old, 999)) == MOST_MESSAGES


async def test_one_that_rested_goes_on_as_a_new_one(storage, clock):
    chat, sessions = Chat(), Sessions(storage, clock, nowhere)
    async with answering(storage, clock, chat, sessions=sessions) as inbox:
        await inbox.receive(message("latency of checkout", key="a", place=SLACK))
        await chat.until(1)
        await sessions.expire(NOON + IDLE)
        assert (await of_place(storage, SLACK)).status is SessionStatus.ACTIVE
        await sessions.expire(NOON + IDLE + timedelta(minutes=1))
        assert (await of_place(storage, SLACK)).status is SessionStatus.EXPIRED
        await inbox.receive(message("and payments?", key="b", place=SLACK))
        await chat.until(2)
    reply = [order.reply for order in chat.posts.values()][-1]
    assert "of payments" in reply.summary
    assert "had rested for long" in reply.footer


async def test_one_that_was_ended_is_forgotten_and_an_empty_line_of_context_counts_not(storage, clock):
    chat, sessions = Chat(), Sessions(storage, clock, nowhere)
    async with answering(storage, clock, chat, sessions=sessions) as inbox:
        for number, text in enumerate(("latency of checkout", "session end", "and yesterday?")):
            await inbox.receive(message(text, key=str(number), place=SLACK))
            await chat.until(number + 1)
        ended = [order.reply for order in chat.posts.values()][1]
        assert ended.summary == "This session is over. How was it?"
        await inbox.receive(message("latency of checkout", key="3", place=SLACK))
        await chat.until(4)
        await inbox.receive(message("and yesterday? --no-context", key="4", place=SLACK))
        await chat.until(5)
    assert "did not understand" in chat.log[2]
    assert "did not understand “and yesterday?”" in chat.log[4]


async def test_what_an_answer_rests_on_is_kept_with_it(storage, clock):
    chat = Chat()
    async with answering(storage, clock, chat) as inbox:
        await inbox.receive(message("latency of checkout", place=SLACK))
        await chat.until(1)
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.conversations.find(SLACK)
        asked, answered = await work.conversations.history(found.id, 9)
    assert found.title == "latency of checkout"
    assert asked.about == answered.about != ""
    assert answered.details == {"took": 0, "sources": ["test source"], "queries": 2}


async def test_sessions_of_a_program_are_its_persons_and_a_name_is_free_again_when_one_is_over(storage, clock):
    desk, place = Sessions(storage, clock, nowhere), place_of(DEFAULT_TENANT, "mine")
    first = await desk.begin(actor(place), SessionKind.ANALYTICS, {"userRole": "engineer"})
    assert (await desk.find(DEFAULT_TENANT, ADA, "mine")).id == first.id
    assert (await desk.find(DEFAULT_TENANT, ADA, first.id)).context == {"user_role": "engineer"}
    for person, tenant in ((BEN, DEFAULT_TENANT), (ADA, TenantId("acme"))):
        with pytest.raises(Missing, match="Session not found"):
            await desk.find(tenant, person, first.id)
    with pytest.raises(Missing):
        await desk.begin(actor(place, BEN), None, {})
    with pytest.raises(Missing):
        await desk.end(actor(place, BEN), first.id)
    second = await desk.begin(actor(place), None, {})
    assert second.id != first.id
    await desk.end(actor(place), second.id, deleted=True)
    with pytest.raises(Missing):
        await desk.find(DEFAULT_TENANT, ADA, second.id)
    assert [one.id for one in await desk.mine(DEFAULT_TENANT, ADA, 9)] == [first.id]


async def test_a_kind_is_chosen_else_the_channels_else_that_of_an_issue(storage, clock):
    async def issue_at(tenant, place):
        return CHECKOUT if place.thread == "9.9" else None

    desk = Sessions(storage, clock, issue_at)
    assert await desk.kind(DEFAULT_TENANT, SLACK) is SessionKind.ADMIN_ASSISTANT
    assert await desk.kind(DEFAULT_TENANT, SLACK.in_thread("9.9")) is SessionKind.NETWORK_DIAGNOSTICS
    await desk.set_kind(actor(SLACK), SessionKind.CUSTOMER_SUPPORT, channel=True)
    assert await desk.kind(DEFAULT_TENANT, SLACK) is SessionKind.CUSTOMER_SUPPORT
    await desk.set_kind(actor(SLACK), SessionKind.ANALYTICS)
    assert await desk.kind(DEFAULT_TENANT, SLACK) is SessionKind.ANALYTICS
    assert await desk.kind(DEFAULT_TENANT, SLACK.in_thread("2.2")) is SessionKind.CUSTOMER_SUPPORT


async def test_stars_count_once_a_person_and_thumbs_as_five_and_one(storage, clock):
    desk, since = Sessions(storage, clock, nowhere), NOON - timedelta(days=1)
    session = await filled(storage, SLACK, 2)
    await desk.rate(actor(SLACK), session, 2, "Slow.")
    await desk.rate(actor(SLACK), session, 4)
    await desk.rate(actor(SLACK, BEN), session, 5, "Good.")
    thumbs = KeptFeedback(storage)
    for subject, positive, rating in (("answer:1", True, None), ("answer:2", False, None), ("answer:2", True, 3)):
        await thumbs.keep(turn(), subject, positive=positive, comment="", rating=rating)
    sessions, answers = await desk.rated(DEFAULT_TENANT, since)
    assert (dict(sessions.stars), sessions.comments) == ({4: 1, 5: 1}, ("Good.",))
    assert dict(answers.stars) == {5: 1, 3: 1}
    assert (await desk.rated(DEFAULT_TENANT, NOON + timedelta(days=1)))[0].count == 0
    with pytest.raises(Missing):
        await desk.rate(actor(SLACK), ConversationId("nothing"), 5)


async def test_nobody_cannot_begin_one(storage, clock):
    nobody = Actor(DEFAULT_TENANT, By("a program", None), "x", SLACK)
    with pytest.raises(Rejected):
        await Sessions(storage, clock, nowhere).begin(nobody, None, {})


@pytest.mark.parametrize("place", [SLACK, TEAMS], ids=["Slack", "Teams"])
async def test_one_that_is_deleted_in_a_chat_is_erased_and_what_else_is_told_there_stays(storage, clock, place):
    chat, sessions, mark = Chat(), Sessions(storage, clock, nowhere), "zwetschge"
    async with storage.work(DEFAULT_TENANT) as work:
        await work.parcels.put(place, Subject("issue:1"), 1, Reply("An issue."), NOON)
    async with answering(storage, clock, chat, sessions=sessions) as inbox:
        for number, text in enumerate((f"what about {mark}?", f"context set department={mark}", "session delete"), 2):
            await inbox.receive(message(text, key=str(number), place=place))
            await chat.until(number)
        old = await of_place(storage, place)
        await inbox.receive(message("context", key="9", place=place))
        await chat.until(5)
    last = [order.reply.summary for order in chat.posts.values()][-2:]
    assert last == [
        "This session is deleted: nothing that was said in it is kept here.",
        "Nothing is told of this session.",
    ]
    assert old is None
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.parcels.state(place, Subject("issue:1")) == "sent"
        assert all(mark not in one for one in await work.conversations.questions(50))
        assert [one.act for one in await work.audit.latest(9)][:2] == ["session.deleted", "session.context"]
    await storage.upkeep.forget(NOON)
    async with storage.work(DEFAULT_TENANT) as work:
        assert await work.conversations.questions(50) == ["context"]
