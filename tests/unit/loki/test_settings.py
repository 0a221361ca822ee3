"""What Loki needs to be told, and what is said when it is told half."""

import pytest
from pydantic import SecretStr, ValidationError

from integrations.loki.connection import Access
from integrations.loki.integration import Settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "url"),
        ({"url": ""}, "LOKI_URL"),
        ({"url": "loki:3100"}, "http"),
        ({"url": "http://anna:secret@loki"}, "LOKI_USER"),
        ({"url": "http://loki?x=1"}, "must not contain"),
        ({"url": "http://l", "user": "anna"}, "LOKI_PASSWORD"),
        ({"url": "http://l", "password": "x"}, "LOKI_USER"),
        ({"url": "http://l", "user": "a", "password": "b", "token": "c"}, "LOKI_TOKEN"),
        ({"url": "http://l", "ca_file": "/nothing/here.pem"}, "LOKI_CA_FILE"),
        ({"url": "http://l", "public_url": "nowhere"}, "http"),
    ],
)
def test_settings_that_are_half_given_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate(given)


@pytest.mark.parametrize("url", ["http://loki:3100", "http://loki:3100/", "http://loki:3100/loki/api/v1/"])
def test_the_address_is_that_of_loki_itself(url: str) -> None:
    assert Settings(url=url).url == "http://loki:3100"


def test_settings_hide_their_secrets() -> None:
    assert "hush" not in repr(Settings(url="http://l", token=SecretStr("hush")))
    assert "hush" not in repr(Access("http://l", token="hush", password="hush"))
