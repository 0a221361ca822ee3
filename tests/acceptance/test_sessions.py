"""Sessions through the whole process: in both chats, over HTTP, over the socket, and over a kill."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.hands import ANNA, EMAIL, Hands, words
from tests.acceptance.incidents import Incidents, incidents, slack_buttons, teams_actions

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

SECRET = "a secret of the sign-in that has more than 32 bytes"
ISSUER, AUDIENCE = "https://login.example.com", "nightdesk"
TOKENS = {"NIGHTDESK_JWT_SECRET": SECRET, "NIGHTDESK_JWT_ISSUER": ISSUER, "NIGHTDESK_JWT_AUDIENCE": AUDIENCE}
V1 = "/api/v1/ai"
PATIENCE = 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    folder: Path = tmp_path_factory.mktemp("sessions")
    async with incidents(folder, NIGHTDESK_ADMINS=EMAIL[ANNA], **TOKENS) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log
        assert SECRET not in log


async def _key(world: Incidents, name: str, role: str = "operator") -> str:
    async with world.storage() as storage:
        _, secret = await Office(storage, SystemClock()).new_key(terminal(DEFAULT_TENANT, "test"), "api", name, role)
    return secret


async def _ask(world: Incidents, key: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {key}", **headers}
    async with world.session.request(method, world.rig.bot_url + path, json=body, headers=sent) as answer:
        text = await answer.text()
        assert answer.status in (200, 201), text
        return json.loads(text)


async def test_in_slack_and_in_teams_a_thread_has_a_kind_a_subject_an_end_and_stars(world: Incidents):
    hands = Hands(world)
    root = await world.rig.ask_slack("@Nightdesk mode analytics")
    first = await world.rig.slack_answer(root)
    assert "session of analytics" in words(first)
    assert "trends" in slack_buttons(first)
    for number, text in enumerate(("context set environment=production apiToken=hunter2", "context", "history"), 2):
        await world.rig.ask_slack(f"@Nightdesk {text}", thread=root)
        answer = await world.rig.slack_answer(root, count=number)
        assert "hunter2" not in words(answer)
        if text == "context":
            assert "production" in words(answer)
        if text == "history":
            assert "mode analytics" in words(answer)
    await world.rig.ask_slack("@Nightdesk session end", thread=root)
    ended = await world.rig.slack_answer(root, count=5)
    assert {"1 of 5", "5 of 5", "Comment…"} <= slack_buttons(ended).keys()
    await hands.press_slack(ended, "4 of 5")
    thanks = await world.rig.slack_answer(root, count=6)
    assert "Thank you: 4 of 5." in words(thanks)

    post = await world.rig.ask_teams("@Nightdesk mode support")
    assert "session of customer support" in words(await world.rig.teams_answer(post))
    await world.rig.ask_teams("@Nightdesk context set environment=production", root=post)
    assert "production" in words(await world.rig.teams_answer(post, count=2))
    await world.rig.ask_teams("@Nightdesk session end", root=post)
    card = await world.rig.teams_answer(post, count=3)
    assert "2 of 5" in teams_actions(card)
    await hands.press_teams(card, "2 of 5")
    assert "Thank you: 2 of 5." in words(await world.rig.teams_answer(post, count=4))

    told = await hands.command("ratings")
    assert "Sessions: 3.0 of 5 from 2." in words(told)


async def test_a_question_over_http_and_the_same_session_in_all_three_families(world: Incidents):
    key = await _key(world, EMAIL[ANNA])
    await world.rig.slack_answer(await world.rig.ask_slack("@Nightdesk mode network_diagnostics"))
    first = await _ask(world, key, "POST", "/api/ai-monitoring/assistant/chat", {"message": "latency of checkout"})
    name = first["data"]["conversationId"]
    details = first["data"]["message"]["metadata"]
    assert (details["intent"], details["dataFetched"], details["tokensUsed"]) == ("ask_metric", ["demo world"], 0)
    second = await _ask(world, key, "POST", "/ai/chat", {"message": "and payments?", "conversationId": name})
    assert "payments" in second["message"]
    assert second["data"]["queries"][0]["language"] == "promql"
    third = await _ask(world, key, "POST", f"{V1}/chat", {"message": "what is open?", "session_id": name})
    assert third["session_id"] == name
    history = await _ask(world, key, "GET", f"{V1}/sessions/{name}/history")
    assert [one["role"] for one in history["messages"]] == ["user", "assistant"] * 3
    # Anna is one person: her sessions of the chats stand beside those over HTTP.
    mine = (await _ask(world, key, "GET", f"{V1}/sessions/my"))["sessions"]
    assert {"latency of checkout", "mode network_diagnostics"} <= {one["title"] for one in mine}


async def test_a_token_of_another_sign_in_is_a_person_with_a_role(world: Incidents):
    claims = {
        "sub": "u-1", "tenant": "default", "roles": ["viewer"], "name": "Dora", "iss": ISSUER, "aud": AUDIENCE,
        "exp": SystemClock().now().timestamp() + 600,
    }  # fmt: skip
    token = jwt.encode(claims, SECRET, "HS256")
    told = await _ask(world, token, "POST", "/ai/chat", {"message": "help"})
    assert "Hello Dora." in told["message"]
    refused = await _ask(world, token, "POST", "/ai/chat", {"message": "ratings"})
    assert "needs the role admin; yours is viewer" in refused["message"]


async def test_a_question_over_the_socket_survives_a_kill_and_is_answered_once(world: Incidents):
    key, address = await _key(world, "dashboard"), f"{world.rig.bot_url}/ai/ws"
    question = {"type": "chat_message", "messageId": "m-1", "message": "latency of checkout"}
    async with world.session.ws_connect(address, params={"token": key, "conversationId": "board"}) as ws:
        await ws.send_json(question)
        await _frame(ws, "typing_indicator")  # it is kept
        await world.rig.kill_bot()
    await world.rig.start_bot()
    async with world.session.ws_connect(address, params={"token": key, "conversationId": "board"}) as ws:
        await ws.send_json(question)
        answer = await _frame(ws, "assistant_response")
    assert answer["metadata"]["intent"] == "ask_metric"
    assert answer["inReplyTo"] == "m-1"
    history = await _ask(world, key, "GET", "/api/conversations/board")
    assert [one["role"] for one in history["lines"]] == ["user", "assistant"]


async def test_a_human_answers_into_a_conversation_over_the_socket(world: Incidents):
    key, desk = await _key(world, "shop"), await _key(world, EMAIL[ANNA])
    params = {"token": key, "conversationId": "shop-1"}
    async with world.session.ws_connect(f"{world.rig.bot_url}/ai/ws", params=params) as ws:
        await ws.send_json({"type": "chat_message", "messageId": "m", "message": "human My invoice is wrong"})
        answer = await _frame(ws, "assistant_response")
        ticket = answer["message"].rpartition(": ")[2].split(".")[0].split()[0]
        await _ask(world, desk, "POST", f"/api/tickets/{ticket}/claim")
        await _ask(world, desk, "POST", f"/api/tickets/{ticket}/reply", {"text": "We look into it."})
        while "We look into it." not in (await _frame(ws, "assistant_response"))["message"]:
            pass
    sessions = (await _ask(world, key, "GET", f"{V1}/sessions/my"))["sessions"]
    assert sessions[0]["escalated"] is True


async def _frame(ws: aiohttp.ClientWebSocketResponse, kind: str) -> Mapping[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            found: Mapping[str, Any] = await ws.receive_json()
            if found["type"] == kind:
                return found
