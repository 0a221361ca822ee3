"""The Bot Connector: what a bot may say, change and ask, and how it is refused."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.teams.activities import kept
from handlers.playground.doubles.teams.door import CHAT, Door, read_activity
from handlers.playground.doubles.teams.message_check import MESSAGE_BYTES, check_message, is_split
from handlers.playground.doubles.teams.problems import (
    Refused,
    bad_syntax,
    no_activity,
    no_conversation,
    not_in_roster,
    too_many,
)
from handlers.playground.doubles.teams.streams import Chunk, Streams, chunk_of
from handlers.playground.doubles.teams.throttle import Operation, Throttle
from handlers.playground.doubles.teams.world import Activity, Conversation, World, split, thread_id

_AT = "/teams/connector/v3/conversations"
_ONE = f"{_AT}/{{conversation}}"


@dataclass(slots=True)
class Limits:
    """What a test or a demo may loosen."""

    rate_limits: bool = True
    message_bytes: int = MESSAGE_BYTES


class Connector:
    def __init__(
        self, world: World, bus: Bus, faults: Faults, throttle: Throttle, streams: Streams, limits: Limits
    ) -> None:
        self._world = world
        self._bus = bus
        self._faults = faults
        self._throttle = throttle
        self._streams = streams
        self._limits = limits
        self._files: dict[str, dict[str, Any]] = {}

    def routes(self, app: web.Application, door: Door) -> None:
        for method, path, work in (
            ("POST", _AT, self._create),
            ("POST", f"{_ONE}/activities", self._send),
            ("POST", f"{_ONE}/activities/{{activity}}", self._send),
            ("PUT", f"{_ONE}/activities/{{activity}}", self._update),
            ("DELETE", f"{_ONE}/activities/{{activity}}", self._delete),
            ("PUT", f"{_ONE}/activities/{{activity}}/reactions/{{reaction}}", self._react),
            ("DELETE", f"{_ONE}/activities/{{activity}}/reactions/{{reaction}}", self._react),
            ("GET", f"{_ONE}/members", self._members),
            ("GET", f"{_ONE}/pagedmembers", self._members),
            ("GET", f"{_ONE}/members/{{member}}", self._member),
            ("POST", f"{_ONE}/attachments", self._upload),
            ("GET", "/teams/connector/v3/attachments/{file}/views/{view}", self._file),
        ):
            app.router.add_route(method, path, door.guarded(work))

    # What the bot says

    async def _send(self, request: web.Request) -> web.Response:
        conversation, root = self._place(request)
        activity = await read_activity(request)
        reply_to = request.match_info.get("activity") or activity.get("replyToId")
        if reply_to:
            activity["replyToId"] = reply_to
        if "activity" in request.match_info:
            root = self._find(conversation, str(reply_to))["root"] or ""
        chunk = chunk_of(activity)
        if chunk is not None:
            return self._stream(conversation, activity, chunk, request)
        self._pace("send", request.match_info["conversation"], 2 if is_split(activity) else 1)
        if activity.get("type") == "typing":
            return self._type(conversation)
        if activity.get("type", "message") != "message":
            raise bad_syntax("Unknown activity type")
        targeted = request.query.get("isTargetedActivity") == "true"
        return self._say(conversation, activity, root, to=self._target(conversation, activity) if targeted else "")

    def _say(self, conversation: Conversation, activity: Activity, root: str, *, to: str = "") -> web.Response:
        check_message(activity, conversation, self._world, self._limits.message_bytes)
        if is_split(activity):
            # Two messages, and nobody learns their ids: such a message can never be changed.
            words = {key: value for key, value in activity.items() if key != "attachments"}
            self._keep(conversation, words, root, to)
            self._keep(conversation, {**activity, "text": ""}, root, to)
            return web.json_response({}, status=201)
        stored = self._keep(conversation, activity, root, to)
        return web.json_response({"id": stored["id"]}, status=201)

    def _keep(self, conversation: Conversation, activity: Activity, root: str, to: str = "") -> Activity:
        stored = kept(activity, self._world.bot)
        if to:
            stored["targetedTo"] = to
        self._world.keep(conversation, stored, root)
        self._quiet(conversation)
        self._bus.publish(CHAT, "message", conversation=conversation.id, activity=stored)
        if conversation.kind == "personal":
            self._suggest(conversation, (activity.get("suggestedActions") or {}).get("actions") or [])
        return stored

    def _target(self, conversation: Conversation, activity: Activity) -> str:
        person = str((activity.get("recipient") or {}).get("id", ""))
        if conversation.kind == "personal":
            raise bad_syntax("Targeted messages are for channels and group chats.")
        if person not in conversation.members:
            raise bad_syntax("A targeted message needs a recipient from the conversation roster.")
        return person

    def _type(self, conversation: Conversation) -> web.Response:
        self._world.typing[conversation.id] = self._world.bot["name"]
        self._bus.publish(CHAT, "typing", conversation=conversation.id, on=True, name=self._world.bot["name"])
        return web.json_response({"id": self._world.next_id()}, status=201)

    def _quiet(self, conversation: Conversation) -> None:
        if self._world.typing.pop(conversation.id, None):
            self._bus.publish(CHAT, "typing", conversation=conversation.id, on=False)

    def _suggest(self, conversation: Conversation, actions: list[dict[str, Any]]) -> None:
        if actions or self._world.suggested.get(conversation.id):
            self._world.suggested[conversation.id] = actions
            self._bus.publish(CHAT, "suggested", conversation=conversation.id, actions=actions)

    def _stream(
        self, conversation: Conversation, activity: Activity, chunk: Chunk, request: web.Request
    ) -> web.Response:
        operation: Operation = "send" if chunk.kind == "final" else "stream"
        self._pace(operation, chunk.stream or conversation.id)
        if self._faults.next(CHAT, f"POST {request.path}", "expire"):
            self._streams.expire(chunk.stream)
        if chunk.kind == "final":
            check_message(activity, conversation, self._world, self._limits.message_bytes)
        if not chunk.stream:
            self._streams.may_begin(chunk, conversation.id, conversation.kind, activity)
            stored = self._world.keep(conversation, kept({**activity, "type": "message"}, self._world.bot))
            self._streams.begin(stored["id"], conversation.id, chunk, activity.get("text") or "")
            self._show_stream(conversation, stored, chunk)
            return web.json_response({"id": stored["id"]}, status=201)
        try:
            self._streams.go_on(chunk, conversation.id, activity)
        except Refused:
            self._close_ended(conversation, chunk.stream)
            raise
        stored = self._find(conversation, chunk.stream)
        stored |= kept({**activity, "type": "message"}, self._world.bot)
        self._show_stream(conversation, stored, chunk)
        return web.json_response({}, status=202)

    def _show_stream(self, conversation: Conversation, stored: Activity, chunk: Chunk) -> None:
        stored["streaming"] = chunk.kind != "final"
        stored["streamType"] = chunk.kind
        if chunk.kind == "final":
            self._world.changed(stored)
        self._quiet(conversation)
        kind = "update" if chunk.kind == "final" else "stream"
        self._bus.publish(CHAT, kind, conversation=conversation.id, activity=stored)
        if chunk.kind == "final":
            self._suggest(conversation, (stored.get("suggestedActions") or {}).get("actions") or [])

    def _close_ended(self, conversation: Conversation, stream: str) -> None:
        """A stream that takes no more is a plain message with the text it had."""
        stored = conversation.activities.get(stream)
        if stored and stored["streaming"] and not self._streams.running(stream):
            stored["streaming"] = False
            self._bus.publish(CHAT, "update", conversation=conversation.id, activity=stored)

    # What it changes

    async def _update(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        change = await read_activity(request)
        stored = self._own(conversation, request.match_info["activity"])
        self._pace("send", request.match_info["conversation"])
        if change.get("type", "message") != "message" or is_split(change):
            raise bad_syntax("A message is updated by text or by a card.")
        check_message(change, conversation, self._world, self._limits.message_bytes)
        for name in ("attachments", "entities", "views", "suggestedActions", "streamType"):
            stored.pop(name, None)
        stored |= kept(change, self._world.bot) | {"edited": True, "streaming": False}
        self._world.changed(stored)
        self._bus.publish(CHAT, "update", conversation=conversation.id, activity=stored)
        return web.json_response({"id": stored["id"]})

    async def _delete(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        stored = self._own(conversation, request.match_info["activity"])
        self._pace("send", request.match_info["conversation"])
        conversation.gone.add(stored["id"])
        del conversation.activities[stored["id"]]
        self._bus.publish(CHAT, "delete", conversation=conversation.id, id=stored["id"])
        return web.Response(status=200)

    async def _react(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        stored = self._find(conversation, request.match_info["activity"])
        self._pace("reaction", "all")
        who = stored.setdefault("reactions", {}).setdefault(request.match_info["reaction"], [])
        bot = self._world.bot["id"]
        if request.method == "PUT" and bot not in who:
            who.append(bot)
        if request.method == "DELETE" and bot in who:
            who.remove(bot)
        self._bus.publish(CHAT, "update", conversation=conversation.id, activity=stored)
        return web.json_response({})

    # What it begins and asks

    async def _create(self, request: web.Request) -> web.Response:
        body = await read_activity(request)
        data = body.get("channelData") or {}
        channel = (data.get("channel") or {}).get("id") or data.get("teamsChannelId")
        if channel:
            self._pace("create", channel)
            return self._create_thread(channel, body)
        members = [str(one.get("id")) for one in body.get("members") or [] if isinstance(one, dict)]
        if body.get("isGroup") or len(members) != 1:
            raise bad_syntax("Incorrect conversation creation parameters")
        tenant = body.get("tenantId") or (data.get("tenant") or {}).get("id")
        if tenant != self._world.tenant:
            raise bad_syntax("A conversation is created with the id of the tenant.")
        self._pace("create", members[0])
        return self._create_chat(members[0], body)

    def _create_thread(self, channel: str, body: Activity) -> web.Response:
        conversation = self._reachable(channel)
        activity = body.get("activity")
        if conversation.kind != "channel" or not isinstance(activity, dict):
            raise bad_syntax("A thread in a channel begins with an activity.")
        check_message(activity, conversation, self._world, self._limits.message_bytes)
        if is_split(activity):
            raise bad_syntax("A thread begins with text or with a card.")
        stored = self._keep(conversation, activity, "")
        return self._created(thread_id(conversation, stored["id"]), stored)

    def _create_chat(self, user: str, body: Activity) -> web.Response:
        person = self._world.person(user)
        if person is None:
            raise bad_syntax("Failed to decrypt pairwise id")
        known = len(self._world.conversations)
        conversation = self._reachable(self._world.personal(person.id).id)
        if len(self._world.conversations) > known:
            self._bus.publish(CHAT, "conversation", conversation=self._world.entry(conversation))
        activity = body.get("activity")
        if not activity:
            return self._created(conversation.id, None)
        check_message(activity, conversation, self._world, self._limits.message_bytes)
        return self._created(conversation.id, self._keep(conversation, activity, ""))

    def _created(self, conversation_id: str, stored: Activity | None) -> web.Response:
        body = {"id": conversation_id} | ({"activityId": stored["id"]} if stored else {})
        return web.json_response(body, status=201)

    async def _members(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        self._pace("read", conversation.id)
        members = [self._world.people[user].account() for user in conversation.members]
        if request.path.endswith("/pagedmembers"):
            return web.json_response(_page(members, request.query))
        return web.json_response(members)

    async def _member(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        self._pace("read", conversation.id)
        person = self._world.person(request.match_info["member"])
        if person is None or person.id not in conversation.members:
            raise Refused(404, "MemberNotFoundInConversation", "Member not found in conversation.")
        return web.json_response(person.account())

    async def _upload(self, request: web.Request) -> web.Response:
        conversation, _ = self._place(request)
        self._pace("send", conversation.id)
        file = await read_activity(request)
        try:
            content = base64.b64decode(file.get("originalBase64") or "", validate=True)
        except (binascii.Error, TypeError) as problem:
            raise bad_syntax("originalBase64 could not be read.") from problem
        name = f"0-{self._world.next_id()}"
        self._files[name] = {"type": file.get("type") or "application/octet-stream", "content": content}
        return web.json_response({"id": name}, status=201)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["file"])
        if file is None or request.match_info["view"] != "original":
            raise Refused(404, "AttachmentNotFound", "The attachment was not found.")
        return web.Response(body=file["content"], content_type=file["type"])

    # Who may, and how often

    def _place(self, request: web.Request) -> tuple[Conversation, str]:
        base, root = split(request.match_info["conversation"])
        conversation = self._reachable(base)
        known = conversation.activities.keys() | conversation.gone
        if root and (conversation.kind != "channel" or root not in known):
            raise no_conversation()
        return conversation, root

    def _reachable(self, base: str) -> Conversation:
        if not base.startswith(("19:", "a:")):
            raise bad_syntax("Bad format of conversation ID")
        conversation = self._world.conversations.get(base)
        if conversation is None or conversation.deleted:
            raise no_conversation()
        if not conversation.installed and conversation.kind == "personal":
            text = "The user blocked the conversation with the bot."
            raise Refused(403, "ConversationBlockedByUser", text, sub_code="MessageWritesBlocked")
        if not conversation.installed:
            raise not_in_roster()
        return conversation

    def _find(self, conversation: Conversation, activity_id: str) -> Activity:
        stored = conversation.activities.get(activity_id)
        if stored is None:
            raise no_activity()
        return stored

    def _own(self, conversation: Conversation, activity_id: str) -> Activity:
        stored = self._find(conversation, activity_id)
        if stored["from"]["id"] != self._world.bot["id"]:
            raise Refused(403, "Forbidden", "The message was sent by somebody else.")
        return stored

    def _pace(self, operation: Operation, lane: str, count: int = 1) -> None:
        if not self._limits.rate_limits:
            return
        wanted: dict[tuple[Operation, str], int] = {(operation, lane): count, ("tenant", self._world.tenant): count}
        seconds = self._throttle.take(wanted)
        if seconds:
            raise too_many(seconds)


def _page(members: list[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """50 to 500 at once, and a token for those that follow."""
    asked, token = query.get("pageSize", "200"), query.get("continuationToken", "0")
    if not (asked.isascii() and asked.isdigit() and token.isascii() and token.isdigit()):
        raise bad_syntax("Bad pageSize or continuationToken")
    begin, size = int(token), min(max(int(asked), 50), 500)
    following = str(begin + size) if begin + size < len(members) else None
    return {"members": members[begin : begin + size], "continuationToken": following}
