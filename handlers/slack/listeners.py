"""What Slack tells us, handed to the desk: translate, hand in, acknowledge."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.model.errors import Problem, Unavailable
from bot.model.message import Message, Place, PlaceKind
from bot.model.reply import Form
from bot.ports.services import Clock
from bot.ports.storage import Directory
from handlers.platform import FrontDesk
from handlers.slack import events, presses, views
from handlers.slack.api import WebApi
from handlers.slack.authorize import Identities
from handlers.slack.events import SLACK, Here
from handlers.slack.manifest import ACT_ON_ALERT, PROMPTS
from handlers.slack.presses import Press
from handlers.slack.rich import BlockKit
from handlers.slack.unfurls import Unfurls

UNKNOWN_PRESS = "I no longer know this button. Ask me again, and I will answer with a fresh one."
TOO_LARGE_FORM = "This form is too large for Slack. Write the command instead."
MOST_PROMPTS = 4
HOME = "home"  # the intent whose answer is the page of one's own
ACT_ON_ISSUE = "act_on_issue"

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]


class Errands(Protocol):
    """What need not be done before the answer to Slack, and may be lost."""

    def run(self, work: Coroutine[Any, Any, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Listeners:
    desk: FrontDesk
    directory: Directory
    identities: Identities
    api: WebApi
    clock: Clock
    errands: Errands
    unfurls: Unfurls | None = None

    def register(self, app: AsyncApp) -> None:
        """As the last middleware: it knows the kind of a request from its body, where Bolt would try listener by
        listener and build each one's arguments before it asks whether that one is meant."""
        app.use(Dispatch(self))
        app.error(on_error)

    async def answer(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        ack = context.ack
        match body.get("type"):
            case "event_callback" if not isinstance(body.get("event"), dict) or "type" not in body["event"]:
                return BoltResponse(status=400)
            case "event_callback":
                await self.on_event(body, body["event"], context)
                await ack()
            case "block_actions":
                await self.on_press(ack, body, context)
            case "view_submission":
                await self.on_view(ack, body, context)
            case "message_action":
                await self.on_message_shortcut(ack, body, context)
            case "shortcut":
                await self.on_global_shortcut(ack, body, context)
            case "view_closed" | "block_suggestion" | "interactive_message":
                await ack()
            case None if "command" in body:
                await self.on_command(ack, body, context)
            case _:
                return BoltResponse(status=404)
        return ack.response or BoltResponse(status=200)

    async def on_event(self, body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        here = self._here(context)
        match event["type"]:
            case "app_mention":
                await self._hand_in(events.mentioned(event, here))
            case "message":
                await self._hand_in(events.said(event, here))
            case "app_home_opened" if event.get("tab") == "home":
                page = HOME if HOME in self.desk.commands() else "help"
                await self._hand_in(events.home_opened(event, str(body.get("event_id", "")), here, page))
            case "app_home_opened" if event.get("tab") == "messages":
                self.errands.run(self._suggest(here, event["channel"]))
            case "link_shared" if self.unfurls and event.get("user") != here.bot_user:
                self.errands.run(self.unfurls.shared(body, event, here))
            case "agent_session_stopped":
                self.errands.run(self._end_session(here, event))
                await self._hand_in(events.stopped(event, str(body.get("event_id", "")), here))
            case "app_uninstalled":
                await self._leave(here)
            case "tokens_revoked" if event.get("tokens", {}).get("bot"):
                await self._leave(here)
            case _:
                pass  # subscribed to for another version of us, or by mistake: nothing to do

    async def on_command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self._hand_in(events.command(body, self._here(context)))
        await ack()

    async def on_press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        here = self._here(context)
        for action in body["actions"]:
            press = presses.read(action)
            if press is None:
                self.errands.run(self._whisper(body, here, UNKNOWN_PRESS))
            elif press.verb in (presses.ASK, presses.FORM):
                await self._open_form(body, press, here)
            elif press.verb != presses.OPEN:
                await self._hand_in(events.pressed(body, action, press, here))
        await ack()

    async def on_view(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        view = body["view"]
        try:
            message = events.submitted(body, views.errand(view), self._here(context))
        except (KeyError, TypeError, ValueError):
            await ack()  # not a form of ours
            return
        click = message.click
        faults = self.desk.faults(click.intent, click.arguments) if click else {}
        if faults:
            await ack(response_action="errors", errors=views.errors(view, faults))
            return
        await self._hand_in(message)
        await ack()

    async def on_message_shortcut(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        here = self._here(context)
        if body.get("callback_id") == ACT_ON_ALERT:
            of = {"of": events.message_id(body)}
            await self._open_form(body, Press(presses.ASK, ACT_ON_ISSUE, of), here)
        else:
            asked = views.question(events.place_of(body, here), events.asked_about(body, here))
            await self._open(body, asked, here)
        await ack()

    async def on_global_shortcut(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        here = self._here(context)
        await self._open(body, views.question(events.place_of(body, here), ""), here)
        await ack()

    async def _hand_in(self, message: Message | None) -> None:
        if message is not None:
            await self.desk.receive(message)

    async def _open_form(self, body: Payload, press: Press, here: Here) -> None:
        try:
            form = press.form or await self._form(body, press, here)
        except (Problem, LookupError) as problem:
            says = f"{problem.says} {problem.advice}".strip() if isinstance(problem, Problem) else UNKNOWN_PRESS
            self.errands.run(self._whisper(body, here, says))
            return
        view = views.modal(form, _errand(body, form, here))
        if view is None:
            self.errands.run(self._whisper(body, here, TOO_LARGE_FORM))
            return
        await self._open(body, view, here)

    async def _form(self, body: Payload, press: Press, here: Here) -> Form:
        given = await self.desk.given(events.place_of(body, here), press.intent, press.arguments)
        return self.desk.form(press.intent, given, press.asks)

    async def _open(self, body: Payload, view: BlockKit, here: Here) -> None:
        """Before anything else: the trigger is good for three seconds and for one use."""
        try:
            token = await self._token(here)
            await self.api.call("views.open", token, trigger_id=body["trigger_id"], view=view)
        except Problem as problem:
            self.errands.run(self._whisper(body, here, f"{problem.says} {problem.advice}".strip()))

    async def _whisper(self, body: Payload, here: Here, text: str) -> None:
        """A sentence that only the person who pressed can see."""
        if "channel" not in body:
            return
        place, user = events.place_of(body, here), body["user"]["id"]
        await self.api.call(
            "chat.postEphemeral",
            await self._token(here),
            channel=place.channel,
            user=user,
            text=text,
            thread_ts=_open_thread(body),
        )

    async def _suggest(self, here: Here, channel: str) -> None:
        """Without a thread: with one, the call does nothing in an agent's view, and says that it did."""
        prompts = [{"title": title, "message": message} for title, message in await self._prompts(here, channel)]
        await self.api.call(
            "assistant.threads.setSuggestedPrompts", await self._token(here), channel_id=channel, prompts=prompts
        )

    async def _prompts(self, here: Here, channel: str) -> Sequence[tuple[str, str]]:
        """For how things stand now; the usual ones where that cannot be told."""
        try:
            found = await self.desk.suggestions(Place(SLACK, here.workspace, channel, kind=PlaceKind.PERSONAL))
        except Problem:
            return PROMPTS
        return [(one.title, one.question) for one in found][:MOST_PROMPTS] or PROMPTS

    async def _end_session(self, here: Here, event: Payload) -> None:
        """Slack has stopped the stream; the mark that we are at work does not go by itself."""
        await self.api.call(
            "agents.sessions.setStatus",
            await self._token(here),
            channel_id=event["channel"],
            thread_ts=event.get("thread_ts"),
            status="active",
        )

    async def _leave(self, here: Here) -> None:
        await self.directory.remove_installation(SLACK, here.workspace)
        self.identities.forget(here.workspace)
        log.info("left a workspace", extra={"platform": SLACK, "workspace": here.workspace})

    async def _token(self, here: Here) -> str:
        found = await self.identities.of(here.workspace)
        return found.token if found else ""

    def _here(self, context: AsyncBoltContext) -> Here:
        who = context.authorize_result
        workspace = (who and who.team_id) or context.team_id or context.enterprise_id or ""
        return Here(workspace, (who and who.bot_user_id) or "", self.clock.now())


class Dispatch(AsyncMiddleware):
    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - the shape that Bolt asks for
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002 - likewise
    ) -> BoltResponse:
        return await self._listeners.answer(req.body, req.context)


async def on_error(error: Exception) -> BoltResponse:
    """Slack sends again whatever is answered with 5xx, and nothing else."""
    if isinstance(error, Unavailable):
        log.warning("not taken in", extra={"platform": SLACK, "reason": str(error)})
        return BoltResponse(status=503)
    log.error("a request failed", extra={"platform": SLACK}, exc_info=error)
    return BoltResponse(status=500)


def _errand(body: Payload, form: Form, here: Here) -> views.Errand:
    place: Place = events.place_of(body, here)
    if place.kind is PlaceKind.HOME:  # what is asked from the page is answered in the chat: the page stays
        place = Place(SLACK, here.workspace, place.channel, kind=PlaceKind.PERSONAL)
    return views.Errand(place, form.intent, form.arguments, events.message_id(body))


def _open_thread(body: Payload) -> str | None:
    """Only a thread that exists can hold a whisper."""
    thread = body.get("message", {}).get("thread_ts") or body.get("container", {}).get("thread_ts")
    return str(thread) if thread else None
