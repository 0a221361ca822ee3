"""Conversations over HTTP: three families of routes, one core, and nobody but their person in them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.conversation.hearing import Hearing
from bot.conversation.inbox import InboxWorker
from bot.model.message import Message
from bot.model.session import MOST_MESSAGES, place_of
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Outcome, Tokens, Usage
from bot.ports.sessions import ConversationId, Said
from tests.fakes import NOON
from tests.integration.api.scene import ADMIN, ANNA, ANNAS, BENS, OPERATOR, VIEWER, Scene, scene

ASSISTANT, TALK, V1 = "/api/ai-monitoring/assistant", "/ai/chat", "/api/v1/ai"
OPEN = "what is open?"


@contextlib.asynccontextmanager
async def answering(on: Scene) -> AsyncIterator[None]:
    task = asyncio.create_task(on.worker.run())
    try:
        yield
    finally:
        on.worker.stop()
        await task


@pytest.fixture
async def talking(on: Scene) -> AsyncIterator[Scene]:
    async with answering(on):
        yield on


async def test_the_assistant_answers_and_goes_on(talking: Scene):
    await talking.fires()
    first = (await talking.post(f"{ASSISTANT}/chat", {"message": OPEN}))["data"]
    assert "checkout latency is high" in first["message"]["content"]
    assert first["message"]["role"] == "assistant"
    assert first["message"]["metadata"]["intent"] == "issues"
    assert (first["message"]["metadata"]["tokensUsed"], first["message"]["metadata"]["dataFetched"]) == (0, [])
    assert len(first["suggestedFollowUps"]) == 3
    asked = {"message": "help", "conversationId": first["conversationId"]}
    second = (await talking.post(f"{ASSISTANT}/chat", asked))["data"]
    assert second["conversationId"] == first["conversationId"]
    listed = (await talking.get(f"{ASSISTANT}/conversations", OPERATOR))["data"]
    assert [(one["title"], one["messageCount"], one["status"]) for one in listed] == [(OPEN, 4, "active")]
    suggested = (await talking.get(f"{ASSISTANT}/suggestions"))["data"]
    assert any("checkout" in one for one in suggested)


async def test_a_page_asks_and_gets_actions_figures_and_questions(talking: Scene):
    issue = await talking.fires()
    context = {"currentPage": "/issues", "userProfile": {"name": "Anna", "role": "engineer"}}
    told = await talking.post(TALK, {"message": OPEN, "conversationId": "mine-1", "context": context})
    assert (told["intent"], told["conversationId"]) == ("issues", "mine-1")
    assert told["confidence"] == 0.95
    act = next(one for one in told["actions"] if one["label"] == "Resolved lately")
    assert (act["action"], act["type"], act["variant"]) == ('issues which="resolved"', "query", "outline")
    assert len(told["followUpQuestions"]) == 3
    shown = await talking.post(TALK, {"message": f"issue {issue.id}", "conversationId": "mine-1"})
    assert issue.id in shown["message"]
    done = next(one for one in shown["actions"] if one["id"] == "acknowledge")
    await talking.post(TALK, {"message": done["action"], "conversationId": "mine-1"})
    assert done["variant"] == "primary"
    acknowledged = await talking.get(f"/api/issues/{issue.id}")
    assert acknowledged["issue"]["acknowledged"]["platform"] == "api"
    sessions = await talking.get(f"{V1}/sessions/my", OPERATOR)
    assert sessions["sessions"][0]["context"] == {"current_page": "/issues", "user_role": "engineer"}


async def test_tokens_and_cost_are_those_of_the_calls_for_this_answer(talking: Scene):
    first = await talking.post(f"{V1}/chat", {"message": "help"}, key=ANNAS)
    anna = await talking.person(ANNA)
    once = {"Idempotency-Key": "counted"}
    told = await talking.post(f"{V1}/chat", {"message": "help", **_of(first)}, key=ANNAS, headers=once)
    assert told["metadata"] == {"tokens": 0, "cost_cents": 0}
    history = await talking.get(f"{V1}/sessions/{first['session_id']}/history", ANNAS)
    letter = history["messages"][-1]["id"].removeprefix("msg_")
    call = Usage(
        NOON, "plan", "plan/1", "m", Outcome.OK, timedelta(0), Tokens(100, 50), Decimal("0.0003"),
        about=f"answer:{letter}", person=anna,
    )  # fmt: skip
    others = (replace(call, about=""), replace(call, about="answer:another"))  # of the same person, at the same time
    async with talking.storage.work(DEFAULT_TENANT) as work:
        for usage in (call, *others):
            await work.usages.add(usage)
    told = await talking.post(f"{V1}/chat", {"message": "help", **_of(first)}, key=ANNAS, headers=once)
    assert told["metadata"] == {"tokens": 150, "cost_cents": 0.03}
    async with talking.storage.work(DEFAULT_TENANT) as work:
        await work.usages.add(replace(call, tokens=None, cost=None))
    told = await talking.post(f"{V1}/chat", {"message": "help", **_of(first)}, key=ANNAS, headers=once)
    assert told["metadata"] == {"tokens": None, "cost_cents": None}


def _of(told: Mapping[str, Any]) -> Mapping[str, str]:
    return {"session_id": told["session_id"]}


async def test_a_session_is_begun_told_shown_rated_and_over(talking: Scene):
    about = {"userRole": "network_engineer", "department": "network_ops", "apiToken": "hunter2-hunter2"}
    made = await talking.post(f"{V1}/sessions", {"session_type": "network_diagnostics", "context": about})
    name = made["session_id"]
    assert made["session_type"] == "network_diagnostics"
    assert made["context"] == {"user_role": "network_engineer", "department": "network_ops", "api_token": "…"}
    told = await talking.post(f"{V1}/chat", {"session_id": name, "message": OPEN})
    assert (told["session_id"], told["role"], told["metadata"]) == (name, "assistant", {"tokens": 0, "cost_cents": 0})
    history = await talking.get(f"{V1}/sessions/{name}/history", OPERATOR)
    assert [one["role"] for one in history["messages"]] == ["user", "assistant"]
    assert history["summary"] == ""
    rated = await talking.post(f"{V1}/sessions/{name}/feedback", {"rating": 4, "feedback": "Quick."})
    assert rated["status"] == "recorded"
    escalated = await talking.post(f"{V1}/sessions/{name}/escalate", {"reason": "It is still down."})
    assert (escalated["status"], bool(escalated["ticket_id"])) == ("escalated", True)
    ended = await talking.post(f"{V1}/sessions/{name}/end")
    assert (ended["status"], ended["rating"], ended["escalated"]) == ("ended", 4, True)
    over = await talking.ask("POST", f"{V1}/chat", {"session_id": name, "message": OPEN})
    assert (over.status, over.json["error"]) == (409, "This session is over. Begin a new one.")
    gone = await talking.ask("DELETE", f"{V1}/sessions/{name}")
    assert gone.json["status"] == "deleted"
    missing = await talking.ask("GET", f"{V1}/sessions/{name}/history")
    assert (missing.status, missing.json["error"]) == (404, "Session not found.")


async def test_nobody_is_in_the_session_of_somebody_else(talking: Scene):
    name = (await talking.post(f"{V1}/chat", {"message": OPEN}, key=ANNAS))["session_id"]
    await talking.post(TALK, {"message": OPEN, "conversationId": "annas-own"}, key=ANNAS)
    for key in (BENS, ADMIN, OPERATOR):
        for method, path, body in (
            ("POST", f"{V1}/chat", {"session_id": name, "message": "help"}),
            ("GET", f"{V1}/sessions/{name}/history", None),
            ("POST", f"{V1}/sessions/{name}/feedback", {"rating": 1}),
            ("POST", f"{V1}/sessions/{name}/escalate", {"reason": "x"}),
            ("DELETE", f"{V1}/sessions/{name}", None),
            ("POST", f"{ASSISTANT}/chat", {"message": "help", "conversationId": name}),
            ("POST", TALK, {"message": "help", "conversationId": "annas-own"}),
        ):
            answer = await talking.ask(method, path, body, key=key)
            assert (answer.status, answer.json["error"]) == (404, "Session not found."), (key, path)
    assert (await talking.ask("GET", "/api/conversations/annas-own", key=BENS)).status == 404
    assert (await talking.get(f"{V1}/sessions/my", BENS))["sessions"] == []
    assert len((await talking.get("/api/conversations/annas-own", ADMIN))["lines"]) == 2


async def test_who_asks_stands_in_the_key_and_the_body_may_only_agree(talking: Scene):
    await talking.key("acme", "acme key", OPERATOR, tenant="acme")
    anna = str(await talking.person(ANNA))
    for context, key, status in (
        ({"userId": anna, "tenantId": "default"}, ANNAS, 200),
        ({"userId": "anna@example.com"}, ANNAS, 200),
        ({"userId": anna}, BENS, 403),
        ({"tenantId": "acme"}, ANNAS, 403),
        ({"tenantId": "default"}, "acme", 403),
    ):
        for path in (TALK, "/ai/analyze-intent"):
            answer = await talking.ask("POST", path, {"message": OPEN, "context": context}, key=key)
            assert answer.status == status, (context, answer.text)


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        (TALK, {"message": ""}, 422, "message"),
        (TALK, {"message": "   "}, 422, "message"),
        (TALK, {"message": "x" * 4001}, 422, "message"),
        (TALK, {"message": OPEN, "sessionid": "x"}, 422, "sessionid"),
        (f"{V1}/sessions", {"session_type": "gossip"}, 422, "session_type"),
        (f"{V1}/sessions", {"context": {f"k{n}": "v" for n in range(21)}}, 422, "context"),
        (f"{ASSISTANT}/chat", {}, 422, "message"),
        ("/ai/feedback", {"conversationId": "c", "messageId": "m", "feedback": "meh"}, 422, "feedback"),
        (TALK, ["no object"], 400, ""),
    ],
)
async def test_what_is_wrong_is_named(on: Scene, path: str, body: Any, status: int, field: str):
    answer = await on.ask("POST", path, body)
    assert answer.status == status, answer.text
    if field:
        assert field in answer.json["fields"]


async def test_a_full_session_says_its_limit(talking: Scene):
    name = (await talking.post(f"{V1}/chat", {"message": "help"}))["session_id"]
    async with talking.storage.work(DEFAULT_TENANT) as work:
        lines = [Said("user", f"question {number}", NOON) for number in range(MOST_MESSAGES - 3)]
        await work.conversations.add(ConversationId(name), *lines)
    answer = await talking.ask("POST", f"{V1}/chat", {"session_id": name, "message": "help"})
    assert answer.status == 400
    assert answer.json["details"] == {"max_messages_per_session": {"limit": 100, "used": 99, "resets": None}}
    history = await talking.get(f"{V1}/sessions/{name}/history", OPERATOR)
    assert len(history["messages"]) == 50
    assert history["summary"].startswith("Before that, 49 messages. Asked about: help (1).")


async def test_what_comes_in_while_it_fills_up_is_refused_by_the_worker_too(on: Scene):
    made = await on.post(f"{V1}/sessions", {})
    name, path = made["session_id"], f"{V1}/chat"
    waiting = [asyncio.create_task(on.ask("POST", path, {"session_id": name, "message": "help"})) for _ in range(2)]
    async with asyncio.timeout(5):
        while await on.storage.letters.waiting() < 2:
            await asyncio.sleep(0.01)  # two requests are kept; the database has no event to wait on
    async with on.storage.work(DEFAULT_TENANT) as work:
        lines = [Said("user", "x", NOON) for _ in range(MOST_MESSAGES - 2)]
        await work.conversations.add(ConversationId(name), *lines)
    async with answering(on):
        answers = await asyncio.gather(*waiting)
    assert sorted(one.status for one in answers) == [200, 400]
    assert (await on.get(f"{V1}/sessions/my", OPERATOR))["sessions"][0]["message_count"] == MOST_MESSAGES


async def test_the_same_key_asks_once(talking: Scene):
    once = {"Idempotency-Key": "abc"}
    first = await talking.post(TALK, {"message": "help"}, headers=once)
    again = await talking.post(TALK, {"message": "help"}, headers=once)
    assert (again["messageId"], again["conversationId"]) == (first["messageId"], first["conversationId"])
    other = await talking.ask("POST", TALK, {"message": OPEN}, headers=once)
    assert other.status == 409
    sessions = (await talking.get(f"{V1}/sessions/my", OPERATOR))["sessions"]
    assert [one["message_count"] for one in sessions] == [2]


async def test_what_takes_too_long_is_told_and_its_answer_is_not_lost(storage, clock):
    async with scene(storage, clock, patience=timedelta(seconds=0.3)) as on:
        once = {"Idempotency-Key": "slow"}
        late = await on.ask("POST", TALK, {"message": "help"}, headers=once)  # nobody works
        assert (late.status, "same Idempotency-Key" in late.json["error"]) == (503, True)
        assert "Retry-After" in late.headers
        async with answering(on):
            told = await on.post(TALK, {"message": "help"}, headers=once)
    assert told["intent"] == "help"


async def test_another_replica_may_answer_and_nothing_is_heard_here(on: Scene):
    elsewhere = InboxWorker(on.storage, on.clock, on.worker._engine, {}, "UTC", hearing=Hearing())
    task = asyncio.create_task(elsewhere.run())
    try:
        told = await on.post(TALK, {"message": "help"})
    finally:
        elsewhere.stop()
        await task
    assert told["intent"] == "help"


async def test_what_was_said_before_counts_not_where_it_shall_not(talking: Scene):
    asked = {"message": "history"}
    first = (await talking.post(f"{ASSISTANT}/chat", asked))["data"]
    about = {"session_id": first["conversationId"], "message": "context", "context": {"environment": "staging"}}
    assert "staging" in (await talking.post(f"{V1}/chat", about))["message"]
    more = {"conversationId": first["conversationId"], "message": OPEN, "includeContext": False}
    alone = await talking.post(f"{ASSISTANT}/chat", more)
    assert alone["data"]["conversationId"] == first["conversationId"]


async def test_too_often_and_the_wrong_role(talking: Scene):
    refused = await talking.post(TALK, {"message": "ratings"}, key=VIEWER)
    assert "needs the role admin" in refused["message"]
    assert "Nobody rated" in (await talking.post(TALK, {"message": "ratings"}, key=ADMIN))["message"]
    statuses = [(await talking.ask("POST", TALK, {"message": "help"}, key=VIEWER)).status for _ in range(61)]
    assert statuses[-1] == 429
    assert (await talking.ask("POST", TALK, {"message": "help"}, key="")).status == 401


async def test_feedback_is_of_an_answer_in_ones_own_conversation_and_later_replaces_earlier(talking: Scene):
    told = await talking.post(TALK, {"message": "help"}, key=ANNAS)
    body = {"conversationId": told["conversationId"], "messageId": told["messageId"], "feedback": "positive"}
    assert (await talking.post("/ai/feedback", body, key=ANNAS))["status"] == "recorded"
    later = {**body, "feedback": "negative", "rating": 2, "categories": ["speed"], "comment": "Slow."}
    given = await talking.post("/ai/feedback", later, key=ANNAS)
    assert given["feedbackId"].startswith("feedback_")
    assert (await talking.ask("POST", "/ai/feedback", body, key=BENS)).status == 404
    other = await talking.post(TALK, {"message": "help"}, key=ANNAS)
    crossed = {**body, "conversationId": other["conversationId"]}
    assert (await talking.ask("POST", "/ai/feedback", crossed, key=ANNAS)).status == 404
    shown = await talking.post(TALK, {"message": "ratings"}, key=ADMIN)
    assert "Answers: 2.0 of 5 from 1" in shown["message"]
    assert "Slow." in shown["message"]


async def test_an_intent_is_told_and_nothing_is_done(talking: Scene):
    issue = await talking.fires()
    told = await talking.post("/ai/analyze-intent", {"message": f"ack {issue.id} urgently"})
    plain = await talking.post("/ai/analyze-intent", {"message": f"acknowledge issue={issue.id}"})
    assert (plain["intent"], plain["arguments"]["issue"]) == ("acknowledge", issue.id)
    assert plain["entities"]["issue_category"] == "issues"
    assert told["entities"]["urgency"] == "high"
    assert (await talking.get(f"/api/issues/{issue.id}"))["issue"]["acknowledged"] is None
    read = await talking.post("/ai/analyze-intent", {"message": "metric metric=latency service=checkout"})
    assert (read["recognisedBy"], read["needs"], read["asksModel"]) == ("command", "viewer", False)
    assert read["entities"] == {"integration_type": "checkout", "issue_category": "how_things_are", "urgency": "normal"}
    assert 'service="checkout"' in read["query"]
    assert read["words"] == ["metric"]
    unknown = await talking.post("/ai/analyze-intent", {"message": "flibber the gribble"})
    assert (unknown["intent"], unknown["confidence"]) == (None, 0)
    assert (await talking.get(f"{V1}/sessions/my", OPERATOR))["sessions"] == []


async def test_a_key_of_nobody_is_not_the_second_person_in_a_conversation_either(talking: Scene):
    await talking.fires()
    (issue,) = (await talking.get("/api/issues"))["issues"]
    await talking.post(TALK, {"message": f"acknowledge issue={issue['id']}"})
    by = (await talking.get(f"/api/issues/{issue['id']}"))["issue"]["acknowledged"]
    assert (by["name"], by["person"]) == ("operator key", None)
    await talking.post(TALK, {"message": f"unacknowledge issue={issue['id']}"})
    await talking.post(TALK, {"message": f"acknowledge issue={issue['id']}"}, key=ANNAS)
    by = (await talking.get(f"/api/issues/{issue['id']}"))["issue"]["acknowledged"]
    assert (by["name"], by["person"]) == ("Anna Berger", str(await talking.person(ANNA)))
    people = [one.name for one in await talking.desk.desks.office.people(DEFAULT_TENANT)]
    assert people == ["Anna Berger", "Ben Ortner"]


async def test_a_conversation_that_people_have_is_marked_so(talking: Scene):
    told = await talking.post(TALK, {"message": "help", "conversationId": "c-1"}, key=ANNAS)
    assert told["conversationId"] == "c-1"
    await talking.post(TALK, {"message": "human it is still slow", "conversationId": "c-1"}, key=ANNAS)
    (ticket,) = (await talking.get("/api/tickets"))["tickets"]
    (session,) = (await talking.get(f"{V1}/sessions/my", ANNAS))["sessions"]
    assert (session["escalated"], ticket["subject"]) == (True, "it is still slow")
    lines = (await talking.get(f"{V1}/sessions/{session['session_id']}/history", ANNAS))["messages"]
    assert ("system", "Handed over to people.") in [(one["role"], one["content"]) for one in lines]
    handed = {"conversationId": "c-1", "reason": "Again."}
    assert (await talking.ask("POST", "/ai/escalate", handed, key=BENS)).status == 404


def _events(text: str) -> list[tuple[str, Mapping[str, Any]]]:
    found = []
    for part in text.strip().split("\n\n"):
        event, data = part.split("\n", 1)
        found.append((event.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.mark.parametrize("path", [f"{ASSISTANT}/chat", TALK, f"{V1}/chat"])
async def test_an_answer_as_events(talking: Scene, path: str):
    sent = {"Authorization": f"Bearer {OPERATOR}", "Accept": "text/event-stream"}
    async with talking.client.post(path, json={"message": "help"}, headers=sent) as response:
        assert response.content_type == "text/event-stream"
        events = _events(await response.text())
    assert [name for name, _ in events][:1] == ["begun"]
    assert events[-1][0] == "answer"
    whole = await talking.ask("POST", path, {"message": "help"})
    assert events[-1][1].keys() == whole.json.keys()


async def test_words_are_told_before_the_answer_and_in_order(on: Scene):
    """Whoever answers here says three words; the real worker then books the answer."""
    sent = {"Authorization": f"Bearer {OPERATOR}", "Accept": "text/event-stream", "Idempotency-Key": "words"}
    message = Message("api:k-operator:words", place_of(DEFAULT_TENANT, "w"), ANNA, NOON)
    async with on.client.post(TALK, json={"message": "help", "conversationId": "w"}, headers=sent) as response:
        first = (await response.content.readuntil(b"\n\n")).decode()
        assert first.startswith("event: begun")
        await _listened(on)
        hear = on.hearing.words(message)
        for word in ("One.", "Two.", "Three."):
            await hear(word)
        async with answering(on):
            events = _events((await response.content.read()).decode())
    assert [(name, data.get("seq"), data.get("delta")) for name, data in events][:3] == [
        ("chunk", 1, "One."), ("chunk", 2, " Two."), ("chunk", 3, " Three."),
    ]  # fmt: skip
    assert events[-1][0] == "answer"


async def _listened(on: Scene) -> None:
    async with asyncio.timeout(5):
        while not on.hearing._ears:
            await asyncio.sleep(0.01)  # the stream begins to listen right after its first event
