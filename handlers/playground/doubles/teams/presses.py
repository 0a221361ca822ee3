"""What people press: card actions, dialogs, thumbs, suggestions. Each becomes an invoke, and its answer is shown."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from handlers.playground.doubles.teams.answers import (
    WENT_WRONG,
    Shown,
    read_card_answer,
    read_plain_answer,
    read_task_answer,
)
from handlers.playground.doubles.teams.controls import CHAT, Body, Controls, Scene
from handlers.playground.doubles.teams.courier import Answer
from handlers.playground.doubles.teams.message_check import ADAPTIVE, check_adaptive
from handlers.playground.doubles.teams.problems import Refused
from handlers.playground.doubles.teams.world import Activity, Conversation, Person

THEME = {"theme": "default"}


class Presses:
    def __init__(self, scene: Scene, controls: Controls) -> None:
        self._scene = scene
        self._controls = controls
        self._count = itertools.count(1)
        self.dialogs: dict[str, dict[str, Any]] = {}

    async def execute(self, body: Body) -> dict[str, Any]:
        conversation, person, activity = self._pressed(body)
        action = self._action(body, activity, person, "Action.Execute")
        sent = {key: action[key] for key in ("type", "id", "title", "verb") if key in action}
        sent["data"] = _with_inputs(action.get("data"), body)
        value = {"action": sent, "trigger": str(body.get("trigger") or "manual")}
        answer = await self._invoke("adaptiveCard/action", value, conversation, person, activity)
        shown = read_card_answer(answer)
        if shown.kind == "card":
            shown = self._show_to(person, activity, conversation, shown)
        return self._told(shown, answer, conversation, person)

    async def submit_action(self, body: Body) -> dict[str, Any]:
        conversation, person, activity = self._pressed(body)
        action = self._action(body, activity, person, "Action.Submit")
        data = _with_inputs(action.get("data"), body)
        teams = data.get("msteams") if isinstance(data, dict) else None
        teams = teams if isinstance(teams, dict) else {}
        match teams.get("type"):
            case "task/fetch":
                value = {"data": data, "context": THEME}
                answer = await self._invoke("task/fetch", value, conversation, person, activity)
                return self._task(read_task_answer(answer), answer, conversation, person, activity)
            case "invoke":
                answer = await self._invoke("", teams.get("value"), conversation, person, activity)
                return self._told(read_plain_answer(answer), answer, conversation, person)
            case "imBack":
                return await self._say(str(teams.get("value")), conversation, person, activity, {})
            case "messageBack":
                value = {key: one for key, one in data.items() if key != "msteams"}
                value |= teams["value"] if isinstance(teams.get("value"), dict) else {}
                more = {"value": value, "text": str(teams.get("text") or "")}
                if teams.get("displayText"):
                    return await self._say(str(teams["displayText"]), conversation, person, activity, more)
                return await self._send_value(more, conversation, person, activity)
        return await self._send_value({"value": data}, conversation, person, activity)

    async def dialog_submit(self, body: Body) -> dict[str, Any]:
        dialog = self.dialogs.get(str(body.get("dialog", "")))
        if dialog is None:
            raise ValueError("This dialog is closed.")
        conversation = self._scene.conversation(dialog)
        person = self._scene.person({"user": body.get("user") or dialog["user"]}, conversation)
        activity = conversation.activities.get(dialog["activity"])
        data = body.get("data") or {}
        if dialog["reaction"]:
            del self.dialogs[dialog["id"]]
            self._scene.bus.publish(CHAT, "dialog_closed", dialog=dialog["id"])
            answer = await self._rate(dialog["reaction"], data, conversation, person, activity)
            return self._told(read_plain_answer(answer), answer, conversation, person)
        answer = await self._invoke("task/submit", {"data": data, "context": THEME}, conversation, person, activity)
        shown = read_task_answer(answer, may_be_empty=True)
        if shown.kind == "error":
            return self._told(shown, answer, conversation, person)  # the dialog stays, what was typed is not lost
        return self._task(shown, answer, conversation, person, activity, dialog["id"])

    async def dialog_close(self, body: Body) -> dict[str, Any]:
        """A person closes a dialog; the bot does not hear of it."""
        self.dialogs.pop(str(body.get("dialog", "")), None)
        self._scene.bus.publish(CHAT, "dialog_closed", dialog=body.get("dialog"))
        return {"ok": True}

    async def feedback(self, body: Body) -> dict[str, Any]:
        conversation, person, activity = self._pressed(body)
        data = activity.get("channelData") or {}
        kind = (data.get("feedbackLoop") or {}).get("type") or ("default" if data.get("feedbackLoopEnabled") else "")
        if not kind:
            raise ValueError("This message does not ask for feedback.")
        reaction = "like" if body.get("positive") else "dislike"
        if kind == "custom":
            value = {"data": {"actionName": "feedback", "actionValue": {"reaction": reaction}}}
            answer = await self._invoke("message/fetchTask", value, conversation, person, activity)
            shown = read_task_answer(answer)
            return self._task(shown, answer, conversation, person, activity, reaction=reaction)
        words = {"feedbackText": str(body.get("comment") or "")}
        answer = await self._rate(reaction, words, conversation, person, activity)
        return self._told(read_plain_answer(answer), answer, conversation, person)

    async def suggested(self, body: Body) -> dict[str, Any]:
        scene, conversation = self._scene, self._scene.conversation(body)
        person, text = scene.person(body, conversation), str(body.get("text") or "")
        offered = scene.world.suggested.get(conversation.id, [])
        action = next((one for one in offered if text in (one.get("title"), one.get("value"))), None)
        if action is None:
            raise ValueError(f"“{text}” is not suggested here.")
        if action.get("type") == "imBack":
            return await self._controls.write(conversation, person, str(action.get("value") or text), [])
        scene.world.suggested.pop(conversation.id)
        scene.bus.publish(CHAT, "suggested", conversation=conversation.id, actions=[])
        answer = await self._invoke("suggestedActions/submit", action.get("value"), conversation, person, None)
        return self._told(read_plain_answer(answer), answer, conversation, person)

    # Finding what was pressed

    def _pressed(self, body: Body) -> tuple[Conversation, Person, Activity]:
        conversation = self._scene.conversation(body)
        return conversation, self._scene.person(body, conversation), self._scene.activity(body, conversation)

    def _action(self, body: Body, activity: Activity, person: Person, kind: str) -> Mapping[str, Any]:
        """Only what stands in the card that this person sees can be pressed; a text is its id, verb or title."""
        wanted = body.get("action")
        shown = (activity.get("views") or {}).get(person.id) or activity.get("attachments")
        for action in _actions(shown):
            named = wanted in [action.get(key) for key in ("id", "verb", "title")]
            if action["type"] == kind and (action == wanted or (isinstance(wanted, str) and named)):
                if action.get("isEnabled") is False:
                    raise ValueError("This action is switched off.")
                return action
        raise ValueError(f"The message has no such {kind}.")

    # Telling the bot

    async def _invoke(
        self, name: str, value: Any, conversation: Conversation, person: Person, activity: Activity | None
    ) -> Answer:
        sent = self._scene.outgoing("invoke", conversation, person, activity["root"] if activity else "")
        sent |= {"name": name, "value": value}
        if activity:
            sent["replyToId"] = activity["id"]
            sent["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": activity["id"]}}
        return await self._scene.courier.deliver(sent)

    async def _rate(
        self, reaction: str, words: Any, conversation: Conversation, person: Person, activity: Activity | None
    ) -> Answer:
        value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": json.dumps(words)}}
        answer = await self._invoke("message/submitAction", value, conversation, person, activity)
        if activity and answer.status == 200:
            activity.setdefault("feedback", {})[person.id] = reaction
            self._scene.bus.publish(CHAT, "update", conversation=conversation.id, activity=activity)
        return answer

    async def _say(
        self, text: str, conversation: Conversation, person: Person, activity: Activity, more: Body
    ) -> dict[str, Any]:
        """A press that speaks for the person: all see the words. Pressing reaches the bot without a mention."""
        bot = self._scene.world.bot
        mention = {"type": "mention", "mentioned": bot, "text": f"<at>{bot['name']}</at>"}
        mentions = [] if conversation.kind == "personal" else [mention]
        words = f"<at>{bot['name']}</at> {text}" if mentions else text
        more = {"replyToId": activity["id"], **more}
        return await self._controls.write(conversation, person, words, mentions, root=activity["root"] or "", more=more)

    async def _send_value(
        self, more: Body, conversation: Conversation, person: Person, activity: Activity
    ) -> dict[str, Any]:
        """A plain Action.Submit: a message without words that nobody sees."""
        sent = self._scene.outgoing("message", conversation, person, activity["root"])
        answer = await self._scene.courier.deliver({**sent, "replyToId": activity["id"], **more})
        return self._told(read_plain_answer(answer), answer, conversation, person)

    # Showing the answer

    def _show_to(self, person: Person, activity: Activity, conversation: Conversation, shown: Shown) -> Shown:
        """The answered card is seen by the one who pressed only; a later PUT shows all the same again."""
        try:
            check_adaptive(shown.card, conversation, self._scene.world)
        except Refused as no:
            return Shown("error", f"{WENT_WRONG} ({no.message})")
        activity.setdefault("views", {})[person.id] = [{"contentType": ADAPTIVE, "content": shown.card}]
        self._scene.bus.publish(CHAT, "update", conversation=conversation.id, activity=activity)
        return shown

    def _task(
        self,
        shown: Shown,
        answer: Answer,
        conversation: Conversation,
        person: Person,
        activity: Activity | None,
        open_dialog: str = "",
        *,
        reaction: str = "",
    ) -> dict[str, Any]:
        dialog_id = open_dialog or f"dialog-{next(self._count)}"
        if shown.kind != "dialog":
            if self.dialogs.pop(open_dialog, None):
                self._scene.bus.publish(CHAT, "dialog_closed", dialog=open_dialog, message=shown.text)
            return self._told(shown, answer, conversation, person)
        try:
            if shown.card is not None:
                check_adaptive(shown.card, conversation, self._scene.world)
        except Refused as no:
            return self._told(Shown("error", f"{WENT_WRONG} ({no.message})"), answer, conversation, person)
        dialog = {
            "id": dialog_id,
            "conversation": conversation.id,
            "activity": activity["id"] if activity else "",
            "user": person.id,
            "reaction": reaction,
            **{key: getattr(shown, key) for key in ("title", "card", "url", "width", "height")},
        }
        self.dialogs[dialog_id] = dialog
        self._scene.bus.publish(CHAT, "dialog", dialog=dialog)
        return {**self._told(shown, answer, conversation, person), "dialog": dialog}

    def _told(self, shown: Shown, answer: Answer, conversation: Conversation, person: Person) -> dict[str, Any]:
        self._scene.toast(conversation, shown, person.id)
        seen = {key: value for key, value in asdict(shown).items() if value not in (None, "")}
        return {"ok": True, "status": answer.status, "answer": answer.body, "shown": seen}


def _actions(thing: Any) -> Iterator[Mapping[str, Any]]:
    """Every action anywhere in a card, those of nested cards, elements and the refresh included."""
    if isinstance(thing, dict):
        if str(thing.get("type", "")).startswith("Action."):
            yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for one in thing:
            yield from _actions(one)


def _with_inputs(data: Any, body: Body) -> Any:
    """Inputs join the action's own data; a text cannot be joined and is sent as it is."""
    inputs = body.get("inputs") or {}
    return data if isinstance(data, str) else {**(data or {}), **inputs}
