"""Requests as the platforms sign them, or nearly so, sent to the running bot without the doubles' help."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp

from handlers.playground.doubles.slack import payloads
from handlers.playground.doubles.slack.workspace import ME
from handlers.playground.doubles.teams.activities import outgoing
from handlers.playground.doubles.teams.keys import CONNECTOR
from tests.acceptance.rig import APP_ID, Rig

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    world: Rig
    session: aiohttp.ClientSession

    async def slack(self, body: bytes, kind: str = JSON, *, headers: Mapping[str, str] | None = None) -> int:
        signed = self.slack_headers(body) if headers is None else headers
        return await self._post("/slack/events", body, {"Content-Type": kind, **signed})

    async def teams(self, body: bytes, headers: Mapping[str, str]) -> int:
        return await self._post("/api/messages", body, headers)

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        # Without this aiohttp would name a content type where none is given.
        quiet = {"skip_auto_headers": ["Content-Type"]} if "Content-Type" not in headers else {}
        async with self.session.post(self.world.bot_url + path, data=BytesIO(body), headers=headers, **quiet) as answer:  # type: ignore[arg-type]
            await answer.read()
            return answer.status

    def slack_headers(self, body: bytes, *, at: str = "", secret: str = "") -> dict[str, str]:
        stamp = at or str(int(time.time()))
        key = secret or self.world.env["SLACK_SIGNING_SECRET"]
        digest = hmac.new(key.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def mention(self, text: str) -> tuple[bytes, str]:
        """A mention in #incidents that the bot has not heard of yet, as Slack will tell of it; and its thread."""
        workspace = self.world.slack.workspace
        channel = workspace.channels[self.world.slack_channel("incidents")]
        written = f"<@{workspace.bot.user}> {text}"
        message = {"type": "message", "user": ME, "team": workspace.team["id"], "text": written, "ts": workspace.ts()}
        workspace.messages[channel.id].append(message)
        event = payloads.callback(workspace, payloads.mention_event(channel, message))
        return json.dumps(event).encode(), str(message["ts"])

    def press(self, message: Mapping[str, Any], **action: Any) -> bytes:
        """A press on a button in a message of #incidents, as Slack tells of it."""
        workspace = self.world.slack.workspace
        channel = workspace.channels[self.world.slack_channel("incidents")]
        told = payloads.interaction(workspace, "block_actions", ME, workspace.mint("trigger."))
        told |= payloads.about_message(channel, dict(message), f"{self.world.url}/slack/response/none")
        pressed = {"type": "button", "block_id": "b", "action_ts": workspace.ts(), **action}
        return urlencode({"payload": json.dumps({**told, "actions": [pressed]})}).encode()

    def activity(self, text: str = "help") -> Body:
        """A message in a personal chat, as Teams tells of it."""
        world = self.world.teams.world
        conversation = world.personal(world.me)
        service_url = f"{self.world.url}/teams/connector/"
        person = world.people[world.me]
        frame = outgoing(world, conversation, person, kind="message", root="", service_url=service_url)
        return {**frame, "text": text, "textFormat": "plain"}

    def claims(self, **other: Any) -> Body:
        """What a good token says; None takes a claim away."""
        good = {"iss": CONNECTOR, "aud": APP_ID, "serviceurl": f"{self.world.url}/teams/connector/", **other}
        return {name: value for name, value in good.items() if value is not None}

    def bearer(self, claims: Body | None = None, lasts: timedelta = timedelta(hours=1)) -> dict[str, str]:
        token = self.world.teams.channel_keys.sign(self.claims() if claims is None else claims, lasts)
        return {"Authorization": f"Bearer {token}", "Content-Type": JSON}
