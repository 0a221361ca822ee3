"""Datasources as administrators keep them: tried before they are saved, and every change in the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from pydantic import SecretStr

from bot.desk import linked
from bot.desk.office import entry
from bot.desk.open_sources import OpenSources, pick
from bot.desk.source_health import SourceHealth, looked_at
from bot.desk.source_making import differences, draft_of, make, remake, to_be_tried
from bot.model.board import Board
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.source import Datasource, Health, Offer, SourceDraft, SourceId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.opening import Opener, Signpost
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

MOST = 100


class SourcesDesk:
    """Fills bot.ports.desks.SourceDesk."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        opener: Opener,
        registry: OpenSources,
        health: SourceHealth,
        *,
        pictures: bool = True,
    ) -> None:
        """`pictures`: whether others may draw for us; where a source holds several tenants, they would draw all."""
        self._pictures = pictures
        self._storage, self._clock, self._opener, self._registry, self._health = (
            storage, clock, opener, registry, health,
        )  # fmt: skip

    @property
    def kinds(self) -> Mapping[str, str]:
        return self._opener.kinds

    async def every(self, tenant: TenantId) -> Sequence[Datasource]:
        return await self._registry.every(tenant)

    async def find(self, tenant: TenantId, named: str) -> Datasource:
        return pick(await self.every(tenant), named)

    async def test(self, actor: Actor, draft: SourceDraft, instead_of: str = "") -> Health:
        if not instead_of:
            made, secrets = make(SourceId("draft"), draft, self._clock.now())
        else:
            standing, kept = await self._standing(actor.tenant, instead_of)
            made, secrets = remake(standing, draft, kept, self._clock.now())
        opened = self._opener.open(made, secrets)
        try:
            return await looked_at(opened, self._clock)
        finally:
            await opened.close()

    async def look(self, tenant: TenantId, named: str) -> Datasource:
        found = await self.find(tenant, named)
        if not found.is_enabled:
            raise Rejected(f"{found.name} is switched off.", advice="Switch it on first.")
        return await self._health.look(tenant, found)

    async def add(self, actor: Actor, draft: SourceDraft) -> Datasource:
        made, secrets = make(_id(actor, draft), draft, self._clock.now())
        if standing := next((one for one in await self.every(actor.tenant) if one.id == made.id), None):
            return standing  # the same request, sent again
        await self._free(actor.tenant, made)  # told before it is asked, and looked at again in the same breath as saved
        made = await self._tried(made, secrets)
        found = await self._free(actor.tenant, made)
        if draft.is_default is None:
            alone = not any(one.type == made.type and one.is_default for one in found)
            made = replace(made, is_default=alone and made.is_enabled)
        about = {"name": made.name, "type": made.type, "url": made.url}
        return await self._save(actor, made, "datasource.add", secrets, **about)

    async def edit(self, actor: Actor, named: str, draft: SourceDraft) -> Datasource:
        standing, kept = await self._standing(actor.tenant, named)
        made, secrets = remake(standing, draft, kept, self._clock.now())
        changed = differences(made, secrets, standing, kept)
        if not changed:
            return standing
        await self._free(actor.tenant, made)
        if to_be_tried(made, standing, changed):
            made = await self._tried(made, secrets)
        elif not made.is_enabled:
            await self._opener.open(made, secrets).close()  # what can be seen without asking is refused all the same
        return await self._save(actor, made, "datasource.edit", secrets, name=made.name, changed=list(changed))

    async def enable(self, actor: Actor, named: str, *, on: bool) -> Datasource:
        standing, kept = await self._standing(actor.tenant, named)
        if standing.is_enabled == on:
            return standing
        made = replace(standing, is_enabled=on, updated_at=self._clock.now())
        made = await self._tried(made, kept) if on else replace(made, is_default=False, health=None)
        return await self._save(actor, made, "datasource.enable" if on else "datasource.disable", name=made.name)

    async def make_default(self, actor: Actor, named: str) -> Datasource:
        standing, _ = await self._standing(actor.tenant, named)
        if standing.is_default:
            return standing
        if not standing.is_enabled:
            raise Rejected(f"{standing.name} is switched off.", advice="Switch it on first.")
        return await self._save(actor, replace(standing, is_default=True), "datasource.default", name=standing.name)

    async def remove(self, actor: Actor, named: str) -> Datasource:
        standing, _ = await self._standing(actor.tenant, named)
        async with self._storage.work(actor.tenant) as work:
            await _unused(work, standing)
            await work.sources.remove(standing.id)
            await work.audit.add(entry(actor, "datasource.remove", standing.id, self._clock, name=standing.name))
        self._registry.forget(actor.tenant)
        return standing

    async def offers(self, tenant: TenantId, named: str) -> Sequence[Offer]:
        """Those that can be read and are not here yet."""
        found = await self.find(tenant, named)
        opened = await self._registry.open(tenant, found)
        if not isinstance(opened, Signpost):
            raise Rejected(f"{found.name} knows the way to no other datasource.")
        here = {one.url for one in await self.every(tenant)}
        return [one for one in await opened.offers() if one.type in self.kinds and one.url not in here]

    async def adopt(self, actor: Actor, named: str, offer: str) -> Datasource:
        wanted = next((one for one in await self.offers(actor.tenant, named) if one.id == offer), None)
        if wanted is None:
            raise Missing(f"{named} offers no such datasource, or it is here already.")
        through, kept = await self._standing(actor.tenant, named)
        names = {one.name.casefold() for one in await self.every(actor.tenant)}
        name = wanted.name if wanted.name.casefold() not in names else f"{wanted.name} ({through.name})"[:80]
        draft = draft_of(through).model_copy(
            update={
                "name": name,
                "type": wanted.type,
                "url": wanted.url,
                "config": dict(wanted.config),
                **{secret: SecretStr(value) for secret, value in kept.items()},
            }
        )
        return await self.add(actor, draft)

    async def page(self, tenant: TenantId, url: str) -> Board | None:
        found = await linked.pages(self._registry, tenant, url)
        return linked.read_here(await found.board(url), await self.every(tenant)) if found else None

    async def picture(self, tenant: TenantId, url: str) -> bytes | None:
        found = await linked.pages(self._registry, tenant, url) if self._pictures else None
        return await found.picture(url) if found else None

    async def _tried(self, made: Datasource, secrets: Mapping[str, str]) -> Datasource:
        """With its health. What is on has to answer; what is off has at least to be something that could."""
        opened = self._opener.open(made, secrets)
        try:
            if not made.is_enabled:
                return made
            health = await looked_at(opened, self._clock)
        finally:
            await opened.close()
        if not health.up:
            raise Rejected(f"Not saved, for it could not be asked: {health.says}", code="test")
        return replace(made, health=health)

    async def _standing(self, tenant: TenantId, named: str) -> tuple[Datasource, Mapping[str, str]]:
        found = await self.find(tenant, named)
        if found.from_settings:
            raise Forbidden(
                f"{found.name} is named in Nightdesk's own settings.", advice="Whoever runs it changes it there."
            )
        async with self._storage.work(tenant) as work:
            fresh = await work.sources.get(found.id)
            secrets = await work.sources.secrets(found.id)
        if fresh is None:
            raise Missing(f"{found.name} was removed meanwhile.")
        return fresh, secrets

    async def _free(self, tenant: TenantId, made: Datasource) -> Sequence[Datasource]:
        """The others; raises where one of them has this name."""
        self._registry.forget(tenant)
        others = [one for one in await self.every(tenant) if one.id != made.id]
        _check_name(made, others)
        if len(others) >= MOST:
            raise Rejected(f"There are {MOST} datasources, and more are not kept.", advice="Remove one first.")
        return others

    async def _save(
        self, actor: Actor, made: Datasource, act: str, secrets: Mapping[str, str] | None = None, **details: object
    ) -> Datasource:
        async with self._storage.work(actor.tenant) as work:
            _check_name(made, await work.sources.every())  # somebody may have been quicker
            await work.sources.save(made, secrets)
            await work.audit.add(entry(actor, act, made.id, self._clock, **details))
        self._registry.forget(actor.tenant)
        return made


def _check_name(made: Datasource, found: Sequence[Datasource]) -> None:
    if any(one.name.casefold() == made.name.casefold() for one in found if one.id != made.id):
        raise Rejected(f"There is a datasource “{made.name}” already.", code="taken", advice="Choose another name.")


def _id(actor: Actor, draft: SourceDraft) -> SourceId:
    return SourceId(sha256(f"{actor.cause}:{draft.name.casefold()}".encode()).hexdigest()[:12])


async def _unused(work: UnitOfWork, source: Datasource) -> None:
    users = [one.name for one in await work.profiles.every() if one.datasource == source.id]
    if users:
        shown = f"{', '.join(users[:5])}{' and others' if len(users) > 5 else ''}"
        raise Rejected(
            f"{source.name} is used by {shown}.",
            code="used",
            advice="Give them another datasource first.",
        )
