"""What Slack sends to an app, built from the workspace; pure but for the ids it mints."""

import copy
from typing import Any

from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace

LEGACY_TOKEN = "verification"  # noqa: S105 - the old token of every payload; nobody checks it any more
_EVERYWHERE = ("type", "user", "text", "ts", "thread_ts", "parent_user_id", "blocks", "team", "client_msg_id", "files")
_OF_BOTS = ("bot_id", "app_id", "attachments", "metadata", "subtype")


def callback(workspace: Workspace, event: Json) -> Json:
    bot, team = workspace.bot, workspace.team["id"]
    grant = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": bot.user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": LEGACY_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": bot.app,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.mint("Ev"),
        "event_time": int(workspace.now()),
        "authorizations": [grant],
        "is_ext_shared_channel": False,
        "event_context": workspace.mint("4-", 32),
    }


def message_event(channel: Channel, message: Json) -> Json:
    kept = {key: copy.deepcopy(message[key]) for key in (*_EVERYWHERE, *_OF_BOTS) if key in message}
    kind = "im" if channel.kind == "im" else "channel"
    return {**kept, "type": "message", "channel": channel.id, "channel_type": kind, "event_ts": message["ts"]}


def mention_event(channel: Channel, message: Json) -> Json:
    kept = {key: copy.deepcopy(message[key]) for key in _EVERYWHERE if key in message}
    return {**kept, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}


def changed_event(workspace: Workspace, channel: Channel, message: Json) -> Json:
    return _hidden(workspace, channel, "message_changed") | {"message": copy.deepcopy(message)}


def deleted_event(workspace: Workspace, channel: Channel, message: Json) -> Json:
    gone = {"deleted_ts": message["ts"], "previous_message": copy.deepcopy(message)}
    return _hidden(workspace, channel, "message_deleted") | gone


def _hidden(workspace: Workspace, channel: Channel, subtype: str) -> Json:
    ts = workspace.ts()
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": "im" if channel.kind == "im" else "channel",
        "ts": ts,
        "event_ts": ts,
    }


def interaction(workspace: Workspace, kind: str, user: str, trigger: str) -> Json:
    """What every interactive payload begins with."""
    person, team = workspace.users[user], workspace.team
    return {
        "type": kind,
        "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": team["id"]},
        "api_app_id": workspace.bot.app,
        "token": LEGACY_TOKEN,
        "team": {"id": team["id"], "domain": team["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": trigger,
    }


def place(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name}


def about_message(channel: Channel, message: Json, response_url: str) -> Json:
    """Where a press in a message happened, and what may be answered there."""
    ephemeral = bool(message.get("ephemeral_to"))
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    found: Json = {"container": container, "channel": place(channel), "response_url": response_url}
    if not ephemeral:  # nobody is told again what only one person saw
        found["message"] = copy.deepcopy(message)
    return found


def about_view(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": copy.deepcopy(view)}


def command(
    workspace: Workspace, channel: Channel, user: str, trigger: str, words: tuple[str, str], response_url: str
) -> dict[str, Any]:
    """The form of a slash command; `words` are the command and its text."""
    return {
        "token": LEGACY_TOKEN,
        "team_id": workspace.team["id"],
        "team_domain": workspace.team["domain"],
        "channel_id": channel.id,
        "channel_name": place(channel)["name"],
        "user_id": user,
        "user_name": workspace.users[user]["name"],
        "command": words[0],
        "text": words[1],
        "api_app_id": workspace.bot.app,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def joined_event(workspace: Workspace, channel: Channel) -> Json:
    return {
        "type": "member_joined_channel",
        "user": workspace.bot.user,
        "channel": channel.id,
        "channel_type": "C",
        "team": workspace.team["id"],
        "event_ts": workspace.ts(),
    }
