"""How to reach a conversation unasked: learnt from whatever comes in, kept in the storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Rejected
from bot.model.message import Place, PlaceKind
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.services import Clock
from bot.ports.storage import Installation, Storage
from handlers.teams.activities import PLATFORM, Incoming, place_of

WRITTEN_AGAIN = timedelta(days=1)
TENANT_KEPT = timedelta(minutes=5)
KEPT = 10_000  # conversations remembered here


@dataclass(frozen=True, slots=True)
class Reference:
    service_url: str
    bot: str = ""
    name: str = ""

    @property
    def speaker(self) -> dict[str, str]:
        return {"id": self.bot, "name": self.name} if self.bot else {}


class References:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._written: dict[Place, tuple[Mapping[str, Any], datetime]] = {}
        self._tenants: dict[str, tuple[TenantId, datetime]] = {}

    async def seen(self, incoming: Incoming) -> TenantId:
        """Whose conversation this is. Written down at first sight, on change, and once a day."""
        tenant = await self._tenant(incoming)
        place, now = _whole(place_of(incoming)), self._clock.now()
        details = _details(incoming, place)
        known = self._written.get(place)
        if known is None or known[0] != details or now - known[1] >= WRITTEN_AGAIN:
            async with self._storage.work(tenant) as work:
                await work.places.remember(place, details, now)
            self._keep(place, details, now)
        return tenant

    async def find(self, tenant: TenantId, place: Place) -> Reference:
        """Raises Rejected where neither the conversation nor anyone in its tenant was ever heard."""
        place = _whole(place)
        known = self._written.get(place)
        details: Mapping[str, Any] | None = known[0] if known else None
        if details is None:
            async with self._storage.work(tenant) as work:
                details = await work.places.details(place)
            if details is not None:
                self._keep(place, details, self._clock.now())
        if details is None:
            installation = await self._storage.directory.installation(PLATFORM, place.workspace)
            details = installation.details if installation else None
        if not details or not details.get("service_url"):
            raise Rejected(
                "Nightdesk has never been spoken to in this Teams conversation.",
                code="no_reference",
                advice="Install the app there, or mention it once.",
            )
        return Reference(str(details["service_url"]), str(details.get("bot") or ""), str(details.get("bot_name") or ""))

    async def forget(self, tenant: TenantId, place: Place) -> None:
        """The bot was removed there, or the conversation is gone."""
        place = _whole(place)
        self._written.pop(place, None)
        async with self._storage.work(tenant) as work:
            await work.places.forget(place)

    async def _tenant(self, incoming: Incoming) -> TenantId:
        workspace, now = incoming.tenant, self._clock.now()
        known = self._tenants.get(workspace)
        if known and now - known[1] < TENANT_KEPT:
            return known[0]
        installation = await self._storage.directory.installation(PLATFORM, workspace)
        if installation is None:
            # The tenant is on the allow-list, or the activity would not have come this far.
            details = {"service_url": incoming.service_url, "bot": incoming.recipient.id}
            installation = Installation(PLATFORM, workspace, DEFAULT_TENANT, details=details)
            await self._storage.directory.save_installation(installation)
        self._tenants[workspace] = (installation.tenant, now)
        return installation.tenant

    def _keep(self, place: Place, details: Mapping[str, Any], now: datetime) -> None:
        if len(self._written) >= KEPT:
            self._written.pop(next(iter(self._written)))
        self._written[place] = (details, now)


def _whole(place: Place) -> Place:
    """A conversation is reached as a whole; its threads need no address of their own."""
    return place.in_thread("")


def _details(incoming: Incoming, place: Place) -> dict[str, Any]:
    details = {
        "service_url": incoming.service_url,
        "bot": incoming.recipient.id,
        "bot_name": incoming.recipient.name or "",
        "kind": place.kind.value,
    }
    if place.kind is PlaceKind.PERSONAL:
        details["user"] = incoming.sender.id
    return details
