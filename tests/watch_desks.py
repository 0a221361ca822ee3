"""A desk of watches, as intents ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.errors import Missing
from bot.model.tenant import TenantId
from bot.model.watch import Trial, Watch, WatchDraft, Watched, WatchId
from bot.ports.actor import Actor
from tests.fakes import NOON


@dataclass
class Watches:
    all: list[Watched] = field(default_factory=list)
    proposals: list[WatchDraft] = field(default_factory=list)
    told: int = 2

    async def every(self, tenant: TenantId) -> Sequence[Watched]:
        return self.all

    async def proposed(self, tenant: TenantId) -> Sequence[WatchDraft]:
        return self.proposals

    async def trial(self, tenant: TenantId, draft: WatchDraft) -> Trial:
        return Trial(draft, 3, self.told, 7.0, 3)

    async def make(self, actor: Actor, drafts: Sequence[WatchDraft]) -> Sequence[Watch]:
        made = [
            Watch(WatchId(f"W{number}"), one.name or one.query, one.query, NOON, unit=one.unit, by=actor.by.name)
            for number, one in enumerate(drafts, len(self.all) + 1)
        ]
        self.all += [Watched(one) for one in made]
        return made

    async def limit(self, actor: Actor, watch: str, above: float | None, below: float | None) -> Watch:
        return self._change(watch, above=above, below=below)

    async def pause(self, actor: Actor, watch: str) -> Watch:
        return self._change(watch, paused=True)

    async def resume(self, actor: Actor, watch: str) -> Watch:
        return self._change(watch, paused=False)

    async def delete(self, actor: Actor, watch: str) -> Watch:
        found = self._change(watch)
        self.all = [one for one in self.all if one.watch.id != watch]
        return found

    def _change(self, watch: str, **changes: object) -> Watch:
        at = next((number for number, one in enumerate(self.all) if one.watch.id == watch), None)
        if at is None:
            raise Missing("There is no such watch.")
        self.all[at] = replace(self.all[at], watch=replace(self.all[at].watch, **changes))  # type: ignore[arg-type]
        return self.all[at].watch
