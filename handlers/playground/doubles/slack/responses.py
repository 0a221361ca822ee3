"""response_url: what a press or a command may be answered with later; five times, within half an hour."""

import copy
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handlers.playground.doubles.slack import limits, posting
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.workspace import CHAT, Channel, Json, Workspace

_KEYS = frozenset(
    "text blocks attachments response_type replace_original delete_original thread_ts mrkdwn unfurl_links "
    "unfurl_media metadata link_names parse".split()
)


@dataclass(slots=True)
class _Address:
    channel: Channel
    user: str
    original: Json | None
    until: float
    left: int = limits.RESPONSE_URL_USES


class Responses:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._addresses: dict[str, _Address] = {}

    def address(self, channel: Channel, user: str, original: Json | None = None) -> str:
        workspace = self._workspace
        name = workspace.mint("", 24)
        self._addresses[name] = _Address(channel, user, original, workspace.now() + limits.RESPONSE_URL_SECONDS)
        return f"{workspace.base_url}/slack/response/{name}"

    async def handle(self, request: web.Request) -> web.Response:
        address = self._addresses.get(request.match_info["name"])
        status, answer = 200, "ok"
        given: Any = None
        try:
            given = await _read(request)
            self._take(address, given)
        except Refused as refused:
            status = 404 if refused.error in ("expired_url", "used_url") else 200
            answer = json.dumps({"ok": False, "error": refused.error, **refused.more})
        path = "/slack/response"
        self._workspace.bus.record(CHAT, "in", "POST", path, status=status, ms=0, request=given, response=answer)
        media = "text/html" if answer == "ok" else "application/json"
        return web.Response(text=answer, status=status, content_type=media)

    def say(self, channel: Channel, user: str, given: Json) -> Json:
        """The answer that came with the acknowledgement of a command: for one person unless it says otherwise."""
        workspace = self._workspace
        drawn = posting.content(given, too_long="msg_too_long", text_limit=limits.MESSAGE_TEXT)
        message = posting.from_bot(workspace, given, drawn)
        if given.get("response_type") != "in_channel":
            message["ephemeral_to"] = user
        return workspace.put(channel, message)

    def _take(self, address: _Address | None, given: Json) -> None:
        if address is None or self._workspace.now() > address.until:
            raise Refused("expired_url")
        if address.left == 0:
            raise Refused("used_url")
        address.left -= 1
        unknown = sorted(set(given) - _KEYS)
        if unknown:
            raise Refused("invalid_arguments", response_metadata={"messages": unknown})
        original = address.original
        if given.get("delete_original") and original is not None:
            self._workspace.remove(address.channel, original)
        elif given.get("replace_original") and original is not None:
            drawn = posting.content(given, too_long="msg_too_long", text_limit=limits.MESSAGE_TEXT)
            original.update(copy.deepcopy(drawn))
            self._workspace.change(address.channel, original)
        else:
            self.say(address.channel, address.user, given)


async def _read(request: web.Request) -> Json:
    try:
        given = json.loads(await request.read())
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(given, dict):
        raise Refused("invalid_payload")
    return given
