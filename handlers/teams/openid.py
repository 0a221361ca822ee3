"""The keys that Microsoft signs with: those that its OpenID configuration names, kept for a day."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import aiohttp

from bot.model.errors import Unavailable
from bot.ports.services import Clock
from handlers.signed.keys import Directory, KeyBook, SigningKey, document, published
from handlers.teams.hosts import is_safe

KEPT = timedelta(hours=24)
FAILED_FOR = timedelta(seconds=2)
WHAT = "Microsoft's key directory"


def key_book(url: str, session: aiohttp.ClientSession, clock: Clock) -> KeyBook:
    return KeyBook(Directory(WHAT, partial(_named_at, url, session), KEPT, FAILED_FOR), clock)


async def _named_at(url: str, session: aiohttp.ClientSession) -> Mapping[str, SigningKey]:
    where = (await document(session, url, WHAT)).get("jwks_uri")
    if not isinstance(where, str) or not is_safe(where):
        raise Unavailable(WHAT)
    return await published(session, where, WHAT)
