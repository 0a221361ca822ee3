"""Who is on duty, who stands in for whom, and the notice when a shift goes from one to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.desk import handovers, rotas
from bot.desk.reach import Reach, on_duty, people_of
from bot.model.errors import Missing, Rejected
from bot.model.parcel import Draft, Subject
from bot.model.plan import Plan, Rota
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.ports.actor import Actor
from bot.ports.desks import OnDuty
from bot.ports.incidents import Cover, Wanted
from bot.ports.services import Clock
from bot.ports.storage import Entry, Storage, UnitOfWork

HANDOVER = "handover"
LOOK_AHEAD = timedelta(days=62)  # in which the end of a shift and who comes next are looked for
LOOK_AGAIN = timedelta(days=1)  # so late a change that nobody told us of is seen
LONGEST_COVER = timedelta(days=366)
MOST_DAYS = 366


class Duty:
    """Fills bot.ports.desks.DutyDesk, and handles the timers of hand-overs."""

    def __init__(self, storage: Storage, clock: Clock, reach: Reach) -> None:
        self._storage, self._clock, self._reach = storage, clock, reach

    async def on_duty(self, tenant: TenantId, at: datetime) -> Sequence[OnDuty]:
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get() or Plan()
            found = [await self._on_duty(work, name, rota, at) for name, rota in plan.rotas.items()]
        return [one for one in found if one]

    async def shifts(self, tenant: TenantId, rota: str, days: int) -> Sequence[tuple[datetime, datetime, str]]:
        start = self._clock.now()
        end = start + timedelta(days=max(1, min(days, MOST_DAYS)))
        async with self._storage.work(tenant) as work:
            known = _rota(await work.plans.get() or Plan(), rota)
            coming = rotas.shifts(known, await work.covers.between(rota, start, end), start, end)
            people = {shift.person for shift in coming}
            names = {person: (await self._reach.somebody(work, person)).name for person in people}
        return [(shift.start, shift.end, names[shift.person]) for shift in coming]

    async def cover(self, actor: Actor, cover: Cover) -> None:
        """Raises Rejected for a span that is over or makes no sense, Missing for a rota or person nobody knows."""
        now = self._clock.now()
        if cover.ends_at <= now:
            raise Rejected("That time is over already.", advice="Name a time that is still to come.")
        if not timedelta(0) < cover.ends_at - cover.starts_at <= LONGEST_COVER:
            raise Rejected("A cover needs a start, a later end, and a year at most between them.")
        async with self._storage.work(actor.tenant) as work:
            plan = await work.plans.get() or Plan()
            _rota(plan, cover.rota)
            for person in filter(None, (cover.person, cover.instead_of)):
                if not await self._is_known(work, plan, person):
                    raise Missing(f"I do not know {person}.", advice="Mention them, or give their e-mail address.")
            standing = await work.covers.between(cover.rota, cover.starts_at, cover.ends_at)
            if any(one.id == cover.id for one in standing):
                return
            await work.covers.add(cover)
            await work.audit.add(_entry("cover.add", cover.rota, actor, now, **_told(cover)))
            await self._arm(work, plan, cover.rota, now)

    async def uncover(self, actor: Actor, cover: str) -> bool:
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            if not await work.covers.remove(cover):
                return False
            await work.audit.add(_entry("cover.remove", cover, actor, now))
            plan = await work.plans.get() or Plan()
            for name in plan.rotas:
                await self._arm(work, plan, name, now)
        return True

    async def arm(self, tenant: TenantId) -> None:
        """Sets the timers of the hand-overs: at the start and whenever the plan changed."""
        async with self._storage.work(tenant) as work:
            plan, now = await work.plans.get() or Plan(), self._clock.now()
            for timer in await work.timers.of_kind(HANDOVER):
                if timer.object not in plan.rotas:
                    await work.timers.stop(HANDOVER, timer.object)
            for name in plan.rotas:
                await self._arm(work, plan, name, now)

    async def handed_over(self, work: UnitOfWork, timer: Timer) -> None:
        """The handler of HANDOVER: says who leaves and who comes, if anybody does, and sets the next one."""
        plan, now, name = await work.plans.get() or Plan(), self._clock.now(), timer.object
        if name not in plan.rotas:
            return
        person, before = await on_duty(work, plan, name, now) or "", str(timer.body.get("person", ""))
        if not rotas.same(person, before):
            await self._tell(work, plan, name, before, now)
        await self._next(work, plan, name, person, now)

    async def _arm(self, work: UnitOfWork, plan: Plan, rota: str, now: datetime) -> None:
        """Whom the last notice named stays noted, so that a change that came meanwhile is told."""
        standing, person = await work.timers.get(HANDOVER, rota), await on_duty(work, plan, rota, now) or ""
        noted = str(standing.body.get("person", "")) if standing else person
        if rotas.same(noted, person):
            await self._next(work, plan, rota, person, now)
        else:
            await work.timers.set(HANDOVER, rota, now, {"person": noted})

    async def _next(self, work: UnitOfWork, plan: Plan, rota: str, person: str, now: datetime) -> None:
        until = now + LOOK_AGAIN
        covers = await work.covers.between(rota, now, until)
        due_at = rotas.next_change(plan.rotas[rota], covers, now, until)
        await work.timers.set(HANDOVER, rota, due_at, {"person": person})

    async def _tell(self, work: UnitOfWork, plan: Plan, rota: str, before: str, now: datetime) -> None:
        comes = await self._on_duty(work, rota, plan.rotas[rota], now)
        leaves = (await self._reach.somebody(work, before)).name if before else ""
        accounts = (await self._reach.somebody(work, comes.person)).accounts if comes else ()
        wanted = Wanted(open=True, limit=handovers.MOST_ISSUES)
        issues, count = await work.issues.find(wanted), await work.issues.count(wanted)
        subject = Subject(f"handover:{rota}:{now:%Y%m%dT%H%M%S}")
        drafts = []
        for target in plan.rotas[rota].tell:
            for place in self._reach.channel(target.platform, target.channel, target.workspace):
                here = next((one for one in accounts if one.platform == place.platform), None)
                reply = handovers.notice(rota, leaves, comes, here, issues, count)
                drafts.append(Draft(place, subject, 1, reply))
        await work.parcels.put_all(drafts, now)
        await work.audit.add(Entry("handover", rota, now, details={"leaves": leaves, "comes": comes and comes.name}))

    async def _on_duty(self, work: UnitOfWork, name: str, rota: Rota, at: datetime) -> OnDuty | None:
        end = at + LOOK_AHEAD
        coming = rotas.shifts(rota, await work.covers.between(name, at, end), at, end)
        if not coming or coming[0].start > at:
            return None
        now, after = coming[0], next((one for one in coming[1:] if one.person != coming[0].person), None)
        who = await self._reach.somebody(work, now.person)
        next_name = (await self._reach.somebody(work, after.person)).name if after else ""
        covers = (await self._reach.somebody(work, now.instead_of)).name if now.instead_of else ""
        account = next(iter(who.accounts), None)
        return OnDuty(name, now.person, who.name, now.end, next_name, account, covers)

    async def _is_known(self, work: UnitOfWork, plan: Plan, person: str) -> bool:
        """In the plan, or by an account here; somebody mentioned is known to the platform they were mentioned on."""
        if any(rotas.same(person, one) for one in people_of(plan)):
            return True
        return bool((await self._reach.somebody(work, person)).accounts)


def _rota(plan: Plan, name: str) -> Rota:
    if name not in plan.rotas:
        known = ", ".join(sorted(plan.rotas)) or "none"
        raise Missing(f"There is no rota “{name}”.", advice=f"Rotas: {known}.")
    return plan.rotas[name]


def _entry(act: str, about: str, actor: Actor, now: datetime, **details: str) -> Entry:
    told = {"from": actor.by.platform, "name": actor.by.name, "cause": actor.cause, **details}
    return Entry(act, about, now, actor.by.person, actor.place.key if actor.place else "", told)


def _told(cover: Cover) -> dict[str, str]:
    starts, ends = cover.starts_at.isoformat(), cover.ends_at.isoformat()
    return {"cover": cover.id, "person": cover.person, "instead_of": cover.instead_of, "starts": starts, "ends": ends}
