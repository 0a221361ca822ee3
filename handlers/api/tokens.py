"""Tokens (JWT) of another sign-in: who it is, of which tenant and in which role, and nothing that was not signed.

Which algorithm is right follows from the key that we hold, never from the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from bot.model.harmless import clean
from bot.model.keys import digest
from bot.model.message import Account, Role
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Key
from bot.token_settings import TokenSettings
from handlers.api.refusals import Stranger
from handlers.api.route import API, Caller
from handlers.api.signing_keys import FixedKey, KeyBook

LEEWAY = timedelta(seconds=60)
LONGEST, LONGEST_NAME = 4096, 200
_RANKED = (Role.ADMIN, Role.OPERATOR, Role.VIEWER)
# Instants are compared below, with the clock that we were handed.
_OPTIONS: Any = {
    "require": ["exp", "iss", "aud", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    issuer: str
    audience: str
    tenant_claim: str
    role_claim: str

    @classmethod
    def of(cls, given: TokenSettings) -> "Rules":
        return cls(given.jwt_issuer, given.jwt_audience, given.jwt_tenant_claim, given.jwt_role_claim)


class Tokens:
    def __init__(self, rules: Rules, keys: KeyBook | FixedKey, clock: Clock) -> None:
        self._rules, self._keys, self._clock = rules, keys, clock

    @staticmethod
    def looks_like_one(secret: str) -> bool:
        """Our own keys have no dots."""
        return secret.count(".") == 2

    async def caller(self, token: str) -> Caller:
        claims = await self._claims(token)
        tenant, sub = claims.get(self._rules.tenant_claim), claims["sub"]
        if not (_named(tenant) and _named(sub)):
            raise Stranger("The token names no tenant, or nobody.")
        ends_at = self._in_time(claims)
        name, email = (_text(claims.get(one)) for one in ("name", "email"))
        if claims.get("email_verified") is not True:
            email = ""  # whoever may choose it would be whom they like
        user = f"{self._rules.issuer}|{sub}"
        role = _role(claims.get(self._rules.role_claim, claims.get("role")))
        key = Key(f"jwt-{digest(user)[:24]}", TenantId(str(tenant)), API, name or email or str(sub), ends_at, role)
        return Caller(key, Account(API, str(tenant), user, name, email), ends_at)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        if len(token) > LONGEST:
            raise Stranger("The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.key(str(header.get("kid", "")))
            if key is None:
                raise Stranger("The key that this token is signed with is not known here.")
            if header.get("alg") != key.algorithm:
                raise Stranger("The token is not signed as tokens are here.")
            claims: Mapping[str, Any] = jwt.decode(
                token, key.key, algorithms=[key.algorithm], audience=self._rules.audience,
                issuer=self._rules.issuer, options=_OPTIONS,
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Stranger("This token does not open anything here.") from None
        return claims

    def _in_time(self, claims: Mapping[str, Any]) -> datetime:
        """Until when it holds."""
        now = self._clock.now()
        begins, made, ends = (_instant(claims.get(one, default)) for one, default in _INSTANTS)
        if begins is None or made is None or ends is None:
            raise Stranger("The token does not say until when it holds.")
        if now >= ends + LEEWAY:
            raise Stranger("The token has run out.")
        if max(begins, made) - LEEWAY > now:
            raise Stranger("The token is not valid yet.")
        return ends + LEEWAY


_INSTANTS: tuple[tuple[str, Any], ...] = (("nbf", 0), ("iat", 0), ("exp", None))


def _instant(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _named(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME and clean(value) == value


def _text(value: Any) -> str:
    return clean(value).strip()[:LONGEST_NAME] if isinstance(value, str) else ""


def _role(value: Any) -> Role:
    """The highest that is named; what is not known here is a viewer."""
    given = {str(one) for one in (value if isinstance(value, list) else [value])}
    return next((one for one in _RANKED if one.value in given), Role.VIEWER)
