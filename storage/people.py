"""Who is who: a person may have an account on each platform."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Account, Person, PersonId, Role
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from storage import locks, upsert
from storage.columns import storable
from storage.ids import new_id
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import accounts, people

PROGRAMS = "api"  # the platform of who comes by the HTTP API: nobody can be called there


class SqlPeople(OfTenant):
    def __init__(self, connection: AsyncConnection, tenant: TenantId, clock: Clock) -> None:
        super().__init__(connection, tenant)
        self._clock = clock

    async def of(self, account: Account) -> Person:
        """Who brings the e-mail address of somebody we know, is that person: one on both chats."""
        known = await self._known(account)
        if known is not None and not _news(account, known):
            return _to_person(known)
        # Two replicas may see somebody for the first time at once; the second finds what the first made.
        identity = f"{self._tenant}/{account.platform}/{account.workspace}/{account.user}"
        await locks.one_at_a_time(self._connection, identity)
        if account.email:
            await locks.one_at_a_time(self._connection, f"{self._tenant}/{_folded(account.email)}")
        known = await self._known(account)
        if known is None:
            return await self._welcome(account)
        return await self._up_to_date(account, known)

    async def get(self, person: PersonId) -> Person | None:
        row = await _GET.first(self._connection, tenant=self._tenant, id=person)
        return _to_person(row) if row else None

    async def save(self, person: Person) -> None:
        mine = and_(people.c.tenant == self._tenant, people.c.id == person.id)
        given = {"name": person.name, "role": person.role.value, "zone": person.zone, "email": person.email}
        changed = await self._connection.execute(update(people).where(mine).values(given))
        if changed.rowcount == 0:
            row = {"id": person.id, "tenant": self._tenant, **given}
            await upsert.add_if_absent(self._connection, people, row)

    async def by_email(self, email: str) -> Person | None:
        """Whose account has it before who is only noted with it; the one we have known longest before others."""
        if not email:
            return None
        of_account = and_(
            accounts.c.tenant == self._tenant,
            accounts.c.person == people.c.id,
            func.lower(accounts.c.email) == _folded(email),
        )
        has_it = exists().where(of_account)
        noted = func.lower(people.c.email) == _folded(email)
        theirs = select(people).where(people.c.tenant == self._tenant, or_(has_it, noted))
        row = (await self._connection.execute(theirs.order_by(has_it.desc(), people.c.id).limit(1))).first()
        return _to_person(row) if row else None

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        theirs = select(accounts).where(accounts.c.tenant == self._tenant, accounts.c.person == person)
        found = await self._connection.execute(
            theirs.order_by(accounts.c.platform, accounts.c.workspace, accounts.c.user)
        )
        return [Account(row.platform, row.workspace, row.user, row.name, row.email) for row in found]

    async def link(self, account: Account, person: PersonId) -> None:
        if await self.get(person) is None:
            raise LookupError("There is no such person here.")
        changed = update(accounts).where(self._is(account)).values(person=person)
        if (await self._connection.execute(changed)).rowcount == 0:
            await self._add(account, person)

    async def every(self, limit: int) -> Sequence[Person]:
        """Who has an account, by name; whose accounts became another person's has none."""
        theirs = and_(accounts.c.tenant == self._tenant, accounts.c.person == people.c.id)
        reachable = exists().where(theirs, accounts.c.platform != PROGRAMS)
        by_name = select(people).where(people.c.tenant == self._tenant, reachable)
        found = await self._connection.execute(by_name.order_by(func.lower(people.c.name), people.c.id).limit(limit))
        return [_to_person(row) for row in found]

    async def _known(self, account: Account) -> Any:
        return await _KNOWN.first(
            self._connection,
            tenant=self._tenant,
            platform=account.platform,
            workspace=account.workspace,
            user=account.user,
        )

    async def _welcome(self, account: Account) -> Person:
        person = await self.by_email(account.email)
        if person is None:
            own = PersonId(new_id(self._clock.now()))
            person = Person(own, self._tenant, account.name, zone=account.zone, email=account.email)
            await self.save(person)
        elif account.zone and account.zone != person.zone:
            person = replace(person, zone=account.zone)
            await self.save(person)
        await self._add(account, person.id)
        return person

    async def _add(self, account: Account, person: PersonId) -> None:
        row = {
            "tenant": self._tenant,
            "platform": account.platform,
            "workspace": account.workspace,
            "user": account.user,
            "person": person,
            "name": account.name,
            "email": account.email,
        }
        await upsert.add_if_absent(self._connection, accounts, row)

    async def _up_to_date(self, account: Account, known: Row[Any]) -> Person:
        """What the platform calls them now; where it does not say, what it said last."""
        name, email = storable(account.name) or known.known_as, storable(account.email) or known.known_at
        person = _to_person(known)
        moved = _folded(email) != _folded(known.known_at)
        if moved and (other := await self.by_email(email)) and other.id != person.id:
            await self._learn(account, name, email, other.id)
            return other
        await self._learn(account, name, email, person.id)
        person = Person(
            person.id,
            person.tenant,
            name if name != known.known_as else person.name,
            person.role,
            account.zone or person.zone,
            email if email != known.known_at else person.email,
        )
        await self.save(person)
        return person

    async def _learn(self, account: Account, name: str, email: str, person: PersonId) -> None:
        learnt = update(accounts).where(self._is(account)).values(name=name, email=email, person=person)
        await self._connection.execute(learnt)

    def _is(self, account: Account) -> ColumnElement[bool]:
        return and_(
            accounts.c.tenant == self._tenant,
            accounts.c.platform == account.platform,
            accounts.c.workspace == account.workspace,
            accounts.c.user == account.user,
        )


_GET = Prepared(select(people).where(people.c.tenant == bindparam("tenant"), people.c.id == bindparam("id")))
_KNOWN = Prepared(
    select(people, accounts.c.name.label("known_as"), accounts.c.email.label("known_at"))
    .join(accounts, accounts.c.person == people.c.id)
    .where(
        accounts.c.tenant == bindparam("tenant"),
        accounts.c.platform == bindparam("platform"),
        accounts.c.workspace == bindparam("workspace"),
        accounts.c.user == bindparam("user"),
    )
)


def _news(account: Account, known: Row[Any]) -> bool:
    said = storable(account.name) or known.known_as, storable(account.email) or known.known_at
    return said != (known.known_as, known.known_at) or (account.zone or known.zone) != known.zone


def _folded(email: str) -> str:
    return storable(email).lower()


def _to_person(row: Row[Any]) -> Person:
    return Person(PersonId(row.id), TenantId(row.tenant), row.name, Role(row.role), row.zone, row.email)
