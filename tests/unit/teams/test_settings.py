"""What Teams is told, and what happens when half of it is missing."""

import pytest

from bot.model.errors import Misconfigured
from bot.settings import section
from handlers.teams.hosts import PUBLIC_CLOUD, Hosts
from handlers.teams.settings import TeamsSettings
from tests.unit.teams.stand_ins import APP, TENANT

FULL = {"TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": "a long secret", "TEAMS_TENANT_ID": f"{TENANT}, other"}


def test_nothing_set_is_switched_off() -> None:
    assert section("teams", TeamsSettings, {}) is None


def test_with_the_three_that_are_needed_only_microsoft_is_trusted() -> None:
    settings = section("teams", TeamsSettings, FULL)
    assert settings is not None
    assert settings.tenant_id == (TENANT, "other")
    assert settings.token_url == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    assert settings.openid_metadata_url.startswith("https://login.botframework.com/")
    assert settings.service_hosts == PUBLIC_CLOUD
    assert not settings.allow_anonymous
    assert "a long secret" not in repr(settings)


@pytest.mark.parametrize("name", ["TEAMS_MESSAGES_PER_SECOND", "TEAMS_REQUESTS_PER_SECOND"])
@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "fast"])
def test_a_pace_is_a_number_above_zero(name: str, wrong: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        section("teams", TeamsSettings, {**FULL, name: wrong})


@pytest.mark.parametrize("missing", FULL)
def test_half_given_names_what_is_missing(missing: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        section("teams", TeamsSettings, {name: value for name, value in FULL.items() if name != missing})
    assert f"{missing} is missing" in wrong.value.says


@pytest.mark.parametrize("name", ["TEAMS_OPENID_METADATA_URL", "TEAMS_LOGIN_URL", "TEAMS_TAB_URL"])
@pytest.mark.parametrize("url", ["http://keys.example/", "ftp://127.0.0.1/", "no url"])
def test_keys_and_tokens_come_over_https(name: str, url: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        section("teams", TeamsSettings, {**FULL, name: url})


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://SMBA.trafficmanager.net:443/emea/", True),
        ("https://europe.botframework.com/", True),
        ("https://canary.teams.microsoft.com/x", True),
        ("https://botframework.com/", False),
        ("https://evilbotframework.com/", False),
        ("https://smba.trafficmanager.net@evil.example/", False),
        ("https://evil.example/smba.trafficmanager.net", False),
        ("http://smba.trafficmanager.net/", False),
        ("https://localhost/", False),
        ("http://127.0.0.1:3978/", False),
        ("https://smba.trafficmanager.net:bad/", False),
        ("", False),
    ],
)
def test_the_public_cloud(url: str, allowed: bool) -> None:
    assert Hosts().allows(url) is allowed


def test_a_loopback_may_be_http_when_it_is_listed_with_its_port() -> None:
    hosts = Hosts(("127.0.0.1:3978", "localhost"))
    assert hosts.allows("http://127.0.0.1:3978/connector/")
    assert not hosts.allows("http://127.0.0.1:3979/connector/")
    assert hosts.allows("http://localhost/")
    assert not hosts.allows("http://localhost:1/")
