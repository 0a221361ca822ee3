"""The budget of models, for people: how it stands, what is changed, who asks for more."""

from typing import Any

from bot.desk import budget_words
from bot.desk.office import Office, entry
from bot.desk.owner import Owner
from bot.desk.purse import standing
from bot.model.budget import Level, Scope, day_of, limits, tier
from bot.model.message import PersonId, Place
from bot.model.parcel import Subject
from bot.model.plan import ModelUse, Plan
from bot.model.prices import price_of
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.budgets import Budget
from bot.ports.model import Brief, LanguageModel, Task
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork


class BudgetBook:
    """Fills bot.ports.budgets.BudgetDesk."""

    def __init__(
        self, storage: Storage, clock: Clock, office: Office, owner: Owner, model: LanguageModel | None
    ) -> None:
        self._storage, self._clock, self._office = storage, clock, office
        self._owner, self._model = owner, model

    async def state(self, tenant: TenantId, person: PersonId | None = None, place: Place | None = None) -> Budget:
        if self._model is None:
            return Budget((), tier((), cheaper=False), in_file=self._office.kept_in_file(tenant))
        now, model = self._clock.now(), self._model
        found = await self._storage.directory.tenant(tenant)
        day = day_of(now, found.zone if found else "UTC")
        async with self._storage.work(tenant) as work:
            use = (await work.plans.get() or Plan()).model
            allowance = use.allowance(model.allowance)
            wanted = limits(
                allowance, day, background=True, person=person or "",
                session=place.key if place else "",
            )  # fmt: skip
            levels = await standing(work, wanted, now)
        asked = [level for level in levels if level.limit.pot.scope is not Scope.BACKGROUND]
        models = dict.fromkeys((*(model.model_of(task) for task in Task), *filter(None, (model.cheaper,))))
        return Budget(
            levels, tier(asked, cheaper=bool(model.cheaper)), model.model_of(Task.TALK), model.cheaper,
            [one for one in models if price_of(one, model.prices) is None], self._office.kept_in_file(tenant),
            allowance,
        )  # fmt: skip

    async def use(self, tenant: TenantId) -> ModelUse:
        return (await self._office.plan(tenant)).model

    async def change(self, actor: Actor, use: ModelUse) -> Budget:
        before = await self._office.plan(actor.tenant)
        changed = _changes(before.model, use)
        await self._office.new_plan(actor, before.model_copy(update={"model": use}), instead_of=before)
        async with self._storage.work(actor.tenant) as work:
            await work.audit.add(entry(actor, "budget.change", "budget", self._clock, **changed))
        return await self.state(actor.tenant, actor.by.person, actor.place)

    async def request(self, actor: Actor, why: str) -> bool:
        now = self._clock.now()
        subject = Subject(f"budget_wish:{actor.by.person or actor.by.name}:{now:%Y-%m-%d}")
        async with self._storage.work(actor.tenant) as work:
            told = await self._owner.tell(work, subject, budget_words.wish(actor.by.name, why))
            await work.audit.add(entry(actor, "budget.request", "budget", self._clock, why=why, told=told))
        return told


class BudgetTelling:
    """Whoever hit a limit is told in the thread where they asked; what is everybody's, the owner of the plan, too."""

    def __init__(self, owner: Owner, clock: Clock) -> None:
        self._owner, self._clock = owner, clock

    async def told(self, work: UnitOfWork, brief: Brief[Any], level: Level) -> None:
        pot = level.limit.pot
        if pot.scope in (Scope.DAY, Scope.BACKGROUND):
            await self._owner.model_used_up(work, level)
        place = await work.conversations.place(brief.session) if brief.session else None
        if place is not None:
            subject = Subject(f"budget:{pot.scope}:{pot.since:%Y-%m-%dT%H}")
            await work.parcels.put(place, subject, 1, budget_words.for_person(level), self._clock.now())


def _changes(before: ModelUse, after: ModelUse) -> dict[str, Any]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {name: {"from": old[name], "to": new[name]} for name in new if new[name] != old[name]}
