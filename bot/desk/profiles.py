"""Application profiles: kept by administrators, found by every name that people have for them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from bot.desk import app_metrics
from bot.desk.office import entry
from bot.model.errors import Missing, Rejected
from bot.model.message import Place, PlaceKind
from bot.model.profile import Profile, ProfileDraft, ProfileId, Read, Service, Slos, aliases_of, spelt
from bot.model.source import Datasource, SourceId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import MetricsSource

MOST = 500
Metrics = Callable[[TenantId, str], Awaitable[MetricsSource | None]]
Find = Callable[[TenantId, str], Awaitable[Datasource]]


class ProfilesDesk:
    """Fills bot.ports.desks.ProfileDesk. `changed` is told of every change: what rests on them is read anew."""

    def __init__(
        self, storage: Storage, clock: Clock, source: Find, metrics: Metrics, changed: Callable[[TenantId], None]
    ) -> None:
        self._storage, self._clock, self._source, self._metrics, self._tell = storage, clock, source, metrics, changed

    async def every(self, tenant: TenantId) -> Sequence[Profile]:
        async with self._storage.work(tenant) as work:
            return await work.profiles.every()

    async def find(self, tenant: TenantId, named: str) -> Profile:
        found = await self.every(tenant)
        wanted = spelt(named)
        profile = next((one for one in found if one.id == named or wanted in one.names), None)
        if profile is None:
            known = ", ".join(one.name for one in found[:10]) or "none yet"
            raise Missing(f"There is no application “{named}”.", advice=f"There are: {known}.")
        return profile

    async def at(self, tenant: TenantId, place: Place) -> Profile | None:
        return next((one for one in await self.every(tenant) if place.lane in one.channels), None)

    async def metrics(self, tenant: TenantId, named: str, start: datetime, end: datetime) -> Sequence[Read]:
        profile = await self.find(tenant, named)
        source = await self._metrics(tenant, profile.datasource or "")
        if source is None:
            raise Rejected("No metrics source is connected.", advice="Add a datasource.")
        return await app_metrics.read(profile, source, start, end)

    async def add(self, actor: Actor, draft: ProfileDraft) -> Profile:
        now, made = self._clock.now(), _id(actor, draft)
        if standing := next((one for one in await self.every(actor.tenant) if one.id == made), None):
            return standing  # the same request, sent again
        source = await self._datasource(actor.tenant, draft)
        profile = _made(Profile(made, draft.name, now, now), draft, source)
        return await self._save(actor, profile, "application.add", name=profile.name)

    async def edit(self, actor: Actor, named: str, draft: ProfileDraft) -> Profile:
        standing = await self.find(actor.tenant, named)
        made = _made(standing, draft, await self._datasource(actor.tenant, draft))
        changed = [name for name in _CHANGEABLE if getattr(made, name) != getattr(standing, name)]
        if not changed:
            return standing
        made = replace(made, updated_at=self._clock.now())
        return await self._save(actor, made, "application.edit", name=made.name, changed=changed)

    async def remove(self, actor: Actor, named: str) -> Profile:
        standing = await self.find(actor.tenant, named)
        async with self._storage.work(actor.tenant) as work:
            await work.profiles.remove(standing.id)
            await work.audit.add(entry(actor, "application.remove", standing.id, self._clock, name=standing.name))
        self._tell(actor.tenant)
        return standing

    async def link(self, actor: Actor, named: str, place: Place) -> Profile:
        if place.kind not in (PlaceKind.CHANNEL, PlaceKind.GROUP):
            raise Rejected("A channel is linked to an application.", advice="Say this in the channel.")
        wanted, standing = await self.find(actor.tenant, named), await self.at(actor.tenant, place)
        if standing and standing.id == wanted.id:
            return wanted
        if standing:
            await self._unlink(actor, standing, place)
        made = replace(wanted, channels=(*wanted.channels, place.lane), updated_at=self._clock.now())
        return await self._save(actor, made, "application.link", name=made.name, channel=place.lane)

    async def unlink(self, actor: Actor, place: Place) -> Profile | None:
        standing = await self.at(actor.tenant, place)
        return await self._unlink(actor, standing, place) if standing else None

    async def _unlink(self, actor: Actor, standing: Profile, place: Place) -> Profile:
        rest = tuple(one for one in standing.channels if one != place.lane)
        made = replace(standing, channels=rest, updated_at=self._clock.now())
        return await self._save(actor, made, "application.unlink", name=made.name, channel=place.lane)

    async def _datasource(self, tenant: TenantId, draft: ProfileDraft) -> SourceId | None:
        return (await self._source(tenant, draft.datasource_id)).id if draft.datasource_id else None

    async def _save(self, actor: Actor, made: Profile, act: str, **details: object) -> Profile:
        async with self._storage.work(actor.tenant) as work:
            others = [one for one in await work.profiles.every() if one.id != made.id]
            _check(made, others)
            await work.profiles.save(made)
            await work.audit.add(entry(actor, act, made.id, self._clock, **details))
        self._tell(actor.tenant)
        return made


_CHANGEABLE = ("name", "description", "architecture", "services", "datasource", "default_metrics", "slos", "aliases")


def _id(actor: Actor, draft: ProfileDraft) -> ProfileId:
    return ProfileId(sha256(f"{actor.cause}:{spelt(draft.name)}".encode()).hexdigest()[:12])


def _made(profile: Profile, draft: ProfileDraft, source: SourceId | None) -> Profile:
    given = aliases_of(draft.name) if draft.aliases is None else draft.aliases
    aliases = dict.fromkeys(one for one in given if one != draft.name and spelt(one))
    return replace(
        profile,
        name=draft.name,
        description=draft.description,
        architecture=dict(draft.architecture_info),
        services={name: Service(one.metrics_prefix, one.log_label) for name, one in draft.service_mappings.items()},
        datasource=source,
        default_metrics=tuple(dict.fromkeys(draft.default_metrics)),
        slos=Slos(draft.slos.availability, draft.slos.error_rate, draft.slos.p95_latency_ms),
        aliases=tuple(aliases),
    )


def _check(made: Profile, others: Sequence[Profile]) -> None:
    """A name means one application."""
    for other in others:
        if both := sorted(made.names & other.names):
            raise Rejected(
                f"“{both[0]}” is {other.name} already.", code="taken", advice="Choose another name or alias."
            )
    if len(others) >= MOST:
        raise Rejected(f"There are {MOST} applications, and more are not kept.", advice="Remove one first.")
