"""The keys that Teams signs with: fetched when needed, kept for a day, fetched again when an unknown one turns up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt

from bot.model.errors import Unavailable
from bot.ports.services import Clock
from handlers.teams.hosts import is_safe

KEPT = timedelta(hours=24)
REFRESH_AT_MOST_EVERY = timedelta(seconds=60)  # or a forged key id would make us hammer Microsoft
FAILED_FOR = timedelta(seconds=2)  # those who waited behind a failed fetch do not wait for one each
PATIENCE = aiohttp.ClientTimeout(total=10)
WHAT = "Microsoft's key directory"


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Any  # as PyJWT takes it
    endorsements: frozenset[str]


class OpenId:
    def __init__(
        self, url: str, session: aiohttp.ClientSession, clock: Clock, refresh_every: timedelta = REFRESH_AT_MOST_EVERY
    ) -> None:
        self._url = url
        self._session = session
        self._clock = clock
        self._refresh_every = refresh_every
        self._keys: Mapping[str, SigningKey] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def key(self, kid: str) -> SigningKey | None:
        """None: there is no such key. Unavailable: we hold no keys at all and cannot get any."""
        if kid not in self._keys or self._is_old():
            async with self._one_at_a_time:
                if kid not in self._keys or self._is_old():
                    await self._refresh()
        return self._keys.get(kid)

    async def check(self) -> int:
        """How many keys are published, read now."""
        self._keys = await self._fetch()
        self._read_at = self._tried_at = self._clock.now()
        return len(self._keys)

    def _is_old(self) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at >= KEPT

    async def _refresh(self) -> None:
        now = self._clock.now()
        if self._keys and self._tried_at is not None and now - self._tried_at < self._refresh_every:
            return
        if self._failed_at is not None and now - self._failed_at < FAILED_FOR:
            if not self._keys:
                raise Unavailable(WHAT, retry_after=FAILED_FOR, definite=True)
            return
        self._tried_at = now
        try:
            self._keys = await self._fetch()
            self._read_at, self._failed_at = now, None
        except Unavailable:
            self._failed_at = now
            if not self._keys:
                raise  # old keys are better than none: the directory may be away for a while

    async def _fetch(self) -> Mapping[str, SigningKey]:
        document = await self._get(self._url)
        where = document.get("jwks_uri")
        if not isinstance(where, str) or not is_safe(where):
            raise Unavailable(WHAT)
        found = await self._get(where)
        listed = found.get("keys")
        return dict(_signing_keys(listed if isinstance(listed, list) else []))

    async def _get(self, url: str) -> Mapping[str, Any]:
        try:
            async with self._session.get(url, timeout=PATIENCE, allow_redirects=False) as response:
                if response.status != 200:
                    raise Unavailable(WHAT, definite=True)
                document = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise Unavailable(WHAT, definite=True) from problem
        if not isinstance(document, Mapping):
            raise Unavailable(WHAT, definite=True)
        return document


def _signing_keys(listed: list[Any]) -> list[tuple[str, SigningKey]]:
    """Those we can use; one that is broken or of another kind does not spoil the rest."""
    keys = []
    for entry in listed:
        if not isinstance(entry, Mapping) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            key = jwt.algorithms.RSAAlgorithm.from_jwk(dict(entry))
        except (jwt.InvalidKeyError, ValueError, TypeError):
            continue
        endorsed = entry.get("endorsements")
        keys.append((entry["kid"], SigningKey(key, frozenset(endorsed if isinstance(endorsed, list) else ()))))
    return keys
