"""Pages of ours in a frame of Teams: whom Microsoft says is looking, by the token that Teams asks for them."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp

from bot.model.errors import Forbidden
from bot.model.message import Account
from bot.ports.services import Clock
from handlers.signed.tokens import Terms, Unproven, bearer, claimed, proven
from handlers.teams.activities import PLATFORM
from handlers.teams.auth import ALGORITHM, LEEWAY
from handlers.teams.openid import key_book
from handlers.teams.settings import TeamsSettings
from handlers.teams.text import visible

SCOPE = "access_as_user"

log = logging.getLogger(__name__)


class _Stranger(Exception):  # noqa: N818 - said to the log
    pass


class Tab:
    """Fills handlers.platform.Framed. An address of e-mail in a token is nobody's proof, so none is read."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._terms = Terms(
            "", settings.app_id, LEEWAY, required=("tid", "oid"), begins=("nbf", "iat"), algorithm=ALGORITHM
        )
        self._keys = {
            tenant: key_book(f"{settings.issuer_of(tenant)}/.well-known/openid-configuration", session, clock)
            for tenant in settings.tenant_id
        }

    @property
    def ancestors(self) -> tuple[str, ...]:
        return self._settings.tab_hosts

    async def admit(self, header: str) -> Account:
        try:
            claims = await self._claims(bearer(header))
        except (Unproven, _Stranger) as stranger:
            log.warning("tab refused", extra={"reason": str(stranger)})
            raise Forbidden("Teams has not signed you in for this page.", advice="Open it as a tab in Teams.") from None
        return Account(PLATFORM, claims["tid"], claims["oid"], visible(str(claims.get("name") or "")))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """Of a person, and for this server."""
        tenant = claimed(token).get("tid")
        if not isinstance(tenant, str) or tenant not in self._keys:
            raise _Stranger("tenant is not allowed")
        terms = replace(self._terms, issuer=self._settings.issuer_of(tenant))
        claims = (await proven(token, self._keys[tenant], terms, self._clock.now())).claims
        if SCOPE not in str(claims.get("scp", "")).split():
            raise _Stranger("token is for something else")
        if not isinstance(claims["oid"], str) or not claims["oid"]:
            raise _Stranger("token of nobody")
        return claims
