import pytest

from bot.model.errors import Misconfigured
from bot.settings import section
from handlers.slack.settings import SlackSettings

BOT, SECRET, APP = "xoxb-token-of-a-test", "signing-secret", "xapp-token-of-a-test"


@pytest.mark.parametrize(
    ("env", "by_oauth", "by_socket"),
    [
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET}, False, False),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, False, True),
        (
            {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret", "SLACK_SIGNING_SECRET": SECRET},
            True,
            False,
        ),
    ],
)
def test_the_three_ways(env: dict[str, str], by_oauth: bool, by_socket: bool) -> None:
    settings = section("slack", SlackSettings, env)
    assert settings is not None
    assert (settings.by_oauth, settings.by_socket) == (by_oauth, by_socket)
    assert settings.api_url == "https://slack.com/api/"


def test_nothing_given_is_switched_off() -> None:
    assert section("slack", SlackSettings, {}) is None


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": SECRET}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN"),
        ({"SLACK_API_URL": "https://slack-gov.com/api/"}, "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": SECRET}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client-secret"}, "SLACK_SIGNING_SECRET"),
        (
            {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": BOT},
            "SLACK_BOT_TOKEN is for one workspace",
        ),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "slack"}, "SLACK_API_URL"),
    ],
)
def test_half_given_names_the_variable_and_never_a_value(env: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured, match=named) as caught:
        section("slack", SlackSettings, env)
    assert not any(secret in str(caught.value) for secret in (BOT, SECRET, APP))


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "inf", "fast"])
def test_a_pace_is_a_number_above_zero(wrong: str) -> None:
    env = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET, "SLACK_MESSAGES_PER_SECOND": wrong}
    with pytest.raises(Misconfigured, match="SLACK_MESSAGES_PER_SECOND"):
        section("slack", SlackSettings, env)


def test_a_double_needs_no_slash_at_the_end() -> None:
    env = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": "http://127.0.0.1:9/api"}
    settings = section("slack", SlackSettings, env)
    assert settings is not None
    assert settings.api_url == "http://127.0.0.1:9/api/"
    assert BOT not in repr(settings)
