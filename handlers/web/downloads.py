"""Files that a chat had no room for, behind signed addresses."""

from urllib.parse import quote

from aiohttp import web

from bot.model.reply import File
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Storage
from handlers.web.links import Links

PICTURES = frozenset({"image/png"})


def register(app: web.Application, storage: Storage, links: Links, clock: Clock) -> None:
    async def download(request: web.Request) -> web.Response:
        tenant, key = request.match_info["tenant"], request.match_info["key"]
        expires, signature = (request.query.get(name, "") for name in ("expires", "signature"))
        now = clock.now()
        match links.check(tenant, key, expires, signature, now):
            case "forged":
                raise web.HTTPForbidden(text="This link is not valid. Open it from the chat as it stands there.\n")
            case "expired":
                raise web.HTTPGone(text="This link has expired. Ask again in the chat for a fresh one.\n")
        async with storage.work(TenantId(tenant)) as work:
            file = await work.downloads.get(key, now)
        if file is None:
            raise web.HTTPNotFound(text="This file is no longer kept. Ask again in the chat for a fresh one.\n")
        return web.Response(body=file.content, headers=_headers(file))

    app.router.add_get("/files/{tenant}/{key}", download)


def _headers(file: File) -> dict[str, str]:
    """Saved, never shown: what stands in a file was written by others and must not run on our address."""
    name = "".join(char if char.isprintable() and char not in '/\\:*?"<>|' else "_" for char in file.name) or "file"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    media = file.media_type if file.media_type.isascii() and file.media_type.isprintable() else ""
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Type": media or "application/octet-stream",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
        # A chat shows pictures in its own pages; whoever has the signed address may see it in any case.
        **({"Cross-Origin-Resource-Policy": "cross-origin"} if media in PICTURES else {}),
    }
