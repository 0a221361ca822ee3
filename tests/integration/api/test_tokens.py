"""Tokens of another sign-in: what is signed counts, and every forgery stays outside."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from aiohttp import ClientSession, WSMsgType, web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from pydantic import ValidationError

from bot.token_settings import TokenSettings
from handlers.api.signing_keys import KEPT, key_book, of_pem
from handlers.api.socket_line import GONE
from handlers.api.tokens import Rules, Tokens
from handlers.signed.keys import AGAIN_AFTER, FixedKey, SigningKey
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock
from tests.integration.api.scene import ANNA, Scene, scene
from tests.integration.api.test_chat import answering

SECRET = b"0123456789abcdef0123456789abcdef"
ISSUER, AUDIENCE = "https://login.example.com", "nightdesk"
RULES = Rules(ISSUER, AUDIENCE, "tenant", "roles")
RSA, OTHER_RSA = (rsa.generate_private_key(65537, 2048) for _ in range(2))
EC = ec.generate_private_key(ec.SECP256R1())
TALK = "/ai/chat"
DEEP = base64.urlsafe_b64encode(b"[" * 3000).decode()
Claims = dict[str, Any]


def claims(**changes: Any) -> Claims:
    usual = {
        "sub": "u-1", "tenant": "default", "roles": ["operator"], "name": "Dora", "iss": ISSUER, "aud": AUDIENCE,
        "exp": (NOON + timedelta(minutes=10)).timestamp(),
    }  # fmt: skip
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def hs(**changes: Any) -> str:
    return jwt.encode(claims(**changes), SECRET, "HS256")


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def by_hand(header: Claims, payload: Claims, sign: Callable[[bytes], bytes]) -> str:
    """As an attacker would write it, whom no library stops."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, payload)]
    signed = b".".join(parts)
    return (signed + b"." + base64.urlsafe_b64encode(sign(signed)).rstrip(b"=")).decode()


def hmac_by(key: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.new(key, signed, hashlib.sha256).digest()


@pytest.fixture
async def at(storage: SqlStorage, clock: DrivenClock) -> AsyncIterator[Scene]:
    tokens = Tokens(RULES, FixedKey(SigningKey(SECRET, "HS256")), clock)
    async with scene(storage, clock, tokens=tokens) as on, answering(on):
        yield on


async def test_a_token_is_a_person_in_a_role(at: Scene):
    told = await at.post(TALK, {"message": "help"}, key=hs())
    assert "Hello Dora." in told["message"]
    issue = await at.fires()
    await at.post(f"/api/issues/{issue.id}/acknowledge", {}, key=hs())
    by = (await at.get(f"/api/issues/{issue.id}", hs(roles="viewer")))["issue"]["acknowledged"]
    assert (by["name"], bool(by["person"])) == ("Dora", True)
    viewer = await at.ask("POST", f"/api/issues/{issue.id}/acknowledge", {}, key=hs(roles=["viewer"]))
    assert viewer.status == 403
    assert (await at.ask("GET", "/api/audit", key=hs(roles=["viewer", "admin"]))).status == 200
    nobody_said = await at.ask("POST", f"/api/issues/{issue.id}/acknowledge", {}, key=hs(roles=None))
    assert nobody_said.status == 403
    assert (await at.get("/api/issues"))["issues"]  # keys of the house go on working


async def test_the_address_in_a_token_is_that_person_where_somebody_has_verified_it(at: Scene):
    anna = await at.person(ANNA)
    for more, same in (
        ({"sub": "u-7"}, False), ({"email_verified": "true", "sub": "u-8"}, False),
        ({"email_verified": True, "sub": "u-9"}, True),
    ):  # fmt: skip
        await at.post(TALK, {"message": "help"}, key=hs(email="anna@example.com", **more))
        async with at.storage.work("default") as work:  # type: ignore[arg-type]
            found = await work.people.accounts(anna)
        assert (f"{ISSUER}|{more['sub']}" in [one.user for one in found]) is same


async def test_a_token_is_of_its_tenant_alone(at: Scene):
    issue = await at.fires()
    of_acme = hs(tenant="acme")
    assert (await at.ask("GET", f"/api/issues/{issue.id}", key=of_acme)).status == 404
    told = await at.post(TALK, {"message": "what is open?"}, key=of_acme)
    assert issue.id not in json.dumps(told)
    claimed = {"message": "help", "context": {"tenantId": "default"}}
    assert (await at.ask("POST", TALK, claimed, key=of_acme)).status == 403
    mine = await at.post(TALK, {"message": "help", "conversationId": "one"}, key=hs())
    there = await at.post(TALK, {"message": "help", "conversationId": "one"}, key=of_acme)
    assert there["messageId"] != mine["messageId"]
    assert (await at.ask("GET", "/api/issues", key=hs(tenant="nowhere"))).status == 403


FORGED: dict[str, str] = {
    "no algorithm": by_hand({"alg": "none", "typ": "JWT"}, claims(), lambda _: b""),
    "none in other letters": by_hand({"alg": "nOnE"}, claims(), lambda _: b""),
    "another secret": jwt.encode(claims(), b"f" * 32, "HS256"),
    "another algorithm of the same secret": jwt.encode(claims(), SECRET * 2, "HS512"),
    "a key of its own in the header": by_hand(
        {"alg": "HS256", "jwk": {"kty": "oct", "k": "eA"}}, claims(), hmac_by(b"x")
    ),
    "signed by RSA where a secret is agreed": jwt.encode(claims(), RSA, "RS256"),
    "another audience": hs(aud="billing"),
    "no audience": hs(aud=None),
    "another issuer": hs(iss="https://evil.example"),
    "no issuer": hs(iss=None),
    "run out": hs(exp=(NOON - timedelta(seconds=60)).timestamp()),
    "without an end": hs(exp=None),
    "an end that is no number": by_hand({"alg": "HS256"}, claims(exp="tomorrow"), hmac_by(SECRET)),
    "an end beyond all time": by_hand({"alg": "HS256"}, claims(exp=1e300), hmac_by(SECRET)),
    "an end at the end of all time": hs(exp=253_402_300_799),
    "an end that compares with nothing": hs(exp=float("nan")),
    "not valid yet": hs(nbf=(NOON + timedelta(minutes=5)).timestamp()),
    "made in the future": hs(iat=(NOON + timedelta(minutes=5)).timestamp()),
    "nobody": hs(sub=None),
    "an empty name": hs(sub=" "),
    "no tenant": hs(tenant=None),
    "a tenant that is a list": hs(tenant=["default"]),
    "a critical header that nobody knows": jwt.encode(claims(), SECRET, "HS256", headers={"crit": ["exp2"], "exp2": 1}),
    "changed after it was signed": ".".join(
        [hs().split(".")[0], hs(roles=["admin"]).split(".")[1], hs().split(".")[2]]
    ),
    "no token": "a.b.c",
    "a header without a floor": f"{DEEP}.e30.c2ln",
    "too long": hs(name="x" * 4000),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_no_forgery_comes_in(at: Scene, forged: str):
    for method, path, body in (("GET", "/api/issues", None), ("POST", TALK, {"message": "help"})):
        answer = await at.ask(method, path, body, key=FORGED[forged])
        assert answer.status == 401, forged
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_it_holds_for_its_minute_of_grace_and_no_longer(at: Scene, clock: DrivenClock):
    ends = hs(exp=(NOON + timedelta(seconds=1)).timestamp())
    await clock.advance(60)
    assert (await at.ask("GET", "/api/issues", key=ends)).status == 200
    await clock.advance(1)
    assert (await at.ask("GET", "/api/issues", key=ends)).status == 401


async def test_a_socket_ends_with_its_token(at: Scene, clock: DrivenClock):
    ends = hs(exp=(NOON - timedelta(seconds=50)).timestamp())
    async with at.client.ws_connect("/ai/ws", params={"token": ends}) as ws:
        for _ in range(2):
            await ws.receive()
        await clock.advance(10)
        came = await ws.receive()
        assert (came.type, came.data) == (WSMsgType.CLOSE, GONE)


class Directory:
    """Publishes keys, as a sign-in does."""

    def __init__(self) -> None:
        self.published: list[Any] = []
        self.read, self.away = 0, False

    async def show(self, _: web.Request) -> web.Response:
        self.read += 1
        return web.Response(status=503) if self.away else web.json_response({"keys": self.published})


def published(kid: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, **more: Any) -> Claims:
    to_jwk = RSAAlgorithm.to_jwk if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm.to_jwk
    return {**json.loads(to_jwk(key.public_key())), "kid": kid, **more}  # type: ignore[arg-type, operator]


@pytest.fixture
async def directory() -> AsyncIterator[tuple[Directory, str]]:
    kept, app = Directory(), web.Application()
    app.router.add_get("/keys", kept.show)
    async with TestServer(app) as server:
        yield kept, str(server.make_url("/keys"))


async def test_published_keys_rotate_and_each_has_its_own_algorithm(
    storage: SqlStorage, clock: DrivenClock, directory: tuple[Directory, str]
):
    kept, url = directory
    kept.published = [
        published("one", RSA), published("ec", EC), {"kid": "broken", "kty": "RSA"}, "no key",
        {"kid": "secret", "kty": "oct", "k": base64.urlsafe_b64encode(SECRET).decode()},
    ]  # fmt: skip
    async with ClientSession() as session:
        tokens = Tokens(RULES, key_book(url, session, clock), clock)
        async with scene(storage, clock, tokens=tokens) as on:

            async def status(token: str) -> int:
                return (await on.ask("GET", "/api/issues", key=token)).status

            def by(key: Any, algorithm: str, kid: str) -> str:
                return jwt.encode(claims(exp=(NOON + timedelta(days=1)).timestamp()), key, algorithm, {"kid": kid})

            assert await status(by(RSA, "RS256", "one")) == 200
            assert await status(by(EC, "ES256", "ec")) == 200
            assert await status(by(RSA, "RS512", "one")) == 401
            assert await status(by(RSA, "RS256", "ec")) == 401
            assert await status(by(OTHER_RSA, "RS256", "one")) == 401
            public = pem(RSA)
            confused = by_hand({"alg": "HS256", "kid": "one"}, claims(), hmac_by(public))
            assert await status(confused) == 401
            assert await status(jwt.encode(claims(), SECRET, "HS256", {"kid": "secret"})) == 401
            assert kept.read == 1
            kept.published = [published("two", OTHER_RSA)]
            assert await status(by(OTHER_RSA, "RS256", "two")) == 401  # asked again a minute later at the earliest
            assert kept.read == 1
            await clock.advance(AGAIN_AFTER.total_seconds())
            assert await status(by(OTHER_RSA, "RS256", "two")) == 200
            assert await status(by(RSA, "RS256", "one")) == 401
            kept.away = True
            await clock.advance(KEPT.total_seconds())
            assert await status(by(OTHER_RSA, "RS256", "two")) == 200  # old keys are better than none


async def test_while_no_keys_can_be_had_it_is_told_as_that(
    storage: SqlStorage, clock: DrivenClock, directory: tuple[Directory, str]
):
    kept, url = directory
    kept.away = True
    async with ClientSession() as session:
        tokens = Tokens(RULES, key_book(url, session, clock), clock)
        async with scene(storage, clock, tokens=tokens) as on:
            token = jwt.encode(claims(), RSA, "RS256", {"kid": "one"})
            assert [(await on.ask("GET", "/api/issues", key=token)).status for _ in range(2)] == [503, 503]
    assert kept.read == 1


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")], ids=["RSA", "EC"])
async def test_one_public_key_in_a_file_takes_no_secret_made_of_it(clock: DrivenClock, key: Any, algorithm: str):
    tokens = Tokens(RULES, FixedKey(of_pem(pem(key))), clock)
    caller = await tokens.caller(jwt.encode(claims(), key, algorithm))
    assert (caller.key.tenant, caller.account.name) == ("default", "Dora")
    with pytest.raises(Exception, match="not signed as"):
        await tokens.caller(by_hand({"alg": "HS256"}, claims(), hmac_by(pem(key))))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"NIGHTDESK_JWT_SECRET": "short", "NIGHTDESK_JWT_ISSUER": "i", "NIGHTDESK_JWT_AUDIENCE": "a"}, "32 bytes"),
        ({"NIGHTDESK_JWT_SECRET": SECRET.decode()}, "NIGHTDESK_JWT_ISSUER"),
        ({"NIGHTDESK_JWT_KEYS_URL": "http://login.example.com/keys"}, "pattern"),
        ({"NIGHTDESK_JWT_SECRET": SECRET.decode(), "NIGHTDESK_JWT_PUBLIC_KEY": "key.pem"}, "only one"),
    ],
)
def test_half_a_setting_is_none(given: dict[str, str], says: str):
    with pytest.raises(ValidationError, match=says):
        TokenSettings.model_validate(given)
    assert not TokenSettings.model_validate({}).takes_tokens
