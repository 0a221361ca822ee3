"""LiteLLM's logs as charges: its standard payload, and the rows of its spend logs. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.model.charge import Charge
from bot.model.charge_draft import read_charges
from bot.model.errors import Malformed

LITELLM = "litellm"
NAMELESS = "LiteLLM"  # where nothing says for what it was
LONGEST = 200
_LATEST = 4102444800  # the year 2100: beyond it, a time is no time
_TAG = "tool:"
_SAME = {f"a{name}": name for name in ("completion", "text_completion", "embedding", "responses")}  # asynchronously


@dataclass(frozen=True, slots=True)
class Logs:
    charges: Sequence[Charge]
    rejected: int
    reason: str  # of the first


def read(given: Any, most: int) -> Logs:
    """Raises Malformed where it is no list at all."""
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list):
        raise Malformed("logs", "has to be a list of logs")
    if len(given) > most:
        raise Malformed("logs", f"holds {len(given)} logs; {most} at a time can be taken")
    charges: list[Charge] = []
    reasons: list[str] = []
    for number, one in enumerate(given):
        try:
            charges += read_charges([_draft(one)], LITELLM, 1, "log")
        except Malformed as problem:
            reasons.append(f"logs[{number}]{problem.field.removeprefix('log[0]')}: {problem.says}")
    return Logs(charges, len(reasons), reasons[0] if reasons else "")


def _draft(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise Malformed("log[0]", "has to be an object")
    told = _object(one, "metadata")
    start, end = _instant(one.get("startTime")), _instant(one.get("endTime"))
    failed = one.get("status") == "failure"
    cost = one.get("response_cost", one.get("spend"))
    read_, cached = _count(one.get("prompt_tokens")), _cached(told)
    return {
        "id": _word(one.get("id") or one.get("request_id")),
        "timestamp": start,
        "tool": _tool(one, told),
        "model": _word(one.get("model")).rpartition("/")[2],
        "operation": _SAME.get(called := _word(one.get("call_type")), called),
        "person": _word(one.get("end_user") or told.get("user_api_key_user_email") or one.get("user")),
        "endpoint": _word(told.get("user_api_key_request_route")),
        "success": not failed,
        "error": _error(one, told) if failed else "",
        "input_tokens": read_,
        "output_tokens": _count(one.get("completion_tokens")),
        "cached_tokens": min(cached, read_ or 0),
        "cost": None if failed and not cost else cost,
        "latency_ms": max(0.0, (end - start).total_seconds() * 1000) if start and end else None,
        "prompt": _word(one.get("cache_key") if one.get("cache_key") != "Cache OFF" else ""),
    }


def _tool(one: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """A tag that says so, the name of the key, or that of the team."""
    tags = one.get("request_tags")
    tagged = (tag.removeprefix(_TAG) for tag in (tags if isinstance(tags, list) else ()) if str(tag).startswith(_TAG))
    named = told.get("user_api_key_alias") or told.get("user_api_key_team_alias")
    return _word(next(tagged, "") or named) or NAMELESS


def _error(one: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    about = _object(one, "error_information") or _object(told, "error_information")
    return _word(about.get("error_class") or about.get("error_code")) or "failure"


def _cached(told: Mapping[str, Any]) -> int:
    usage = _object(told, "usage_object")
    details = _object(usage, "prompt_tokens_details")
    return _count(details.get("cached_tokens") or usage.get("cache_read_input_tokens")) or 0


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _word(given: Any) -> str:
    return str(given)[:LONGEST] if isinstance(given, str | int) else ""


def _count(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else None


def _instant(given: Any) -> datetime | None:
    """Seconds since 1970, or a date as text, which is in UTC where it says nothing else."""
    if isinstance(given, int | float) and math.isfinite(given) and 0 < given < _LATEST:
        return datetime.fromtimestamp(float(Decimal(str(given))), UTC)
    if isinstance(given, str):
        try:
            found = datetime.fromisoformat(given)
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
