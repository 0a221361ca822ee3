"""Who somebody is: names and e-mail addresses as Slack knows them now, and the direct message to a person."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.model.errors import Problem
from bot.model.hours import known_zone
from bot.model.message import Account, Place, PlaceKind
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Directory
from handlers.slack.api import WebApi
from handlers.slack.authorize import Identities, token_of
from handlers.slack.events import SLACK
from handlers.slack.recent import Recent

FRESH = timedelta(minutes=10)  # a storm asks for the same few people again and again; Slack allows 100 a minute

log = logging.getLogger(__name__)

_Key = tuple[str, str]


class Colleagues:
    def __init__(self, api: WebApi, identities: Identities, directory: Directory, clock: Clock) -> None:
        self._api, self._identities, self._directory, self._clock = api, identities, directory, clock
        self._known: Recent[_Key, tuple[Account | None, datetime]] = Recent()
        self._chats: Recent[_Key, str] = Recent()

    async def profile(self, account: Account) -> Account | None:
        return await self._asked(account.workspace, "users.info", "user", account.user)

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:
        for workspace in await self._workspaces(tenant):
            found = await self._asked(workspace, "users.lookupByEmail", "email", email)
            if found:
                return found
        return None

    async def direct(self, token: str, place: Place) -> Place:
        """The place itself, or where it names a person instead of a channel, their direct message with us."""
        if place.kind is not PlaceKind.PERSONAL or place.channel.startswith("D"):
            return place
        key = (place.workspace, place.channel)
        chat = self._chats.get(key)
        if chat is None:
            opened = await self._api.call("conversations.open", token, users=place.channel)
            chat = str(opened["channel"]["id"])
            self._chats.put(key, chat)
        return Place(SLACK, place.workspace, chat, place.thread, place.kind)

    async def _asked(self, workspace: str, method: str, argument: str, value: str) -> Account | None:
        """What is not known is remembered, too. What could not be asked is not."""
        key, now = (workspace, value), self._clock.now()
        known = self._known.get(key)
        if known and now - known[1] < FRESH:
            return known[0]
        try:
            answer = await self._api.call(method, await token_of(self._identities, workspace), **{argument: value})
        except Problem as problem:
            code = getattr(problem, "code", "")
            if code in ("users_not_found", "user_not_found", "user_not_visible"):
                self._known.put(key, (None, now))
            else:
                log.info("person not asked about", extra={"platform": SLACK, "reason": code or str(problem)})
            return None
        found = to_account(answer["user"], workspace)
        self._known.put(key, (found, now))
        return found

    async def _workspaces(self, tenant: TenantId) -> list[str]:
        try:
            every = await self._directory.installations(SLACK)
        except Problem as problem:
            log.info("workspaces not read", extra={"platform": SLACK, "reason": str(problem)})
            return []
        return [one.workspace for one in every if one.tenant == tenant]


def personal(account: Account) -> Place:
    """A person stands for the direct message with them: posting there opens it."""
    return Place(SLACK, account.workspace, account.user, kind=PlaceKind.PERSONAL)


def to_account(user: Mapping[str, Any], workspace: str) -> Account | None:
    """None for one who left. The address counts only where our own workspace vouches for it: not a stranger's from a
    shared channel, not a bot's, and none that was never confirmed."""
    if user.get("deleted"):
        return None
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    home = str(user.get("team_id") or workspace)
    vouched = not (user.get("is_bot") or user.get("is_stranger") or user.get("is_email_confirmed") is False)
    email = str(profile.get("email") or "") if vouched and home == workspace else ""
    return Account(SLACK, workspace, str(user["id"]), str(name), email, known_zone(user.get("tz")))
