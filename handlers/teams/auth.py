"""Whether an activity comes from Teams, for us, from a tenant that may use us."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.ports.services import Clock
from handlers.signed.keys import Keys
from handlers.signed.tokens import Terms, Unproven, bearer, proven
from handlers.teams.activities import Incoming
from handlers.teams.hosts import Hosts
from handlers.teams.settings import TeamsSettings

LEEWAY = timedelta(minutes=5)
CHANNEL, ALGORITHM = "msteams", "RS256"


class Refused(Exception):  # noqa: N818 - said to the sender
    """`reason` is for our log and the sender: short, and without anything that was sent."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Gate:
    def __init__(self, settings: TeamsSettings, keys: Keys, clock: Clock) -> None:
        self._settings, self._keys, self._clock = settings, keys, clock
        self._terms = Terms(settings.issuer, settings.app_id, LEEWAY, algorithm=ALGORITHM, endorsed=CHANNEL)
        self._hosts = Hosts(settings.service_hosts)

    def bearer(self, header: str) -> str:
        """The token, or "" where one flag allows to come without. Asked before the body is read."""
        token = bearer(header)
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
            claims = (await proven(token, self._keys, self._terms, self._clock.now())).claims
        except Unproven as unproven:
            raise Refused(str(unproven)) from unproven
        if claims.get("serviceurl") != incoming.service_url:
            raise Refused("service URL is another than the token's")
        return claims
