"""A book of published keys: what it takes for one, when it asks, and what it does while it cannot."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.model.errors import Unavailable
from handlers.signed.keys import AGAIN_AFTER, LARGEST, Directory, KeyBook, published
from tests.fakes import DrivenClock

RSA = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key()))
KEPT, FAILED_FOR = timedelta(hours=1), timedelta(seconds=2)
ONE = json.dumps({"keys": [{**RSA, "kid": "one", "endorsements": ["msteams", 7]}]})


class Sign:
    def __init__(self) -> None:
        self.shows: Any = ONE
        self.read = 0
        self.book: KeyBook

    async def show(self, _: web.Request) -> web.Response:
        self.read += 1
        if isinstance(self.shows, int):
            return web.Response(status=self.shows, headers={"Location": "/keys"})
        return web.Response(text=self.shows)


@pytest.fixture
async def sign(clock: DrivenClock) -> AsyncIterator[Sign]:
    there, app = Sign(), web.Application()
    app.router.add_get("/keys", there.show)
    async with TestServer(app) as server, ClientSession() as session:
        read = partial(published, session, str(server.make_url("/keys")), "The directory")
        there.book = KeyBook(Directory("The directory", read, KEPT, FAILED_FOR), clock)
        yield there


async def test_a_key_says_what_it_verifies_and_what_it_is_endorsed_for(sign: Sign):
    found = await sign.book.key("one")
    assert found
    assert (found.algorithm, found.endorsements) == ("RS256", {"msteams"})
    assert await sign.book.key("") is None
    assert await sign.book.key("other") is None
    assert sign.read == 1


@pytest.mark.parametrize(
    "entry",
    [
        {**RSA, "kid": 7}, {**RSA}, {**RSA, "kid": "one", "use": "enc"}, {**RSA, "kid": "one", "alg": "RS512"},
        {**RSA, "kid": "one", "kty": "oct"}, {**RSA, "kid": "one", "n": "?"}, ["one"], None,
    ],
)  # fmt: skip
async def test_what_is_no_key_does_not_spoil_the_rest(sign: Sign, entry: Any):
    sign.shows = json.dumps({"keys": [entry, {**RSA, "kid": "two"}]})
    assert await sign.book.check() == 1
    assert await sign.book.key("one") is None


WRONG = [
    404, 302, "", "no JSON", "[]", '{"keys": 7}', "{}", '"keys"', "[" * 100_000,
    json.dumps({"keys": [], "more": " " * LARGEST}),
]  # fmt: skip


@pytest.mark.parametrize("shows", WRONG, ids=range(len(WRONG)))
async def test_without_keys_it_says_so_and_with_old_ones_goes_on(sign: Sign, clock: DrivenClock, shows: Any):
    sign.shows = shows
    for wait, reads in ((0.0, 1), (1.0, 1), (1.0, 2)):
        await clock.advance(wait)
        with pytest.raises(Unavailable):
            await sign.book.key("one")
        assert sign.read == reads
    sign.shows = ONE
    await clock.advance(FAILED_FOR.total_seconds())
    assert await sign.book.key("one")
    sign.shows = shows
    await clock.advance(KEPT.total_seconds())
    for wait, reads in ((0.0, 4), (59.0, 4), (1.0, 5)):
        await clock.advance(wait)
        assert await sign.book.key("one")
        assert sign.read == reads
    assert timedelta(minutes=1) == AGAIN_AFTER
