"""files.*: an address to upload to, the upload, the message that shares it, and the download."""

import mimetypes
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.posting import from_bot, joined, refuse_blocks
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.workspace import Json, Workspace

_PREVIEW_LINES = 5


@dataclass(slots=True)
class Upload:
    id: str
    name: str
    length: int
    alt: str
    snippet: str
    content: bytes | None = None
    shared: Json | None = None


class Files:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._uploads: dict[str, Upload] = {}
        self._tickets: dict[str, Upload] = {}

    def get_url(self, workspace: Workspace, args: Json) -> Json:
        if args["length"] < 1 or not args["filename"]:
            raise Refused("missing_argument")
        if len(args.get("alt_txt") or "") > limits.ALT_TXT:
            raise Refused("alt_txt_too_large")
        if args.get("snippet_type") and args["length"] > limits.SNIPPET_BYTES:
            raise Refused("snippet_too_large")
        upload = Upload(
            workspace.mint("F"),
            args["filename"],
            args["length"],
            args.get("alt_txt") or "",
            args.get("snippet_type") or "",
        )
        ticket = workspace.mint("", 24)
        self._uploads[upload.id] = self._tickets[ticket] = upload
        return {"upload_url": f"{workspace.base_url}/slack/files/upload/{ticket}", "file_id": upload.id}

    async def receive(self, request: web.Request) -> web.Response:
        upload = self._tickets.pop(request.match_info["ticket"], None)
        if upload is None:
            return web.Response(status=404, text="upload_not_found")
        content = await _content(request)
        if len(content) != upload.length:
            return web.Response(status=400, text="length does not match")
        upload.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, workspace: Workspace, args: Json) -> Json:
        uploads = [self._uploaded(one) for one in args["files"]]
        blocks = args.get("blocks") or []
        refuse_blocks(blocks)
        named = [args.get("channel_id") or "", *(args.get("channels") or "").split(",")]
        channels = [joined(workspace, name, archived="posting_to_channel_denied") for name in named if name]
        described = [self._file(upload, one.get("title")) for upload, one in zip(uploads, args["files"], strict=True)]
        for channel in channels:
            drawn = {"text": args.get("initial_comment") or "", "blocks": blocks, "files": described, "upload": True}
            for file in described:
                file["channels"] = [*file["channels"], channel.id]
            workspace.put(channel, from_bot(workspace, args, drawn))
        return {"files": [{"id": file["id"], "title": file["title"]} for file in described]}

    def info(self, _: Workspace, args: Json) -> Json:
        upload = self._uploads.get(args["file"])
        if upload is None or upload.shared is None:
            raise Refused("file_not_found")
        return {"file": upload.shared, "comments": [], "response_metadata": {"next_cursor": ""}}

    async def download(self, request: web.Request) -> web.Response:
        """Without a token: whoever sees the page is signed in to the workspace."""
        upload = self._uploads.get(request.match_info["file"])
        if upload is None or upload.content is None:
            raise web.HTTPNotFound
        kind = _media_type(upload.name)
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=upload.content, content_type=kind, headers=headers)

    def _uploaded(self, one: Any) -> Upload:
        upload = self._uploads.get(one.get("id") or "") if isinstance(one, dict) else None
        if upload is None:
            raise Refused("file_not_found")
        if upload.content is None or upload.shared is not None:
            raise Refused("file_update_failed")
        return upload

    def _file(self, upload: Upload, title: str | None) -> Json:
        workspace, content = self._workspace, upload.content or b""
        kind = _media_type(upload.name)
        address = f"{workspace.base_url}/slack/files/{upload.id}/{upload.name.replace('/', '_')}"
        upload.shared = {
            "id": upload.id,
            "created": int(workspace.now()),
            "timestamp": int(workspace.now()),
            "name": upload.name,
            "title": title or upload.name,
            "mimetype": kind,
            "filetype": upload.snippet or upload.name.rpartition(".")[2],
            "user": workspace.bot.user,
            "mode": "snippet" if upload.snippet else "hosted",
            "size": len(content),
            "alt_txt": upload.alt,
            "channels": [],
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        }
        if kind.startswith("text/") or upload.snippet:
            lines = content.decode("utf-8", "replace").splitlines()
            upload.shared |= {"preview": "\n".join(lines[:_PREVIEW_LINES]), "lines": len(lines)}
        return upload.shared


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


async def _content(request: web.Request) -> bytes:
    """The bytes as they are, or the first file of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""
