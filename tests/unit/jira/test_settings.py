"""JIRA_*: switched on whole, or an error that names the variable."""

from pathlib import Path

import pytest

from bot.model.errors import Misconfigured
from bot.settings import section
from integrations.jira.integration import Settings

URL, OPS = {"JIRA_URL": "https://example.atlassian.net/"}, {"JIRA_PROJECT": "ops"}
CLOUD = {"JIRA_EMAIL": "bot@example.com", "JIRA_API_TOKEN": "secret-secret"}


def test_absent_is_switched_off() -> None:
    assert section("jira", Settings, {}) is None


@pytest.mark.parametrize("access", [CLOUD, {"JIRA_TOKEN": "secret-secret"}])
def test_whole(access: dict[str, str]) -> None:
    found = section("jira", Settings, {**URL, **OPS, **access})
    assert found
    assert (found.url, found.project, found.issue_type) == ("https://example.atlassian.net", "OPS", "Task")
    assert "secret-secret" not in repr(found)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({**URL, **CLOUD}, "JIRA_PROJECT is missing"),
        ({**OPS, **CLOUD}, "JIRA_URL is missing"),
        ({**URL, **OPS}, "JIRA_TOKEN"),
        ({**URL, **OPS, **CLOUD, "JIRA_TOKEN": "other-secret"}, "JIRA_TOKEN"),
        ({**URL, **OPS, "JIRA_EMAIL": "bot@example.com"}, "JIRA_EMAIL and JIRA_API_TOKEN belong together"),
        ({**URL, **CLOUD, "JIRA_PROJECT": 'OPS" OR 1=1'}, "JIRA_PROJECT"),
        ({**OPS, **CLOUD, "JIRA_URL": "example.atlassian.net"}, "JIRA_URL must begin with"),
        ({**OPS, **CLOUD, "JIRA_URL": "https://a:b@jira.example"}, "must not contain credentials"),
        ({**OPS, **CLOUD, "JIRA_URL": "https://jira.example?x=1"}, "JIRA_URL must not contain"),
        ({**URL, **OPS, **CLOUD, "JIRA_CA_FILE": str(Path("nowhere.pem"))}, "JIRA_CA_FILE is not a file"),
    ],
)
def test_half_given(env: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured, match=named) as problem:
        section("jira", Settings, env)
    assert "secret-secret" not in str(problem.value)
