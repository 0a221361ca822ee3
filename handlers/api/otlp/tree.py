"""What stands in a request of OTLP: lists, attributes, values. Pure; the tree is that of OTLP's JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.errors import Malformed
from bot.model.harmless import clean

LONGEST_NAME = 200
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 4102444800 * 10**9  # the year 2100: beyond it, a time is no time


def each(of: Any, resources: str, scopes: str, inner: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The attributes of its resource, and what is told of it. Raises Malformed where it is no request at all."""
    if not isinstance(of, dict):
        raise Malformed("", "The body has to be a JSON object.")
    for one in objects(of, resources, resources):
        resource = one.get("resource")
        known = attributes(resource if isinstance(resource, dict) else {})
        for scope in objects(one, scopes, f"{resources}.{scopes}"):
            for told in objects(scope, inner, f"{resources}.{scopes}.{inner}"):
                yield known, told


def instant(of: Mapping[str, Any], name: str) -> datetime | None:
    found = whole(of.get(name) or 0)
    return _BEGIN + timedelta(microseconds=found // 1000) if found and 0 < found < _LAST else None


def objects(of: Mapping[str, Any], name: str, where: str) -> Sequence[dict[str, Any]]:
    found = of.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed(where, "has to be a list of objects")
    return found


def attributes(of: Mapping[str, Any]) -> dict[str, Any]:
    found = of.get("attributes")
    pairs = found if isinstance(found, list) else []
    return {str(one["key"]): value(one.get("value")) for one in pairs if isinstance(one, dict) and "key" in one}


def value(given: Any) -> Any:
    """An AnyValue without its wrapping; whole numbers come as text in JSON."""
    if not isinstance(given, dict):
        return None
    for name, inner in given.items():
        match name:
            case "intValue":
                return whole(inner)
            case "arrayValue":
                return [value(one) for one in inner.get("values", [])] if isinstance(inner, dict) else None
            case "kvlistValue":
                return attributes({"attributes": inner.get("values")}) if isinstance(inner, dict) else None
            case "stringValue" | "boolValue" | "doubleValue" | "bytesValue":
                return inner
    return None


def whole(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def word(attributes: Mapping[str, Any], *names: str) -> str:
    found = next((attributes[name] for name in names if isinstance(attributes.get(name), str)), "")
    return clean(found).strip()[:LONGEST_NAME]
