"""The budget as programs read it."""

from datetime import timedelta
from decimal import Decimal

from bot.model.budget import Counted, Level, Limit, Pot, Scope
from handlers.api.budget import _counter
from tests.fakes import NOON


def test_one_counter_with_all_there_is():
    pot = Pot(Scope.PERSON, NOON, NOON + timedelta(days=1), "anna")
    counted = Counted(Decimal("0.36"), 3300, 3, 1, Decimal("0.0005"), 900, 2, NOON)
    told = _counter(Level(Limit(pot, Decimal(2), 9000), counted)).model_dump(mode="json")
    assert told == {
        "scope": "person", "since": "2026-03-18T12:00:00Z", "until": "2026-03-19T12:00:00Z", "limit_usd": 2.0,
        "limit_tokens": 9000, "spent_usd": 0.36, "spent_tokens": 3300, "reserved_usd": 0.0005, "reserved_tokens": 900,
        "calls": 3, "unpriced": 1, "refused": 2, "refused_at": "2026-03-18T12:00:00Z",
    }  # fmt: skip
