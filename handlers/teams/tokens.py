"""The bot's own token: fetched once for all who wait, kept, and fetched again before it runs out."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.model.errors import Misconfigured, Unavailable
from bot.ports.services import Clock
from handlers.teams.settings import TeamsSettings

EARLY = timedelta(minutes=5)
PATIENCE = aiohttp.ClientTimeout(total=10)
WHAT = "Microsoft's sign-in"

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ADVICE = {
    7000215: "TEAMS_APP_PASSWORD is wrong: give the secret's value, not its id.",
    7000222: "TEAMS_APP_PASSWORD has run out: make a new client secret in Entra.",
    700016: "TEAMS_APP_ID is not known in the tenant TEAMS_TENANT_ID.",
    90002: "The first tenant of TEAMS_TENANT_ID does not exist.",
}


class Tokens:
    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._token = ""
        self._ends_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def get(self) -> str:
        """Raises Unavailable, or Misconfigured where Microsoft does not accept what we were told."""
        if not self._is_fresh():
            async with self._one_at_a_time:
                if not self._is_fresh():
                    await self._fetch()
        return self._token

    def forget(self, token: str) -> None:
        """This one was refused; whoever has fetched another meanwhile keeps it."""
        if token == self._token:
            self._ends_at = None

    def _is_fresh(self) -> bool:
        return self._ends_at is not None and self._clock.now() < self._ends_at

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": self._settings.oauth_scope,
        }
        try:
            async with self._session.post(
                self._settings.token_url, data=form, timeout=PATIENCE, allow_redirects=False
            ) as response:
                answer = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise Unavailable(WHAT, definite=True) from problem
        given = answer if isinstance(answer, Mapping) else {}
        if status != 200 or not isinstance(given.get("access_token"), str):
            raise _refusal(status, given)
        lasts = timedelta(seconds=float(given.get("expires_in", 3600)))
        self._token = given["access_token"]
        self._ends_at = self._clock.now() + max(lasts - EARLY, lasts / 2)


def _refusal(status: int, answer: Mapping[str, Any]) -> Unavailable | Misconfigured:
    if status not in (400, 401, 403):
        return Unavailable(WHAT, definite=True)
    codes = answer.get("error_codes")
    known = [_ADVICE[code] for code in codes if code in _ADVICE] if isinstance(codes, list) else []
    advice = known[0] if known else "Look at TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID."
    return Misconfigured(f"Microsoft does not sign the bot in ({answer.get('error', status)}).", advice=advice)
