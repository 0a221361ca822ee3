"""Who somebody is, beyond an account: their name, e-mail address and time zone are asked of the platform, once a day.

The address joins the accounts that one person has on both chats, and it says who is an administrator. The zone says
when their yesterday was; a platform that names it with every message need not be asked for it.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.roles import Roles, given
from bot.model.message import Account, Message, Person, PlaceKind
from bot.model.tenant import TenantId
from bot.ports.platform import Platform
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=2)
ASK_AGAIN = timedelta(days=1)
REMEMBERED = 10_000


class Acquaintances:
    def __init__(self, storage: Storage, clock: Clock, platforms: Mapping[str, Platform], roles: Roles) -> None:
        self._storage, self._clock, self._platforms, self._roles = storage, clock, platforms, roles
        self._asked: OrderedDict[tuple[TenantId, str, str, str], datetime] = OrderedDict()

    async def seen(self, work: UnitOfWork, account: Account) -> Person:
        """What a press calls somebody is often a handle: it serves until a better name is known, and no longer."""
        person = await work.people.of(replace(account, name=""))
        if account.name and not person.name:
            person = await work.people.of(account)
        return given(person, self._roles)

    def strange(self, message: Message, tenant: TenantId, person: Person) -> bool:
        """Whether the platform is to be asked who this is."""
        account = message.author
        if account.platform not in self._platforms or message.place.kind is PlaceKind.TERMINAL:
            return False
        if account.workspace != message.place.workspace:
            return False  # a guest from another workspace: whoever runs that one decides what its addresses are
        key = _key(tenant, account)
        if key not in self._asked and person.email and person.zone:
            self._note(key)  # known from another day: nobody waits for it after every start
        return key not in self._asked or self._clock.now() - self._asked[key] >= ASK_AGAIN

    async def introduce(self, tenant: TenantId, account: Account, person: Person) -> Person:
        """Quietly: without a profile somebody is who their account says."""
        self._note(_key(tenant, account))
        found = await self._profile(tenant, account)
        if found is None or not (found.name or found.email or found.zone):
            return person
        async with self._storage.work(tenant) as work:
            return given(await work.people.of(found), self._roles)

    def _note(self, key: tuple[TenantId, str, str, str]) -> None:
        self._asked[key] = self._clock.now()
        self._asked.move_to_end(key)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)

    async def _profile(self, tenant: TenantId, account: Account) -> Account | None:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self._platforms[account.platform].profile(tenant, account)
        except Exception:  # a door: an answer does not wait for a name
            log.warning("profile_unknown", extra={"platform": account.platform}, exc_info=True)
            return None


def _key(tenant: TenantId, account: Account) -> tuple[TenantId, str, str, str]:
    return (tenant, account.platform, account.workspace, account.user)
