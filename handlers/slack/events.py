"""Slack's payloads as Messages. Pure, so that every case is a line of a test."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.model.message import Account, Click, Message, Place, PlaceKind
from handlers.slack import presses, views

SLACK = "slack"
SHOW = "show_panel"  # the intent whose answer stands under a link
STOP = "stop"  # the one that ends what is under way
Payload = Mapping[str, Any]

_KINDS = {"im": PlaceKind.PERSONAL, "mpim": PlaceKind.GROUP, "channel": PlaceKind.CHANNEL, "group": PlaceKind.CHANNEL}
_SPOKEN_SUBTYPES = (None, "file_share")
_ENTITY = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Here:
    """Which of our installations was spoken to, and when."""

    workspace: str
    bot_user: str
    now: datetime


def mentioned(event: Payload, here: Here) -> Message | None:
    """app_mention: spoken to by name."""
    return _said(event, here, overheard=False) if _is_spoken(event, here) else None


def said(event: Payload, here: Here) -> Message | None:
    """message: for us in a direct message; in a channel only where we are named, or perhaps in a thread of ours.

    The key is the one that `mentioned` gives, for Slack sends both for one message.
    """
    if not _is_spoken(event, here):
        return None
    for_us = _kind(event) is PlaceKind.PERSONAL or f"<@{here.bot_user}" in str(event.get("text", ""))
    if not for_us and "thread_ts" not in event:
        return None
    return _said(event, here, overheard=not for_us)


def command(body: Payload, here: Here) -> Message:
    """A slash command; its answer is a new message in the channel, for Slack has no commands in threads."""
    kind = PlaceKind.PERSONAL if body.get("channel_name") == "directmessage" else _kind_of(body["channel_id"])
    return Message(
        key=f"{SLACK}:{here.workspace}:command:{body['trigger_id']}",
        place=Place(SLACK, here.workspace, body["channel_id"], kind=kind),
        author=_account(here, body["user_id"], name=body.get("user_name", "")),
        said_at=here.now,
        text=plain_text(body.get("text", ""), here.bot_user),
    )


def home_opened(event: Payload, event_id: str, here: Here, intent: str) -> Message:
    return Message(
        key=f"{SLACK}:{here.workspace}:home:{event_id}",
        place=Place(SLACK, here.workspace, event["user"], kind=PlaceKind.HOME),
        author=_account(here, event["user"]),
        said_at=here.now,
        click=Click(intent),
    )


def stopped(event: Payload, event_id: str, here: Here) -> Message | None:
    """agent_session_stopped: somebody pressed Slack's own button while we were at work in this thread."""
    channel, thread, user = (str(event.get(name) or "") for name in ("channel", "thread_ts", "user"))
    if not (channel and thread and user):
        return None
    return Message(
        key=f"{SLACK}:{here.workspace}:stopped:{event_id}",
        place=Place(SLACK, here.workspace, channel, thread, _kind_of(channel)),
        author=_account(here, user),
        said_at=here.now,
        click=Click(STOP),
    )


def linked(event: Payload, url: str, mark: str, here: Here) -> Message:
    """link_shared: somebody posted an address that may be one of ours to tell of."""
    channel = event["channel"]
    return Message(
        key=f"{SLACK}:{here.workspace}:link:{mark}",
        place=Place(SLACK, here.workspace, channel, str(event.get("thread_ts") or ""), _kind_of(channel)),
        author=_account(here, str(event.get("user", ""))),
        said_at=here.now,
        click=Click(SHOW, {"url": html.unescape(url)}),
    )


def pressed(body: Payload, action: Payload, press: presses.Press, here: Here) -> Message:
    """A button, a choice or a thumb."""
    message = message_id(body)
    rated = {"of": message} if press.verb == presses.RATE else {}
    what = f"{message or 'home'}:{action['action_id']}:{action.get('value') or press.arguments}"
    return Message(
        key=f"{SLACK}:{here.workspace}:action:{body['trigger_id']}:{action['action_id']}",
        place=place_of(body, here),
        author=presser(body, here),
        said_at=_instant(action.get("action_ts"), here),
        click=Click(press.intent, {**press.arguments, **rated}, message),
        twin=f"{SLACK}:{here.workspace}:{what}:{body['user']['id']}",
    )


def submitted(body: Payload, errand: views.Errand, here: Here) -> Message:
    """A filled modal: an intent with its arguments, or a question about another message."""
    view = body["view"]
    message = Message(
        key=f"{SLACK}:{here.workspace}:view:{view['id']}:{view.get('hash', '')}",
        place=errand.place,
        author=presser(body, here),
        said_at=here.now,
        about=errand.about,
    )
    if view["callback_id"] == views.QUESTION:
        return replace(message, text=views.asked(view))
    arguments = {**errand.arguments, **views.filled(view)}
    return replace(message, click=Click(errand.intent, arguments, errand.message))


def place_of(body: Payload, here: Here) -> Place:
    """Where the answer to a press or a shortcut belongs: the message's thread, the page, or the person's chat."""
    user = body["user"]["id"]
    if "channel" not in body:
        kind = PlaceKind.HOME if body.get("view", {}).get("type") == "home" else PlaceKind.PERSONAL
        return Place(SLACK, here.workspace, user, kind=kind)
    channel = body["channel"]["id"]
    message, container = body.get("message", {}), body.get("container", {})
    thread = message.get("thread_ts") or container.get("thread_ts") or _ts(body)
    kind = PlaceKind.PERSONAL if body["channel"].get("name") == "directmessage" else _kind_of(channel)
    return Place(SLACK, here.workspace, channel, thread, kind)


def message_id(body: Payload) -> str:
    """As in our receipts."""
    ts = _ts(body)
    return receipt_id(body["channel"]["id"], ts) if ts and "channel" in body else ""


def receipt_id(channel: str, ts: str) -> str:
    return f"{channel}:{ts}"


def asked_about(body: Payload, here: Here) -> str:
    """The text of the message that a shortcut was used on."""
    return plain_text(str(body["message"].get("text", "")), here.bot_user)


def plain_text(text: str, bot_user: str) -> str:
    """What was written, without our own name and without Slack's markup for people, channels and links."""

    def spelt(found: re.Match[str]) -> str:
        what, label = found.group(1), found.group(2)
        match what[0]:
            case "@":
                return "" if what[1:] == bot_user else f"@{label or what[1:]}"
            case "#":
                return f"#{label or what[1:]}"
            case "!":
                return label or "@" + what[1:].partition("^")[0]
            case _:
                return label or what.removeprefix("mailto:")

    return html.unescape(_ENTITY.sub(spelt, text)).replace("\u00a0", " ").strip()


def presser(body: Payload, here: Here) -> Account:
    user = body["user"]
    return _account(here, user["id"], team=user.get("team_id"), name=user.get("name") or user.get("username") or "")


def _said(event: Payload, here: Here, *, overheard: bool) -> Message:
    channel, ts = event["channel"], event["ts"]
    place = Place(SLACK, here.workspace, channel, event.get("thread_ts") or ts, _kind(event))
    return Message(
        key=f"{SLACK}:{here.workspace}:{channel}:{ts}",
        place=place,
        author=_account(here, event["user"], team=event.get("user_team") or event.get("team")),
        said_at=_instant(ts, here),
        text=plain_text(str(event.get("text", "")), here.bot_user),
        overheard=overheard,
    )


def _is_spoken(event: Payload, here: Here) -> bool:
    """Written by a person: not by a bot, not an edit, a deletion or a join, and not hidden."""
    by_person = bool(event.get("user")) and event["user"] != here.bot_user and not event.get("bot_id")
    return by_person and event.get("subtype") in _SPOKEN_SUBTYPES and not event.get("hidden")


def _kind(event: Payload) -> PlaceKind:
    return _KINDS.get(event.get("channel_type", ""), _kind_of(event["channel"]))


def _kind_of(channel: str) -> PlaceKind:
    return PlaceKind.PERSONAL if channel.startswith("D") else PlaceKind.CHANNEL


def _account(here: Here, user: str, *, team: str | None = None, name: str = "") -> Account:
    # In a shared channel the person may belong to another workspace than ours.
    return Account(SLACK, team or here.workspace, user, name)


def _ts(body: Payload) -> str:
    return str(body.get("message", {}).get("ts") or body.get("container", {}).get("message_ts") or "")


def _instant(ts: Any, here: Here) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return here.now
