"""What Alertmanager needs to be told, and what is said when it is told half."""

import pytest
from pydantic import SecretStr, ValidationError

from integrations.alertmanager.integration import Settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "url"),
        ({"url": ""}, "ALERTMANAGER_URL"),
        ({"url": "alertmanager:9093"}, "http"),
        ({"url": "ftp://alertmanager"}, "http"),
        ({"url": "http://a/?x=1"}, "must not contain"),
        ({"url": "http://anna:secret@alertmanager"}, "ALERTMANAGER_USER"),
        ({"url": "http://a", "user": "anna"}, "ALERTMANAGER_PASSWORD"),
        ({"url": "http://a", "password": "x"}, "ALERTMANAGER_USER"),
        ({"url": "http://a", "user": "a", "password": "b", "token": "c"}, "ALERTMANAGER_TOKEN"),
        ({"url": "http://a", "ca_file": "/nothing/here.pem"}, "ALERTMANAGER_CA_FILE"),
    ],
)
def test_settings_that_are_half_given_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate(given)


@pytest.mark.parametrize("url", ["http://a/alertmanager", "http://a/alertmanager/", "http://a/alertmanager/api/v2"])
def test_the_address_is_that_of_the_server(url: str) -> None:
    assert Settings.model_validate({"url": url}).url == "http://a/alertmanager"


def test_settings_hide_their_secrets() -> None:
    assert "hush" not in repr(Settings.model_validate({"url": "http://a", "token": SecretStr("hush")}))
