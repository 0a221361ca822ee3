"""The commands of a conversation: how they are read, and what they say."""

from dataclasses import replace

import pytest

from bot.conversation.understanding import understand
from bot.intents.catalog import BY_NAME
from bot.intents.sessions import Mode, OneSession
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.message import PersonId, Place, PlaceKind, Role
from bot.model.plan import Plan
from bot.model.reply import Files, Table
from bot.model.session import SessionKind
from bot.ports.sessions import Conversation, ConversationId, Rated
from tests.builders import CHANNEL, CHAT, person, question, turn
from tests.desks import desks, tools
from tests.session_desk import Sessions

HERE = Conversation(ConversationId("s1"), CHANNEL, PersonId("p1"), title="latency", message_count=4)


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("mode", "mode", {}),
        ("mode analytics", "mode", {"mode": "analytics"}),
        ("mode network diagnostics", "mode", {"mode": "network diagnostics"}),
        ("mode here support", "mode_here", {"mode": "support"}),
        ("context", "context", {}),
        ("context set environment=production", "context_set", {"facts": {"environment": "production"}}),
        (
            'context set environment=production user_role="network engineer"',
            "context_set",
            {"facts": {"environment": "production", "user_role": "network engineer"}},
        ),
        ("context clear environment", "context_clear", {"facts": {"environment": ""}}),
        ("history", "history", {}),
        ("transcript", "transcript", {}),
        ("session new", "session_new", {}),
        ("session end", "session_end", {}),
        ("rate 5", "rate", {"stars": 5, "comment": ""}),
        ("rate 2: too slow", "rate", {"stars": 2, "comment": "too slow"}),
        ("rate 4 stars", "rate", {"stars": 4, "comment": ""}),
        ("ratings", "ratings", {}),
        ("ratings last 7 days", "ratings", {"days": 7}),
    ],
)
def test_how_they_are_read(text, intent, arguments):
    reading = understand(question(text))
    assert reading
    assert (reading.intent, dict(reading.arguments)) == (intent, arguments)


@pytest.mark.parametrize("text", ["rate of errors in checkout", "history of checkout", "mode of failure", "rate 6"])
def test_what_is_no_command(text):
    reading = understand(question(text))
    assert reading is None or reading.intent not in ("rate", "history", "mode")


async def run(name: str, on: Sessions, place: Place = CHANNEL, **given: object):
    intent = BY_NAME[name]
    return await intent.answer(intent.asks.model_validate(given), tools(desks(sessions=on), turn(place)))


async def test_a_kind_is_shown_and_chosen():
    on = Sessions(HERE)
    shown = await run("mode", on)
    assert shown.summary == "This is a session of admin assistant."
    assert [one.label for one in shown.buttons] == ["Customer support", "Network diagnostics", "Analytics"]
    chosen = await run("mode", on, mode="analytics")
    assert "numbers, trends and reports" in chosen.summary
    assert [one.arguments["question"] for one in chosen.buttons] == ["trends", "show me SLO compliance", "summary"]
    assert on.standing
    assert on.standing.kind is SessionKind.ANALYTICS
    with pytest.raises(Rejected):
        await run("mode", on, mode="gossip")
    with pytest.raises(Rejected):
        await run("mode_here", on, CHAT, mode="analytics")


async def test_a_session_is_deleted_by_whoever_began_it_or_an_administrator():
    intent, theirs = BY_NAME["session_delete"], replace(HERE, starter=PersonId("p2"))
    for on, role, may in ((HERE, Role.VIEWER, True), (theirs, Role.OPERATOR, False), (theirs, Role.ADMIN, True)):
        sessions = Sessions(on)
        asking = tools(desks(sessions=sessions), replace(turn(), person=person(role)))
        if may:
            assert "is deleted" in (await intent.answer(OneSession(), asking)).summary
        else:
            with pytest.raises(Forbidden):
                await intent.answer(OneSession(), asking)
        assert sessions.deleted is may


async def test_it_is_said_where_a_plan_sets_how_it_is_spoken():
    desk = desks(sessions=Sessions(HERE))
    assert (await BY_NAME["mode"].answer(Mode(), tools(desk, turn()))).footer == ""
    for own in ({"words": "Be brief."}, {"prompt": "You speak with a {user_role}."}):
        desk.office.plan_ = Plan.model_validate({"sessions": {"admin_assistant": own, "analytics": {}}})
        shown = await BY_NAME["mode"].answer(Mode(), tools(desk, turn()))
        assert shown.footer == "How a language model speaks here is set in the plan."


async def test_the_end_asks_for_stars_of_that_session():
    ended = await run("session_end", Sessions(HERE))
    assert [one.label for one in ended.buttons] == [
        "1 of 5",
        "2 of 5",
        "3 of 5",
        "4 of 5",
        "5 of 5",
        "Comment…",
        "Delete it",
    ]
    assert {one.arguments["session"] for one in ended.buttons} == {"s1"}
    assert ended.footer == "4 of 100 messages"
    with pytest.raises(Missing):
        await run("session_end", Sessions())


async def test_a_rating_is_kept_for_the_session_that_it_names():
    on = Sessions(HERE)
    assert (await run("rate", on, stars=4, session="s0", comment="Quick.")).summary == "Thank you: 4 of 5."
    await run("rate", on, stars=2)
    assert on.rated_by == [("s0", 4, "Quick."), ("s1", 2, "")]


async def test_in_a_channel_only_its_own_sessions_are_listed():
    elsewhere = replace(HERE, place=CHAT)
    assert (await run("history", Sessions(elsewhere))).summary == "You have begun no session here yet."
    alone = replace(CHANNEL, kind=PlaceKind.PERSONAL)
    assert (await run("history", Sessions(elsewhere), alone)).summary == "1 session of yours."


async def test_a_transcript_is_a_file():
    reply = await run("transcript", Sessions(HERE))
    (files,) = (one for one in reply.blocks if isinstance(one, Files))
    assert b"how is checkout?" in files.files[0].content


async def test_ratings_are_counted_and_nobody_is_not_zero():
    assert "Nobody rated" in (await run("ratings", Sessions(HERE))).summary
    on = Sessions(HERE, given=(Rated({5: 3, 1: 1}), Rated({}, ("Slow.",))))
    reply = await run("ratings", on)
    assert reply.summary == "Sessions: 4.0 of 5 from 4. Answers: nobody rated."
    assert reply.tone == "warning"  # the aim is above 4
    (table,) = (one for one in reply.blocks if isinstance(one, Table))
    assert table.rows[0] == ("5 of 5", 3, 0)
