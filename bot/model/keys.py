"""Keys that let sources in: made here, shown once, and kept and compared as digests only."""

import secrets
from hashlib import sha256


def new_key() -> str:
    """32 lower-case hexadecimal characters: also what senders to PagerDuty take for one of its routing keys."""
    return secrets.token_hex(16)


def digest(key: str) -> str:
    """Looked up instead of the key, so that how long a look-up takes says nothing about any key."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()
