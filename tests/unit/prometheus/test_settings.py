"""What Prometheus needs to be told, and what is said when it is told half."""

import pytest
from pydantic import SecretStr, ValidationError

from integrations.prometheus.integration import Settings


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "url"),
        ({"url": ""}, "PROMETHEUS_URL"),
        ({"url": "prometheus:9090"}, "http"),
        ({"url": "ftp://prometheus"}, "http"),
        ({"url": "http://anna:secret@prometheus"}, "PROMETHEUS_USER"),
        ({"url": "http://p", "user": "anna"}, "PROMETHEUS_PASSWORD"),
        ({"url": "http://p", "password": "x"}, "PROMETHEUS_USER"),
        ({"url": "http://p", "user": "a", "password": "b", "token": "c"}, "PROMETHEUS_TOKEN"),
        ({"url": "http://p", "ca_file": "/nothing/here.pem"}, "PROMETHEUS_CA_FILE"),
        ({"url": "http://p", "public_url": "nowhere"}, "http"),
    ],
)
def test_settings_that_are_half_given_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate(given)


def test_settings_hide_their_secrets() -> None:
    assert "hush" not in repr(Settings(url="http://p", token=SecretStr("hush")))
