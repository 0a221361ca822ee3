"""What switches a model on, what each task gets, and what a price looks like."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot import settings
from bot.model.errors import Misconfigured
from bot.model.prices import price_of
from bot.model.usage import Tokens, priced
from bot.ports.model import Task
from integrations.openai.settings import Settings


@pytest.mark.parametrize(
    ("env", "on"),
    [
        ({}, False),
        ({"OPENAI_API_KEY": ""}, False),
        ({"OPENAI_API_KEY": "sk-1"}, True),
        ({"OPENAI_BASE_URL": "http://localhost:11434/v1/"}, True),
    ],
)
def test_nothing_set_is_off(env, on):
    assert (settings.section("openai", Settings, env) is not None) is on


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"OPENAI_MODEL": "gpt-4o"}, "OPENAI_API_KEY is missing"),
        ({"OPENAI_BASE_URL": "ftp://x"}, "must begin with http"),
        ({"OPENAI_BASE_URL": "http://u:p@x/v1"}, "must not contain credentials"),
        ({"OPENAI_API_KEY": "sk-1", "OPENAI_PRICES": "cheap"}, "OPENAI_PRICES"),
        ({"OPENAI_API_KEY": "sk-1", "OPENAI_PRICES": "m:1"}, "OPENAI_PRICES"),
        ({"OPENAI_API_KEY": "sk-1", "OPENAI_PRICES": "m:1/-2"}, "OPENAI_PRICES"),
        ({"OPENAI_API_KEY": "sk-1", "OPENAI_PRICES": "m:1/nan"}, "OPENAI_PRICES"),
        ({"OPENAI_API_KEY": "sk-1", "OPENAI_CA_FILE": "/nowhere"}, "is not a file"),
    ],
)
def test_half_of_it_is_an_error_that_names_the_variable(env, says):
    with pytest.raises(Misconfigured, match=says):
        settings.section("openai", Settings, env)


def test_each_task_may_have_a_model_of_its_own():
    given = Settings.model_validate({"api_key": "sk-1", "mail_model": "gpt-4.1"})
    assert [given.model_of(task) for task in Task] == [
        "gpt-4o-mini",
        "gpt-4o-mini",
        "gpt-4.1",
        "gpt-4o-mini",
        "gpt-4o-mini",
    ]
    assert given.models == ("gpt-4o-mini", "gpt-4.1")


def test_each_task_may_be_as_free_and_as_long_as_it_likes():
    given = Settings.model_validate({"api_key": "sk-1", "entry_temperature": 0, "mail_max_tokens": 300})
    assert [given.warmth_of(task) for task in Task] == [0.1, 0.0, 0.1, 0.0, 0.1]
    assert [given.longest_of(task) for task in Task] == [700, 700, 300, 700, 2000]


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("gpt-4o-mini", "0.00018"),
        ("gpt-4o-mini-2024-07-18", "0.00018"),
        ("my:model", "0.0008"),
        ("plain", "0.0012"),
        ("unknown", None),
    ],
)
def test_what_a_call_costs(model, cost):
    given = Settings.model_validate({"api_key": "sk-1", "prices": ["my:model:1/2/0", "plain:1/2"]})
    price = price_of(model, given.all_prices)
    assert (price and price.of(Tokens(1000, 100, 400))) == (cost and Decimal(cost))


def test_a_price_without_a_cached_one_is_the_same_for_both():
    assert priced("1", "2").of(Tokens(10, 0, 10)) == Decimal("0.00001")
    with pytest.raises(ValidationError):
        Settings.model_validate({"api_key": "sk-1", "temperature": 3})
