"""Each server that speaks OpenAI's API, over HTTP: let in by its own door, asked for what it understands."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.errors import Problem, Rejected
from bot.ports.model import Inquiry
from tests.fakes import DrivenClock
from tests.integration.openai.test_connection import ANSWER, ASKED, connected
from tests.model_double.dialects import DIALECTS
from tests.model_double.server import KEY, MODELS, serving

VERSION = "2024-10-21"
CASES: dict[str, dict[str, Any]] = {
    "openai": {},
    "azure": {"provider": "azure"},
    "azure deployments": {"provider": "azure", "api_version": VERSION},
    "anthropic": {"provider": "anthropic"},
    "gemini": {"provider": "gemini"},
    "ollama": {"provider": "ollama", "api_key": ""},
    "vllm": {"provider": "vllm"},
    "llamacpp": {"provider": "llamacpp", "api_key": ""},
}


@pytest.mark.parametrize("name", CASES)
async def test_an_answer_in_the_shape_that_was_asked_for(clock: DrivenClock, name: str):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS[name]) as double,
        connected(double.url, clock, **CASES[name]) as model,
    ):
        for _ in range(2):
            written = await model.write(ASKED)
            assert '"It is slow."' in written.text
            assert written.tokens
            assert not written.tokens.estimated
    unlearnt = [fault for fault in double.refused if "json_schema" not in fault[1]]
    assert unlearnt == []
    assert len(double.refused) == (name == "llamacpp")  # told once what it does not take, and not told again


@pytest.mark.parametrize("name", [name for name in CASES if DIALECTS[name].door != "open"])
async def test_a_wrong_key_is_turned_away_at_once(clock: DrivenClock, name: str):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS[name]) as double,
        connected(double.url, clock, **{**CASES[name], "api_key": "wrong-0123456789"}) as model,
    ):
        with pytest.raises(Rejected, match="does not accept our credentials"):
            await model.write(ASKED)
    assert len(double.refused) == 1


@pytest.mark.parametrize("name", CASES)
async def test_a_model_that_it_has_not_is_named_in_its_own_words(clock: DrivenClock, name: str):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS[name]) as double,
        connected(double.url, clock, **{**CASES[name], "model": "gpt-9"}) as model,
    ):
        with pytest.raises(Rejected, match="does not exist"):
            await model.write(ASKED)


async def test_azure_without_its_version_is_not_found(clock: DrivenClock):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS["azure deployments"]) as double,
        connected(double.url, clock, provider="azure", api_version="2020-01-01") as model,
    ):
        with pytest.raises(Rejected, match="Resource not found"):
            await model.write(ASKED)


async def test_no_warmer_than_it_takes(clock: DrivenClock):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS["anthropic"]) as double,
        connected(double.url, clock, provider="anthropic", temperature=1.7) as model,
    ):
        await model.write(ASKED)
    [request] = double.requests
    assert request["temperature"] == 1.0
    assert "response_format" not in request
    assert "JSON Schema" in request["messages"][0]["content"]


@pytest.mark.parametrize("name", CASES)
async def test_its_state_is_one_sentence(clock: DrivenClock, name: str):
    async with (
        serving(answer=lambda _: ANSWER, dialect=DIALECTS[name]) as double,
        connected(double.url, clock, **CASES[name]) as model,
    ):
        says = await model.check()
    lists = name not in ("azure", "azure deployments", "anthropic")
    assert (
        "answers, and has gpt-4o-mini." if lists else "does not list what may be asked; gpt-4o-mini will be."
    ) in says


async def test_prices_say_how_old_they_are(clock: DrivenClock):
    async with serving(answer=lambda _: ANSWER) as double, connected(double.url, clock) as model:
        assert "Its prices are of 2026-03-21" in await model.check()
        await clock.advance(timedelta(days=300).total_seconds())
        assert "days ago: compare them with the maker's page" in await model.check()
    async with serving() as double, connected(double.url, clock, prices=["gpt-4o-mini:1/2"]) as model:
        assert "Its prices" not in await model.check()


async def test_another_model_than_the_tasks_own(clock: DrivenClock):
    cheap = Inquiry(ASKED.task, ASKED.lines, ASKED.name, ASKED.schema, ASKED.patience, "local-7b")
    async with serving(answer=lambda _: ANSWER) as double, connected(double.url, clock) as model:
        assert (await model.write(cheap)).model == "local-7b"
    assert "local-7b" in MODELS


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"provider": "azure", "api_key": KEY, "base_url": ""}, "OPENAI_BASE_URL is missing"),
        ({"provider": "anthropic", "api_key": "", "base_url": ""}, "OPENAI_API_KEY is missing"),
        ({"provider": "openai", "api_version": VERSION}, "for Azure alone"),
        ({"provider": "aws"}, "provider"),
    ],
)
async def test_half_a_provider_is_an_error(clock: DrivenClock, given, says):
    with pytest.raises((ValueError, Problem), match=says):
        async with connected(given.pop("base_url", "http://localhost:1/v1"), clock, **given):
            pass
