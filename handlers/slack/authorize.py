"""Who we are in a workspace, and with which token: kept for a while, so that no request has to ask Slack."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize

from bot.model.errors import Misconfigured, Problem, Rejected, Unavailable
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.services import Clock
from bot.ports.storage import Directory, Installation
from handlers.slack.api import WebApi
from handlers.slack.events import SLACK
from handlers.slack.problems import refused

ORG = "org"  # in an installation's details: another installation holds the token of this workspace


@dataclass(frozen=True, slots=True)
class Identity:
    workspace: str
    name: str
    token: str
    bot_user: str
    bot_id: str


class Identities(Protocol):
    async def of(self, workspace: str, enterprise: str = "") -> Identity | None:
        """None where Nightdesk is not installed. Raises Unavailable while that cannot be known."""
        ...

    def forget(self, workspace: str) -> None:
        """What was known may be wrong: the token was refused, or the installation has changed."""
        ...

    async def only(self) -> str:
        """The workspace, where there can be but one; else empty."""
        ...


class OneWorkspace:
    """The workspace of the bot token that was given; Slack says once which one that is."""

    def __init__(self, api: WebApi, token: str, directory: Directory) -> None:
        self._api, self._token, self._directory = api, token, directory
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    async def of(self, workspace: str = "", enterprise: str = "") -> Identity | None:  # noqa: ARG002 - there is but one
        if self._identity is None:
            async with self._asking:
                self._identity = self._identity or await self._ask()
        return self._identity

    def forget(self, workspace: str) -> None:  # noqa: ARG002
        self._identity = None

    async def only(self) -> str:
        """While Slack is away, the one that it was before: alerts are taken in all the same."""
        try:
            found = await self.of()
        except Problem:
            known = await self._directory.installations(SLACK)
            return known[0].workspace if len(known) == 1 else ""
        return found.workspace if found else ""

    async def _ask(self) -> Identity:
        try:
            found = to_identity(await self._api.call("auth.test", self._token), self._token)
        except Rejected as no:
            raise Misconfigured(f"SLACK_BOT_TOKEN is not usable. {no.says}", advice=no.advice) from no
        if await self._directory.installation(SLACK, found.workspace) is None:
            await self._directory.save_installation(
                Installation(SLACK, found.workspace, DEFAULT_TENANT, found.name, details=details(found))
            )
        return found


class Refresher(Protocol):
    async def refresh(self, workspace: str) -> Installation | None: ...


class ManyWorkspaces:
    """Every workspace that was installed by OAuth; the least used fall out of memory first."""

    MOST = 1_000
    LASTS = timedelta(minutes=1)  # so long an uninstalled workspace may still be believed in by another replica
    FRESH = timedelta(minutes=5)

    def __init__(self, directory: Directory, refresher: Refresher, clock: Clock) -> None:
        self._directory, self._refresher, self._clock = directory, refresher, clock
        self._known: OrderedDict[tuple[str, str], tuple[Identity | None, datetime]] = OrderedDict()

    async def of(self, workspace: str, enterprise: str = "") -> Identity | None:
        now = self._clock.now()
        known = self._known.get((workspace, enterprise))
        if known and now < known[1]:
            self._known.move_to_end((workspace, enterprise))
            return known[0]
        found = await self._find(workspace, enterprise, now)
        self._known[workspace, enterprise] = (found, now + self.LASTS)
        while len(self._known) > self.MOST:
            self._known.popitem(last=False)
        return found

    def forget(self, workspace: str) -> None:
        for key in [key for key in self._known if workspace in key]:
            del self._known[key]

    async def only(self) -> str:
        return ""

    async def _find(self, workspace: str, enterprise: str, now: datetime) -> Identity | None:
        place = await self._directory.installation(SLACK, workspace) if workspace else None
        org = str(place.details.get(ORG, "")) if place else enterprise
        holder = await self._directory.installation(SLACK, org) if org else place
        if holder and holder.expires_at and holder.expires_at - now < self.FRESH:
            holder = await self._refresher.refresh(holder.workspace)
        if holder is None or not holder.secrets.get("bot_token"):
            return None
        if place is None and workspace:  # first seen: from now on its own, with the tenant of the organisation
            place = Installation(SLACK, workspace, holder.tenant, holder.name, details={**holder.details, ORG: org})
            await self._directory.save_installation(place)
        known = holder.details
        return Identity(
            workspace or org,
            holder.name,
            holder.secrets["bot_token"],
            known["bot_user"],
            str(known.get("bot_id") or ""),
        )


class Authorize(AsyncAuthorize):
    """What Bolt asks before every request."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    async def __call__(self, *, enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult | None:
        found = await self._identities.of(team_id or "", enterprise_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=found.workspace,
            team=found.name,
            bot_user_id=found.bot_user,
            bot_id=found.bot_id,
            bot_token=found.token,
        )


async def token_of(identities: Identities, workspace: str) -> str:
    """Without it nothing was said yet, so what is Unavailable here is so for certain."""
    try:
        found = await identities.of(workspace)
    except Unavailable as away:
        raise Unavailable(away.what, retry_after=away.retry_after, definite=True, advice=away.advice) from away
    if found is None:
        raise refused("account_inactive")
    return found.token


def to_identity(answer: Any, token: str) -> Identity:
    workspace = str(answer.get("team_id") or answer.get("enterprise_id") or "")
    return Identity(
        workspace, str(answer.get("team", "")), token, str(answer.get("user_id", "")), str(answer.get("bot_id") or "")
    )


def details(identity: Identity) -> dict[str, str]:
    return {"bot_user": identity.bot_user, "bot_id": identity.bot_id}
