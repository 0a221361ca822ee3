"""The Slack double: a workspace that people use on the page, and that the bot uses through the Web API."""

import copy
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack import checks, lookups, payloads, posting, text
from handlers.playground.doubles.slack.access import EVERY_SCOPE, Access, api_test
from handlers.playground.doubles.slack.agents import Agents
from handlers.playground.doubles.slack.api import Call, WebApi
from handlers.playground.doubles.slack.courier import Courier
from handlers.playground.doubles.slack.files import Files
from handlers.playground.doubles.slack.links import Links
from handlers.playground.doubles.slack.owners import Owners
from handlers.playground.doubles.slack.pacing import Pacing
from handlers.playground.doubles.slack.people import People
from handlers.playground.doubles.slack.refusal import Impossible
from handlers.playground.doubles.slack.responses import Responses
from handlers.playground.doubles.slack.sockets import Sockets
from handlers.playground.doubles.slack.streams import Streams
from handlers.playground.doubles.slack.timers import Timers
from handlers.playground.doubles.slack.views import Views
from handlers.playground.doubles.slack.workspace import Channel, Json, Workspace

COMMANDS: tuple[Json, ...] = ({"command": "/ops", "description": "Ask Nightdesk about your systems"},)
SHORTCUTS: tuple[Json, ...] = (
    {"name": "Ask about this", "callback_id": "ask_about_this", "type": "message"},
    {"name": "Act on this alert", "callback_id": "act_on_alert", "type": "message"},
    {"name": "Ask Nightdesk", "callback_id": "ask", "type": "global"},
)


class SlackDouble:
    """`message_channels`: the app listens to its channels without being mentioned, as message.channels makes it."""

    def __init__(
        self,
        bus: Bus,
        faults: Faults,
        clock: Clock,
        *,
        bot_url: str,
        signing_secret: str,
        token: str,
        app_token: str,
        team: str = "T0NIGHT",
        seed: int = 1,
        rate_limits: bool = True,
        message_channels: bool = False,
        agent_view: bool = True,
        scopes: frozenset[str] = EVERY_SCOPE,
        client_id: str = "100.200",
        client_secret: str = "",
        commands: Sequence[Json] = COMMANDS,
        shortcuts: Sequence[Json] = SHORTCUTS,
        unfurl_domains: Sequence[str] = (),
    ) -> None:
        self._timers = Timers(clock)
        about = {"id": team, "name": "Night Shift", "domain": "night-shift"}
        self.workspace = Workspace(clock, bus, self._timers, about, seed=seed, agent_view=agent_view)
        self.workspace.listener = self._happened
        self.sockets = Sockets(self.workspace)
        self.courier = Courier(
            self.sockets,
            bot_url=bot_url,
            signing_secret=signing_secret,
            bus=bus,
            faults=faults,
            clock=clock,
            timers=self._timers,
        )
        self.access = Access(token, app_token, client_id, client_secret or secrets.token_hex(16), scopes)
        self.links = Links(self.workspace, unfurl_domains, scopes)
        self.views = Views(self.workspace)
        self.agents = Agents(self.workspace)
        self._signing_secret = signing_secret
        self._message_channels = message_channels
        self._streams = Streams(self.workspace, faults)
        self._files = Files(self.workspace)
        self._responses = Responses(self.workspace)
        self._commands, self._shortcuts = commands, shortcuts
        self._people = People(
            self.workspace,
            self.views,
            self._streams,
            self._responses,
            self.courier,
            commands=commands,
            shortcuts=shortcuts,
        )
        self._owners = Owners(self.workspace)
        pacing = Pacing(clock) if rate_limits else None
        self._api = WebApi(self.workspace, self._calls(), self.access, pacing, bus=bus, faults=faults, clock=clock)

    def routes(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.route("*", "/slack/api/{method}", self._api.handle),
                web.post("/slack/files/upload/{ticket}", self._files.receive),
                web.get("/slack/files/{file}/{name}", self._files.download),
                web.post("/slack/response/{name}", self._responses.handle),
                web.get("/slack/socket", self.sockets.accept),
                web.get("/slack/oauth/v2/authorize", self._authorize),
            ]
        )
        app.on_shutdown.append(self._end)

    async def control(self, name: str, body: Json) -> Json:
        call = self._people.calls.get(name) or self._owners.calls.get(name)
        if call is None:
            raise Impossible(f"Slack has no control call “{name}”.")
        return await call(body)

    def versions(self, channel: str, ts: str) -> list[Json]:
        """A message as it was posted, and after each change; the newest last."""
        return self.workspace.versions(channel, ts)

    def state(self) -> Json:
        views = [view for stack in self.views.stacks.values() for view in stack]
        return {
            **self.workspace.state(),
            "home": copy.deepcopy(self.views.homes),
            "views": copy.deepcopy(views),
            "commands": [dict(one) for one in self._commands],
            "shortcuts": [dict(one) for one in self._shortcuts],
        }

    def settings(self, base_url: str, *, socket_mode: bool = False) -> dict[str, str]:
        """The environment that points the bot here; with `socket_mode`, by a socket in place of HTTP."""
        self.workspace.base_url = base_url.rstrip("/")
        found = {
            "SLACK_BOT_TOKEN": self.access.bot_token,
            "SLACK_SIGNING_SECRET": self._signing_secret,
            "SLACK_API_URL": f"{self.workspace.base_url}/slack/api/",
        }
        return {**found, "SLACK_APP_TOKEN": self.access.app_token} if socket_mode else found

    async def settle(self) -> None:
        """Until the bot has been told, once, of all that happened."""
        await self.courier.settle()

    async def close(self) -> None:
        await self.sockets.close()
        await self._timers.close()
        await self.courier.close()

    def _calls(self) -> dict[str, Call]:
        streams, views, agents, files = self._streams, self.views, self.agents, self._files
        users = lookups.Users(self.access)
        return {
            "api.test": api_test,
            "auth.test": self.access.test,
            "oauth.v2.access": self.access.exchange,
            "apps.connections.open": self.sockets.ticket,
            "apps.manifest.validate": checks.manifest,
            "blocks.validate": checks.blocks,
            "chat.postMessage": posting.post_message,
            "chat.update": posting.update,
            "chat.delete": posting.delete,
            "chat.postEphemeral": posting.post_ephemeral,
            "chat.getPermalink": posting.permalink,
            "chat.unfurl": self.links.unfurl,
            "chat.startStream": streams.start,
            "chat.appendStream": streams.append,
            "chat.stopStream": streams.stop,
            "conversations.history": lookups.history,
            "conversations.replies": lookups.replies,
            "conversations.info": lookups.info,
            "conversations.list": lookups.listed,
            "conversations.open": lookups.opened,
            "conversations.members": lookups.members,
            "conversations.join": lookups.join,
            "users.info": users.info,
            "users.list": users.every,
            "users.lookupByEmail": users.by_email,
            "team.info": lookups.team_info,
            "bots.info": lookups.bot_info,
            "reactions.add": lookups.react,
            "views.open": views.open,
            "views.push": views.push,
            "views.update": views.update,
            "views.publish": views.publish,
            "files.getUploadURLExternal": files.get_url,
            "files.completeUploadExternal": files.complete,
            "files.info": files.info,
            "assistant.threads.setStatus": agents.set_status,
            "assistant.threads.setTitle": agents.set_title,
            "assistant.threads.setSuggestedPrompts": agents.suggest,
            "agents.sessions.setStatus": agents.set_session,
            "agents.sessions.rename": agents.rename,
            "entity.presentDetails": agents.present,
        }

    def _happened(self, what: str, channel: Channel, message: Json) -> None:
        """Tells the bot, also of what it did itself: Slack does, and bots must not answer themselves."""
        for event in self._events(what, channel, message):
            self.courier.tell(payloads.callback(self.workspace, event))

    def _events(self, what: str, channel: Channel, message: Json) -> list[Json]:
        workspace = self.workspace
        if what == "joined":
            return [payloads.joined_event(workspace, channel)]
        heard = workspace.bot.user in channel.members
        listens = heard and (channel.kind == "im" or self._message_channels)
        if what == "changed":
            return [payloads.changed_event(workspace, channel, message)] if listens else []
        if what == "deleted":
            return [payloads.deleted_event(workspace, channel, message)] if listens else []
        mentioned = channel.kind != "im" and text.mentions(message.get("text", ""), workspace.bot.user)
        events = []
        if shared := self.links.shared(channel, message):
            events.append(shared)
        if heard and mentioned and not message.get("bot_id"):
            events.append(payloads.mention_event(channel, message))
        if listens:
            events.append(payloads.message_event(channel, message))
        return events

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page where a person agrees to install the app; here they always do."""
        asked = request.query
        if asked.get("client_id") != self.access.client_id or not asked.get("redirect_uri"):
            raise web.HTTPBadRequest(text="invalid_client_id or redirect_uri")
        code = self.access.code(asked["redirect_uri"])
        query = urlencode({"code": code, "state": asked.get("state", "")})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{query}")

    async def _end(self, _: Any) -> None:
        await self.close()
