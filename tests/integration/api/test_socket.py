"""The socket, with real clients: answers and words, slow readers, broken frames, keys that end, a server that dies."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from bot.conversation.hearing import MOST_WAITING, Ear, Heard
from bot.model.message import Message
from bot.model.session import place_of
from bot.model.tenant import DEFAULT_TENANT
from handlers.api import socket, socket_line
from tests.fakes import NOON
from tests.integration.api.scene import ANNA, ANNAS, BENS, OPERATOR, Scene
from tests.integration.api.test_chat import answering

V1 = "/api/v1/ai"


@contextlib.asynccontextmanager
async def connected(on: Scene, key: str = OPERATOR, **query: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with on.client.ws_connect("/ai/ws", params={"token": key, **query}) as ws:
        yield ws


async def frame(ws: ClientWebSocketResponse, kind: str = "") -> dict[str, Any]:
    """The next one, or the next of a kind."""
    async with asyncio.timeout(10):
        while True:
            came = await ws.receive()
            assert came.type is WSMsgType.TEXT, came
            found: dict[str, Any] = json.loads(came.data)
            if kind in ("", found["type"]):
                return found


async def ask(ws: ClientWebSocketResponse, text: str, name: str = "m1", **more: Any) -> None:
    await ws.send_json({"type": "chat_message", "messageId": name, "message": text, **more})


async def test_a_question_and_all_that_comes_back(on: Scene):
    async with answering(on), connected(on, conversationId="c-1") as ws:
        hello = await frame(ws)
        assert (hello["type"], hello["connected"], hello["conversationId"]) == ("connection_status", True, "c-1")
        assert hello["serverTime"] == "2026-03-18T12:00:00Z"
        measured = await frame(ws, "connection_status")  # the client answers the ping
        assert 0 <= measured["latency"] < 5000
        await ask(ws, "help", context={"tenantId": "default", "currentPage": "/issues"})
        typing = await frame(ws, "typing_indicator")
        assert (typing["isTyping"], typing["estimatedResponseTime"]) == (True, 3000)
        answer = await frame(ws, "assistant_response")
        assert answer["metadata"]["intent"] == "help"
        assert answer["metadata"]["processingTime"] == 0
        assert (answer["inReplyTo"], answer["conversationId"]) == ("m1", "c-1")
        assert len(answer["followUpQuestions"]) == 3
        assert (await frame(ws, "typing_indicator"))["isTyping"] is False


async def test_words_come_as_chunks_in_order(on: Scene):
    async with connected(on, conversationId="c-1") as ws:
        await ask(ws, "help")
        await frame(ws, "typing_indicator")
        (session,) = (await on.get(f"{V1}/sessions/my", OPERATOR))["sessions"]
        key = f"k-{OPERATOR}:ws:{session['session_id']}:m1"
        hear = on.hearing.words(Message(key, place_of(DEFAULT_TENANT, "c-1"), ANNA, NOON))
        for word in ("One.", "Two."):
            await hear(word)
        chunks = [await frame(ws, "assistant_chunk") for _ in range(2)]
        async with answering(on):
            answer = await frame(ws, "assistant_response")
    assert [(one["seq"], one["delta"], one["messageId"]) for one in chunks] == [
        (1, "One.", answer["messageId"]), (2, " Two.", answer["messageId"]),
    ]  # fmt: skip


async def test_who_comes_again_goes_on_and_the_same_message_is_answered_once(on: Scene):
    async with answering(on):
        async with connected(on) as ws:
            name = (await frame(ws))["conversationId"]
            await ask(ws, "what is open?")
            first = await frame(ws, "assistant_response")
        async with connected(on, conversationId=name) as ws:
            await ask(ws, "what is open?")  # its answer was lost on the way
            assert (await frame(ws, "assistant_response"))["messageId"] == first["messageId"]
            await ask(ws, "help", "m2")
            assert (await frame(ws, "assistant_response"))["messageId"] != first["messageId"]
    (session,) = (await on.get(f"{V1}/sessions/my", OPERATOR))["sessions"]
    assert session["message_count"] == 4


@pytest.mark.parametrize(
    ("key", "headers", "query", "status"),
    [
        ("nobody", {}, {}, 401),
        ("", {}, {}, 401),
        (OPERATOR, {"Origin": "https://evil.example"}, {}, 403),
        (OPERATOR, {"Origin": "https://desk.example.com.evil.example"}, {}, 403),
        (OPERATOR, {"Origin": "https://DESK.example.com"}, {}, 101),
        (OPERATOR, {}, {"surprise": "1"}, 422),
        (BENS, {}, {"conversationId": "annas"}, 404),
    ],
)
async def test_who_may_not_is_told_before_it_opens(on: Scene, key, headers, query, status):
    async with connected(on, ANNAS, conversationId="annas"):
        pass
    assert await _opening(on, {"token": key, **query}, headers) == status


@pytest.mark.parametrize(
    ("sent", "status", "named"),
    [
        ("no json", 400, ""),
        ("[1]", 400, ""),
        ('{"type": "shout"}', 400, ""),
        ('{"type": "chat_message"}', 422, "message"),
        ('{"type": "chat_message", "message": "x", "rank": 1}', 422, "rank"),
        ('{"type": "subscribe", "topic": "secrets"}', 422, "topic"),
        ('{"type": "chat_message", "message": "x", "context": {"tenantId": "acme"}}', 403, ""),
        ('{"type": "chat_message", "message": "x", "conversationId": "other"}', 403, ""),
    ],
)
async def test_a_broken_frame_is_told_and_the_socket_stays(on: Scene, sent: str, status: int, named: str):
    async with connected(on) as ws:
        await ws.send_str(sent)
        told = await frame(ws, "error")
        assert told["status"] == status
        assert named in json.dumps(told.get("fields", {}))
        await ws.send_json({"type": "ping"})
        assert (await frame(ws, "connection_status"))["connected"] is True


async def test_only_broken_and_too_large_frames_close_it(on: Scene):
    async with connected(on) as ws:
        for _ in range(socket.BROKEN_IN_A_ROW):
            await ws.send_bytes(b"\x00\xff")
        assert await _closed(ws) == aiohttp.WSCloseCode.POLICY_VIOLATION
    async with connected(on) as ws:
        await ask(ws, "x" * socket.LARGEST_FRAME)
        assert await _closed(ws) == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_person_has_so_many_and_a_place_becomes_free_again(on: Scene):
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(socket.A_PERSON):
            await stack.enter_async_context(connected(on))
        with pytest.raises(WSServerHandshakeError) as refused:
            async with connected(on):
                pass
        assert refused.value.status == 429
        async with connected(on, ANNAS):
            pass
    async with asyncio.timeout(5):
        while True:
            with contextlib.suppress(WSServerHandshakeError):
                async with connected(on):
                    return


async def test_a_key_that_is_revoked_closes_what_it_opened(on: Scene):
    async with connected(on) as ws:
        await _measured(ws)
        await on.storage.keys.revoke(DEFAULT_TENANT, f"k-{OPERATOR}", NOON)
        for _ in range(2):
            await on.clock.advance(socket.LOOK_AGAIN / 3)
            await frame(ws, "connection_status")  # the ping is answered
        await on.clock.advance(socket.LOOK_AGAIN / 3)
        assert await _closed(ws) == socket_line.GONE


async def test_a_message_after_that_is_not_taken(on: Scene):
    async with connected(on) as ws:
        await on.storage.keys.revoke(DEFAULT_TENANT, f"k-{OPERATOR}", NOON)
        await ask(ws, "help")
        assert (await frame(ws, "error"))["status"] == 401
    assert await on.storage.letters.waiting() == 0


async def test_issues_come_as_they_change(on: Scene):
    issue = await on.fires()
    async with connected(on) as ws:
        await ws.send_json({"type": "subscribe", "topic": "issues"})
        first = await frame(ws, "issue_update")
        assert (first["id"], first["status"]) == (issue.id, "investigating")
        await on.post(f"/api/issues/{issue.id}/acknowledge", {"text": ""}, key=ANNAS)
        await on.clock.advance(2)
        second = await frame(ws, "issue_update")
        assert second["revision"] > first["revision"]
        await ws.send_json({"type": "unsubscribe", "topic": "issues"})


async def test_the_end_of_the_process_is_said(on: Scene):
    async with connected(on) as ws:
        await _measured(ws)
        await on.client.server.close()
        assert await _closed(ws) == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_reader_that_reads_nothing_is_left_and_holds_nobody_up(on: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket_line, "SLOW", 0.2)
    async with answering(on), connected(on, conversationId="slow") as slow, connected(on, conversationId="quick") as ws:
        slow._conn.protocol.pause_reading() if slow._conn else None
        place = place_of(DEFAULT_TENANT, "slow")
        await ask(slow, "help")
        async with asyncio.timeout(20):
            while place.key in on.hearing._ears:
                on.hearing.tell(place.key, Heard("said", text="x" * 200_000))
                await asyncio.sleep(0.01)  # until its buffers are full and its time is over
        await ask(ws, "help")
        assert (await frame(ws, "assistant_response"))["metadata"]["intent"] == "help"


async def test_words_are_lost_to_somebody_slow_and_the_end_never():
    ear = Ear()
    for number in range(MOST_WAITING + 5):
        ear.take(Heard("words", "k", str(number)))
    ear.take(Heard("done", "k"))
    assert ear.missed == 5
    heard = [await ear.next(0) for _ in range(MOST_WAITING + 1)]
    assert heard[-1] == Heard("done", "k")


async def test_the_token_stands_in_no_log(on: Scene, caplog: pytest.LogCaptureFixture):
    with caplog.at_level("DEBUG"):
        async with connected(on, OPERATOR) as ws:
            await frame(ws)
        with pytest.raises(WSServerHandshakeError):
            async with connected(on, "a-secret-that-is-wrong"):
                pass
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]  # which main has off
    assert not [one for one in ours if "token=" in one or "a-secret-that-is-wrong" in one]


async def _opening(on: Scene, query: Mapping[str, str], headers: Mapping[str, str]) -> int:
    try:
        async with on.client.ws_connect("/ai/ws", params=query, headers=headers):
            return 101
    except WSServerHandshakeError as refused:
        return refused.status


async def _measured(ws: ClientWebSocketResponse) -> None:
    """Until its first ping was answered."""
    while (await frame(ws, "connection_status"))["latency"] is None:
        pass


async def _closed(ws: ClientWebSocketResponse) -> int | None:
    """The code that the server gave."""
    async with asyncio.timeout(10):
        while True:
            came = await ws.receive()
            if came.type is WSMsgType.CLOSE:
                return int(came.data)
            assert not ws.closed, "closed without a word"
