"""The openai package against a server over HTTP: what it asks is taken, and what goes wrong is told in our words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from bot.desk.shapes import strict
from bot.model.errors import Problem, Rejected, Unavailable
from bot.model.usage import Tokens
from bot.ports.model import Inquiry, Line, Task, Written
from integrations.networks import Networks
from integrations.openai.connection import OpenAIModel
from integrations.openai.settings import Settings
from integrations.opener import walled
from tests.fakes import DrivenClock
from tests.model_double.server import KEY, ModelDouble, serving


class Told(BaseModel):
    cause: str
    clues: list[int]


ANSWER = {"cause": "It is slow.", "clues": [1]}
ASKED = Inquiry(
    Task.ANALYSIS, (Line("system", "You explain."), Line("user", "Why?")), "told", strict(Told), timedelta(seconds=5)
)


@pytest.fixture
async def double() -> AsyncIterator[ModelDouble]:
    async with serving(answer=lambda _: ANSWER) as running:
        yield running


@asynccontextmanager
async def connected(
    url: str, clock: DrivenClock, networks: Networks | None = None, **more: Any
) -> AsyncIterator[OpenAIModel]:
    settings = Settings.model_validate({"api_key": KEY, "base_url": url, **more})
    model = OpenAIModel(settings, lambda: walled(networks or Networks.of_operator()), clock)
    try:
        yield model
    finally:
        await model.close()


async def test_what_is_asked_is_taken_and_counted(double: ModelDouble, clock: DrivenClock):
    async with connected(double.url, clock) as model:
        assert await model.write(ASKED) == Written(
            '{"cause": "It is slow.", "clues": [1]}', "gpt-4o-mini", Tokens(1000, 100, 400)
        )
    (request,) = double.requests
    assert (request["temperature"], request["max_tokens"]) == (0.1, 700)
    assert request["response_format"]["json_schema"]["strict"]
    assert double.refused == []


@pytest.mark.parametrize(
    ("trouble", "kind", "says", "again"),
    [
        ("429", Unavailable, "does not answer at the moment", 7),
        ("money", Unavailable, "does not answer at the moment", 900),
        ("500", Unavailable, "does not answer at the moment", None),
        ("drop", Unavailable, "does not answer at the moment", None),
        ("html", Rejected, "does not speak OpenAI's API", None),
        ("refusal", Rejected, "does not want to write about this", None),
    ],
)
async def test_what_goes_wrong_is_one_of_our_errors_and_is_asked_once(double, clock, trouble, kind, says, again):
    double.trouble = trouble
    async with connected(double.url, clock) as model:
        with pytest.raises(Problem) as caught:
            await model.write(ASKED)
    assert type(caught.value) is kind
    assert says in caught.value.says
    if again:
        assert caught.value.retry_after == timedelta(seconds=again)
    assert len(double.requests) == 1


async def test_a_server_that_hangs_is_given_up(double: ModelDouble, clock: DrivenClock):
    double.trouble = "hang"
    async with connected(double.url, clock, timeout=0.2) as model, asyncio.timeout(10):
        with pytest.raises(Unavailable):
            await model.write(ASKED)


async def test_who_asks_to_wait_is_left_alone_until_then(double: ModelDouble, clock: DrivenClock):
    double.trouble = "429"
    async with connected(double.url, clock) as model:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await model.write(ASKED)
        assert len(double.requests) == 1
        double.trouble = ""
        await clock.advance(8)
        assert (await model.write(ASKED)).text


@pytest.mark.parametrize(
    ("trouble", "formats"),
    [
        ("no schema", ["json_schema", "json_object"]),
        ("no format", ["json_schema", "json_object", None]),
    ],
)
async def test_a_server_without_strict_output_is_asked_in_words(double, clock, trouble, formats):
    double.trouble = trouble
    async with connected(double.url, clock) as model:
        for _ in range(2):
            assert (await model.write(ASKED)).text
    asked = [(one.get("response_format") or {}).get("type") for one in double.requests]
    assert asked == [*formats, formats[-1]]
    assert '"required"' in double.requests[-1]["messages"][0]["content"]


async def test_a_server_that_counts_nothing_is_estimated(double: ModelDouble, clock: DrivenClock):
    double.trouble = "no tokens"
    async with connected(double.url, clock) as model:
        tokens = (await model.write(ASKED)).tokens
    assert tokens
    assert tokens.estimated
    assert tokens.read >= 10


async def test_what_was_cut_says_so(double: ModelDouble, clock: DrivenClock):
    double.trouble = "cut"
    async with connected(double.url, clock) as model:
        assert (await model.write(ASKED)).cut


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"api_key": "sk-wrong-0123456789abcdef"}, "does not accept our credentials"),
        ({"analysis_model": "gpt-9"}, "The model `gpt-9` does not exist"),
    ],
)
async def test_a_wrong_key_and_a_wrong_model_are_named(double: ModelDouble, clock: DrivenClock, given, says):
    async with connected(double.url, clock, **given) as model:
        with pytest.raises(Rejected, match=says):
            await model.write(ASKED)


async def test_an_address_that_is_never_called(clock: DrivenClock):
    async with connected("http://169.254.169.254/v1", clock) as model:
        with pytest.raises(Rejected, match="an address that is never called"):
            await model.write(ASKED)


@pytest.mark.parametrize(
    ("given", "trouble", "says"),
    [
        ({}, "", "answers, and has gpt-4o-mini."),
        ({"model": "local-7b"}, "", "Nobody has declared what local-7b costs (OPENAI_PRICES)."),
        ({"model": "local-7b", "prices": ["local-7b:0/0"]}, "", "answers, and has local-7b."),
        ({}, "no models", "does not list its models"),
    ],
)
async def test_its_state_is_one_sentence(double: ModelDouble, clock: DrivenClock, given, trouble, says):
    double.trouble = trouble
    async with connected(double.url, clock, **given) as model:
        assert says in await model.check()


@pytest.mark.parametrize(
    ("given", "trouble", "says"),
    [
        ({"mail_model": "gpt-9"}, "", "has no model gpt-9"),
        ({"api_key": "sk-wrong-0123456789abcdef"}, "", "does not accept our credentials"),
        ({}, "500", "does not answer at the moment"),
    ],
)
async def test_what_is_wrong_with_it_too(double: ModelDouble, clock: DrivenClock, given, trouble, says):
    double.trouble = trouble
    async with connected(double.url, clock, **given) as model:
        with pytest.raises(Problem, match=says):
            await model.check()
