"""Installing into many workspaces by OAuth: installations and their tokens live in our storage, encrypted."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.stateless import StatelessOAuthStateStore

from bot.model.errors import Problem, Rejected
from bot.model.tenant import Tenant, TenantId
from bot.ports.services import Clock
from bot.ports.storage import Directory, Installation
from handlers.slack.api import LIBRARY_LOG, WebApi
from handlers.slack.authorize import Identities
from handlers.slack.events import SLACK
from handlers.slack.manifest import INSTALL_PATH, LINK_SCOPES, OPTIONAL_SCOPES, REDIRECT_PATH, SCOPES
from handlers.slack.settings import SlackSettings

STATE_LASTS = timedelta(minutes=5)
EARLY = timedelta(hours=2)  # tokens live for twelve; a refresh that fails has time to be tried again
EVERY = timedelta(minutes=10)

log = logging.getLogger(__name__)


class Installations(AsyncInstallationStore):
    """Slack's idea of a store, on ours. A workspace that is new becomes a tenant of its own."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.identities: Identities | None = None

    @property
    def logger(self) -> logging.Logger:
        return LIBRARY_LOG

    async def async_save(self, installation: SlackInstallation) -> None:
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        workspace = _workspace(bot.team_id, bot.enterprise_id, is_org=bot.is_enterprise_install)
        name = bot.team_name or bot.enterprise_name or workspace
        known = await self._directory.installation(SLACK, workspace)
        tenant = known.tenant if known else await self._tenant(workspace, name)
        secrets = {"bot_token": bot.bot_token}
        if bot.bot_refresh_token:
            secrets["refresh_token"] = bot.bot_refresh_token
        await self._directory.save_installation(
            Installation(
                SLACK,
                workspace,
                tenant,
                name,
                secrets,
                {"bot_user": bot.bot_user_id, "bot_id": bot.bot_id, "scopes": list(bot.bot_scopes)},
                _expiry(bot.bot_token_expires_at),
            )
        )
        if self.identities:
            self.identities.forget(workspace)
        log.info("installed", extra={"platform": SLACK, "workspace": workspace})

    async def _tenant(self, workspace: str, name: str) -> TenantId:
        tenant = TenantId(f"{SLACK}-{workspace}")
        if await self._directory.tenant(tenant) is None:
            await self._directory.save_tenant(Tenant(tenant, name))
        return tenant


class Tokens:
    """Renews tokens before they expire, one process at a time, for a refresh token works only once."""

    def __init__(self, api: WebApi, settings: SlackSettings, directory: Directory, clock: Clock) -> None:
        self._api, self._settings, self._directory, self._clock = api, settings, directory, clock

    async def refresh(self, workspace: str) -> Installation | None:
        async with self._directory.refreshing(SLACK, workspace) as installation:
            if installation is None or not self._is_due(installation):
                return installation  # another process was faster
            answer = await self._api.call(
                "oauth.v2.access",
                "",
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret,
                grant_type="refresh_token",
                refresh_token=installation.secrets["refresh_token"],
            )
            renewed = _renewed(installation, answer, self._clock.now())
            await self._directory.save_installation(renewed)
            return renewed

    async def keep_fresh(self) -> None:
        """For ever; a workspace whose token cannot be renewed does not keep the others from theirs."""
        while True:
            await self.refresh_all()
            await self._clock.sleep(EVERY.total_seconds())

    async def refresh_all(self) -> None:
        try:
            due = [one for one in await self._directory.installations(SLACK) if self._is_due(one)]
        except Problem as problem:
            log.warning("tokens not looked at", extra={"platform": SLACK, "reason": str(problem)})
            return
        for installation in due:
            try:
                await self.refresh(installation.workspace)
            except Problem as problem:
                level = logging.ERROR if isinstance(problem, Rejected) else logging.WARNING
                extra = {"platform": SLACK, "workspace": installation.workspace, "reason": str(problem)}
                log.log(level, "token not renewed", extra=extra)

    def _is_due(self, installation: Installation) -> bool:
        if installation.expires_at is None or "refresh_token" not in installation.secrets:
            return False
        return installation.expires_at - self._clock.now() < EARLY


def flow(settings: SlackSettings, api: WebApi, store: Installations, public_url: str) -> AsyncOAuthFlow:
    """Everything is given, so that no variable of the environment has a say."""
    given = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=[*scopes(settings), *OPTIONAL_SCOPES],
        user_scopes=[],
        redirect_uri=public_url.rstrip("/") + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=settings.api_url.removesuffix("api/") + "oauth/v2/authorize",
        installation_store=store,
        state_store=StatelessOAuthStateStore(
            expiration_seconds=int(STATE_LASTS.total_seconds()), signing_secret=settings.client_secret
        ),
        state_expiration_seconds=int(STATE_LASTS.total_seconds()),
        logger=LIBRARY_LOG,
    )
    return AsyncOAuthFlow(client=api.client, logger=LIBRARY_LOG, settings=given)


def _workspace(team: str | None, enterprise: str | None, *, is_org: bool) -> str:
    return str((enterprise if is_org else team) or team or enterprise or "")


def _expiry(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _renewed(installation: Installation, answer: Any, now: datetime) -> Installation:
    return Installation(
        installation.platform,
        installation.workspace,
        installation.tenant,
        installation.name,
        {
            **installation.secrets,
            "bot_token": str(answer["access_token"]),
            "refresh_token": str(answer.get("refresh_token") or installation.secrets["refresh_token"]),
        },
        installation.details,
        now + timedelta(seconds=int(answer["expires_in"])) if answer.get("expires_in") else None,
    )


def scopes(settings: SlackSettings) -> tuple[str, ...]:
    """What we have to be granted; links are read where domains of theirs are named."""
    return (*SCOPES, *(LINK_SCOPES if settings.link_domains else ()))
