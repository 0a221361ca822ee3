"""Tokens (JWT) of another sign-in: who it is, of which tenant and in which role, and nothing that was not signed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.model.harmless import clean
from bot.model.keys import digest
from bot.model.message import Account, Role
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Key
from bot.token_settings import TokenSettings
from handlers.api.refusals import Stranger
from handlers.api.route import API, Caller
from handlers.signed.keys import Keys
from handlers.signed.tokens import Fault, Proven, Terms, Unproven, proven

LEEWAY = timedelta(seconds=60)
LONGEST, LONGEST_NAME = 4096, 200
_RANKED = (Role.ADMIN, Role.OPERATOR, Role.VIEWER)


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
    def __init__(self, rules: Rules, keys: Keys, clock: Clock) -> None:
        self._rules, self._keys, self._clock = rules, keys, clock
        self._terms = Terms(rules.issuer, rules.audience, LEEWAY, required=("sub",), begins=("nbf", "iat"))

    @staticmethod
    def looks_like_one(secret: str) -> bool:
        """Our own keys have no dots."""
        return secret.count(".") == 2

    async def caller(self, token: str) -> Caller:
        found = await self._proven(token)
        claims = found.claims
        tenant, sub = claims.get(self._rules.tenant_claim), claims["sub"]
        if not (_named(tenant) and _named(sub)):
            raise Stranger("The token names no tenant, or nobody.")
        name, email = (_text(claims.get(one)) for one in ("name", "email"))
        if claims.get("email_verified") is not True:
            email = ""  # whoever may choose it would be whom they like
        user = f"{self._rules.issuer}|{sub}"
        role = _role(claims.get(self._rules.role_claim, claims.get("role")))
        called, ends_at = name or email or str(sub), found.ends_at
        key = Key(f"jwt-{digest(user)[:24]}", TenantId(str(tenant)), API, called, ends_at, role)
        return Caller(key, Account(API, str(tenant), user, name, email), ends_at)

    async def _proven(self, token: str) -> Proven:
        if len(token) > LONGEST:
            raise Stranger("The token is too long.")
        try:
            return await proven(token, self._keys, self._terms, self._clock.now())
        except Unproven as unproven:
            raise Stranger(_SAYS.get(unproven.fault, "This token does not open anything here.")) from None


_SAYS = {
    Fault.UNKNOWN_KEY: "The key that this token is signed with is not known here.",
    Fault.SIGNED_OTHERWISE: "The token is not signed as tokens are here.",
    Fault.TIMELESS: "The token does not say until when it holds.",
    Fault.OLD: "The token has run out.",
    Fault.EARLY: "The token is not valid yet.",
}


def _named(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME and clean(value) == value


def _text(value: Any) -> str:
    return clean(value).strip()[:LONGEST_NAME] if isinstance(value, str) else ""


def _role(value: Any) -> Role:
    """The highest that is named; what is not known here is a viewer."""
    given = {str(one) for one in (value if isinstance(value, list) else [value])}
    return next((one for one in _RANKED if one.value in given), Role.VIEWER)
