from datetime import UTC, datetime, timedelta

import jwt
import pytest

from handlers.playground.doubles.teams.keys import CONNECTOR, KeyRing

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
CLAIMS = {"aud": CONNECTOR, "appid": "app", "made_at": NOW.timestamp()}


class Wall:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def test_a_token_is_verified_from_the_outside_with_the_published_key() -> None:
    keys = KeyRing("channel")
    token = keys.sign({"iss": CONNECTOR, "aud": "app"})
    published = keys.published()["keys"][0]
    assert published["endorsements"] == ["msteams"]
    assert {"kid", "n", "e"} <= published.keys()
    assert jwt.get_unverified_header(token)["kid"] == published["kid"]
    claims = jwt.decode(token, jwt.PyJWK(published).key, ["RS256"], audience="app", issuer=CONNECTOR)
    assert claims["exp"] - claims["iat"] == 3600


def test_rotation_signs_with_a_new_key_and_keeps_the_one_before() -> None:
    keys = KeyRing("channel")
    old = keys.sign({"aud": "app"})
    assert keys.rotate() == keys.kid == "channel-2"
    assert jwt.get_unverified_header(keys.sign({"aud": "app"}))["kid"] == "channel-2"
    assert [key["kid"] for key in keys.published()["keys"]] == ["channel-2", "channel-1"]
    keys.rotate()
    assert jwt.get_unverified_header(old)["kid"] not in [key["kid"] for key in keys.published()["keys"]]


def test_own_tokens_run_out_and_can_be_revoked() -> None:
    wall = Wall()
    keys = KeyRing("login", wall)
    token = keys.sign(CLAIMS)
    assert keys.claims(token, CONNECTOR)["appid"] == "app"
    keys.revoke()
    with pytest.raises(jwt.InvalidTokenError, match="revoked"):
        keys.claims(token, CONNECTOR)
    wall.at += timedelta(minutes=1)
    later = keys.sign({**CLAIMS, "made_at": wall.at.timestamp()})
    wall.at += timedelta(minutes=59, seconds=59)
    assert keys.claims(later, CONNECTOR)
    wall.at += timedelta(seconds=1)
    with pytest.raises(jwt.ExpiredSignatureError):
        keys.claims(later, CONNECTOR)


@pytest.mark.parametrize("token", ["", "a.b.c", jwt.encode({"aud": CONNECTOR}, "secret" * 8, "HS256")])
def test_foreign_tokens_are_refused(token: str) -> None:
    with pytest.raises(jwt.InvalidTokenError):
        KeyRing("login").claims(token, CONNECTOR)
