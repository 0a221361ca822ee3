"""The keys that the other sign-in signs its tokens with: one that was set, or those that it publishes."""

from datetime import timedelta
from functools import partial

import aiohttp
import jwt
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bot.model.errors import Misconfigured
from bot.ports.services import Clock
from bot.token_settings import TokenSettings
from handlers.signed.keys import AGAIN_AFTER, Directory, FixedKey, KeyBook, Keys, SigningKey, published

KEPT = timedelta(hours=1)
WHAT = "The key directory of the sign-in"


def key_book(url: str, session: aiohttp.ClientSession, clock: Clock) -> KeyBook:
    return KeyBook(Directory(WHAT, partial(published, session, url, WHAT), KEPT, failed_for=AGAIN_AFTER), clock)


def of_pem(pem: bytes) -> SigningKey:
    for algorithm, kind in (("RS256", RSAAlgorithm(RSAAlgorithm.SHA256)), ("ES256", ECAlgorithm(ECAlgorithm.SHA256))):
        try:
            return SigningKey(kind.prepare_key(pem), algorithm)
        except (jwt.InvalidKeyError, ValueError, TypeError):
            continue
    raise Misconfigured("NIGHTDESK_JWT_PUBLIC_KEY holds no public key.", advice="RSA or P-256, in PEM.")


def keys_of(given: TokenSettings, session: aiohttp.ClientSession, clock: Clock) -> Keys | None:
    """None where no tokens are taken."""
    if given.jwt_secret:
        return FixedKey(SigningKey(given.jwt_secret.encode(), "HS256"))
    if given.jwt_public_key:
        try:
            return FixedKey(of_pem(given.jwt_public_key.read_bytes()))
        except OSError as problem:
            raise Misconfigured("NIGHTDESK_JWT_PUBLIC_KEY cannot be read.") from problem
    return key_book(given.jwt_keys_url, session, clock) if given.jwt_keys_url else None
