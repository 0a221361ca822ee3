from typing import Any

import jwt
import pytest

from tests.integration.teams_double.conftest import APP, SECRET, TENANT, Teams, at

SCOPE = "https://api.botframework.com/.default"
FORM = {"grant_type": "client_credentials", "client_id": APP, "client_secret": SECRET, "scope": SCOPE}


async def get(teams: Teams, url: str) -> Any:
    async with teams.session.get(url) as answer:
        assert answer.status == 200
        return await answer.json()


async def signing_key(teams: Teams, token: str) -> Any:
    """As a bot finds it: metadata, keys, kid."""
    document = await get(teams, teams.double.settings(teams.base)["TEAMS_OPENID_METADATA_URL"])
    assert document["issuer"] == "https://api.botframework.com"
    keys = {key["kid"]: key for key in (await get(teams, document["jwks_uri"]))["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert "msteams" in key["endorsements"]
    return jwt.PyJWK(key).key


async def test_what_the_bot_hears_is_signed(teams: Teams) -> None:
    for _ in range(2):
        await teams.call("message", conversation=teams.place("personal"), text="status")
        token, heard = teams.bot.tokens[-1], teams.bot.heard[-1]
        key = await signing_key(teams, token)
        claims = jwt.decode(token, key, ["RS256"], audience=APP, issuer="https://api.botframework.com")
        assert claims["serviceurl"] == heard["serviceUrl"] == f"{teams.base}/teams/connector/"
        assert claims["nbf"] < claims["exp"]
        kid = jwt.get_unverified_header(token)["kid"]
        assert (await teams.call("rotate_key"))["kid"] != kid


async def test_settings_point_here(teams: Teams) -> None:
    settings = teams.double.settings("http://127.0.0.1:8123/")
    assert settings["TEAMS_LOGIN_URL"] == "http://127.0.0.1:8123/teams"
    assert settings["TEAMS_SERVICE_HOSTS"] == "127.0.0.1:8123"
    assert settings["TEAMS_APP_ID"] == APP
    assert settings["TEAMS_APP_PASSWORD"] == SECRET
    assert settings["TEAMS_TENANT_ID"] == TENANT
    assert settings["TEAMS_ISSUER"] == "https://api.botframework.com"


@pytest.mark.parametrize(
    ("tenant", "change", "status", "error", "number"),
    [
        (TENANT, {"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        (TENANT, {"client_secret": ""}, 401, "invalid_client", 7000218),
        (TENANT, {"client_id": "someone"}, 400, "unauthorized_client", 700016),
        (TENANT, {"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_resource", 500011),
        (TENANT, {"scope": ""}, 400, "invalid_request", 900144),
        (TENANT, {"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ("other", {}, 400, "invalid_request", 90002),
    ],
)
async def test_login_says_no(
    teams: Teams, tenant: str, change: dict[str, str], status: int, error: str, number: int
) -> None:
    url = f"{teams.base}/teams/{tenant}/oauth2/v2.0/token"
    async with teams.session.post(url, data=FORM | change) as answer:
        body = await answer.json()
    assert (answer.status, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")


async def test_login_gives_an_hour_and_hides_the_secret(teams: Teams) -> None:
    async with teams.session.post(f"{teams.base}/teams/{TENANT}/oauth2/v2.0/token", data=FORM) as answer:
        body = await answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert SECRET not in str(teams.bus.log)
    assert body["access_token"] not in str(teams.bus.log)


async def test_the_connector_wants_a_token(teams: Teams) -> None:
    path = at(teams.place("personal"), "members")
    await teams.call("message", conversation=teams.place("personal"), text="hi")
    foreign = teams.bot.tokens[-1]  # Teams' own token towards the bot opens nothing here
    for token in ("", "garbage", foreign):
        status, body, _ = await teams.rest("GET", path, token=token)
        assert (status, body["error"]["code"]) == (401, "Unauthorized")
    assert (await teams.rest("GET", path))[0] == 200
    await teams.call("revoke_tokens")
    assert (await teams.rest("GET", path))[0] == 401
    await teams.log_in()
    assert (await teams.rest("GET", path))[0] == 200
