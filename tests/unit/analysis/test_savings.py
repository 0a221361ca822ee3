"""Each kind of advice from calls that show it, none from calls that do not, and the figures are those of the calls."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.analysis import prompt_growth, savings, tool_paces
from bot.analysis.model_tiers import maker, smaller
from bot.model.charge import Charge, Charged
from bot.model.usage import Tokens, priced
from tests.fakes import NOON
from tests.spend_months import calls

PRICES = {
    "gpt-4o-mini": priced("0.15", "0.60", "0.075"), "gpt-4o": priced("2.50", "10.00", "1.25"),
    "gpt-4.1": priced("2.00", "8.00", "0.50"), "gpt-4.1-mini": priced("0.40", "1.60", "0.10"),
    "gpt-4.1-nano": priced("0.10", "0.40", "0.025"), "claude-opus-4": priced("15", "75"),
    "claude-haiku-4": priced("1", "5"),
}  # fmt: skip
LONG, SHORT = Tokens(20_000, 400), Tokens(400, 40)


def every(minutes: float, count: int = 60) -> list[Any]:
    return [NOON - timedelta(minutes=minutes * number) for number in range(count)]


def kinds(given: Sequence[Charge]) -> list[str]:
    return [one.kind for one in savings.found(given, PRICES)]


SPACED = every(30)
BURSTS = [NOON - timedelta(hours=number // 10, seconds=number % 10) for number in range(60)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (calls("T", SPACED, tokens=LONG), ["caching"]),
        (calls("T", SPACED, tokens=Tokens(20_000, 400, 15_000)), []),  # most of it is cached already
        (calls("T", SPACED, tokens=LONG, model="local-llama"), []),  # nobody knows what it costs elsewhere
        (calls("T", SPACED, tokens=SHORT), ["model"]),
        (calls("T", SPACED[:10], tokens=SHORT), []),  # too few
        (calls("T", SPACED, tokens=SHORT, cost=Decimal("0.001")), []),  # too little
        (calls("T", SPACED, tokens=SHORT, cost=None), []),  # a cost that nobody knows is no effect
        (calls("T", SPACED, tokens=SHORT, model="gpt-4o-mini"), []),  # it is the small one
        (calls("T", SPACED, tokens=SHORT, model="azure/gpt-4o-2024-08-06"), ["model"]),
        (calls("T", SPACED, tokens=None, prompt="p"), ["repeats"]),
        (calls("T", every(1441), tokens=None, prompt="p"), []),  # never twice within a day
        (calls("T", SPACED, tokens=None, prompt="p", failed=1, cost=Decimal(0)), []),  # what fails is no answer
        (calls("T", BURSTS, tokens=None), ["batching"]),
        (calls("T", BURSTS, tokens=None, person="anna"), []),  # somebody waits
        (calls("T", SPACED, tokens=None), []),
        (calls("T", SPACED, tokens=None, failed=1, error="timeout"), ["waste"]),
        ([], []),
    ],
)
def test_calls_advise_what_they_show(given, expected):
    assert kinds(given) == expected


def test_a_smaller_model_saves_what_the_table_says():
    (one,) = savings.found(calls("Document Analyzer", SPACED, tokens=SHORT), PRICES)
    then = 60 * (400 * Decimal("0.15") + 40 * Decimal("0.60")) / 1_000_000
    assert (one.calls, one.now, one.then, one.saves) == (60, Decimal("3.00"), then, 3 - then)
    assert "60 of 60 calls to gpt-4o" in one.evidence[0]
    assert "26,400 tokens" in one.evidence[0]
    assert "Nobody has tried it" in one.assumes
    assert not one.at_most


def test_a_cache_could_save_no_more_than_the_shortest_prompt_of_each_call():
    given = [*calls("T", SPACED[1:], tokens=LONG), *calls("T", SPACED[:1], tokens=Tokens(1200, 400))]
    given = [*given, *calls("T", [NOON - timedelta(days=9, minutes=n) for n in range(1000)], tokens=LONG)]
    (one,) = [one for one in savings.found(given, PRICES) if one.kind == "caching"]
    assert one.saves == Decimal("1.25") * 1200 * 1060 / 1_000_000
    assert one.at_most


def test_what_fails_is_told_with_its_kind_and_how_often_it_was_asked_again():
    failing = calls("T", every(30, 30), tokens=None, prompt="p", failed=1, error="timeout")
    again = calls("T", [one.at + timedelta(seconds=20) for one in failing], tokens=None, prompt="p")
    found = {one.kind: one for one in savings.found([*failing, *again], PRICES)}
    assert found["waste"].saves == Decimal("1.50")
    assert "30 of 60 calls failed, 100 % of them with “timeout”" in found["waste"].evidence[0]
    assert "30 were asked again within a minute, 30 of them with success" in found["waste"].evidence[0]


def test_the_largest_effect_comes_first():
    given = [*calls("Small", SPACED, tokens=SHORT), *calls("Large", SPACED, tokens=SHORT, cost=Decimal("0.5"))]
    assert [one.tool for one in savings.found(given, PRICES)] == ["Large", "Small"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", "gpt-4o-mini"), ("gpt-4.1", "gpt-4.1-mini"), ("GPT-4", "gpt-4o-mini"),
        ("openai/gpt-4o-2024-08-06", "gpt-4o-mini"), ("claude-opus-4", "claude-haiku-4"), ("gpt-4o-mini", None),
        ("claude-haiku-4", None), ("mistral-large", None), ("", None),
    ],
)  # fmt: skip
def test_the_smaller_one_is_of_the_same_maker_and_named_most_alike(model, expected):
    found = smaller(model, PRICES)
    assert (found and found[0]) == expected


@pytest.mark.parametrize(
    ("model", "of"), [("o3", "openai"), ("gemini-2.5-pro", "google"), ("llama3", ""), ("opus", "")]
)
def test_makers_are_known_by_the_names_of_their_models(model, of):
    assert maker(model) == of


def tokens(tool: str, each: int, calls_: int, model: str = "gpt-4o") -> Charged:
    return Charged((tool, model), None, calls_, 0, each * calls_, 0, 0, calls_)


@pytest.mark.parametrize(
    ("week", "before", "saves"),
    [
        (tokens("T", 2400, 700), tokens("T", 800, 2800), Decimal("2.5") * 700 * 1600 / 1_000_000 * 30 / 7),
        (tokens("T", 900, 700), tokens("T", 800, 2800), None),  # grown by less than a fifth
        (tokens("T", 2400, 49), tokens("T", 800, 2800), None),  # too few calls
        (tokens("T", 2400, 700), tokens("Other", 800, 2800), None),  # new: nothing to compare with
        (tokens("T", 2400, 700, "local"), tokens("T", 800, 2800), None),  # nobody knows what a token costs
    ],
)
def test_prompts_that_grew_cost_what_the_growth_costs(week, before, saves):
    found = prompt_growth.found([week], [before], PRICES)
    assert [round(one.saves, 9) for one in found] == ([round(saves, 9)] if saves else [])
    assert all("2,400 tokens" in one.evidence[0] and "800" in one.evidence[0] for one in found)


def test_the_pace_of_a_tool_leaves_out_what_nobody_knows():
    week = Charged(("T", "gpt-4o"), None, 40, 4, 4000, 0, 0, 40, took=timedelta(seconds=80), timed=40)
    (found,) = tool_paces.of([week], [Charged(("T", "gpt-4o"), None, 10)])
    assert (found.latency, found.tokens, found.failing) == (2.0, 100.0, 0.1)
    assert (found.latency_before, found.tokens_before, found.failing_before) == (None, None, None)
    assert found.models == (("gpt-4o", 40),)
