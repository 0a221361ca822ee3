import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.intents.catalog import BY_COMMAND
from handlers.slack import manifest
from handlers.slack.settings import SlackSettings

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("NIGHTDESK_SHARED", ROOT.parent / "shared"))
SCHEMA = SHARED / "data/slack/manifest.schema.2.0.0.json"

# Slack's schema takes any word for these, so a typing error would pass it.
SCOPES = frozenset(
    "app_mentions:read assistant:write canvases:read canvases:write channels:history channels:join channels:read "
    "chat:write chat:write.customize chat:write.public commands files:read files:write groups:history groups:read "
    "groups:write im:history im:read im:write links:read links:write metadata.message:read mpim:history mpim:read "
    "mpim:write reactions:read reactions:write team:read users.profile:read users:read users:read.email".split()
)
EVENTS = frozenset(
    "agent_session_stopped app_context_changed app_home_opened app_mention app_uninstalled entity_details_requested "
    "link_shared member_joined_channel message.channels message.groups message.im message.mpim reaction_added "
    "tokens_revoked".split()
)
WAYS: list[dict[str, Any]] = [
    {},
    {"by_socket": True},
    {"verbs": ["status", "help"]},
    {"rotation": True, "command": "/night-desk"},
    {"link_domains": []},
    {"link_domains": ["grafana.example.org", "graphs.example.org"]},
]


def test_the_file_in_the_root_is_what_is_made() -> None:
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == manifest.write(manifest.make(verbs=list(BY_COMMAND)))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_is_read_the_same(way: dict[str, Any]) -> None:
    made = manifest.make("https://bot.example.org/", **way)
    assert yaml.safe_load(manifest.write(made)) == made


@pytest.mark.parametrize("way", WAYS)
def test_slacks_schema_takes_it(way: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{SCHEMA.name} is missing")
        pytest.skip(f"{SCHEMA.name} is not here")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(manifest.make(**way))] == []


def test_scopes_and_events_are_known() -> None:
    made = manifest.make()
    scopes = made["oauth_config"]["scopes"]
    assert {*scopes["bot"], *scopes["bot_optional"]} <= SCOPES
    assert set(scopes["bot"]).isdisjoint(scopes["bot_optional"])
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) <= EVENTS


def test_at_most_four_prompts() -> None:
    assert len(manifest.PROMPTS) <= 4


def test_by_socket_mode_slack_is_told_no_address() -> None:
    assert "http" not in manifest.write(manifest.make("https://bot.example.org", by_socket=True))


async def test_from_the_command_line() -> None:
    options = {"public_url": "https://bot.example.org", "command": "/night", "command.status": "…", "command.help": "…"}
    made = yaml.safe_load(await manifest.to_file(options, None))
    assert made["settings"]["interactivity"]["request_url"] == "https://bot.example.org/slack/events"
    assert made["features"]["slash_commands"][0]["command"] == "/night"
    assert made["features"]["slash_commands"][0]["usage_hint"] == "status | help"
    by_socket = SlackSettings(bot_token="xoxb-1", app_token="xapp-1")
    assert yaml.safe_load(await manifest.to_file({}, by_socket))["settings"]["socket_mode_enabled"]
    assert not yaml.safe_load(await manifest.to_file({"mode": "http"}, by_socket))["settings"]["socket_mode_enabled"]


def test_links_are_heard_of_and_the_rights_to_them_asked_where_domains_are_named() -> None:
    made = manifest.make(link_domains=["grafana.example.org"])
    assert made["features"]["unfurl_domains"] == ["grafana.example.org"]
    assert {"links:read", "links:write"} <= set(made["oauth_config"]["scopes"]["bot"])
    assert "link_shared" in made["settings"]["event_subscriptions"]["bot_events"]
    without = manifest.write(manifest.make(link_domains=()))
    assert not [word for word in ("unfurl_domains", "links:", "link_shared") if word in without]
