"""Whether an activity comes from Teams, for us, from a tenant that may use us."""

from collections.abc import Mapping
from typing import Any

import jwt

from bot.ports.services import Clock
from handlers.teams.activities import Incoming
from handlers.teams.hosts import Hosts
from handlers.teams.openid import OpenId
from handlers.teams.settings import TeamsSettings

LEEWAY_SECONDS = 300
CHANNEL = "msteams"
BEARER = "bearer "
# exp and nbf are compared below, with the clock that we were handed.
_OPTIONS: Any = {"require": ["exp", "iss", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False}


class Refused(Exception):  # noqa: N818 - said to the sender
    """`reason` is for our log and the sender: short, and without anything that was sent."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Gate:
    def __init__(self, settings: TeamsSettings, keys: OpenId, clock: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._hosts = Hosts(settings.service_hosts)

    def bearer(self, header: str) -> str:
        """The token, or "" where one flag allows to come without. Asked before the body is read."""
        token = header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""
        if not token and not (self._settings.allow_anonymous and not header):
            raise Refused("no bearer token")
        return token

    async def admit(self, header: str, incoming: Incoming) -> Mapping[str, Any]:
        """The claims of whoever may speak."""
        token = self.bearer(header)
        self._check_where(incoming)
        claims = await self._claims(token, incoming) if token else {"aud": self._settings.app_id}
        self._check_tenant(incoming)
        return claims

    def _check_where(self, incoming: Incoming) -> None:
        if incoming.channel_id != CHANNEL:
            raise Refused("not of the Teams channel")
        if not self._hosts.allows(incoming.service_url):
            raise Refused("service URL is not allowed")

    def _check_tenant(self, incoming: Incoming) -> None:
        tenants = incoming.tenants
        if len(tenants) != 1:
            raise Refused("no tenant" if not tenants else "two tenants")
        if not tenants <= set(self._settings.tenant_id):
            raise Refused("tenant is not allowed")

    async def _claims(self, token: str, incoming: Incoming) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as problem:
            raise Refused("not a token") from problem
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str):
            raise Refused("not signed with RS256")
        key = await self._keys.key(kid)
        if key is None:
            raise Refused("unknown key")
        if CHANNEL not in key.endorsements:
            raise Refused("key is not endorsed for Teams")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.app_id,
                issuer=self._settings.issuer,
                options=_OPTIONS,
            )
        except jwt.PyJWTError as problem:
            raise Refused(f"token refused: {type(problem).__name__}") from problem
        self._check_age(claims)
        if claims.get("serviceurl") != incoming.service_url:
            raise Refused("service URL is another than the token's")
        return claims

    def _check_age(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        begins, ends = claims.get("nbf", 0), claims["exp"]
        if not all(isinstance(instant, int | float) for instant in (begins, ends)):
            raise Refused("token without an instant")
        if ends + LEEWAY_SECONDS < now:
            raise Refused("token is too old")
        if begins - LEEWAY_SECONDS > now:
            raise Refused("token is not valid yet")
