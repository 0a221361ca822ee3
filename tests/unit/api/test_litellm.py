"""LiteLLM's logs: both of its shapes, what is left out, and what cannot be read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.model.charge import Charge
from bot.model.errors import Malformed
from bot.model.usage import Tokens
from handlers.api import litellm

AT = datetime(2026, 3, 18, 12, tzinfo=UTC)
STANDARD: dict[str, Any] = {
    "id": "chatcmpl-1", "trace_id": "t", "call_type": "acompletion", "response_cost": 0.0143, "status": "success",
    "total_tokens": 980, "prompt_tokens": 900, "completion_tokens": 80, "startTime": AT.timestamp(),
    "endTime": AT.timestamp() + 1.25, "model": "openai/gpt-4o", "api_base": "https://api.openai.com", "end_user": None,
    "metadata": {
        "user_api_key_alias": "doc-analyzer", "user_api_key_user_email": "anna@example.com",
        "usage_object": {"prompt_tokens_details": {"cached_tokens": 512}},
    },
    "request_tags": ["User-Agent: curl"], "cache_hit": False, "cache_key": "k1",
    "messages": [{"role": "user", "content": "<!channel>"}], "response": {},
}  # fmt: skip
SPENT: dict[str, Any] = {
    "request_id": "r2", "call_type": "aembedding", "api_key": "88dc", "spend": 2.5e-05, "total_tokens": 40,
    "prompt_tokens": 40, "completion_tokens": 0, "startTime": "2026-03-18T12:00:00", "endTime": "2026-03-18T12:00:01Z",
    "model": "text-embedding-3-small", "user": "u7", "metadata": {}, "cache_key": "Cache OFF", "request_tags": None,
}  # fmt: skip


def one(log: Any) -> Charge:
    [charge] = litellm.read([log], 10).charges
    return charge


def test_its_standard_payload():
    assert one(STANDARD) == Charge(
        "chatcmpl-1", "litellm", AT, "doc-analyzer", "gpt-4o", "completion", "anna@example.com", "", 1, 0,
        Tokens(900, 80, 512), Decimal("0.0143"), timedelta(seconds=1.25), prompt="k1",
    )  # fmt: skip


def test_a_row_of_its_spend_logs():
    expected = Charge(
        "r2", "litellm", AT, "LiteLLM", "text-embedding-3-small", "embedding", "u7", "", 1, 0, Tokens(40, 0),
        Decimal("0.000025"), timedelta(seconds=1),
    )  # fmt: skip
    assert one(SPENT) == expected


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ({"request_tags": ["tool:Chatbot"]}, "tool", "Chatbot"),
        ({"metadata": {"user_api_key_team_alias": "sales"}}, "tool", "sales"),
        ({"metadata": None}, "tool", "LiteLLM"),
        ({"status": "failure", "response_cost": 0}, "cost", None),
        ({"status": "failure", "error_information": {"error_class": "RateLimitError"}}, "error", "RateLimitError"),
        ({"status": "failure"}, "failed", 1),
        ({"response_cost": None}, "cost", None),
        ({"call_type": "anthropic_messages"}, "operation", "anthropic_messages"),
        ({"endTime": None}, "took", None),
        ({"metadata": {"usage_object": {"cache_read_input_tokens": 5000}}}, "tokens", Tokens(900, 80, 900)),
    ],
)
def test_what_it_says_otherwise(change: dict[str, Any], name: str, expected: Any):
    assert getattr(one({**STANDARD, **change}), name) == expected


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ({**STANDARD, "startTime": "soon"}, "logs[1].timestamp"),
        ({**STANDARD, "response_cost": -1}, "logs[1].cost"),
        ({**STANDARD, "startTime": 1e99}, "logs[1].timestamp"),
        ("a line", "logs[1]"),
    ],
)
def test_one_that_cannot_be_read_keeps_no_other_out(log: Any, reason: str):
    found = litellm.read([STANDARD, log, SPENT], 10)
    assert (len(found.charges), found.rejected) == (2, 1)
    assert found.reason.startswith(f"{reason}:")


@pytest.mark.parametrize("given", ["a", None, [STANDARD] * 3])
def test_what_is_no_list_or_too_long(given: Any):
    with pytest.raises(Malformed):
        litellm.read(given, 2)
