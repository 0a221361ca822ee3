"""A charge to start from."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.model.charge import Charge
from bot.model.usage import Tokens
from tests.fakes import NOON

WHOLE = Charge(
    "c1", "http", NOON, "Chatbot", "gpt-4o", "chat", "anna", "/api/chat", 1, 0, Tokens(900, 80, 512, True),
    Decimal("0.0143250"), timedelta(milliseconds=1234), prompt="p1", by_table=True,
)  # fmt: skip


def charge(**given: Any) -> Charge:
    return replace(WHOLE, **given)
