"""conversations.*, users.*, team.info, bots.info, reactions.add: what can be read, and small marks."""

import base64
import binascii
import copy
import re
from dataclasses import dataclass
from typing import Any

from handlers.playground.doubles.slack.access import Access
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace

PAGE = 100
MOST = 1_000
_TS = re.compile(r"\d+(\.\d+)?")
_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def history(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    if workspace.bot.user not in channel.members:
        raise Refused("not_in_channel")
    roots = [one for one in _public(workspace, channel) if one.get("thread_ts") in (None, one["ts"])]
    return _messages(list(reversed(_between(roots, args))), args)


def replies(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    root = next((one for one in _public(workspace, channel) if one["ts"] == args["ts"]), None)
    if root is None:
        raise Refused("thread_not_found")
    start = root.get("thread_ts") or root["ts"]
    found = [one for one in _public(workspace, channel) if start in (one["ts"], one.get("thread_ts"))]
    return _messages(_between(found, args), args)


def info(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    more = {"num_members": len(channel.members)} if args.get("include_num_members") else {}
    return {"channel": described(workspace, channel) | more}


def listed(workspace: Workspace, args: Json) -> Json:
    kinds = {"public_channel": "channel", "im": "im", "private_channel": "", "mpim": ""}
    asked = (args.get("types") or "public_channel").replace(" ", "").split(",")
    if not set(asked) <= set(kinds):
        raise Refused("invalid_types")
    wanted = {kinds[one] for one in asked}
    found = [described(workspace, one) for one in workspace.channels.values() if one.kind in wanted]
    return _page("channels", found, args)


def opened(workspace: Workspace, args: Json) -> Json:
    if args.get("channel"):
        channel = workspace.channel(args["channel"])
    else:
        users = [one for one in (args.get("users") or "").split(",") if one]
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise Refused("too_many_users")  # this workspace has no group conversations
        channel = workspace.direct(known_user(workspace, users[0])["id"])
    if args.get("return_im"):
        return {"channel": described(workspace, channel)}
    return {"channel": {"id": channel.id}}


def members(workspace: Workspace, args: Json) -> Json:
    return _page("members", list(workspace.channel(args["channel"]).members), args)


def join(workspace: Workspace, args: Json) -> Json:
    channel = workspace.channel(args["channel"])
    if channel.kind == "im":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    if workspace.bot.user in channel.members:
        return {"channel": described(workspace, channel), "warning": "already_in_channel"}
    channel.members.append(workspace.bot.user)
    if workspace.listener is not None:
        workspace.listener("joined", channel, {})
    return {"channel": described(workspace, channel)}


@dataclass(frozen=True, slots=True)
class Users:
    """Their e-mail addresses are shown to those only who were granted them."""

    access: Access

    def info(self, workspace: Workspace, args: Json) -> Json:
        return {"user": self._shown(known_user(workspace, args["user"]))}

    def every(self, workspace: Workspace, args: Json) -> Json:
        return _page("members", [self._shown(copy.deepcopy(user)) for user in workspace.users.values()], args)

    def by_email(self, workspace: Workspace, args: Json) -> Json:
        for user in workspace.users.values():
            if user["profile"]["email"] and user["profile"]["email"].lower() == args["email"].lower():
                return {"user": copy.deepcopy(user)}
        raise Refused("users_not_found")

    def _shown(self, user: Json) -> Json:
        if "users:read.email" not in self.access.scopes or not user["profile"]["email"]:
            user["profile"].pop("email")
        return user


def team_info(workspace: Workspace, args: Json) -> Json:
    if (args.get("team") or workspace.team["id"]) != workspace.team["id"]:
        raise Refused("team_not_found")
    return {"team": dict(workspace.team)}


def bot_info(workspace: Workspace, args: Json) -> Json:
    bot = workspace.bot
    if (args.get("bot") or bot.id) != bot.id:
        raise Refused("bot_not_found")
    return {"bot": {"id": bot.id, "deleted": False, "name": bot.name, "app_id": bot.app, "user_id": bot.user}}


def react(workspace: Workspace, args: Json) -> Json:
    channel, name = workspace.channel(args["channel"]), args["name"].strip(":")
    if not _TS.fullmatch(args["timestamp"]):
        raise Refused("bad_timestamp")
    if not _EMOJI.fullmatch(name):
        raise Refused("invalid_name")
    message = workspace.message(channel.id, args["timestamp"])
    reactions = message.setdefault("reactions", [])
    mark = next((one for one in reactions if one["name"] == name), None)
    if mark is None:
        mark = {"name": name, "users": [], "count": 0}
        reactions.append(mark)
    if workspace.bot.user in mark["users"]:
        raise Refused("already_reacted")
    mark["users"].append(workspace.bot.user)
    mark["count"] += 1
    workspace.change(channel, message, tell=False)
    return {}


def known_user(workspace: Workspace, user: str) -> Json:
    if user not in workspace.users:
        raise Refused("user_not_found")
    return copy.deepcopy(workspace.users[user])


def described(workspace: Workspace, channel: Channel) -> Json:
    common = {"id": channel.id, "is_archived": channel.archived, "context_team_id": workspace.team["id"]}
    if channel.kind == "im":
        return {**common, "is_im": True, "is_channel": False, "user": channel.members[0]}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_member": workspace.bot.user in channel.members,
        "topic": {"value": channel.topic},
    }


def _public(workspace: Workspace, channel: Channel) -> list[Json]:
    return [one for one in workspace.messages[channel.id] if not one.get("ephemeral_to")]


def _between(messages: list[Json], args: Json) -> list[Json]:
    for name in ("latest", "oldest"):
        if args.get(name) and not _TS.fullmatch(args[name]):
            raise Refused(f"invalid_ts_{name}")
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if args.get("inclusive"):
        return [one for one in messages if oldest <= float(one["ts"]) <= latest]
    return [one for one in messages if oldest < float(one["ts"]) < latest]


def _messages(found: list[Json], args: Json) -> Json:
    page = _page("messages", copy.deepcopy(found), args)
    if not args.get("include_all_metadata"):
        for message in page["messages"]:
            message.pop("metadata", None)
    return page | {"has_more": bool(page["response_metadata"]["next_cursor"])}


def _page(name: str, found: list[Any], args: Json) -> Json:
    limit = args.get("limit") or PAGE
    if not 0 < limit <= MOST:
        raise Refused("invalid_limit") if name in ("channels", "members") else Refused("invalid_cursor")
    start = _start(args.get("cursor") or "")
    following = start + limit
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if following < len(found) else ""
    return {name: found[start:following], "response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise Refused("invalid_cursor") from None
