"""Whatever a model says in the shape, it becomes a query that reads back, or a reason: never anything else."""

import random
from typing import Any

import pytest
from pydantic import ValidationError

from bot.query import translate
from bot.query.logql.parse import parse
from bot.query.meant.names import MistakenError
from bot.query.meant.reading import outcome
from bot.query.meant.shape import Meant
from bot.query.promql.read import read
from bot.query.words.outcome import Planned
from tests.unit.query.meant.grounds import PUT, SHOP
from tests.unit.query.meant.test_reading import QUERIES

ODD = (
    "",
    "0",
    '"} or vector(1) #',
    "berlin\n",
    "a" * 120,
    "-999999999999999",
    "1e999",
    "٣",
    "{{x}}",
    ".*",
    "\u202e",
    "💥",
)
NAMES = (*(metric.name for metric in SHOP.metrics), "till", "stock", "service", "shop", "oven", "host", "level", "took")
TIMES = (
    "yesterday",
    "last 24 hours",
    "last 999999999999 years",
    "tomorrow",
    "since 31 february",
    "99999999999999 weeks",
)
WORDS = ("rate", "value", "quantile", "each", "sum", "highest", "is not", "contains", "starts with", ">", "!=", "top")
TEXTS = (*ODD, *NAMES, *TIMES, *WORDS)
ROUNDS = 300


def bent(node: Any, dice: random.Random, share: float = 0.06) -> Any:
    """The same, with something else here and there."""
    match node:
        case dict():
            return {name: bent(part, dice) for name, part in node.items()}
        case list():
            return [bent(one, dice) for one in node] * dice.choice((1, 1, 1, 1, 2))
        case str() if dice.random() < share:
            return dice.choice(TEXTS)
        case bool() if dice.random() < share:
            return not node
        case _:
            return node


def said(seed: int) -> list[Meant]:
    """What is of the shape at all; the rest is sent back as it comes."""
    dice, found = random.Random(seed), []
    for _ in range(ROUNDS):
        good, _ = dice.choice(QUERIES)
        try:
            found.append(Meant.model_validate(bent(good.model_dump(mode="json"), dice)))
        except ValidationError:
            continue
    return found


@pytest.mark.parametrize("seed", range(5))
def test_a_query_that_reads_back_or_a_reason(seed: int):
    queries, reasons = 0, 0
    for meant in said(seed):
        try:
            found = outcome(meant, PUT)
        except MistakenError:
            reasons += 1
            continue
        if isinstance(found, Planned):
            query = translate.written(found)
            assert (read if found.plan.language == "promql" else parse)(query)
            queries += 1
    assert min(queries, reasons) > ROUNDS / 20, "too much alike to show anything"
