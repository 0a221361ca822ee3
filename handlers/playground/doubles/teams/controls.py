"""What people do in the chats: write, install, react, stop. Each is a control call of the page."""

import asyncio
from collections.abc import Mapping
from typing import Any

from handlers.playground.doubles.bus import Bus
from handlers.playground.doubles.teams.activities import as_html, hears, mentioned, outgoing
from handlers.playground.doubles.teams.answers import UNREACHABLE, Shown
from handlers.playground.doubles.teams.connector import Limits
from handlers.playground.doubles.teams.courier import Courier
from handlers.playground.doubles.teams.keys import KeyRing
from handlers.playground.doubles.teams.streams import Streams
from handlers.playground.doubles.teams.world import Activity, Conversation, Person, World

CHAT = "teams"
Body = Mapping[str, Any]


class Scene:
    """Reads what a control call names, and frames what goes to the bot."""

    def __init__(self, world: World, bus: Bus, courier: Courier) -> None:
        self.world = world
        self.bus = bus
        self.courier = courier
        self.service_url = ""

    def conversation(self, body: Body) -> Conversation:
        found = self.world.find(str(body.get("conversation", "")))
        if found is None:
            raise ValueError(f"There is no conversation “{body.get('conversation', '')}”.")
        return found

    def person(self, body: Body, conversation: Conversation) -> Person:
        name = str(body.get("user") or self.world.me)
        found = self.world.person(name)
        if found is None or found.id not in conversation.members:
            raise ValueError(f"“{name}” is not in this conversation.")
        return found

    def activity(self, body: Body, conversation: Conversation) -> Activity:
        found = conversation.activities.get(str(body.get("activity", "")))
        if found is None:
            raise ValueError("This message is not there any more.")
        return found

    def outgoing(self, kind: str, conversation: Conversation, person: Person, root: str | None = "") -> Activity:
        if not self.service_url:
            raise ValueError("The double does not know its own address yet: call settings(base_url) first.")
        return outgoing(self.world, conversation, person, kind=kind, root=root or "", service_url=self.service_url)

    def toast(self, conversation: Conversation, shown: Shown, user: str) -> None:
        if shown.text:
            tone = "bad" if shown.kind == "error" else "neutral"
            self.bus.publish(CHAT, "toast", conversation=conversation.id, text=shown.text, tone=tone, user=user)


class Controls:
    def __init__(self, scene: Scene, streams: Streams, channel_keys: KeyRing, login_keys: KeyRing, limits: Limits):
        self._scene = scene
        self._streams = streams
        self._channel_keys = channel_keys
        self._login_keys = login_keys
        self._limits = limits

    async def message(self, body: Body) -> dict[str, Any]:
        scene, conversation = self._scene, self._scene.conversation(body)
        person, root = scene.person(body, conversation), str(body.get("root") or "")
        if root and (conversation.kind != "channel" or root not in conversation.activities):
            raise ValueError("There is no such thread.")
        text, mentions = mentioned(str(body.get("text") or "").strip(), scene.world)
        if not text:
            raise ValueError("Write something first.")
        return await self.write(conversation, person, text, mentions, root=root)

    async def write(
        self,
        conversation: Conversation,
        person: Person,
        text: str,
        mentions: list[dict[str, Any]],
        *,
        root: str = "",
        more: Body | None = None,
    ) -> dict[str, Any]:
        """Keeps what a person wrote, and tells the bot where it may hear it."""
        scene, world = self._scene, self._scene.world
        sender = {"id": person.id, "name": person.name}
        stored = world.keep(
            conversation,
            {"type": "message", "from": sender, "text": text, "textFormat": "plain", "entities": mentions},
            root,
        )
        scene.bus.publish(CHAT, "message", conversation=conversation.id, activity=stored)
        if world.suggested.pop(conversation.id, None):
            scene.bus.publish(CHAT, "suggested", conversation=conversation.id, actions=[])
        sent = scene.outgoing("message", conversation, person, stored["root"])
        sent |= {
            "id": stored["id"],
            "text": text,
            "textFormat": "plain",
            "attachments": [as_html(text)],
            **(more or {}),
        }
        sent["entities"] = [*mentions, *sent["entities"]]
        if not hears(sent, conversation, world.bot["id"]):
            return {"ok": True, "activity": stored["id"], "root": stored["root"], "heard": False}
        answer = await scene.courier.deliver(sent)
        if answer.status >= 300:
            scene.toast(conversation, Shown("error", UNREACHABLE), person.id)
        return {"ok": True, "activity": stored["id"], "root": stored["root"], "heard": True, "status": answer.status}

    async def install(self, body: Body) -> dict[str, Any]:
        return await self._installation(body, "add")

    async def uninstall(self, body: Body) -> dict[str, Any]:
        return await self._installation(body, "remove")

    async def _installation(self, body: Body, action: str) -> dict[str, Any]:
        """A team is installed as a whole: its channels come and go together."""
        scene, conversation = self._scene, self._scene.conversation(body)
        person = scene.person(body, conversation)
        for one in scene.world.conversations.values():
            if one is conversation or (conversation.team and one.team == conversation.team):
                one.installed = action == "add"
                scene.bus.publish(CHAT, "conversation", conversation=scene.world.entry(one))
        change, event = (
            ("membersAdded", "teamMemberAdded") if action == "add" else ("membersRemoved", "teamMemberRemoved")
        )
        update = scene.outgoing("conversationUpdate", conversation, person)
        update[change] = [{"id": scene.world.bot["id"], "name": scene.world.bot["name"]}]
        if conversation.kind == "channel":
            update["channelData"]["eventType"] = event
            update["channelData"]["team"] = {**scene.world.team}
        installation = scene.outgoing("installationUpdate", conversation, person)
        installation["action"] = action
        answers = [await scene.courier.deliver(one) for one in (update, installation)]
        return {"ok": True, "status": max(answer.status for answer in answers)}

    async def delete(self, body: Body) -> dict[str, Any]:
        return await self._existence(body, "channelDeleted")

    async def restore(self, body: Body) -> dict[str, Any]:
        return await self._existence(body, "channelRestored")

    async def _existence(self, body: Body, event: str) -> dict[str, Any]:
        """The bot is told of it in the General channel, for this one is not there to be told in."""
        scene, conversation = self._scene, self._scene.conversation(body)
        person, general = scene.person(body, conversation), scene.world.find(conversation.team)
        if general is None or general is conversation:
            raise ValueError("Only a channel other than General can be deleted.")
        conversation.deleted = event == "channelDeleted"
        scene.bus.publish(CHAT, "conversation", conversation=scene.world.entry(conversation))
        update = scene.outgoing("conversationUpdate", general, person)
        update["channelData"] |= {"eventType": event, "channel": {"id": conversation.id, "name": conversation.name}}
        return {"ok": True, "status": (await scene.courier.deliver(update)).status}

    async def react(self, body: Body) -> dict[str, Any]:
        """A person's reaction; pressed again it goes away. The bot hears of reactions to its own messages."""
        scene, conversation = self._scene, self._scene.conversation(body)
        person, activity = scene.person(body, conversation), scene.activity(body, conversation)
        reaction = str(body.get("reaction") or "like")
        who = activity.setdefault("reactions", {}).setdefault(reaction, [])
        added = person.id not in who
        who.append(person.id) if added else who.remove(person.id)
        scene.bus.publish(CHAT, "update", conversation=conversation.id, activity=activity)
        if activity["from"]["id"] != scene.world.bot["id"]:
            return {"ok": True}
        sent = scene.outgoing("messageReaction", conversation, person, activity["root"])
        sent["replyToId"] = activity["id"]
        sent["reactionsAdded" if added else "reactionsRemoved"] = [{"type": reaction}]
        return {"ok": True, "status": (await scene.courier.deliver(sent)).status}

    async def stop(self, body: Body) -> dict[str, Any]:
        scene, conversation = self._scene, self._scene.conversation(body)
        activity = scene.activity(body, conversation)
        if not self._streams.stop(activity["id"]):
            raise ValueError("This message is not being streamed.")
        activity["streaming"] = False
        scene.bus.publish(CHAT, "update", conversation=conversation.id, activity=activity)
        return {"ok": True}

    async def retry(self, _: Body) -> dict[str, Any]:
        """The last activity once more, with the same id, as after an answer that got lost."""
        last = self._scene.courier.last
        if last is None:
            raise ValueError("Nothing was delivered yet.")
        answer = await self._scene.courier.deliver(last)
        return {"ok": True, "activity": last["id"], "status": answer.status}

    async def rotate_key(self, _: Body) -> dict[str, Any]:
        # A new key takes a moment of pure arithmetic.
        return {"ok": True, "kid": await asyncio.to_thread(self._channel_keys.rotate)}

    async def revoke_tokens(self, _: Body) -> dict[str, Any]:
        self._login_keys.revoke()
        return {"ok": True}

    async def limits(self, body: Body) -> dict[str, Any]:
        if "rate_limits" in body:
            self._limits.rate_limits = bool(body["rate_limits"])
        if "message_bytes" in body:
            self._limits.message_bytes = int(body["message_bytes"])
        return {"ok": True, "rate_limits": self._limits.rate_limits, "message_bytes": self._limits.message_bytes}
