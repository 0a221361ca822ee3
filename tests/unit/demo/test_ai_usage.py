"""What the AI tools of the demo use: the same from the same seed, believable, and with the stories that it tells of."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.model.charge import Charge
from bot.model.charge_draft import read_charges
from integrations.demo.ai_usage import DAYS, AiUsage
from tests.fakes import NOON

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def charges() -> Sequence[Charge]:
    return [one for day in AiUsage(7, NOON).history() for one in read_charges(day, "http", 1000)]


def of(charges: Sequence[Charge], tool: str, days: range = range(DAYS)) -> list[Charge]:
    return [one for one in charges if one.tool == tool and (NOON - one.at) // DAY in days]


def average(charges: Sequence[Charge]) -> float:
    read = [one.tokens.read for one in charges if one.tokens]
    return sum(read) / len(read)


def test_the_same_seed_tells_the_same(charges: Sequence[Charge]):
    again = [one for day in AiUsage(7, NOON).history() for one in read_charges(day, "http", 1000)]
    assert again == charges
    assert len({one.id for one in charges}) == len(charges)
    other = AiUsage(8, NOON).between(NOON - DAY, NOON)
    assert read_charges(other, "http", 1000) != of(charges, "Chatbot", range(1))


def test_the_whole_is_the_sum_of_its_parts():
    usage, middle = AiUsage(7, NOON), NOON + timedelta(minutes=17, seconds=3)
    whole = usage.between(NOON, NOON + DAY)
    parts = [*usage.between(NOON, middle), *usage.between(middle, NOON + DAY)]
    assert sorted(one["id"] for one in parts) == sorted(one["id"] for one in whole)


def test_prompts_grow_and_answers_are_slow(charges: Sequence[Charge]):
    before, now = of(charges, "Chatbot", range(14, 60)), of(charges, "Chatbot", range(5))
    assert 760 < average(before) < 840
    assert 2280 < average(now) < 2520
    slow = [sum((one.took for one in some if one.took), timedelta()) / len(some) for some in (before, now)]
    assert slow[1] > 2 * slow[0]


def test_the_endpoint_fails_lately(charges: Sequence[Charge]):
    shares = [
        sum(one.failed for one in some) / len(some)
        for some in (of(charges, "Document Analyzer", range(3, 60)), of(charges, "Document Analyzer", range(2)))
    ]
    assert shares[0] < 0.08 < 0.1 < shares[1]


def test_many_ask_the_same(charges: Sequence[Charge]):
    asked = Counter(one.prompt for one in of(charges, "Chatbot", range(7)))
    again = sum(count - 1 for count in asked.values())
    assert 0.25 < again / asked.total() < 0.4


def test_weekends_are_calm_and_every_tool_costs(charges: Sequence[Charge]):
    by_day = Counter(one.at.weekday() for one in charges)
    assert by_day[5] < by_day[1] / 2
    costs = {one.tool: Decimal(0) for one in charges}
    for one in of(charges, "Document Analyzer", range(30)) + of(charges, "Chatbot", range(30)):
        costs[one.tool] += one.cost or 0
    assert costs["Document Analyzer"] > costs["Chatbot"] > 5
    assert len(costs) == 4
