"""Words of a model as they are written, over HTTP: as events and over the socket; never one that cannot be traced."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.desk.office import Office, terminal
from bot.model.tenant import DEFAULT_TENANT
from tests.acceptance.incidents import Incidents, incidents
from tests.model_double.server import KEY, ModelDouble, serving
from tests.model_double.streaming import Pieces

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ASKED = "investigate checkout"
EARLY, LATER = "Checkout was looked into.", "Look at its releases first."
LIE = "The latency rose to 12,345 ms."
ANSWER = {"next": "answer", "service": "", "region": "", "window": "", "text": ""}
HELD = 5  # words: the first sentence is known to be whole
PATIENCE = 60
Event = tuple[str, Mapping[str, Any]]


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    while part := (await response.content.readuntil(b"\n\n")).decode().strip():
        event, data = part.split("\n", 1)
        yield event.removeprefix("event: "), json.loads(data.removeprefix("data: "))
        if event in ("event: answer", "event: error"):
            return


async def _frames(ws: aiohttp.ClientWebSocketResponse) -> AsyncIterator[Event]:
    while True:
        frame = await ws.receive_json()
        yield frame["type"], frame
        if frame["type"] == "assistant_response":
            return


def _hold(double: ModelDouble) -> asyncio.Event:
    double.pieces = Pieces(gates={HELD: asyncio.Event()})
    return double.pieces.gates[HELD]


async def _heard(events: AsyncIterator[Event], gate: asyncio.Event, chunk: str) -> tuple[str, Mapping[str, Any]]:
    """The words that came early, the model being let on once the first are there; and the answer."""
    said = ""
    async with asyncio.timeout(PATIENCE):
        async for name, data in events:
            if name == chunk:
                if not said:
                    assert not gate.is_set(), "the model is still writing"
                    assert data["seq"] == 1
                said += data["delta"]
                gate.set()
            last = data
    return said, last


async def _key(world: Incidents) -> str:
    async with world.storage() as storage:
        _, secret = await Office(storage, SystemClock()).new_key(
            terminal(DEFAULT_TENANT, "test"), "api", "anna.berger@example.com", "operator"
        )
    return secret


async def test_words_come_early_as_events_and_over_the_socket_and_the_answer_holds_them_all(tmp_path: Path):
    async with serving() as double:
        double.answer = lambda request: f"{EARLY} {LIE} {LATER}" if request.get("stream") else ANSWER
        async with incidents(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=double.url) as world:
            key, url = await _key(world), world.rig.bot_url

            gate = _hold(double)
            sent = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
            async with world.session.post(f"{url}/ai/chat", json={"message": ASKED}, headers=sent) as response:
                said, answer = await _heard(_events(response), gate, "chunk")
            assert said == f"{EARLY} {LATER}"
            _whole(answer["message"])
            assert answer["metadata"]["byModel"] is True
            assert answer["metadata"]["tokensUsed"] > 0

            gate = _hold(double)
            async with world.session.ws_connect(f"{url}/ai/ws", params={"token": key}) as ws:
                await ws.send_json({"type": "chat_message", "messageId": "m", "message": ASKED})
                said, answer = await _heard(_frames(ws), gate, "assistant_chunk")
            assert said == f"{EARLY} {LATER}"
            _whole(answer["message"])

            double.pieces = Pieces(fault="drop", after=HELD + 1)  # it breaks off in the second sentence
            async with world.session.post(f"{url}/ai/chat", json={"message": ASKED}, headers=sent) as response:
                said, answer = await _heard(_events(response), asyncio.Event(), "chunk")
            assert "Investigation of checkout" in answer["message"]
            assert EARLY not in answer["message"], "nothing half said remains"
            assert answer["metadata"]["byModel"] is False
            log = world.rig.log.read_text()
            assert "Traceback" not in log
            assert key not in log


def _whole(message: str) -> None:
    assert f"{EARLY} {LATER}" in message
    assert LIE not in message
    assert "Investigation of checkout" in message
