"""What a question is read against: what the sources hold, and the application that its channel is about."""

import asyncio
from dataclasses import dataclass

from bot.desk.catalogs import Catalogs
from bot.desk.readers import Readable
from bot.model.errors import Problem
from bot.model.message import Place
from bot.model.profile import Profile
from bot.model.tenant import TenantId
from bot.ports.desks import ProfileDesk
from bot.query.application import About, part, usual
from bot.query.catalog import Catalog
from bot.query.translate import prepare
from bot.query.words.choosing import Prepared

MOST = 500  # made ready at a time; the one that was made first goes first


@dataclass(frozen=True, slots=True)
class Context:
    ground: Prepared
    about: About | None = None


class Contexts:
    """Each part is made ready once for each state of the catalogue and of the profile."""

    def __init__(self, sources: Readable, catalogs: Catalogs | None, profiles: ProfileDesk) -> None:
        self._sources, self._catalogs, self._profiles = sources, catalogs, profiles
        self._grounds: dict[tuple[TenantId, str], tuple[Catalog, Prepared]] = {}
        self._abouts: dict[tuple[TenantId, str], tuple[Catalog, About]] = {}

    async def of(self, tenant: TenantId, place: Place, named: str = "") -> Context | None:
        """None where nothing is known of what the sources hold. An application that is named is meant first."""
        profile = await self._profile(tenant, place, named)
        try:
            catalog = await self._catalog(tenant, profile.datasource or "" if profile else "")
        except Problem:
            return None
        if catalog is None:
            return None
        ground = await self._ground(tenant, profile, catalog)
        return Context(ground, await self._about(tenant, profile, catalog) if profile else None)

    async def _profile(self, tenant: TenantId, place: Place, named: str) -> Profile | None:
        """Questions are read without it, as anywhere else."""
        try:
            if named:
                return await self._profiles.find(tenant, named)
            return await self._profiles.at(tenant, place)
        except Problem:
            return None

    async def _catalog(self, tenant: TenantId, datasource: str) -> Catalog | None:
        if self._catalogs is None:
            return None
        metrics, logs = await self._sources.metrics(tenant, datasource), await self._sources.logs(tenant)
        return await self._catalogs.of(tenant, metrics.source if metrics else None, logs.source if logs else None)

    async def _ground(self, tenant: TenantId, profile: Profile | None, catalog: Catalog) -> Prepared:
        key = tenant, profile.datasource or "" if profile else ""
        kept = self._grounds.get(key)
        if kept is None or kept[0] is not catalog:
            kept = self._grounds[key] = catalog, await asyncio.to_thread(prepare, catalog)
        return kept[1]

    async def _about(self, tenant: TenantId, profile: Profile, catalog: Catalog) -> About:
        key = tenant, profile.id
        kept = self._abouts.pop(key, None)
        if kept is None or kept[0] is not catalog or kept[1].profile != profile:
            kept = catalog, await asyncio.to_thread(_ready, catalog, profile)
        self._abouts[key] = kept
        while len(self._abouts) > MOST:
            del self._abouts[next(iter(self._abouts))]
        return kept[1]


def _ready(catalog: Catalog, profile: Profile) -> About:
    own = part(catalog, profile)
    defaults = usual(own, profile)
    return About(profile, prepare(own), prepare(defaults) if defaults else None)
