"""What Teams sends, checked; and an activity as a Message. Pure."""

import html
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.model.hours import known_zone
from bot.model.message import Account, Click, Message, Place, PlaceKind
from handlers.teams.text import visible

PLATFORM = "teams"
ROOT = ";messageid="
PERSON = "user:"  # a channel that names a person: the chat with them, whether it is open yet or not
_KINDS = {"personal": PlaceKind.PERSONAL, "groupChat": PlaceKind.GROUP, "channel": PlaceKind.CHANNEL}
_ANY_MENTION = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.DOTALL | re.IGNORECASE)


class _Arrived(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore")


class Party(_Arrived):
    id: str = ""
    name: str | None = None
    aad_object_id: str | None = None


class Talk(_Arrived):
    id: str = ""
    name: str | None = None
    conversation_type: str | None = None
    tenant_id: str | None = None


class Incoming(_Arrived):
    """An activity, as far as we read it. Whether to believe it is asked in `auth`."""

    type: str = Field(min_length=1)
    id: str = ""
    timestamp: datetime | None = None
    service_url: str = ""
    channel_id: str = ""
    sender: Party = Field(Party(), alias="from")
    recipient: Party = Party()
    conversation: Talk = Talk()
    text: str | None = None
    text_format: str | None = None
    entities: tuple[Mapping[str, Any], ...] | None = None
    channel_data: Mapping[str, Any] | None = None
    value: Any = None
    name: str | None = None
    action: str | None = None
    reply_to_id: str | None = None
    locale: str | None = None
    local_timezone: str | None = None
    members_added: tuple[Party, ...] | None = None

    @property
    def tenants(self) -> frozenset[str]:
        """Named in two places, which have to agree."""
        data = (self.channel_data or {}).get("tenant")
        told = data.get("id") if isinstance(data, Mapping) else None
        return frozenset(str(tenant) for tenant in (told, self.conversation.tenant_id) if tenant)

    @property
    def tenant(self) -> str:
        return min(self.tenants, default="")


def place_of(incoming: Incoming) -> Place:
    channel, _, root = incoming.conversation.id.partition(ROOT)
    kind = _KINDS.get(incoming.conversation.conversation_type or "", PlaceKind.PERSONAL)
    return Place(PLATFORM, incoming.tenant, channel, root, kind)


def conversation_of(place: Place) -> str:
    """Where the connector takes messages for this place: a thread is part of the id. Only channels have threads."""
    return f"{place.channel}{ROOT}{place.thread}" if place.thread else place.channel


def receipt_id(channel: str, activity: str) -> str:
    """Unique over all conversations, for an activity's id is not."""
    return f"{channel.partition(ROOT)[0]}:{activity}"


def activity_id(receipt: str, channel: str) -> str:
    own = f"{channel}:"
    return receipt.removeprefix(own) if receipt.startswith(own) else receipt.rpartition(":")[2]


def chat_with(workspace: str, user: str) -> Place:
    """Where a person is spoken to alone; the connector's own id of that chat is known once it has been opened."""
    return Place(PLATFORM, workspace, f"{PERSON}{user}", kind=PlaceKind.PERSONAL)


def to_message(incoming: Incoming, now: datetime) -> Message:
    """Something that was written; or pressed, where a client knows no Action.Execute."""
    if isinstance(incoming.value, Mapping) and "i" in incoming.value:
        return to_click(incoming, click_in(incoming.value, incoming), now)
    return _message(incoming, now, text=said(incoming))


def to_click(incoming: Incoming, click: Click, now: datetime) -> Message:
    act = json.dumps([click.intent, dict(click.arguments)], sort_keys=True, default=str)
    return _message(incoming, now, click=click, twin=f"{incoming.reply_to_id or ''}:{act}:{_user(incoming.sender)}")


def click_in(data: Mapping[str, Any], incoming: Incoming) -> Click:
    """What a button carries, with the inputs that belong to it. Whatever is in it is user input."""
    arguments = dict(data["a"]) if isinstance(data.get("a"), Mapping) else {}
    mark = data.get("f")
    if isinstance(mark, str) and mark:
        filled = {k.removeprefix(f"{mark}."): v for k, v in data.items() if k.startswith(f"{mark}.")}
        arguments.update({name: visible(value) if isinstance(value, str) else value for name, value in filled.items()})
        # An input that was left empty is an argument that was not given.
        arguments = {name: value for name, value in arguments.items() if name not in filled or value not in ("", None)}
    return Click(str(data.get("i", "")), arguments, _pressed_on(incoming))


def rating_in(data: Mapping[str, Any], incoming: Incoming) -> Click:
    """A thumb under an answer, with what was written beside it."""
    value = data.get("actionValue")
    given = value if isinstance(value, Mapping) else {}
    comment = given.get("feedback")
    if isinstance(comment, str):
        try:
            comment = json.loads(comment)
        except ValueError:
            comment = {"feedbackText": comment}
    # Teams' own form, or ours.
    written = (comment.get("feedbackText") or comment.get("d.comment")) if isinstance(comment, Mapping) else ""
    of = _pressed_on(incoming)
    arguments = {"positive": given.get("reaction") == "like", "of": of}
    if written:
        arguments["comment"] = visible(str(written))
    return Click("feedback", arguments, of)


def said(incoming: Incoming) -> str:
    """The text without the bot's own name in front; the mentions of others stay as `@Name`."""
    text = incoming.text or ""
    own = {words for words in map(_own_mention(incoming.recipient.id), incoming.entities or ()) if words}
    for words in sorted(own, key=len, reverse=True):
        text = text.replace(words, " ")
    text = _ANY_MENTION.sub(r"@\1", text)
    text = html.unescape(text) if incoming.text_format == "xml" else text.replace("&nbsp;", " ")
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in visible(text).split("\n"))
    return "\n".join(lines).strip()


def _own_mention(recipient: str) -> Callable[[Mapping[str, Any]], str]:
    def words(entity: Mapping[str, Any]) -> str:
        """By id, never by name: anyone may be called Nightdesk."""
        mentioned = entity.get("mentioned")
        meant = entity.get("type") == "mention" and isinstance(mentioned, Mapping) and mentioned.get("id") == recipient
        return str(entity.get("text") or "") if meant and recipient else ""

    return words


def _message(incoming: Incoming, now: datetime, **more: Any) -> Message:
    return Message(
        key=f"{PLATFORM}:{incoming.tenant}:{incoming.conversation.id}:{incoming.id}",
        place=place_of(incoming),
        author=author_of(incoming),
        said_at=_aware(incoming.timestamp) or now,
        **more,
    )


def author_of(incoming: Incoming) -> Account:
    name, zone = visible(incoming.sender.name or ""), known_zone(incoming.local_timezone)
    return Account(PLATFORM, incoming.tenant, _user(incoming.sender), name, zone=zone)


def _user(party: Party) -> str:
    """The person's id in Entra: the other one is another for every bot."""
    return party.aad_object_id or party.id


def _pressed_on(incoming: Incoming) -> str:
    return receipt_id(incoming.conversation.id, incoming.reply_to_id) if incoming.reply_to_id else ""


def _aware(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
