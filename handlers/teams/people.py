"""Who somebody is: names and addresses as Teams knows them now, and the chat with a person."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Problem, Unavailable
from bot.model.message import Account, Place
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Directory
from handlers.teams.activities import PLATFORM, chat_with
from handlers.teams.connector import Connector
from handlers.teams.references import Reference, References
from handlers.teams.text import visible

PATIENCE = timedelta(seconds=10)  # for one person
ROSTER_PATIENCE = timedelta(seconds=60)  # for everyone of a tenant, once a day
FRESH = timedelta(minutes=10)
DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)  # so soon somebody who was not found is looked for again
KEPT = 2_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Roster:
    """Everybody of these conversations, by address."""

    members: Mapping[str, Account]
    of: frozenset[str]
    read_at: datetime

    def still_tells(self, email: str, where: Collection[str], now: datetime) -> bool:
        if email in self.members:
            return now - self.read_at < DAILY
        return now - self.read_at < HOURLY and self.of == set(where)


class People:
    def __init__(self, connector: Connector, references: References, directory: Directory, clock: Clock) -> None:
        self._connector, self._references, self._directory, self._clock = connector, references, directory, clock
        self._profiles: dict[Account, tuple[Account | None, datetime]] = {}
        self._rosters: dict[str, _Roster] = {}
        self._reading = asyncio.Lock()

    async def open(self, tenant: TenantId, place: Place, reference: Reference) -> str:
        """The id of the chat with a person, opened if need be. Nothing is said yet, so a failure is definite."""
        person = reference.user or place.channel.partition(":")[2]
        wanted = {
            "isGroup": False,
            "bot": reference.speaker,
            "members": [{"id": person}],
            "tenantId": place.workspace,
            "channelData": {"tenant": {"id": place.workspace}},
        }
        try:
            chat = await self._connector.start(reference.service_url, place.channel, wanted)
        except Unavailable as away:
            raise Unavailable(away.what, retry_after=away.retry_after, definite=True, advice=away.advice) from away
        conversation = str(chat.get("id") or "")
        if not conversation:
            raise Unavailable("Microsoft Teams", definite=True)
        await self._references.opened(tenant, place, reference, conversation)
        return conversation

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:
        key, now = Account(PLATFORM, account.workspace, account.user), self._clock.now()
        known = self._profiles.pop(key, None)
        if known is None or now - known[1] >= FRESH:
            try:
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    known = (await self._asked(tenant, key), now)
            except (Problem, TimeoutError) as problem:
                log.info("person not asked about", extra={"platform": PLATFORM, "reason": str(problem)})
                return None
        while len(self._profiles) >= KEPT:
            self._profiles.pop(next(iter(self._profiles)))
        self._profiles[key] = known
        return known[0]

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        try:
            async with self._reading, asyncio.timeout(ROSTER_PATIENCE.total_seconds()):
                every = await self._directory.installations(PLATFORM)
                for workspace in (one.workspace for one in every if one.tenant == tenant):
                    found = await self._listed(tenant, workspace, email.strip().lower())
                    if found:
                        return found
        except (Problem, TimeoutError) as problem:
            log.info("people not read", extra={"platform": PLATFORM, "reason": str(problem)})
        return None

    async def _asked(self, tenant: TenantId, account: Account) -> Account | None:
        """Where they were heard; else in every conversation with many people that we know."""
        own = await self._references.find(tenant, chat_with(account.workspace, account.user))
        where = {one: own.service_url for one in (own.conversation, own.within) if one}
        for conversation, url in (where or await self._references.rosters(tenant, account.workspace)).items():
            try:
                member = await self._connector.member(url, conversation, own.user or account.user)
            except Problem as problem:
                if isinstance(problem, Unavailable):
                    raise
                continue  # not a member, or we are none any more
            return to_account(member, account.workspace)
        return None

    async def _listed(self, tenant: TenantId, workspace: str, email: str) -> Account | None:
        """Read once a day; for somebody who is not in it again within the hour, or once there is more to read."""
        known, now = self._rosters.get(workspace), self._clock.now()
        where = await self._references.rosters(tenant, workspace)
        if known and known.still_tells(email, where, now):
            return known.members.get(email)
        listed: dict[str, Account] = {}
        for conversation, url in where.items():
            try:
                async for member in self._connector.members(url, conversation):
                    account = to_account(member, workspace)
                    if account and account.email:
                        listed[account.email.lower()] = account
            except Problem as problem:
                if isinstance(problem, Unavailable):
                    raise
        self._rosters[workspace] = _Roster(listed, frozenset(where), now)
        return listed.get(email)


def to_account(member: Mapping[str, Any], workspace: str) -> Account | None:
    """The address counts only where our own tenant vouches for it, and a guest's made-up sign-in name is none."""
    user = str(member.get("aadObjectId") or member.get("objectId") or member.get("id") or "")
    if not user:
        return None
    sign_in = str(member.get("userPrincipalName") or "")
    email = str(member.get("email") or ("" if "#EXT#" in sign_in.upper() else sign_in))
    ours = str(member.get("tenantId") or workspace) == workspace and member.get("userRole") != "anonymous"
    return Account(PLATFORM, workspace, user, visible(str(member.get("name") or "")), email if ours else "")
