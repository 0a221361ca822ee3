"""The keys that tokens are verified with: one that was set, or those that the other sign-in publishes."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bot.model.errors import Misconfigured, Unavailable
from bot.ports.services import Clock
from bot.token_settings import TokenSettings

KEPT = timedelta(hours=1)
AGAIN_AFTER = timedelta(seconds=60)  # a forged key id must not make us hammer whoever publishes them
LARGEST = 256 * 1024
PATIENCE = aiohttp.ClientTimeout(total=10)
WHAT = "The key directory of the sign-in"


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: Any  # as PyJWT takes it
    algorithm: str  # the only one that this key verifies


class FixedKey:
    """Whatever a token calls its key: there is this one only."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    async def key(self, kid: str) -> SigningKey | None:  # noqa: ARG002
        return self._key


class KeyBook:
    """Fetched when needed, kept for an hour, fetched again when an unknown one turns up: keys are changed unasked."""

    def __init__(self, url: str, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._url, self._session, self._clock = url, session, clock
        self._keys: Mapping[str, SigningKey] = {}
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()

    async def key(self, kid: str) -> SigningKey | None:
        """None: there is no such key. Unavailable: we hold no keys at all and cannot get any."""
        if kid not in self._keys or self._is_old():
            async with self._one_at_a_time:
                if kid not in self._keys or self._is_old():
                    await self._refresh()
        return self._keys.get(kid)

    def _is_old(self) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at >= KEPT

    async def _refresh(self) -> None:
        now = self._clock.now()
        if self._tried_at is not None and now - self._tried_at < AGAIN_AFTER:
            if not self._keys:
                raise Unavailable(WHAT, retry_after=AGAIN_AFTER, definite=True)
            return
        self._tried_at = now
        try:
            self._keys, self._read_at = await self._fetch(), now
        except Unavailable:
            if not self._keys:
                raise  # old keys are better than none: the directory may be away for a while

    async def _fetch(self) -> Mapping[str, SigningKey]:
        try:
            async with self._session.get(self._url, timeout=PATIENCE, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Unavailable(WHAT, definite=True)
                body = await answer.content.read(LARGEST + 1)
            document = json.loads(body) if len(body) <= LARGEST else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise Unavailable(WHAT, definite=True) from problem
        listed = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(listed, list):
            raise Unavailable(WHAT, definite=True)
        return {kid: key for entry in listed if (found := _published(entry)) for kid, key in [found]}


def _published(entry: Any) -> tuple[str, SigningKey] | None:
    """One that is broken, secret or of another kind does not spoil the rest."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    try:
        if entry.get("kty") == "RSA" and entry.get("alg", "RS256") == "RS256":
            return entry["kid"], SigningKey(RSAAlgorithm.from_jwk(entry), "RS256")
        if entry.get("kty") == "EC" and entry.get("crv") == "P-256" and entry.get("alg", "ES256") == "ES256":
            return entry["kid"], SigningKey(ECAlgorithm.from_jwk(entry), "ES256")
    except (jwt.InvalidKeyError, ValueError, TypeError):
        return None
    return None


def of_pem(pem: bytes) -> SigningKey:
    for algorithm, kind in (("RS256", RSAAlgorithm(RSAAlgorithm.SHA256)), ("ES256", ECAlgorithm(ECAlgorithm.SHA256))):
        try:
            return SigningKey(kind.prepare_key(pem), algorithm)
        except (jwt.InvalidKeyError, ValueError, TypeError):
            continue
    raise Misconfigured("NIGHTDESK_JWT_PUBLIC_KEY holds no public key.", advice="RSA or P-256, in PEM.")


def keys_of(given: TokenSettings, session: aiohttp.ClientSession, clock: Clock) -> KeyBook | FixedKey | None:
    """None where no tokens are taken."""
    if given.jwt_secret:
        return FixedKey(SigningKey(given.jwt_secret.encode(), "HS256"))
    if given.jwt_public_key:
        try:
            return FixedKey(of_pem(given.jwt_public_key.read_bytes()))
        except OSError as problem:
            raise Misconfigured("NIGHTDESK_JWT_PUBLIC_KEY cannot be read.") from problem
    return KeyBook(given.jwt_keys_url, session, clock) if given.jwt_keys_url else None
