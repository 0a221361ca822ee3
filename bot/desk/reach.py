"""How to reach the people that a plan names: their direct messages on every chat, e-mail as the last resort.

The platforms are asked beforehand (`refresh`), for what is due at night runs inside the database's transaction and
must not wait for anybody: there only accounts that are known count.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk import rotas
from bot.model.errors import Problem
from bot.model.message import Account, PersonId, Place, PlaceKind
from bot.model.plan import Plan
from bot.model.tenant import TenantId
from bot.ports.platform import Platform
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Reached:
    """Where one target of a step is spoken to. No places: there is no way, and `name` still says who is meant."""

    target: str  # as in the plan; behind a rota, the person on duty
    name: str  # as people say it
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Somebody:
    name: str  # as people say it; where nobody knows them, as the plan does
    email: str = ""
    accounts: tuple[Account, ...] = ()


class Reach:
    """`mail`: whether letters can be sent. `platforms` are the chats, by name."""

    def __init__(self, storage: Storage, platforms: Mapping[str, Platform], mail: bool) -> None:
        self._storage, self._mail = storage, mail
        self._platforms = {name: platform for name, platform in platforms.items() if name != MAIL}
        self._workspaces: dict[str, str] = {}

    async def refresh(self, tenant: TenantId) -> None:
        """Looks everybody in the plan up and keeps what was found. At the start, when the plan changed, and daily."""
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get()
        for name, platform in self._platforms.items():
            try:
                self._workspaces[name] = await platform.workspace()
            except Problem as problem:
                log.warning("workspace_unknown", extra={"platform": name, "reason": problem.says})
        for reference in sorted(people_of(plan)) if plan else ():
            for account in await self._looked_up(tenant, reference, self._platforms):
                await self._keep(tenant, reference, account)

    async def search(self, tenant: TenantId) -> None:
        """Looks for those again whom a chat did not know: the bot may have come to their team since."""
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get()
            named = sorted(one for one in people_of(plan) if "@" in one) if plan else []
            missing = {one: await self._missing(work, one) for one in named}
        for reference, platforms in missing.items():
            for account in await self._looked_up(tenant, reference, platforms):
                await self._keep(tenant, reference, account)

    async def somebody(self, work: UnitOfWork, reference: str) -> Somebody:
        """As plans name them: an e-mail address, `slack:U…`, `teams:…`."""
        kind, _, user = reference.partition(":")
        if kind in self._platforms and user:
            account = Account(kind, self._workspaces.get(kind, ""), user)
            found = await work.people.of(account)
            known = (*await work.people.accounts(found.id), account)
            return Somebody(found.name or reference, found.email, known)
        person = await work.people.by_email(reference)
        accounts = tuple(await work.people.accounts(person.id)) if person else ()
        return Somebody((person.name if person else "") or reference, reference, accounts)

    async def person(self, work: UnitOfWork, reference: str) -> Reached:
        who = await self.somebody(work, reference)
        return Reached(reference, who.name, self._personal(who.accounts) or self._letters(who.email))

    async def target(self, work: UnitOfWork, plan: Plan, target: str, at: datetime) -> Reached:
        """One target of an escalation step; a rota stands for who is on duty at that instant."""
        kind, _, what = target.partition(":")
        match kind:
            case "person":
                return await self.person(work, what)
            case "mail":
                return Reached(target, what, self._letters(what))
            case "rota":
                person = await on_duty(work, plan, what, at)
                return await self.person(work, person) if person else Reached(target, f"nobody in rota {what}")
            case _ if is_person(kind, what):
                return await self.person(work, target)
            case _:
                return Reached(target, f"a {kind.capitalize()} channel", self.channel(kind, what))

    async def known(self, work: UnitOfWork, person: PersonId) -> tuple[Place, ...]:
        """Somebody who has acted here."""
        found = await work.people.get(person)
        return self._personal(await work.people.accounts(person)) or self._letters(found.email if found else "")

    def channel(self, platform: str, channel: str, workspace: str = "") -> tuple[Place, ...]:
        """None where that platform is switched off."""
        if platform not in self._platforms:
            return ()
        return (Place(platform, workspace or self._workspaces.get(platform, ""), channel),)

    def _personal(self, accounts: Iterable[Account]) -> tuple[Place, ...]:
        """One place for each account, in a lasting order; a user without workspace is one with it, if that is known."""
        places: dict[tuple[str, str], Place] = {}
        for one in sorted(accounts, key=lambda one: (one.platform, one.user, one.workspace == "")):
            if platform := self._platforms.get(one.platform):
                places.setdefault((one.platform, one.user), platform.personal(one))
        return tuple(places.values())

    def _letters(self, address: str) -> tuple[Place, ...]:
        if not self._mail or "@" not in address:
            return ()
        return (Place(MAIL, "smtp", address, kind=PlaceKind.PERSONAL),)

    async def _missing(self, work: UnitOfWork, address: str) -> Collection[str]:
        """The chats on which nobody is known by it."""
        return set(self._platforms) - {one.platform for one in (await self.somebody(work, address)).accounts}

    async def _looked_up(self, tenant: TenantId, reference: str, platforms: Collection[str]) -> list[Account]:
        """What the platforms say now. One that does not answer is asked again next time."""
        kind, _, user = reference.partition(":")
        found: list[Account | None] = []
        for name in sorted(platforms):
            platform = self._platforms[name]
            try:
                if user and kind == name:
                    account = Account(name, self._workspaces.get(name, ""), user)
                    found.append(await platform.profile(tenant, account))
                elif "@" in reference:
                    found.append(await platform.by_email(tenant, reference))
            except Problem as problem:
                log.warning("not_looked_up", extra={"platform": name, "person": reference, "reason": problem.says})
        return [account for account in found if account]

    async def _keep(self, tenant: TenantId, reference: str, account: Account) -> None:
        """Accounts that a platform gives for one address are one person."""
        async with self._storage.work(tenant) as work:
            known = replace(account, email=account.email or (reference if "@" in reference else ""))
            owner = await work.people.by_email(known.email) if known.email else None
            person = await work.people.of(known)
            if owner and owner.id != person.id:
                await work.people.link(known, owner.id)


async def on_duty(work: UnitOfWork, plan: Plan, rota: str, at: datetime) -> str | None:
    """As the plan names them; None where nobody is, or where there is no such rota any more."""
    if rota not in plan.rotas:
        return None
    return rotas.who(plan.rotas[rota], await work.covers.between(rota, at, at + timedelta(seconds=1)), at)


def people_of(plan: Plan) -> set[str]:
    """Everybody whom the plan may call, as it names them."""
    named = {person for rota in plan.rotas.values() for layer in rota.layers for person in layer.people}
    for policy in plan.policies.values():
        targets = [target.partition(":") for step in policy.steps for target in step.notify]
        named |= {what for kind, _, what in targets if kind == "person"}
        named |= {f"{kind}:{what}" for kind, _, what in targets if is_person(kind, what)}
    return named | ({plan.owner} if plan.owner else set())


def is_person(kind: str, what: str) -> bool:
    """Whether `slack:…` or `teams:…` names somebody; it may also be a channel."""
    return (kind == "slack" and what[:1] in "UW") or (kind == "teams" and not what.startswith("19:"))
