"""The desks of datasources and applications, filled by lists that a test can write and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model.board import Board
from bot.model.errors import Missing
from bot.model.message import Place
from bot.model.profile import Profile, ProfileDraft, ProfileId, Read, spelt
from bot.model.source import Datasource, Health, Offer, SourceDraft, SourceId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from tests.fakes import NOON


@dataclass
class Sources:
    all: list[Datasource] = field(default_factory=list)
    offered: list[Offer] = field(default_factory=list)
    drafts: list[SourceDraft] = field(default_factory=list)
    health: Health = field(default_factory=lambda: Health(True, NOON, "Prometheus 2.42.0", timedelta(milliseconds=12)))
    pages: dict[str, Board] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=lambda: {"prometheus": "Prometheus"})

    async def every(self, tenant: TenantId) -> Sequence[Datasource]:
        return self.all

    async def find(self, tenant: TenantId, named: str) -> Datasource:
        found = next((one for one in self.all if named in (one.id, one.name)), None)
        if found is None:
            raise Missing(f"There is no datasource “{named}”.")
        return found

    async def test(self, actor: Actor, draft: SourceDraft, instead_of: str = "") -> Health:
        self.drafts.append(draft)
        return self.health

    async def look(self, tenant: TenantId, named: str) -> Datasource:
        return self._change(named, health=self.health)

    async def add(self, actor: Actor, draft: SourceDraft) -> Datasource:
        self.drafts.append(draft)
        made = Datasource(
            SourceId(f"d{len(self.all) + 1}"), draft.name, draft.type, draft.url, NOON, NOON,
            is_default=bool(draft.is_default) or not self.all, health=self.health,
        )  # fmt: skip
        self.all.append(made)
        return made

    async def edit(self, actor: Actor, named: str, draft: SourceDraft) -> Datasource:
        self.drafts.append(draft)
        return self._change(named, name=draft.name, url=draft.url)

    async def enable(self, actor: Actor, named: str, *, on: bool) -> Datasource:
        return self._change(named, is_enabled=on)

    async def make_default(self, actor: Actor, named: str) -> Datasource:
        return self._change(named, is_default=True)

    async def offers(self, tenant: TenantId, named: str) -> Sequence[Offer]:
        return self.offered

    async def adopt(self, actor: Actor, named: str, offer: str) -> Datasource:
        wanted = next(one for one in self.offered if one.id == offer)
        return await self.add(actor, SourceDraft(name=wanted.name, url=wanted.url))

    async def remove(self, actor: Actor, named: str) -> Datasource:
        gone = next(one for one in self.all if named in (one.id, one.name))
        self.all.remove(gone)
        return gone

    async def page(self, tenant: TenantId, url: str) -> Board | None:
        return self.pages.get(url)

    async def picture(self, tenant: TenantId, url: str) -> bytes | None:
        return self.pictures.get(url)

    def _change(self, named: str, **changes: object) -> Datasource:
        at = next((number for number, one in enumerate(self.all) if named in (one.id, one.name)), None)
        if at is None:
            raise Missing(f"There is no datasource “{named}”.")
        self.all[at] = replace(self.all[at], **changes)  # type: ignore[arg-type]
        return self.all[at]


@dataclass
class Profiles:
    all: list[Profile] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    drafts: list[ProfileDraft] = field(default_factory=list)

    async def every(self, tenant: TenantId) -> Sequence[Profile]:
        return self.all

    async def find(self, tenant: TenantId, named: str) -> Profile:
        found = next((one for one in self.all if named == one.id or spelt(named) in one.names), None)
        if found is None:
            raise Missing(f"There is no application “{named}”.")
        return found

    async def at(self, tenant: TenantId, place: Place) -> Profile | None:
        return next((one for one in self.all if place.lane in one.channels), None)

    async def metrics(self, tenant: TenantId, named: str, start: datetime, end: datetime) -> Sequence[Read]:
        return self.read

    async def add(self, actor: Actor, draft: ProfileDraft) -> Profile:
        self.drafts.append(draft)
        self.all.append(Profile(ProfileId(f"a{len(self.all) + 1}"), draft.name, NOON, NOON))
        return self.all[-1]

    async def edit(self, actor: Actor, named: str, draft: ProfileDraft) -> Profile:
        self.drafts.append(draft)
        return await self.find(actor.tenant, named)

    async def remove(self, actor: Actor, named: str) -> Profile:
        gone = await self.find(actor.tenant, named)
        self.all.remove(gone)
        return gone

    async def link(self, actor: Actor, named: str, place: Place) -> Profile:
        found = await self.find(actor.tenant, named)
        self.all[self.all.index(found)] = linked = replace(found, channels=(place.lane,))
        return linked

    async def unlink(self, actor: Actor, place: Place) -> Profile | None:
        found = await self.at(actor.tenant, place)
        if found:
            self.all[self.all.index(found)] = replace(found, channels=())
        return found
