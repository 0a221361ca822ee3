"""Addresses of files that work for whoever holds them, until they expire; pure."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

from bot.ports.services import Clock

Verdict: TypeAlias = Literal["good", "forged", "expired"]

_LONGEST_EXPIRES = 12  # digits; seconds since 1970 for a while to come


class Links:
    """`former` secrets still open what they signed, so that rotating keys breaks no link that stands in a chat."""

    def __init__(self, secret: str | bytes, public_url: str, former: tuple[str | bytes, ...] = ()) -> None:
        self._secrets = tuple(one.encode() if isinstance(one, str) else one for one in (secret, *former))
        self._public_url = public_url.rstrip("/")
        if not all(self._secrets):
            raise ValueError("links need a secret")

    def make(self, tenant: str, key: str, expires_at: datetime) -> str:
        expires = str(int(expires_at.timestamp()))
        query = urlencode({"expires": expires, "signature": _sign(self._secrets[0], tenant, key, expires)})
        return f"{self._public_url}/files/{quote(tenant, safe='')}/{quote(key, safe='')}?{query}"

    def check(self, tenant: str, key: str, expires: str, signature: str, now: datetime) -> Verdict:
        """Forged is decided first: a stranger learns nothing about what exists or existed."""
        given = signature.encode(errors="replace")
        right = [hmac.compare_digest(_sign(one, tenant, key, expires).encode(), given) for one in self._secrets]
        if not any(right):
            return "forged"
        if not (expires.isascii() and expires.isdigit() and len(expires) <= _LONGEST_EXPIRES):
            return "forged"
        return "good" if now.timestamp() < int(expires) else "expired"

    def linker(self, clock: Clock, lasts: timedelta = timedelta(days=7)) -> Callable[[str, str], str]:
        """(tenant, key) to an address good for at least `lasts`; the same all day, so that a retry links alike."""

        def link(tenant: str, key: str) -> str:
            day = (clock.now().astimezone(UTC) + lasts + timedelta(days=1)).date()
            return self.make(tenant, key, datetime.combine(day, time(), UTC))

        return link


def _sign(secret: bytes, tenant: str, key: str, expires: str) -> str:
    # As JSON, so that no two triples are written alike; named, so that a signature of this secret serves nothing else.
    text = json.dumps(["nightdesk download", tenant, key, expires])
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
