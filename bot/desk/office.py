"""What administrators ask: the plan, the trail, what could not be delivered, keys, who is who."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from bot.model.errors import Forbidden, Rejected
from bot.model.issue import By
from bot.model.keys import digest, new_key
from bot.model.matchers import read_matchers
from bot.model.message import Account, Person, PersonId
from bot.model.parcel import ParcelId, Undelivered
from bot.model.plan import Maintenance, Plan, Route, Target
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Entry, Key, Storage, Trail, UnitOfWork

CODE_LASTS = timedelta(minutes=10)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_HERE = "told from chat"
_MOST_PEOPLE = 500


class Office:
    """Fills bot.ports.desks.OfficeDesk. `from_file`: the tenants whose plan an operator keeps in a file."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        from_file: frozenset[TenantId] = frozenset(),
        plan_changed: Callable[[TenantId], Awaitable[None]] | None = None,
    ) -> None:
        self._storage, self._clock, self._from_file = storage, clock, from_file
        self._plan_changed = plan_changed

    async def plan(self, tenant: TenantId) -> Plan:
        async with self._storage.work(tenant) as work:
            return await work.plans.get() or Plan()

    async def new_plan(self, actor: Actor, plan: Plan, *, instead_of: Plan | None = None) -> Plan:
        self._may_change(actor)
        async with self._storage.work(actor.tenant) as work:
            standing = await work.plans.get() or Plan()
            if instead_of is not None and standing != instead_of:
                raise Rejected("The plan was changed by somebody else.", code="changed", advice="Read it again.")
            if standing == plan:
                return plan
            await work.plans.save(plan, self._clock.now())
            changed = [name for name in Plan.model_fields if getattr(plan, name) != getattr(standing, name)]
            await work.audit.add(self._entry(actor, "plan.replace", "plan", changed=changed))
        await self._tell_of_change(actor.tenant)
        return plan

    async def amend(self, actor: Actor, act: str, change: Callable[[Plan], Plan], **details: object) -> Plan:
        """A part of it alone; `act` and `details` as the trail has it."""
        self._may_change(actor)
        async with self._storage.work(actor.tenant) as work:
            standing = await work.plans.get() or Plan()
            plan = change(standing)
            if plan == standing:
                return plan
            await work.plans.save(plan, self._clock.now())
            await work.audit.add(self._entry(actor, act, "plan", **details))
        await self._tell_of_change(actor.tenant)
        return plan

    async def tell_here(self, actor: Actor, target: Target, at_least: str, match: Sequence[str]) -> Plan:
        self._may_change(actor)
        try:
            read_matchers(match)
            route = Route(name=_HERE, match=tuple(match), at_least=Severity(at_least or "low"), to=(target,), also=True)
        except ValueError as problem:
            raise Rejected(f"I cannot route by that: {problem}.") from None
        async with self._storage.work(actor.tenant) as work:
            plan = await work.plans.get() or Plan()
            rest = tuple(one for one in plan.routes if not (one.name == _HERE and one.to == (target,)))
            changed = plan.model_copy(update={"routes": (route, *rest)})
            await self._save(work, actor, changed, "plan.route", target)
        await self._tell_of_change(actor.tenant)
        return changed

    async def tell_no_more(self, actor: Actor, target: Target) -> bool:
        self._may_change(actor)
        async with self._storage.work(actor.tenant) as work:
            plan = await work.plans.get() or Plan()
            without = [
                route.model_copy(update={"to": tuple(one for one in route.to if one != target)})
                for route in plan.routes
            ]
            routes = tuple(new for new, old in zip(without, plan.routes, strict=True) if new.to or not old.to)
            if routes == plan.routes:
                return False
            await self._save(work, actor, plan.model_copy(update={"routes": routes}), "plan.unroute", target)
        await self._tell_of_change(actor.tenant)
        return True

    async def maintain(self, actor: Actor, window: Maintenance) -> Silence:
        if window.end <= window.start or window.end <= self._clock.now():
            raise Rejected("That window is over before it begins.", advice="Name an end that lies ahead.")
        silence = Silence(
            SilenceId(uuid4().hex), "maintenance", window.match, window.start, window.end, actor.by, window.why
        )
        async with self._storage.work(actor.tenant) as work:
            await work.silences.save(silence)
            await work.timers.set("silence", silence.id, silence.ends_at, {})
            details = {"match": list(window.match), "until": window.end.isoformat(), "why": window.why}
            await work.audit.add(self._entry(actor, "maintenance", silence.id, **details))
        return silence

    async def trail(self, tenant: TenantId, trail: Trail) -> Sequence[Entry]:
        async with self._storage.work(tenant) as work:
            return await work.audit.find(trail)

    async def undelivered(self, tenant: TenantId, limit: int) -> Sequence[Undelivered]:
        async with self._storage.work(tenant) as work:
            return await work.parcels.dead(limit)

    async def resend(self, actor: Actor, parcel: ParcelId) -> bool:
        async with self._storage.work(actor.tenant) as work:
            again = await work.parcels.resend(parcel, self._clock.now())
            if again:
                await work.audit.add(self._entry(actor, "resend", parcel))
        if again:
            self._storage.parcels.arrived.set()
        return again

    async def keys(self, tenant: TenantId) -> Sequence[Key]:
        return await self._storage.keys.every(tenant)

    async def new_key(self, actor: Actor, source: str, name: str, role: str = "") -> tuple[Key, str]:
        secret = new_key()
        key = Key(secrets.token_hex(4), actor.tenant, source, name or source, self._clock.now(), role)
        await self._storage.keys.add(key, digest(secret))
        async with self._storage.work(actor.tenant) as work:
            await work.audit.add(self._entry(actor, "key.new", key.id, source=source, name=key.name, role=role))
        return key, secret

    async def revoke_key(self, actor: Actor, key: str) -> bool:
        gone = await self._storage.keys.revoke(actor.tenant, key, self._clock.now())
        if gone:
            async with self._storage.work(actor.tenant) as work:
                await work.audit.add(self._entry(actor, "key.revoke", key))
        return gone

    async def link_code(self, tenant: TenantId, account: Account) -> str:
        code = "".join(secrets.choice(_LETTERS) for _ in range(8))
        async with self._storage.work(tenant) as work:
            await work.codes.save(digest(code), account, self._clock.now() + CODE_LASTS)
        return f"{code[:4]}-{code[4:]}"

    async def link(self, actor: Actor, account: Account, code: str) -> str:
        async with self._storage.work(actor.tenant) as work:
            other = await work.codes.take(digest(code.replace("-", "").strip().upper()), self._clock.now())
            if other is None:
                raise Rejected(
                    "This code is not good, or no longer.", advice="Say `link` in the other chat for a new one."
                )
            if (other.platform, other.workspace, other.user) == (account.platform, account.workspace, account.user):
                raise Rejected(
                    "That code is from this same account.", advice="Use it in the other chat, as yourself there."
                )
            person = await work.people.of(other)
            await work.people.link(account, person.id)
            details = {"platform": account.platform, "user": account.user, "with": other.platform}
            await work.audit.add(self._entry(actor, "link", person.id, **details))
        return person.name

    async def name(self, tenant: TenantId, person: PersonId) -> str:
        async with self._storage.work(tenant) as work:
            found = await work.people.get(person)
        return found.name if found else ""

    async def people(self, tenant: TenantId) -> Sequence[Person]:
        async with self._storage.work(tenant) as work:
            return await work.people.every(_MOST_PEOPLE)

    async def person(self, tenant: TenantId, account: Account) -> Person:
        async with self._storage.work(tenant) as work:
            return await work.people.of(account)

    def kept_in_file(self, tenant: TenantId) -> bool:
        return tenant in self._from_file

    def _may_change(self, actor: Actor) -> None:
        if self.kept_in_file(actor.tenant):
            raise Forbidden(
                "The plan is kept in a file on the server.", advice="Change it there (NIGHTDESK_PLAN), and start anew."
            )

    async def _save(self, work: UnitOfWork, actor: Actor, plan: Plan, act: str, target: Target) -> None:
        await work.plans.save(plan, self._clock.now())
        details = {"platform": target.platform, "channel": target.channel}
        await work.audit.add(self._entry(actor, act, "plan", **details))

    async def _tell_of_change(self, tenant: TenantId) -> None:
        if self._plan_changed:
            await self._plan_changed(tenant)

    def _entry(self, actor: Actor, act: str, about: str, **details: object) -> Entry:
        return entry(actor, act, about, self._clock, **details)


def entry(actor: Actor, act: str, about: str, clock: Clock, **details: object) -> Entry:
    """One line of the trail for what somebody did."""
    place = actor.place.key if actor.place else ""
    said = {"name": actor.by.name, "from": actor.by.platform, **details}
    return Entry(act, about, clock.now(), actor.by.person, place, said)


def terminal(tenant: TenantId, cause: str) -> Actor:
    """Who acts when a command is typed on the server itself."""
    return Actor(tenant, replace(By("the terminal"), platform="terminal"), cause)
