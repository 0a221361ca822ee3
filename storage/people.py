"""Who is who: a person may have an account on each platform."""

from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.message import Account, Person, PersonId, Role
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from storage import upsert
from storage.columns import storable
from storage.ids import new_id
from storage.tables import accounts, people


class SqlPeople:
    def __init__(self, connection: AsyncConnection, tenant: TenantId, clock: Clock) -> None:
        self._connection = connection
        self._tenant = tenant
        self._clock = clock

    async def of(self, account: Account) -> Person:
        known = await self._known(account)
        if known is None:
            # Two replicas may see somebody for the first time at once; the second finds what the first made.
            identity = f"{self._tenant}/{account.platform}/{account.workspace}/{account.user}"
            await upsert.one_at_a_time(self._connection, identity)
            known = await self._known(account)
        if known is None:
            return await self._welcome(account)
        return await self._up_to_date(account, known)

    async def get(self, person: PersonId) -> Person | None:
        mine = and_(people.c.tenant == self._tenant, people.c.id == person)
        row = (await self._connection.execute(select(people).where(mine))).one_or_none()
        return _to_person(row) if row else None

    async def save(self, person: Person) -> None:
        mine = and_(people.c.tenant == self._tenant, people.c.id == person.id)
        given = {"name": person.name, "role": person.role.value, "zone": person.zone, "email": person.email}
        changed = await self._connection.execute(update(people).where(mine).values(given))
        if changed.rowcount == 0:
            row = {"id": person.id, "tenant": self._tenant, **given}
            await upsert.add_if_absent(self._connection, people, row)

    async def _known(self, account: Account) -> Row[Any] | None:
        named = (accounts.c.name.label("known_as"), accounts.c.email.label("known_at"))
        joined = select(people, *named).join(accounts, accounts.c.person == people.c.id)
        return (await self._connection.execute(joined.where(self._is(account)))).one_or_none()

    async def _welcome(self, account: Account) -> Person:
        person = Person(PersonId(new_id(self._clock.now())), self._tenant, account.name, email=account.email)
        await self.save(person)
        row = {
            "tenant": self._tenant,
            "platform": account.platform,
            "workspace": account.workspace,
            "user": account.user,
            "person": person.id,
            "name": account.name,
            "email": account.email,
        }
        await upsert.add_if_absent(self._connection, accounts, row)
        return person

    async def _up_to_date(self, account: Account, known: Row[Any]) -> Person:
        """What the platform calls them now; where it does not say, what it said last."""
        name, email = storable(account.name) or known.known_as, storable(account.email) or known.known_at
        person = _to_person(known)
        if (name, email) == (known.known_as, known.known_at):
            return person
        learnt = update(accounts).where(self._is(account)).values(name=name, email=email)
        await self._connection.execute(learnt)
        person = Person(
            person.id,
            person.tenant,
            name if name != known.known_as else person.name,
            person.role,
            person.zone,
            email if email != known.known_at else person.email,
        )
        await self.save(person)
        return person

    def _is(self, account: Account) -> Any:
        return and_(
            accounts.c.tenant == self._tenant,
            accounts.c.platform == account.platform,
            accounts.c.workspace == account.workspace,
            accounts.c.user == account.user,
        )


def _to_person(row: Row[Any]) -> Person:
    return Person(PersonId(row.id), TenantId(row.tenant), row.name, Role(row.role), row.zone, row.email)
