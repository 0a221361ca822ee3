"""Calls of models out of OTLP's spans, by the semantic conventions for generative AI. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.model.charge import Charge
from bot.model.errors import Malformed
from bot.model.usage import Tokens
from handlers.api.otlp import tree

MOST = 5000  # spans of one request
OTLP = "otlp"
# Agents, tools and workflows are spans, too: what they sum up is counted at the calls inside of them.
CALLS = frozenset({"chat", "text_completion", "generate_content", "embeddings"})
_FAILED = 2  # the code of a span's status


@dataclass(frozen=True, slots=True)
class Calls:
    charges: Sequence[Charge]
    rejected: int  # calls of models that say of no service


def read(request: Any) -> Calls:
    """Raises Malformed where it is no request at all; spans of anything else are passed over."""
    charges: list[Charge] = []
    rejected = 0
    for number, (resource, span) in enumerate(tree.each(request, "resourceSpans", "scopeSpans", "spans")):
        if number == MOST:
            raise Malformed("resourceSpans", f"holds more than {MOST} spans; send smaller batches")
        known = {**resource, **tree.attributes(span)}
        if known.get("gen_ai.operation.name") not in CALLS:
            continue
        charge = _charge(known, span)
        if charge is None:
            rejected += 1
        else:
            charges.append(charge)
    return Calls(charges, rejected)


def _charge(known: Mapping[str, Any], span: Mapping[str, Any]) -> Charge | None:
    start, end = tree.instant(span, "startTimeUnixNano"), tree.instant(span, "endTimeUnixNano")
    service, name = tree.word(known, "service.name"), f"{span.get('traceId', '')}:{span.get('spanId', '')}"
    if not service or start is None or len(name) < 3 or len(name) > tree.LONGEST_NAME:
        return None
    status = span.get("status")
    error = tree.word(known, "error.type")
    failed = bool(error) or (isinstance(status, dict) and status.get("code") in (_FAILED, "STATUS_CODE_ERROR"))
    return Charge(
        name,
        OTLP,
        start,
        service,
        model_of(known),
        tree.word(known, "gen_ai.operation.name"),
        tree.word(known, "enduser.id", "user.id"),
        tree.word(known, "http.route", "url.path"),
        1,
        int(failed),
        _tokens(known),
        _cost(known.get("gen_ai.usage.cost")),
        end - start if end and end >= start else None,
        error or ("failure" if failed else ""),
    )


def model_of(known: Mapping[str, Any]) -> str:
    """The one that answered, else the one that was asked."""
    return tree.word(known, "gen_ai.response.model", "gen_ai.request.model")


def _tokens(known: Mapping[str, Any]) -> Tokens | None:
    """Those that were cached are among those that were read. The second names are those of before."""
    read_ = _count(known, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
    written = _count(known, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
    if read_ is None and written is None:
        return None
    cached = _count(known, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cached_tokens") or 0
    return Tokens(read_ or 0, written or 0, min(cached, read_ or 0))


def _count(known: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = known.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**12:
            return value
    return None


def _cost(given: Any) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    return Decimal(str(given)) if 0 <= given <= 10**9 else None
