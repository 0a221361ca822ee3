"""Links that people paste while they write: the app of their domain is asked, and its card stands under the link."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from handlers.playground.doubles.teams.answers import CARD, UNREACHABLE, WENT_WRONG
from handlers.playground.doubles.teams.controls import Body, Scene
from handlers.playground.doubles.teams.courier import Answer
from handlers.playground.doubles.teams.message_check import check_adaptive
from handlers.playground.doubles.teams.problems import Refused
from handlers.playground.doubles.teams.world import Conversation

QUERY = "composeExtension/queryLink"
LAYOUTS = ("list", "grid")
SMALL = ("application/vnd.microsoft.card.thumbnail", "application/vnd.microsoft.card.hero")


NEWEST = (1, 3)
_LATER = ("Table", "Chart.", "CodeBlock", "Action.Execute")


def _is_newer(thing: Any) -> bool:
    """Whether it holds what came with a later version."""
    if isinstance(thing, dict):
        return str(thing.get("type", "")).startswith(_LATER) or any(map(_is_newer, thing.values()))
    return isinstance(thing, list) and any(map(_is_newer, thing))


class Links:
    """`domains`: those of the message handler in the app's manifest; `*.` before one stands for what is below it."""

    def __init__(self, scene: Scene, domains: Collection[str]) -> None:
        self._scene, self._domains = scene, domains

    async def paste(self, body: Body) -> dict[str, Any]:
        conversation = self._scene.conversation(body)
        person, url = self._scene.person(body, conversation), str(body.get("url") or "")
        if not self._handled(url):
            return {"ok": True, "asked": False, "cards": []}
        sent = self._scene.outgoing("invoke", conversation, person)
        sent |= {"name": QUERY, "value": {"url": url}}
        answer = await self._scene.courier.deliver(sent)
        cards, error = self._cards(answer, conversation)
        return {"ok": True, "asked": True, "status": answer.status, "cards": cards, "error": error}

    def _handled(self, url: str) -> bool:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        below = [one.removeprefix("*.") for one in self._domains if one.startswith("*.")]
        known = host in self._domains or any(host.endswith(f".{one}") for one in below)
        return parts.scheme in ("http", "https") and known

    def _cards(self, answer: Answer, conversation: Conversation) -> tuple[list[Any], str]:
        """What is shown under the link; nothing, and why, where Teams would show nothing."""
        if answer.status != 200:
            return [], UNREACHABLE if answer.status >= 502 else WENT_WRONG
        result = answer.body.get("composeExtension") if isinstance(answer.body, dict) else None
        if not isinstance(result, dict) or result.get("type") != "result":
            return [], "composeExtension has to be a result."
        if result.get("attachmentLayout") not in LAYOUTS or not isinstance(result.get("attachments"), list):
            return [], "A result has a layout (list or grid) and attachments."
        try:
            for one in result["attachments"]:
                self._check(one, conversation)
        except Refused as no:
            return [], no.message
        return [one["content"] for one in result["attachments"]], ""

    def _check(self, attachment: Any, conversation: Conversation) -> None:
        for one in (attachment, attachment.get("preview")) if isinstance(attachment, Mapping) else (None,):
            if one is attachment or one is not None:
                self._check_card(one, conversation)

    def _check_card(self, one: Any, conversation: Conversation) -> None:
        content = one.get("content") if isinstance(one, Mapping) else None
        if not isinstance(content, dict):
            raise Refused(400, "BadArgument", "An attachment has a contentType and a content.")
        if one.get("contentType") == CARD:
            if tuple(map(int, str(content.get("version", "9")).split("."))) > NEWEST or _is_newer(content):
                raise Refused(400, "BadArgument", "Under a link Teams draws cards of version 1.3 and earlier.")
            check_adaptive(content, conversation, self._scene.world)
        elif one.get("contentType") not in SMALL:
            raise Refused(400, "BadArgument", f"A result cannot hold {one.get('contentType')}.")
