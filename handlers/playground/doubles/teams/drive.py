"""Files in personal chats: a card asks, a person allows, the bot fills an upload session."""

import mimetypes
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from handlers.playground.doubles.teams.answers import read_plain_answer
from handlers.playground.doubles.teams.controls import Body, Scene
from handlers.playground.doubles.teams.door import Door
from handlers.playground.doubles.teams.file_check import CONSENT
from handlers.playground.doubles.teams.problems import Refused

PATH = "/teams/onedrive"


@dataclass(slots=True)
class Item:
    id: str
    name: str
    size: int
    content: bytes | None = None


class Drive:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._sessions: dict[str, Item] = {}
        self._items: dict[str, Item] = {}

    def routes(self, app: web.Application, door: Door) -> None:
        app.router.add_put(f"{PATH}/sessions/{{session}}", door.open(self._receive))
        app.router.add_get(f"{PATH}/files/{{item}}/{{name}}", self._download)

    async def consent(self, body: Body) -> dict[str, Any]:
        """Allow or Decline on the card that asks for it; answers what the bot answered."""
        scene, conversation = self._scene, self._scene.conversation(body)
        person, activity = scene.person(body, conversation), scene.activity(body, conversation)
        action = str(body.get("action") or "accept")
        asked = [one for one in activity.get("attachments") or [] if one["contentType"] == CONSENT]
        if not asked or action not in ("accept", "decline"):
            raise ValueError("This message asks for no file to be saved.")
        content = asked[0]["content"]
        value: dict[str, Any] = {"type": "fileUpload", "action": action, "context": content.get(f"{action}Context")}
        if action == "accept":
            value["uploadInfo"] = self._opened(asked[0]["name"], content["sizeInBytes"])
        sent = scene.outgoing("invoke", conversation, person)
        answer = await scene.courier.deliver(
            {**sent, "name": "fileConsent/invoke", "value": value, "replyToId": activity["id"]}
        )
        shown = read_plain_answer(answer)
        scene.toast(conversation, shown, person.id)
        return {"ok": True, "status": answer.status, "shown": {"kind": shown.kind, "text": shown.text}}

    def _opened(self, name: str, size: int) -> dict[str, str]:
        """A new session with every press."""
        world, address = self._scene.world, self._scene.service_url.removesuffix("/teams/connector/") + PATH
        item = Item(f"item-{world.next_id()}", name, size)
        session = f"upload-{world.next_id()}"
        self._sessions[session] = item
        return {
            "contentUrl": f"{address}/files/{item.id}/{quote(name, safe='')}",
            "name": name,
            "uploadUrl": f"{address}/sessions/{session}",
            "uniqueId": item.id,
            "fileType": name.rpartition(".")[2],
        }

    async def _receive(self, request: web.Request) -> web.Response:
        item = self._sessions.get(request.match_info["session"])
        if item is None:
            raise Refused(404, "itemNotFound", "The upload session was not found.")
        if "Authorization" in request.headers:
            raise Refused(401, "unauthenticated", "An upload session takes no token.")
        content = await request.read()
        if not content or len(content) != item.size:
            raise Refused(400, "invalidRequest", "The size is not the one that was asked for.")
        if request.headers.get("Content-Range") != f"bytes 0-{len(content) - 1}/{len(content)}":
            raise Refused(416, "invalidRange", "The range does not name all of the file.")
        del self._sessions[request.match_info["session"]]
        item.content = content
        self._items[item.id] = item
        return web.json_response({"id": item.id, "name": item.name, "size": item.size}, status=201)

    async def _download(self, request: web.Request) -> web.Response:
        item = self._items.get(request.match_info["item"])
        if item is None:
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(item.name)[0] or "application/octet-stream"
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=item.content, content_type=kind, headers=headers)
