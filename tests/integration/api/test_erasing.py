"""A session that is deleted is erased: no word of it stands in any table, and that it was deleted does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model.plan import ModelUse
from bot.model.rule import Change, Golden, Rule, RuleId, RuleKind
from bot.model.session import IDLE, place_of
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Outcome, Usage
from bot.ports.calls import Exchange
from bot.ports.model import Line
from bot.ports.sessions import Said
from bot.ports.storage import Trail
from storage.database import Database
from storage.storage import SqlStorage, open_storage
from storage.tables import metadata
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock
from tests.integration.api.scene import ANNA, ANNAS, BENS, PLAN, Scene, scene
from tests.integration.api.test_chat import TALK, V1, answering

MARK, KEEP = "zwetschgenknoedel", timedelta(days=30)
ASKED = f"what is {MARK} for?"


Holding = Callable[..., Awaitable[set[str]]]


@pytest.fixture
async def storage(database_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    """On both engines, other than the rest of this folder."""
    async with open_storage(database_url, keys=[KEY], clock=clock) as opened:
        yield opened


@pytest.fixture
async def talking(storage: SqlStorage, clock: DrivenClock) -> AsyncIterator[Scene]:
    async with scene(storage, clock) as opened, answering(opened):
        yield opened


@pytest.fixture
async def holding(database_url: str) -> AsyncIterator[Holding]:
    """The tables in which a word stands, in any column."""
    database = Database(database_url)

    async def held(mark: str = MARK) -> set[str]:
        async with database.reading() as connection:
            rows = {table.name: (await connection.execute(select(table))).all() for table in metadata.sorted_tables}
        return {name for name, found in rows.items() if any(mark in str(tuple(row)) for row in found)}

    yield held
    await database.close()


async def prepared(on: Scene) -> tuple[str, str]:
    """A session in which the word stands wherever one can leave it."""
    made = await on.post(f"{V1}/sessions", {"context": {"department": MARK}}, key=ANNAS)
    session = made["session_id"]
    told = await on.post(TALK, {"message": ASKED, "conversationId": session}, key=ANNAS)
    judged = {"conversationId": session, "messageId": told["messageId"], "feedback": "negative", "comment": MARK}
    await on.post("/ai/feedback", judged, key=ANNAS)
    await on.post(f"{V1}/sessions/{session}/feedback", {"rating": 2, "feedback": f"no {MARK}"}, key=ANNAS)
    about, who = f"answer:{told['messageId'].removeprefix('msg_')}", await on.person(ANNA)
    usage = Usage(NOON, "plan", "plan/1", "m", Outcome.INVALID, timedelta(seconds=1), about=about, error=f"no “{MARK}”")
    changes = (Change(ASKED, "", "x"), Change("another question", "", "x"))
    rule = Rule(
        RuleId("R1"), RuleKind.ALIAS, "shop", "checkout", who, "Anna", NOON, NOON + KEEP, question=ASKED,
        golden=Golden(9, 2, changes),
    )  # fmt: skip
    async with on.storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(PLAN.model_copy(update={"model": ModelUse(keep="all")}), NOON)
        call = await work.usages.add(usage)
        await work.prompts.keep(call, Exchange((Line("user", ASKED),), MARK), NOON)
        await work.rules.add(rule)
    return session, call


async def test_no_word_of_a_deleted_session_is_left(talking: Scene, holding: Holding):
    session, call = await prepared(talking)
    other = await talking.post(TALK, {"message": f"{MARK}-2", "conversationId": "other"}, key=ANNAS)
    where = {"conversations", "messages", "inbox", "outbox", "feedback", "model_usage", "rules"}
    assert await holding() == where
    await talking.ask("DELETE", f"{V1}/sessions/{other['conversationId']}", key=ANNAS)
    gone = await talking.ask("DELETE", f"{V1}/sessions/{session}", key=ANNAS)
    assert (gone.json["status"], gone.json["title"], gone.json["context"]) == ("deleted", "", {})
    assert await holding() == set()

    async with talking.storage.work(DEFAULT_TENANT) as work:
        (rule,) = await work.rules.every()
        assert rule.golden is not None
        assert [one.question for one in rule.golden.changes] == ["another question"]
        stars = await work.feedback.rated(NOON - KEEP, sessions=True)
        assert (stars.stars, stars.comments) == ({2: 1}, ())
        kept = await work.audit.find(Trail(act="session.deleted"))
        assert {one.object for one in kept} >= {session}
        assert [one.details["messages"] for one in kept] == [2, 2]
        # For audit, sealed, until the plan's days are over.
        assert (await work.prompts.read(call)) == Exchange((Line("user", ASKED),), MARK)
    await talking.storage.upkeep.forget(NOON + KEEP + timedelta(seconds=1))
    async with talking.storage.work(DEFAULT_TENANT) as work:
        assert await work.prompts.read(call) is None


async def test_what_comes_again_after_it_is_known_and_nothing_else_is_touched(talking: Scene, holding: Holding):
    again: dict[str, Any] = {"headers": {"Idempotency-Key": "once"}}
    first = await talking.post(TALK, {"message": ASKED, "conversationId": "mine"}, key=ANNAS, **again)
    await talking.post(TALK, {"message": "what is open?", "conversationId": "others"}, key=ANNAS)
    gone = await talking.ask("DELETE", f"{V1}/sessions/mine", key=ANNAS)
    assert gone.status == 200
    sent = await talking.ask("POST", TALK, {"message": ASKED, "conversationId": "mine"}, key=ANNAS, **again)
    assert (first["conversationId"], sent.status) == ("mine", 404)
    assert sent.json["error"].startswith("This was asked in a session that was deleted, and is erased.")
    assert await holding("what is open?") >= {"messages", "inbox"}


async def test_one_that_expired_is_erased_too(talking: Scene, holding: Holding):
    session, _ = await prepared(talking)
    await talking.desk.rest(NOON + IDLE + timedelta(minutes=1))
    assert (await talking.ask("GET", f"{V1}/sessions/{session}/history", key=ANNAS)).status == 404
    assert (await talking.ask("DELETE", f"{V1}/sessions/{session}", key=BENS)).status == 404
    assert (await talking.ask("DELETE", f"{V1}/sessions/{session}", key=ANNAS)).status == 200
    assert await holding() == set()
    assert (await talking.ask("DELETE", f"{V1}/sessions/{session}", key=ANNAS)).status == 404


async def test_what_was_being_answered_goes_within_the_hour(talking: Scene, holding: Holding):
    session, _ = await prepared(talking)
    await talking.ask("DELETE", f"{V1}/sessions/{session}", key=ANNAS)
    async with talking.storage.work(DEFAULT_TENANT) as work:
        found = await work.conversations.get(session)
        assert found
        await work.conversations.add(found.id, Said("user", ASKED, NOON, about="answer:late"))
        assert await work.conversations.find(place_of(DEFAULT_TENANT, session)) is None
    assert await holding() == {"messages"}
    assert (await talking.storage.upkeep.forget(NOON))["messages"] == 1
    assert await holding() == set()


async def test_what_was_said_long_ago_is_forgotten_as_the_plan_says(talking: Scene, holding: Holding):
    await prepared(talking)
    days = timedelta(days=60)
    async with talking.storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(PLAN.model_copy(update={"keep_conversations_days": 60}), NOON)
    await talking.storage.upkeep.forget(NOON + days)
    assert {"conversations", "messages", "feedback"} <= await holding()
    await talking.storage.upkeep.forget(NOON + days + timedelta(seconds=1))
    assert not {"conversations", "messages", "feedback"} & await holding()
