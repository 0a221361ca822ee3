"""Whether a token (JWT) was signed by whom we trust, for us, and of now. What it may open, each door says itself.

Which algorithm is right follows from the key that we hold, never from the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt

from handlers.signed.keys import Keys, SigningKey

_BEARER = "bearer "
# Instants are compared below, with the clock that we were handed.
_UNTIMED = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, RecursionError)


class Fault(StrEnum):
    """Short, and without anything that was sent."""

    NO_TOKEN = "not a token"  # noqa: S105
    SIGNED_OTHERWISE = "not signed as agreed"
    UNKNOWN_KEY = "unknown key"
    NOT_ENDORSED = "key is not endorsed"
    REFUSED = "token refused"
    TIMELESS = "token without an instant"
    OLD = "token is too old"
    EARLY = "token is not valid yet"


class Unproven(Exception):  # noqa: N818 - told by each door in its own words
    def __init__(self, fault: Fault, more: str = "") -> None:
        super().__init__(f"{fault}: {more}" if more else fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Terms:
    """What a token has to be."""

    issuer: str
    audience: str
    leeway: timedelta
    required: tuple[str, ...] = ()  # claims, beside `exp`, `iss` and `aud`
    begins: tuple[str, ...] = ("nbf",)  # claims before which it is not valid
    algorithm: str = ""  # the only one, whatever keys there are
    endorsed: str = ""  # what its key has to be endorsed for


@dataclass(frozen=True, slots=True)
class Proven:
    claims: Mapping[str, Any]
    ends_at: datetime  # until when it is taken


def bearer(header: str) -> str:
    """The token of an Authorization header, or ""."""
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def claimed(token: str) -> Mapping[str, Any]:
    """Nobody has looked who signed it."""
    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except _UNREADABLE as problem:
        raise Unproven(Fault.NO_TOKEN) from problem
    return claims


async def proven(token: str, keys: Keys, terms: Terms, now: datetime) -> Proven:
    key = await _key(token, keys, terms)
    options: Any = {"require": ["exp", "iss", "aud", *terms.required], **_UNTIMED}
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token, key.key, algorithms=[key.algorithm], audience=terms.audience, issuer=terms.issuer,
            options=options,
        )  # fmt: skip
    except _UNREADABLE as problem:
        raise Unproven(Fault.REFUSED, type(problem).__name__) from problem
    return Proven(claims, _in_time(claims, terms, now))


async def _key(token: str, keys: Keys, terms: Terms) -> SigningKey:
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as problem:
        raise Unproven(Fault.NO_TOKEN) from problem
    if terms.algorithm and header.get("alg") != terms.algorithm:
        raise Unproven(Fault.SIGNED_OTHERWISE)
    key = await keys.key(header.get("kid", ""))
    if key is None:
        raise Unproven(Fault.UNKNOWN_KEY)
    if header.get("alg") != key.algorithm:
        raise Unproven(Fault.SIGNED_OTHERWISE)
    if terms.endorsed and terms.endorsed not in key.endorsements:
        raise Unproven(Fault.NOT_ENDORSED)
    return key


def _in_time(claims: Mapping[str, Any], terms: Terms, now: datetime) -> datetime:
    """Until when it holds."""
    ends = _instant(claims["exp"], terms.leeway)
    begins = [_instant(claims.get(one, 0), -terms.leeway) for one in terms.begins]
    if now >= ends:
        raise Unproven(Fault.OLD)
    if max(begins) > now:
        raise Unproven(Fault.EARLY)
    return ends


def _instant(value: Any, leeway: timedelta) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unproven(Fault.TIMELESS)
    try:
        return datetime.fromtimestamp(value + leeway.total_seconds(), UTC)
    except (OverflowError, ValueError, OSError) as problem:
        raise Unproven(Fault.TIMELESS) from problem
