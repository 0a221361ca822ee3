"""The keys that tokens are verified with: one that was set, or those that whoever signs them publishes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bot.model.errors import Unavailable
from bot.ports.services import Clock

AGAIN_AFTER = timedelta(seconds=60)  # a forged key id must not make us hammer whoever publishes them
LARGEST = 1024 * 1024
PATIENCE = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Any  # as PyJWT takes it
    algorithm: str  # the only one that this key verifies
    endorsements: frozenset[str] = frozenset()


class Keys(Protocol):
    async def key(self, kid: str) -> SigningKey | None:
        """None: there is no such key. Unavailable: we hold no keys at all and cannot get any."""
        ...


class FixedKey:
    """Whatever a token calls its key: there is this one only."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    async def key(self, kid: str) -> SigningKey | None:  # noqa: ARG002
        return self._key


@dataclass(frozen=True, slots=True)
class Directory:
    """Where keys are published."""

    name: str
    read: Callable[[], Awaitable[Mapping[str, SigningKey]]]
    kept: timedelta
    failed_for: timedelta  # while there are no keys: those who waited behind a failed fetch do not wait for one each


class KeyBook:
    """Fetched when needed, kept, fetched again when an unknown one turns up: keys are changed unasked."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._keys: Mapping[str, SigningKey] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def key(self, kid: str) -> SigningKey | None:
        if kid and self._asks_for(kid):
            async with self._one_at_a_time:
                if self._asks_for(kid):
                    await self._refresh()
        return self._keys.get(kid)

    async def check(self) -> int:
        """How many keys are published, read now."""
        self._keys = await self._directory.read()
        self._read_at = self._tried_at = self._clock.now()
        return len(self._keys)

    def _asks_for(self, kid: str) -> bool:
        old = self._read_at is None or self._clock.now() - self._read_at >= self._directory.kept
        return old or kid not in self._keys

    async def _refresh(self) -> None:
        now, wait = self._clock.now(), AGAIN_AFTER if self._keys else self._directory.failed_for
        if self._tried_at is not None and now - self._tried_at < wait:
            if not self._keys:
                raise Unavailable(self._directory.name, retry_after=wait, definite=True)
            return
        self._tried_at = now
        try:
            self._keys, self._read_at = await self._directory.read(), now
        except Unavailable:
            if not self._keys:
                raise  # old keys are better than none: the directory may be away for a while


async def document(session: aiohttp.ClientSession, url: str, directory: str) -> Mapping[str, Any]:
    try:
        async with session.get(url, timeout=PATIENCE, allow_redirects=False) as answer:
            if answer.status != 200:
                raise Unavailable(directory, definite=True)
            body = await answer.content.read(LARGEST + 1)
        found = json.loads(body) if len(body) <= LARGEST else None
    except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as problem:
        raise Unavailable(directory, definite=True) from problem
    if not isinstance(found, dict):
        raise Unavailable(directory, definite=True)
    return found


async def published(session: aiohttp.ClientSession, url: str, directory: str) -> Mapping[str, SigningKey]:
    """Those of a key set (JWKS) that verify RS256 or ES256."""
    listed = (await document(session, url, directory)).get("keys")
    if not isinstance(listed, list):
        raise Unavailable(directory, definite=True)
    return {kid: key for entry in listed if (found := _published(entry)) for kid, key in [found]}


def _published(entry: Any) -> tuple[str, SigningKey] | None:
    """One that is broken, secret or of another kind does not spoil the rest."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    given = entry.get("endorsements")
    endorsed = frozenset(one for one in given if isinstance(one, str)) if isinstance(given, list) else frozenset()
    try:
        if entry.get("kty") == "RSA" and entry.get("alg", "RS256") == "RS256":
            return entry["kid"], SigningKey(RSAAlgorithm.from_jwk(entry), "RS256", endorsed)
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256" and entry.get("alg", "ES256") == "ES256":
            return entry["kid"], SigningKey(ECAlgorithm.from_jwk(entry), "ES256", endorsed)
    except (jwt.InvalidKeyError, ValueError, TypeError):
        return None
    return None
