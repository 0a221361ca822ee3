"""What Loki answers, as our words. Pure."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from bot.model.errors import Rejected
from bot.model.lines import LogLine
from bot.model.series import Point, Series

LONGEST_SENTENCE = 300
BROKEN = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)


def to_lines(body: Any, direction: Literal["forward", "backward"]) -> tuple[LogLine, ...]:
    """Lines of all streams in one order; Loki sorts within a stream only."""
    try:
        data = body["data"]
        if data["resultType"] != "streams":
            raise Rejected("The query comes to numbers, not to lines.", code="numbers")
        found = [
            LogLine(int(pair[0]), str(pair[1]), {**_labels(row["stream"]), **_more(pair)})
            for row in data["result"]
            for pair in row["values"]
        ]
    except BROKEN as problem:
        raise unreadable() from problem
    return tuple(sorted(found, key=lambda line: line.nanoseconds, reverse=direction == "backward"))


def to_series(query: str, body: Any) -> tuple[Series, ...]:
    try:
        data = body["data"]
        match data["resultType"]:
            case "scalar":
                return (Series(query, (_point(data["result"]),)),)
            case "vector":
                return tuple(
                    Series(query, (_point(row["value"]),), labels=_labels(row["metric"])) for row in data["result"]
                )
            case "matrix":
                return tuple(
                    Series(query, tuple(map(_point, row["values"])), labels=_labels(row["metric"]))
                    for row in data["result"]
                )
            case "streams":
                raise Rejected("The query comes to lines, not to numbers.", code="lines")
            case other:
                raise ValueError(other)
    except BROKEN as problem:
        raise unreadable() from problem


def to_names(body: Any) -> tuple[str, ...]:
    """Of /labels and /label/…/values; a Loki without any leaves `data` out."""
    try:
        if body["status"] != "success":
            raise ValueError(body["status"])
        return tuple(str(name) for name in body.get("data") or ())
    except BROKEN as problem:
        raise unreadable() from problem


def to_streams(body: Any) -> tuple[dict[str, str], ...]:
    """Of /series: the labels of each stream."""
    try:
        if body["status"] != "success":
            raise ValueError(body["status"])
        return tuple(_labels(row) for row in body.get("data") or ())
    except BROKEN as problem:
        raise unreadable() from problem


def said(body: bytes) -> str:
    """The sentence in an unfriendly answer: Loki sends bare text, some of its pages and those before it send JSON."""
    text = body[: LONGEST_SENTENCE * 4].decode(errors="replace").strip()
    if text.startswith("<"):
        return ""  # a page of something that stands before it
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = text
    if isinstance(parsed, dict):
        parsed = parsed.get("error") or parsed.get("message") or ""
    return " ".join(str(parsed).split())[:LONGEST_SENTENCE].rstrip(".")


def unreadable(setting: str = "its address") -> Rejected:
    return Rejected(
        f"What answers at {setting} is not a Loki.",
        code="malformed",
        advice=f"Check {setting}, and whether a login page stands before it.",
    )


def _labels(labels: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in labels.items()}


def _more(pair: Sequence[Any]) -> dict[str, str]:
    """Structured metadata, where it was asked for: flat, or sorted by where it came from."""
    more = pair[2] if len(pair) > 2 and isinstance(pair[2], dict) else {}
    nested = [part for part in more.values() if isinstance(part, dict)]
    return {name: str(value) for part in nested or [more] for name, value in part.items()}


def _point(pair: Sequence[Any]) -> Point:
    at, value = pair
    return Point(datetime.fromtimestamp(float(at), UTC), float(value))  # "NaN", "+Inf" and "-Inf" included
