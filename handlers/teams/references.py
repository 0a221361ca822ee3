"""How to reach a conversation or a person unasked: learnt from whatever comes in, kept in the storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Rejected
from bot.model.message import Place, PlaceKind
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.services import Clock
from bot.ports.storage import Installation, Places, Storage
from handlers.teams.activities import PERSON, PLATFORM, Incoming, author_of, chat_with, place_of

WRITTEN_AGAIN = timedelta(days=1)
TENANT_KEPT = timedelta(minutes=5)
KEPT = 10_000  # conversations and people remembered here
ROSTERS = 50  # teams and group chats in which people of a tenant are looked for


@dataclass(frozen=True, slots=True)
class Reference:
    service_url: str
    bot: str = ""
    name: str = ""
    conversation: str = ""  # the connector's id; empty for a person whose chat with us has not been opened
    user: str = ""  # of a person: the id that Teams has for them before this bot
    within: str = ""  # of a person: a conversation that they were heard in

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
        tenant, now = await self._tenant(incoming), self._clock.now()
        news = [(place, details) for place, details in _learnt(incoming).items() if self._is_news(place, details, now)]
        if news:
            async with self._storage.work(tenant) as work:
                for place, details in news:
                    whole = await _with_before(work.places, place, details)
                    await work.places.remember(place, whole, now)
                    self._keep(place, whole, now)
        return tenant

    async def find(self, tenant: TenantId, place: Place) -> Reference:
        """Raises Rejected where neither the conversation nor anyone in its tenant was ever heard."""
        place = _whole(place)
        details = await self._details(tenant, place)
        if details is None:
            installation = await self._storage.directory.installation(PLATFORM, place.workspace)
            details = installation.details if installation else None
        if not details or not details.get("service_url"):
            raise Rejected(
                "Nightdesk has never been spoken to in this Teams conversation.",
                code="no_reference",
                advice="Install the app there, or mention it once.",
            )
        by_itself = "" if place.channel.startswith(PERSON) else place.channel
        return Reference(
            str(details["service_url"]),
            str(details.get("bot") or ""),
            str(details.get("bot_name") or ""),
            str(details.get("conversation") or by_itself),
            str(details.get("user") or ""),
            str(details.get("within") or ""),
        )

    async def opened(self, tenant: TenantId, place: Place, reference: Reference, conversation: str) -> None:
        """The chat with a person has this id: what is said and pressed in it belongs to them."""
        now = self._clock.now()
        details = {
            "service_url": reference.service_url,
            "bot": reference.bot,
            "bot_name": reference.name,
            "kind": PlaceKind.PERSONAL.value,
            "user": reference.user,
        }
        person = {**details, "conversation": conversation, "within": reference.within}
        chat = Place(PLATFORM, place.workspace, conversation, kind=PlaceKind.PERSONAL)
        async with self._storage.work(tenant) as work:
            await work.places.remember(place, person, now)
            await work.places.remember(chat, details, now)
        self._keep(place, person, now)
        self._keep(chat, details, now)

    async def rosters(self, tenant: TenantId, workspace: str) -> Mapping[str, str]:
        """Conversations with many people, each with its service URL."""
        details = await self._details(tenant, _rosters(workspace))
        return dict(details["of"]) if details else {}

    async def forget(self, tenant: TenantId, place: Place) -> None:
        """The bot was removed there, or the conversation is gone."""
        place = _whole(place)
        self._written.pop(place, None)
        async with self._storage.work(tenant) as work:
            await work.places.forget(place)

    async def _details(self, tenant: TenantId, place: Place) -> Mapping[str, Any] | None:
        known = self._written.get(place)
        if known:
            return known[0]
        async with self._storage.work(tenant) as work:
            details = await work.places.details(place)
        if details is not None:
            self._keep(place, details, self._clock.now())
        return details

    def _is_news(self, place: Place, details: Mapping[str, Any], now: datetime) -> bool:
        known = self._written.get(place)
        return known is None or now - known[1] >= WRITTEN_AGAIN or _merged(known[0], details) != known[0]

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


def _learnt(incoming: Incoming) -> dict[Place, dict[str, Any]]:
    """What an activity tells: the conversation, the person, and that people can be looked for here."""
    place = _whole(place_of(incoming))
    address = {
        "service_url": incoming.service_url,
        "bot": incoming.recipient.id,
        "bot_name": incoming.recipient.name or "",
    }
    here: dict[str, Any] = {**address, "kind": place.kind.value}
    learnt = {place: here}
    person = author_of(incoming)
    if place.kind is PlaceKind.PERSONAL:
        here["user"] = incoming.sender.id
        where = {"conversation": place.channel}
    else:
        where = {"within": place.channel}
        learnt[_rosters(place.workspace)] = {"of": {_roster(incoming, place): incoming.service_url}}
    if person.user and incoming.type in ("message", "invoke"):
        kind = PlaceKind.PERSONAL.value
        learnt[chat_with(place.workspace, person.user)] = {**address, "kind": kind, "user": incoming.sender.id, **where}
    return learnt


async def _with_before(places: Places, place: Place, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """A person's chat, learnt once, is not forgotten when they are heard elsewhere; nor is a team for another."""
    if not (place.channel.startswith(PERSON) or "of" in details):
        return details
    return _merged(await places.details(place) or {}, details)


def _merged(before: Mapping[str, Any], details: Mapping[str, Any]) -> Mapping[str, Any]:
    if "of" in details:
        of = {**before.get("of", {}), **details["of"]}
        return {"of": dict(list(of.items())[-ROSTERS:])}
    if "within" in before and "within" in details:
        details = {**details, "within": before["within"]}  # one place is enough, and no news
    return {**before, **details}


def _roster(incoming: Incoming, place: Place) -> str:
    """A channel has the members of its team."""
    team = (incoming.channel_data or {}).get("team")
    return str((team.get("id") if isinstance(team, Mapping) else "") or place.channel)


def _rosters(workspace: str) -> Place:
    return Place(PLATFORM, workspace, "rosters", kind=PlaceKind.GROUP)


def _whole(place: Place) -> Place:
    """A conversation is reached as a whole; its threads need no address of their own."""
    return place.in_thread("")
