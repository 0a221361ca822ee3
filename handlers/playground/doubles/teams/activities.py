"""Activities as Teams writes them, and as it keeps what the bot sent. Pure."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from handlers.playground.doubles.teams.world import Activity, Conversation, Person, World, thread_id

LOCALE = "en-US"
_KEPT = (
    "type text textFormat attachments attachmentLayout entities channelData replyToId summary importance value"
    " suggestedActions"
).split()


def kept(activity: Mapping[str, Any], sender: Mapping[str, Any]) -> Activity:
    """What remains of an activity when it is stored."""
    stored = {name: activity[name] for name in _KEPT if activity.get(name) is not None}
    return {"type": "message", "text": "", **stored, "from": dict(sender)}


def outgoing(
    world: World, conversation: Conversation, person: Person, *, kind: str, root: str, service_url: str
) -> Activity:
    """The frame of every activity that goes to the bot."""
    where: dict[str, Any] = {
        "conversationType": conversation.kind,
        "tenantId": world.tenant,
        "id": thread_id(conversation, root),
    }
    if conversation.kind != "personal":
        where["isGroup"] = True
    return {
        "type": kind,
        "id": world.next_id(),
        "timestamp": world.stamp(),
        "localTimestamp": world.stamp(),
        "localTimezone": person.zone,
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": person.id, "name": person.name, "aadObjectId": person.object_id},
        "conversation": where,
        "recipient": dict(world.bot),
        "entities": [
            {"type": "clientInfo", "locale": LOCALE, "country": "US", "platform": "Web", "timezone": person.zone}
        ],
        "channelData": channel_data(world, conversation),
        "locale": LOCALE,
    }


def channel_data(world: World, conversation: Conversation) -> dict[str, Any]:
    data: dict[str, Any] = {"tenant": {"id": world.tenant}}
    if conversation.kind == "channel":
        data |= {
            "teamsChannelId": conversation.id,
            "teamsTeamId": world.team["id"],
            "channel": {"id": conversation.id},
            "team": {"id": world.team["id"]},
        }
    return data


def mentioned(text: str, world: World) -> tuple[str, list[dict[str, Any]]]:
    """`@Name` becomes Teams' mention: the tag in the text and the entity that says whom it means."""
    known = {world.bot["name"]: world.bot["id"], **{one.name: one.id for one in world.people.values()}}
    entities: dict[str, dict[str, Any]] = {}

    def mark(match: re.Match[str]) -> str:
        name = next(one for one in known if one.lower() == match[1].lower())
        tag = f"<at>{name}</at>"
        entities[name] = {"type": "mention", "mentioned": {"id": known[name], "name": name}, "text": tag}
        return tag

    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.sub(rf"@({names})\b", mark, text, flags=re.IGNORECASE), list(entities.values())


def as_html(text: str) -> dict[str, str]:
    """The second form in which Teams sends what people write."""
    parts = re.split(r"<at>(.*?)</at>", text)
    span = '<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="{}">{}</span>'
    drawn = [span.format(i // 2, escape(part)) if i % 2 else escape(part) for i, part in enumerate(parts)]
    return {"contentType": "text/html", "content": f"<p>{''.join(drawn)}</p>"}


def hears(activity: Mapping[str, Any], conversation: Conversation, bot_id: str) -> bool:
    """In channels and groups a bot is told only what mentions it."""
    mentions = [one["mentioned"]["id"] for one in activity["entities"] if one["type"] == "mention"]
    return conversation.installed and (conversation.kind == "personal" or bot_id in mentions)
