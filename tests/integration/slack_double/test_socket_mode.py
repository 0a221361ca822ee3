"""Socket Mode, with Slack's own client at the other end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.integration.slack_double.conftest import APP_TOKEN, TOKEN, Rig, error_of

INCIDENTS = "C0INCIDENTS"


@pytest.fixture
async def socket(rig: Rig) -> AsyncIterator[tuple[SocketModeClient, list[SocketModeRequest]]]:
    heard: list[SocketModeRequest] = []

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        payload: Any = {"text": "On it."} if request.type == "slash_commands" else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client = SocketModeClient(app_token=APP_TOKEN, web_client=rig.client_of(None))
    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    yield client, heard
    await client.disconnect()
    await client.close()


Socket = tuple[SocketModeClient, list[SocketModeRequest]]


async def test_the_bot_token_opens_no_socket(rig: Rig) -> None:
    assert await error_of(rig.client_of(TOKEN).apps_connections_open(app_token=TOKEN)) == "not_allowed_token_type"


async def test_events_come_by_the_socket_and_not_by_http(rig: Rig, socket: Socket) -> None:
    await rig.slack.control("message", {"channel": INCIDENTS, "text": "@Nightdesk hello"})
    await rig.slack.settle()
    [request] = socket[1]
    assert (request.type, request.payload["event"]["type"]) == ("events_api", "app_mention")
    assert (request.retry_attempt, rig.bot.requests) == (0, [])


async def test_an_ack_may_carry_the_answer(rig: Rig, socket: Socket) -> None:
    body = {"channel": INCIDENTS, "command": "/ops", "text": "status"}
    answer = await rig.slack.control("command", body)
    assert answer["response"] == {"text": "On it."}
    assert rig.messages(INCIDENTS)[0]["text"] == "On it."


async def test_an_envelope_without_ack_comes_again(rig: Rig, socket: Socket) -> None:
    client, heard = socket
    answers = client.socket_mode_request_listeners
    seen: list[SocketModeRequest] = []
    kept, answers[:] = list(answers), [lambda _, request: _keep(seen, request)]
    await rig.slack.control("message", {"channel": INCIDENTS, "text": "@Nightdesk hello"})
    await _until(lambda: len(seen) == 1)
    answers[:] = kept
    await rig.clock.advance(3)
    await _until(lambda: len(heard) == 1)
    assert (heard[0].retry_attempt, heard[0].retry_reason) == (1, "http_timeout")
    assert heard[0].payload["event_id"] == seen[0].payload["event_id"]


async def test_a_connection_is_refreshed(rig: Rig, socket: Socket) -> None:
    client, heard = socket
    before = client.current_session
    await rig.slack.sockets.disconnect()
    await _until(lambda: client.current_session is not before and rig.slack.sockets.connected)
    await rig.slack.control("message", {"channel": INCIDENTS, "text": "@Nightdesk again"})
    await _until(lambda: len(heard) == 1)


async def _keep(seen: list[SocketModeRequest], request: SocketModeRequest) -> None:
    seen.append(request)


async def _until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)
