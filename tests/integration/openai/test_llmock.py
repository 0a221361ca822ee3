"""The same port against a server by other hands: llmock breaks calls on purpose, and judges whoever calls.

The double of the other tests is ours, and would share our misreadings. This one runs as a process of its own.
"""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from bot.model.errors import Problem, Rejected, Unavailable
from bot.ports.model import Inquiry, Line, Task, TooSlow
from integrations.openai import streaming
from tests import postgres
from tests.fakes import DrivenClock
from tests.integration.openai.test_connection import ANSWER, ASKED, connected

WORDS = "It is slow. It coincides with a deploy. Look at it first."
TOLD = Inquiry(Task.TALK, (Line("system", "You explain."), Line("user", "Why?")), "", {}, timedelta(seconds=9))
REPLY = {"type": "reply", "text": WORDS, "times": None}
STARTING = 30.0


@dataclass(frozen=True)
class Llmock:
    root: str

    def told(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.root}{path}", data, timeout=10) as answer:
            return json.load(answer)

    def will(self, *behaviors: dict[str, Any]) -> None:
        self.told("/_llmock/scenario", {"behaviors": behaviors})

    async def requests(self) -> list[dict[str, Any]]:
        """In a thread, for the client's own end of a broken connection has to be closed meanwhile."""
        return list((await asyncio.to_thread(self.told, "/_llmock/requests"))["requests"])

    async def findings(self) -> list[str]:
        told = await asyncio.to_thread(self.told, "/_llmock/verdict")
        return [f"{one['severity']}: {one['code']}" for one in told["findings"]]

    @property
    def url(self) -> str:
        return f"{self.root}/v1"


@pytest.fixture(scope="module")
def process() -> Iterator[Llmock]:
    port = postgres.free_port()
    llmock = str(Path(sys.executable).with_name("llmock"))
    command = [llmock, "serve", "--port", str(port), "--log-level", "error", "--stream-chunk-delay-ms", "10"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    one, begun = Llmock(f"http://127.0.0.1:{port}"), time.monotonic()
    try:
        while True:
            try:
                one.told("/health")
                break
            except URLError:
                assert running.poll() is None, "llmock has ended"
                assert time.monotonic() - begun < STARTING, "llmock does not start"
                time.sleep(0.05)  # another process starts; there is nothing to wait on
        yield one
    finally:
        running.kill()
        running.wait()


@pytest.fixture
def llmock(process: Llmock) -> Llmock:
    process.told("/_llmock/reset", {})
    return process


async def nobody(_: str) -> None:
    return


async def test_what_it_is_told_to_say_arrives_whole_either_way(llmock: Llmock, clock: DrivenClock):
    llmock.will(REPLY)
    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    async with connected(llmock.url, clock) as model:
        assert "answers, and has gpt-4o-mini" in await model.check()
        written, told = await model.write(TOLD), await model.stream(TOLD, hear)
    assert written.text == told.text == "".join(heard) == WORDS
    assert len(heard) > 5
    assert not written.cut
    for one in (written, told):
        assert one.tokens
        assert not one.tokens.estimated, "it counts the tokens of a stream, too"
    assert await llmock.findings() == []


async def test_strict_json_is_asked_for_and_answered(llmock: Llmock, clock: DrivenClock):
    async with connected(llmock.url, clock) as model:
        made = json.loads((await model.write(ASKED)).text)
        llmock.will({"type": "reply", "text": json.dumps(ANSWER)})
        assert json.loads((await model.write(ASKED)).text) == ANSWER
    assert {name: type(value) for name, value in made.items()} == {"cause": str, "clues": list}, "made from our schema"
    assert [one["body"]["response_format"]["json_schema"]["strict"] for one in await llmock.requests()] == [True, True]
    assert await llmock.findings() == []


async def test_one_that_is_cut_says_so(llmock: Llmock, clock: DrivenClock):
    llmock.will({**REPLY, "finish_reason": "length"})
    async with connected(llmock.url, clock) as model:
        assert [(await model.write(TOLD)).cut, (await model.stream(TOLD, nobody)).cut] == [True, True]


@pytest.mark.parametrize("finish", ["write", "stream"])
async def test_what_it_does_not_want_to_write_is_a_refusal(llmock: Llmock, clock: DrivenClock, finish: str):
    llmock.will({**REPLY, "finish_reason": "content_filter"})
    async with connected(llmock.url, clock) as model:
        with pytest.raises(Rejected, match="does not want to write"):
            await (model.write(TOLD) if finish == "write" else model.stream(TOLD, nobody))
    assert await llmock.findings() == []


@pytest.mark.parametrize("streamed", [False, True], ids=["write", "stream"])
async def test_who_asks_to_wait_is_left_alone_until_then(llmock: Llmock, clock: DrivenClock, streamed: bool):
    llmock.will({"type": "fail", "status": 429, "retry_after": 7})
    async with connected(llmock.url, clock) as model:
        for _ in range(3):
            with pytest.raises(Unavailable) as caught:
                await (model.stream(TOLD, nobody) if streamed else model.write(TOLD))
            assert caught.value.retry_after == timedelta(seconds=7)
    assert len(await llmock.requests()) == 1
    assert await llmock.findings() == ["warning: gave_up"], (
        "whoever asked is told; nobody is kept waiting for another try"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_no_is_told_and_not_asked_again(llmock: Llmock, clock: DrivenClock, status: int):
    llmock.will({"type": "fail", "status": status}, REPLY)
    async with connected(llmock.url, clock) as model:
        with pytest.raises(Rejected):
            await model.write(TOLD)
    assert [one["status"] for one in await llmock.requests()] == [status]
    assert await llmock.findings() == []


@pytest.mark.parametrize("streamed", [False, True], ids=["write", "stream"])
async def test_a_server_in_trouble_is_asked_once_and_answers_whoever_asks_again(
    llmock: Llmock, clock: DrivenClock, streamed: bool
):
    llmock.will({"type": "fail", "status": 500}, REPLY)
    async with connected(llmock.url, clock) as model:
        with pytest.raises(Unavailable):
            await (model.stream(TOLD, nobody) if streamed else model.write(TOLD))
        assert [one["status"] for one in await llmock.requests()] == [500]
        assert (await (model.stream(TOLD, nobody) if streamed else model.write(TOLD))).text == WORDS
    assert await llmock.findings() == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("truncate", Unavailable), ("malformed", Unavailable), ("stall", TooSlow), ("disconnect", Unavailable)],
)
async def test_a_broken_stream_is_told_and_whoever_asks_again_has_it_whole(
    llmock: Llmock, clock: DrivenClock, fault: str, kind: type[Problem], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streaming, "STALL", streaming.STALL / 8)
    broken = {"type": "stream_fault", "kind": fault, "after_chunks": 4, "stall_seconds": 20}
    llmock.will(broken, {"type": "reply", "text": WORDS * 20}, REPLY)  # long enough that it sees who stops listening
    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    async with connected(llmock.url, clock) as model:
        with pytest.raises(Problem) as caught:
            await model.stream(TOLD, hear)
        assert type(caught.value) is kind
        assert "".join(heard) == "It is slow. "
        assert len(await llmock.requests()) == 1, "what was heard cannot be told anew"
        assert (await model.stream(TOLD, nobody)).text == WORDS
    assert len(await llmock.requests()) == 2
    assert await llmock.findings() == []


async def test_a_slow_first_word_is_waited_for_as_long_as_whoever_asks_has(llmock: Llmock, clock: DrivenClock):
    slow = {"type": "slow_first_token", "seconds": 0.6}
    llmock.will(slow, slow, REPLY)
    async with connected(llmock.url, clock) as model:
        assert (await model.stream(TOLD, nobody)).text == WORDS
        with pytest.raises(TooSlow):
            await model.stream(replace(TOLD, patience=timedelta(seconds=0.3)), nobody)
    assert await llmock.findings() == []


async def test_a_whole_answer_that_is_late_is_given_up(llmock: Llmock, clock: DrivenClock):
    llmock.will({"type": "delay", "seconds": 1}, REPLY)
    async with connected(llmock.url, clock) as model:
        with pytest.raises(TooSlow):
            await model.write(replace(TOLD, patience=timedelta(seconds=0.3)))
        assert (await model.write(TOLD)).text == WORDS
    assert await llmock.findings() == []
