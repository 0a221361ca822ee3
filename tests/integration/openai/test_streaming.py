"""A stream counts only when its end has come; what breaks it is told in our words, each by its own way of breaking."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.plan import Plan
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import Tokens
from bot.ports.model import Brief, Inquiry, Line, PlainWords, Task, TooSlow, Written
from integrations.openai import streaming
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.integration.openai.test_connection import connected
from tests.integration.openai.test_consultant import a_scene
from tests.model_double.server import serving
from tests.model_double.streaming import Fault

WORDS = "It is slow. It coincides with a deploy. Look at it first."
ASKED = Inquiry(Task.TALK, (Line("system", "You explain."), Line("user", "Why?")), "", {}, streaming.STALL)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The engine makes no difference here."""
    return sqlite_url


async def nobody(_: str) -> None:
    return


async def test_the_words_are_heard_as_they_come(clock: DrivenClock):
    gate, heard = asyncio.Event(), asyncio.Queue[str]()
    async with serving(answer=lambda _: WORDS) as double, connected(double.url, clock) as model:
        double.pieces.gates[3] = gate
        telling = asyncio.create_task(model.stream(ASKED, heard.put))
        async with asyncio.timeout(5):
            assert [await heard.get() for _ in range(3)] == ["It", " is", " slow."]
        assert not telling.done()
        gate.set()
        assert await telling == Written(WORDS, "gpt-4o-mini", Tokens(1000, 100))
        (request,) = double.requests
        assert request["stream"] is True
        assert "response_format" not in request
        assert double.refused == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("ends early", Unavailable),  # the package says nothing: it has no finish_reason
        ("broken piece", Unavailable),  # the package lets json's error out
        ("stall", TooSlow),
        ("drop", Unavailable),
        ("refusal", Rejected),
    ],
)
async def test_what_breaks_a_stream_is_told(
    fault: Fault, expected: type[Problem], clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streaming, "STALL", streaming.STALL / 20)
    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    async with serving(answer=lambda _: WORDS) as double, connected(double.url, clock) as model:
        double.pieces.fault = fault
        with pytest.raises(Problem) as told:
            await model.stream(ASKED, hear)
        assert type(told.value) is expected
        assert "".join(heard) == "It is slow. It coincides with"
        double.pieces.fault = ""
        assert (await model.stream(ASKED, nobody)).text == WORDS, "and the next one is whole"


async def test_one_that_is_too_long_is_cut_and_says_so(clock: DrivenClock):
    async with serving(answer=lambda _: WORDS) as double, connected(double.url, clock) as model:
        double.pieces.fault = "length"
        written = await model.stream(ASKED, nobody)
    assert (written.text, written.cut) == ("It is slow. It coincides with", True)


async def test_a_server_that_counts_no_stream_is_estimated(clock: DrivenClock):
    async with serving(answer=lambda _: WORDS) as double, connected(double.url, clock) as model:
        double.trouble, double.pieces.counts = "no stream options", False
        for _ in range(2):
            written = await model.stream(ASKED, nobody)
            assert written.tokens is not None
            assert written.tokens.estimated
        asked: list[Any] = [one.get("stream_options") for one in double.requests]
    assert asked == [{"include_usage": True}, None, None], "what it refused is not sent again"


async def test_before_it_begins_it_fails_as_any_call(clock: DrivenClock):
    async with serving(trouble="500") as double, connected(double.url, clock) as model:
        with pytest.raises(Unavailable):
            await model.stream(ASKED, nobody)
        double.trouble = "hang"
        with pytest.raises(TooSlow):
            await model.stream(replace(ASKED, patience=ASKED.patience / 20), nobody)


TALK = Brief(Task.TALK, "talk/1", "You explain.", "Why?", PlainWords, timedelta(seconds=5), "investigate")


@pytest.mark.parametrize(
    ("fault", "told", "outcome"),
    [
        ("", WORDS, "ok"),
        ("length", "It is slow. It coincides with", "ok"),
        ("ends early", None, "away"),
        ("broken piece", None, "away"),
        ("refusal", None, "refused"),
    ],
)
async def test_for_a_tenant_it_is_told_once_and_booked(
    fault: Fault, told: str | None, outcome: str, storage: SqlStorage, clock: DrivenClock
):
    async with a_scene(storage, clock, lambda _: WORDS) as scene:
        scene.double.pieces.fault = fault
        written = await scene.consultant.tell(DEFAULT_TENANT, TALK, nobody)
        assert (written.text if written else None) == told
        assert await scene.outcomes() == [outcome]
        assert len(scene.double.requests) == 1, "what was heard cannot be told anew"


async def test_a_tenant_that_may_not_hears_nothing(storage: SqlStorage, clock: DrivenClock):
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan.model_validate({"model": {"use_for": ["mail"]}}), NOON)
    async with a_scene(storage, clock, lambda _: WORDS) as scene:
        assert await scene.consultant.tell(DEFAULT_TENANT, TALK, nobody) is None
        assert scene.double.requests == []
