"""The local stand-in for Microsoft's signing keys: makes tokens, publishes the keys, checks what it made itself."""

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CONNECTOR = "https://api.botframework.com"  # issuer towards the bot, audience of what the bot sends
TOKEN_LASTS = timedelta(hours=1)
PUBLISHED = 2  # the newest key and the one before: tokens outlive a rotation


def wall_clock() -> datetime:
    """Tokens are checked by libraries that read the machine's own clock, so they are made on it."""
    return datetime.now(UTC)


class KeyRing:
    def __init__(self, name: str, now: Callable[[], datetime] = wall_clock) -> None:
        self._name = name
        self.now = now
        self._count = itertools.count(1)
        self._keys: list[tuple[str, rsa.RSAPrivateKey]] = []
        self._valid_from = datetime.fromtimestamp(0, UTC)
        self.rotate()

    @property
    def kid(self) -> str:
        return self._keys[-1][0]

    def rotate(self) -> str:
        """From now on another key signs; the one before stays published."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._keys = [*self._keys, (f"{self._name}-{next(self._count)}", key)][-PUBLISHED:]
        return self.kid

    def published(self) -> dict[str, Any]:
        return {"keys": [_public(kid, key) for kid, key in reversed(self._keys)]}

    def sign(self, claims: Mapping[str, Any], lasts: timedelta = TOKEN_LASTS) -> str:
        now = self.now()
        times = {"nbf": now - timedelta(minutes=5), "iat": now, "exp": now + lasts}
        kid, key = self._keys[-1]
        return jwt.encode({**times, **claims}, key, "RS256", headers={"kid": kid, "x5t": kid})

    def revoke(self) -> None:
        """Refuses every token made so far."""
        self._valid_from = self.now()

    def claims(self, token: str, audience: str) -> dict[str, Any]:
        """What a token of ours says; raises jwt.InvalidTokenError for any other, and for an old one."""
        kid = jwt.get_unverified_header(token).get("kid")
        key = dict(self._keys).get(str(kid))
        if key is None:
            raise jwt.InvalidTokenError("unknown key")
        # The expiry is compared on our own time below, so that a test can drive it.
        options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public_key(),
            ["RS256"],
            audience=audience,
            options=options,  # type: ignore[arg-type]
        )
        if self.now().timestamp() >= claims["exp"]:
            raise jwt.ExpiredSignatureError("expired")
        if claims["made_at"] <= self._valid_from.timestamp():
            raise jwt.InvalidTokenError("revoked")
        return claims


def _public(kid: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": kid,
        "x5t": kid,
        "n": numbers["n"],
        "e": numbers["e"],
        "endorsements": ["msteams"],
    }
