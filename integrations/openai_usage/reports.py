"""OpenAI's buckets as charges. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.charge import Charge
from bot.model.errors import Malformed
from bot.model.usage import Tokens
from integrations.billing import amount, count, objects, word

SOURCE = "openai"
NAMELESS = "OpenAI"  # what is of no project
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_LATEST = 4102444800


def usage(buckets: Sequence[Mapping[str, Any]], operation: str) -> Iterator[Charge]:
    """One for each hour, project and model; tokens that were cached are among those that were read."""
    for at, result in _results(buckets):
        tool, model = word(result, "project_id") or NAMELESS, word(result, "model")
        read = count(result, "input_tokens")
        tokens = Tokens(read, count(result, "output_tokens"), min(read, count(result, "input_cached_tokens")))
        yield Charge(
            f"{operation} {at.isoformat()} {tool} {model}", SOURCE, at, tool, model, operation,
            calls=count(result, "num_model_requests"), tokens=tokens, span=HOUR,
        )  # fmt: skip


def costs(buckets: Sequence[Mapping[str, Any]]) -> Iterator[Charge]:
    """A line of the bill names the model before its first comma."""
    for at, result in _results(buckets):
        told = result.get("amount")
        if not isinstance(told, dict):
            raise Malformed("amount", "is missing")
        tool, line = word(result, "project_id") or NAMELESS, word(result, "line_item")
        yield Charge(
            f"{at.isoformat()} {tool} {line}", SOURCE, at, tool, line.partition(",")[0].strip(), calls=0,
            cost=amount(told.get("value"), told.get("currency")), span=DAY,
        )  # fmt: skip


def _results(buckets: Sequence[Mapping[str, Any]]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    for bucket in buckets:
        start = bucket.get("start_time")
        if not isinstance(start, int) or not 0 < start < _LATEST:
            raise Malformed("start_time", "is not a time")
        for result in objects(bucket, "results"):
            yield datetime.fromtimestamp(start, UTC), result
