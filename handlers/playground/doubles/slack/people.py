"""What people do: write, press, choose, fill in, open. Each becomes what Slack would send to the bot."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from handlers.playground.doubles.slack import inputs, payloads, text
from handlers.playground.doubles.slack.courier import Courier, Outcome
from handlers.playground.doubles.slack.refusal import Impossible, Refused
from handlers.playground.doubles.slack.responses import Responses
from handlers.playground.doubles.slack.streams import Streams
from handlers.playground.doubles.slack.validate import elements
from handlers.playground.doubles.slack.views import Views
from handlers.playground.doubles.slack.workspace import ME, SLACKBOT, Channel, Json, Workspace

_Held = dict[tuple[str, str], Json]


class People:
    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        streams: Streams,
        responses: Responses,
        courier: Courier,
        *,
        commands: Sequence[Json],
        shortcuts: Sequence[Json],
    ) -> None:
        self._workspace = workspace
        self._views = views
        self._streams = streams
        self._responses = responses
        self._courier = courier
        self._commands = commands
        self._shortcuts = shortcuts
        self._held: dict[str, _Held] = {}  # what was chosen in a message or a view, by its ts or id
        self.calls: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "message": self.write,
            "command": self.command,
            "click": self.click,
            "shortcut": self.shortcut,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "stop": self.stop,
            "retry": self.retry,
        }

    async def write(self, body: Json) -> Json:
        workspace, channel, user = self._workspace, self._channel(body), self._user(body)
        words = str(body.get("text") or "").strip()
        if not words:
            raise Impossible("Write something first.")
        written = self._typed(words)
        message: Json = {
            "type": "message",
            "user": user,
            "team": workspace.team["id"],
            "text": written,
            "ts": workspace.ts(),
            "client_msg_id": workspace.mint("", 32).lower(),
            "blocks": [text.as_rich_text(written, workspace.mint("", 5))],
        }
        if root := body.get("thread_ts"):
            parent = self._message(channel, str(root))
            message |= {"thread_ts": parent.get("thread_ts") or parent["ts"], "parent_user_id": parent["user"]}
        workspace.put(channel, message)
        if text.mentions(written, workspace.bot.user) and workspace.bot.user not in channel.members:
            self._slackbot(channel, user, f"<@{workspace.bot.user}> is not in this channel and heard nothing.")
        return {"ok": True, "ts": message["ts"], "channel": channel.id}

    async def command(self, body: Json) -> Json:
        workspace, channel, user = self._workspace, self._channel(body), self._user(body)
        name = str(body.get("command") or "")
        if name not in [one["command"] for one in self._commands]:
            raise Impossible(f"{name or 'That'} is not a command of this workspace.")
        words = self._typed(str(body.get("text") or "").strip(), named=True)
        trigger, url = self._views.trigger(user), self._responses.address(channel, user)
        form = payloads.command(workspace, channel, user, trigger, (name, words), url)
        outcome = await self._courier.send("slash_commands", form)
        if outcome.failed:
            why = "operation_timeout" if outcome.failed == "http_timeout" else "dispatch_failed"
            self._slackbot(channel, user, f"{name} failed with the error “{why}”.")
        elif outcome.body:
            given = outcome.body if isinstance(outcome.body, dict) else {"text": str(outcome.body)}
            self._responses.say(channel, user, given)
        return {"ok": True, "status": outcome.status, "response": outcome.body}

    async def click(self, body: Json) -> Json:
        user = self._user(body)
        if body.get("view_id"):
            owner, view = self._view(str(body["view_id"]))
            blocks, key, about = view["blocks"], view["id"], payloads.about_view(view)
            user = str(body.get("user") or owner)
        else:
            channel = self._channel(body)
            message = self._message(channel, str(body.get("ts") or ""))
            inside = [block for one in message.get("attachments") or [] for block in one.get("blocks") or []]
            blocks, key = [*(message.get("blocks") or []), *inside], message["ts"]
            about = payloads.about_message(channel, message, self._responses.address(channel, user, message))
        block, element = _find(blocks, str(body.get("block_id") or ""), str(body.get("action_id") or ""))
        action = self._action(block, element, body)
        held = self._held.setdefault(key, {})
        if element["type"] in inputs.STATEFUL - {"overflow"}:
            held[block["block_id"], element["action_id"]] = {
                "type": element["type"],
                **inputs.act(element, body),
            }
        values = inputs.gather(blocks, body.get("values") or {}, held)
        if "view" in about:
            about["view"]["state"] = {"values": values}
        trigger = self._views.trigger(user)
        payload = payloads.interaction(self._workspace, "block_actions", user, trigger) | about
        payload |= {"actions": [action], "state": {"values": values}}
        return _answered(await self._courier.send("interactive", payload))

    async def shortcut(self, body: Json) -> Json:
        workspace, user, name = self._workspace, self._user(body), str(body.get("callback_id") or "")
        known = next((one for one in self._shortcuts if one["callback_id"] == name), None)
        if known is None:
            raise Impossible(f"There is no shortcut “{name}”.")
        kind = "message_action" if known["type"] == "message" else "shortcut"
        payload = payloads.interaction(workspace, kind, user, self._views.trigger(user))
        payload |= {"callback_id": name, "action_ts": workspace.ts()}
        if kind == "message_action":
            channel = self._channel(body)
            message = self._message(channel, str(body.get("ts") or ""))
            about = payloads.about_message(channel, message, self._responses.address(channel, user, message))
            about.pop("container")
            payload |= {**about, "message_ts": message["ts"], "message": message}
        return _answered(await self._courier.send("interactive", payload))

    async def submit(self, body: Json) -> Json:
        user, view = self._view(str(body.get("view_id") or ""))
        held = self._held.get(view["id"], {})
        values = inputs.gather(view["blocks"], body.get("values") or {}, held)
        if errors := dict(inputs.mistakes(view["blocks"], values)):
            return {"ok": False, "errors": errors}
        view["state"] = {"values": values}
        payload = payloads.interaction(self._workspace, "view_submission", user, self._views.trigger(user))
        payload |= {"view": payloads.about_view(view)["view"], "response_urls": []}
        outcome = await self._courier.send("interactive", payload)
        if outcome.failed:
            raise Impossible(f"Nightdesk did not take the form ({outcome.failed}). Try again.")
        return self._respond(user, view, outcome.body if isinstance(outcome.body, dict) else {})

    async def close(self, body: Json) -> Json:
        user, view = self._view(str(body.get("view_id") or ""))
        cleared = bool(view["clear_on_close"])
        if cleared:
            self._views.clear(user)
        else:
            self._views.pop(user, view)
        if view["notify_on_close"]:
            payload = payloads.interaction(self._workspace, "view_closed", user, "")
            del payload["trigger_id"]
            payload |= {"view": payloads.about_view(view)["view"], "is_cleared": cleared}
            await self._courier.send("interactive", payload)
        return {"ok": True}

    async def home(self, body: Json) -> Json:
        user, tab = self._user(body), str(body.get("tab") or "home")
        if tab not in ("home", "messages"):
            raise Impossible("The tabs are home and messages.")
        channel = self._workspace.direct(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        event["event_ts"] = self._workspace.ts()
        if tab == "home" and user in self._views.homes:
            event["view"] = payloads.about_view(self._views.homes[user])["view"]
        self._courier.tell(payloads.callback(self._workspace, event))
        return {"ok": True, "channel": channel.id}

    async def stop(self, body: Json) -> Json:
        channel, user, thread = self._channel(body), self._user(body), str(body.get("thread_ts") or "")
        event = {
            "type": "agent_session_stopped",
            "user": user,
            "channel": channel.id,
            "thread_ts": thread,
            "streaming_message_ts": self._streams.stop_thread(channel.id, thread),
            "event_ts": self._workspace.ts(),
        }
        self._courier.tell(payloads.callback(self._workspace, event))
        return {"ok": True, "streaming_message_ts": event["streaming_message_ts"]}

    async def retry(self, body: Json) -> Json:
        """Delivers the newest events once more, as Slack does when it heard no answer."""
        again = self._courier.events[-int(body.get("last") or 1) :]
        if not again:
            raise Impossible("Nothing was sent yet.")
        statuses = [(await self._courier.send("events_api", event, 1, "http_timeout")).status for event in again]
        return {"ok": True, "statuses": statuses}

    # -- small parts

    def _respond(self, user: str, view: Json, answer: Json) -> Json:
        """Does what the bot's answer to a submission asks for; without one, the view closes."""
        match answer.get("response_action"):
            case None:
                self._views.pop(user, view)
            case "clear":
                self._views.clear(user)
            case "errors":
                known = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
                errors = {name: says for name, says in (answer.get("errors") or {}).items() if name in known}
                if not errors:
                    raise Impossible("The bot's errors name no field of this form.")
                return {"ok": False, "errors": errors}
            case "update" | "push" as action:
                self._show(user, view, action, answer.get("view"))
            case other:
                raise Impossible(f"Slack knows no response_action “{other}”.")
        self._held.pop(view["id"], None)
        return {"ok": True}

    def _show(self, user: str, view: Json, action: str, answered: Any) -> None:
        try:
            self._views.refuse(answered)
        except Refused as refused:
            raise Impossible(f"Slack does not take the view that the bot answered: {_why(refused)}.") from refused
        if action == "update":
            self._views.replace(view, answered)
        else:
            self._views.show(user, answered)

    def _action(self, block: Json, element: Json, body: Json) -> Json:
        action = {
            "type": element["type"],
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **inputs.act(element, body),
            "action_ts": self._workspace.ts(),
        }
        if element.get("placeholder"):
            action["placeholder"] = element["placeholder"]
        return action

    def _slackbot(self, channel: Channel, user: str, says: str) -> None:
        message = {"type": "message", "user": SLACKBOT, "ts": self._workspace.ts(), "text": says, "ephemeral_to": user}
        self._workspace.put(channel, message)

    def _typed(self, words: str, *, named: bool = False) -> str:
        workspace = self._workspace
        users = {one["profile"]["display_name"]: user for user, one in workspace.users.items()}
        channels = {one.name: one.id for one in workspace.channels.values() if one.kind == "channel"}
        return text.typed(words, users, channels, named=named)

    def _user(self, body: Json) -> str:
        user = str(body.get("user") or ME)
        if user not in self._workspace.users or user in (self._workspace.bot.user, SLACKBOT):
            raise Impossible(f"There is no person “{user}” in this workspace.")
        return user

    def _channel(self, body: Json) -> Channel:
        name = str(body.get("channel") or "")
        try:
            return self._workspace.addressed(name)
        except Refused:
            raise Impossible(f"There is no channel “{name}”.") from None

    def _message(self, channel: Channel, ts: str) -> Json:
        try:
            return self._workspace.message(channel.id, ts)
        except Refused:
            raise Impossible(f"There is no message {ts or '(none given)'} in this channel.") from None

    def _view(self, name: str) -> tuple[str, Json]:
        try:
            return self._views.find(name)
        except Refused:
            raise Impossible(f"There is no view “{name}”.") from None


def _find(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    for block, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in ("", block.get("block_id")):
            return block, element
    raise Impossible(f"Nothing here is called “{action_id}”.")


def _answered(outcome: Outcome) -> Json:
    if outcome.failed:
        raise Impossible(f"Nightdesk did not answer ({outcome.failed}).")
    return {"ok": True, "status": outcome.status, "response": outcome.body}


def _why(refused: Refused) -> str:
    messages = (refused.more.get("response_metadata") or {}).get("messages") or [refused.error]
    return "; ".join(messages)
