"""TICKETS_*: switched on whole, or an error that names the variable."""

import pytest

from bot.model.errors import Misconfigured
from bot.settings import section
from integrations.ticket_webhook.integration import Settings

URL = "https://desk.example/hooks/tickets?team=ops"
SECRET = "sixteen letters!"


def test_absent_is_switched_off() -> None:
    assert section("tickets", Settings, {}) is None


def test_whole() -> None:
    found = section("tickets", Settings, {"TICKETS_WEBHOOK_URL": URL, "TICKETS_WEBHOOK_SECRET": SECRET})
    assert found
    assert found.webhook_url == URL
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"TICKETS_WEBHOOK_URL": URL}, "TICKETS_WEBHOOK_SECRET is missing"),
        ({"TICKETS_WEBHOOK_SECRET": SECRET}, "TICKETS_WEBHOOK_URL is missing"),
        ({"TICKETS_WEBHOOK_URL": URL, "TICKETS_WEBHOOK_SECRET": "short"}, "at least 16"),
        ({"TICKETS_WEBHOOK_URL": "desk.example", "TICKETS_WEBHOOK_SECRET": SECRET}, "TICKETS_WEBHOOK_URL must begin"),
        ({"TICKETS_WEBHOOK_URL": "https://a:b@x.example", "TICKETS_WEBHOOK_SECRET": SECRET}, "contain credentials"),
    ],
)
def test_half_given(env: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured, match=named) as problem:
        section("tickets", Settings, env)
    assert SECRET not in str(problem.value)
