"""What Alertmanager's v2 API says and hears, to and from our words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.model.errors import Rejected
from bot.model.matchers import Matcher, Sign, read_matcher
from bot.model.severity import severity_of
from bot.ports.silencer import Ringing, Standing

SIGNS: Mapping[tuple[bool, bool], Sign] = {
    (False, True): "=",
    (False, False): "!=",
    (True, True): "=~",
    (True, False): "!~",
}
SHAPES = {sign: shape for shape, sign in SIGNS.items()}
STATES: Mapping[str, Literal["pending", "active", "expired"]] = {
    "pending": "pending",
    "active": "active",
    "expired": "expired",
}


def to_silence(
    matchers: Sequence[str], starts_at: datetime, ends_at: datetime, by: str, comment: str
) -> dict[str, Any]:
    return {
        "matchers": [_to_body(read_matcher(line)) for line in matchers],
        "startsAt": instant(starts_at),
        "endsAt": instant(ends_at),
        "createdBy": by,
        "comment": comment,
    }


def _to_body(matcher: Matcher) -> dict[str, Any]:
    regex, equal = SHAPES[matcher.sign]
    return {"name": matcher.name, "value": matcher.value, "isRegex": regex, "isEqual": equal}


def to_standing(body: Any) -> Standing:
    """One silence as it is read; Rejected where it is none."""
    try:
        return Standing(
            str(body["id"]),
            tuple(_to_matcher(matcher) for matcher in body["matchers"]),
            _at(body["startsAt"]),
            _at(body["endsAt"]),
            str(body["createdBy"]),
            str(body["comment"]),
            STATES[body["status"]["state"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise unreadable() from problem


def _to_matcher(body: Mapping[str, Any]) -> str:
    # `isEqual` came with 0.22; before that there was nothing but equal.
    sign = SIGNS[bool(body["isRegex"]), bool(body.get("isEqual", True))]
    return str(Matcher(str(body["name"]), sign, str(body["value"])))


def to_ringing(body: Any) -> Ringing:
    try:
        labels = {str(name): str(value) for name, value in body["labels"].items()}
        notes = {str(name): str(value) for name, value in (body.get("annotations") or {}).items()}
    except (KeyError, TypeError, AttributeError) as problem:
        raise unreadable() from problem
    title = notes.get("summary") or labels.get("alertname") or "an alert without a name"
    return Ringing(title, severity_of(labels.get("severity", "")), labels)


def to_version(body: Any) -> str:
    try:
        return str(body["versionInfo"]["version"])
    except (KeyError, TypeError) as problem:
        raise unreadable() from problem


def to_words(body: Any) -> str:
    """The sentence in an unfriendly answer: a bare text, or an object with a message."""
    if isinstance(body, dict):
        body = body.get("message") or body.get("error") or ""
    return " ".join(str(body).split())[:300] if isinstance(body, str) else ""


def instant(at: datetime) -> str:
    """Cut to the milliseconds that the answers are cut to."""
    at = at.astimezone(UTC)
    return (at - timedelta(microseconds=at.microsecond % 1000)).isoformat(timespec="milliseconds")


def unreadable() -> Rejected:
    return Rejected(
        "What answers at ALERTMANAGER_URL is not an Alertmanager.",
        code="malformed",
        advice="Check ALERTMANAGER_URL, and whether a login page stands before it.",
    )


def _at(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)
