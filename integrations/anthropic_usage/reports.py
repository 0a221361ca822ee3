"""Anthropic's buckets as charges. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model.charge import Charge
from bot.model.errors import Malformed
from bot.model.usage import Tokens
from integrations.billing import amount, count, objects, word

SOURCE = "anthropic"
NAMELESS = "Anthropic"  # what is of the default workspace
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CENTS = 100  # amounts come in cents
MESSAGES = "messages"


def usage(buckets: Sequence[Mapping[str, Any]]) -> Iterator[Charge]:
    """Tokens of each hour, workspace and model. How many calls they were of, its report does not tell."""
    for at, result in _results(buckets):
        tool, model = word(result, "workspace_id") or NAMELESS, word(result, "model")
        cached = count(result, "cache_read_input_tokens")
        read = count(result, "uncached_input_tokens") + cached + _written_to_cache(result)
        yield Charge(
            f"{MESSAGES} {at.isoformat()} {tool} {model}", SOURCE, at, tool, model, MESSAGES, calls=0,
            tokens=Tokens(read, count(result, "output_tokens"), cached), span=HOUR,
        )  # fmt: skip


def costs(buckets: Sequence[Mapping[str, Any]]) -> Iterator[Charge]:
    for at, result in _results(buckets):
        tool, model = word(result, "workspace_id") or NAMELESS, word(result, "model")
        yield Charge(
            f"{at.isoformat()} {tool} {word(result, 'description')}", SOURCE, at, tool,
            model or word(result, "cost_type"), calls=0,
            cost=amount(result.get("amount"), result.get("currency")) / CENTS, span=DAY,
        )  # fmt: skip


def _written_to_cache(result: Mapping[str, Any]) -> int:
    told = result.get("cache_creation")
    names = ("ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens")
    return sum(count(told, name) for name in names) if isinstance(told, dict) else 0


def _results(buckets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    for bucket in buckets:
        try:
            at = datetime.fromisoformat(str(bucket.get("starting_at")))
        except ValueError:
            raise Malformed("starting_at", "is not a time") from None
        if at.tzinfo is None:
            raise Malformed("starting_at", "has no zone")
        for result in objects(bucket, "results"):
            yield at, result
