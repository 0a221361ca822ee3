"""Pages of ours in a frame of Teams: whom Microsoft says is looking, by the token that Teams asks for them."""

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import jwt

from bot.model.errors import Forbidden
from bot.model.message import Account
from bot.ports.services import Clock
from handlers.teams.activities import PLATFORM
from handlers.teams.auth import BEARER, LEEWAY_SECONDS
from handlers.teams.openid import OpenId
from handlers.teams.settings import TeamsSettings
from handlers.teams.text import visible

SCOPE = "access_as_user"
_OPTIONS: Any = {"require": ["exp", "iss", "aud", "tid", "oid"], "verify_exp": False, "verify_nbf": False}

log = logging.getLogger(__name__)


class _Stranger(Exception):  # noqa: N818 - said to the log
    pass


class Tab:
    """Fills handlers.platform.Framed. An address of e-mail in a token is nobody's proof, so none is read."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._keys = {
            tenant: OpenId(f"{settings.issuer_of(tenant)}/.well-known/openid-configuration", session, clock)
            for tenant in settings.tenant_id
        }

    @property
    def ancestors(self) -> tuple[str, ...]:
        return self._settings.tab_hosts

    async def admit(self, header: str) -> Account:
        try:
            claims = await self._claims(header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else "")
        except _Stranger as stranger:
            log.warning("tab refused", extra={"reason": str(stranger)})
            raise Forbidden("Teams has not signed you in for this page.", advice="Open it as a tab in Teams.") from None
        return Account(PLATFORM, claims["tid"], claims["oid"], visible(str(claims.get("name") or "")))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            tenant = jwt.decode(token, options={"verify_signature": False}).get("tid")
        except jwt.PyJWTError as problem:
            raise _Stranger("no token") from problem
        if not isinstance(tenant, str) or tenant not in self._keys:
            raise _Stranger("tenant is not allowed")
        key = await self._keys[tenant].key(kid) if isinstance(kid, str) else None
        if key is None:
            raise _Stranger("unknown key")
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.app_id,
                issuer=self._settings.issuer_of(tenant),
                options=_OPTIONS,
            )
        except jwt.PyJWTError as problem:
            raise _Stranger(f"token refused: {type(problem).__name__}") from problem
        self._check(claims)
        return claims

    def _check(self, claims: Mapping[str, Any]) -> None:
        """Of a person, for this server, and of now."""
        if SCOPE not in str(claims.get("scp", "")).split():
            raise _Stranger("token is for something else")
        if not isinstance(claims["oid"], str) or not claims["oid"]:
            raise _Stranger("token of nobody")
        now = self._clock.now().timestamp()
        begins, ends = claims.get("nbf", 0), claims["exp"]
        if not all(isinstance(instant, int | float) for instant in (begins, ends)):
            raise _Stranger("token without an instant")
        if not begins - LEEWAY_SECONDS <= now <= ends + LEEWAY_SECONDS:
            raise _Stranger("token is of another time")
