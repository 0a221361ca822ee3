"""What the control API takes and answers: JSON, and a sentence where it refuses."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from aiohttp import web

_KINDS: Mapping[int, type[web.HTTPError]] = {
    400: web.HTTPBadRequest,
    403: web.HTTPForbidden,
    404: web.HTTPNotFound,
    415: web.HTTPUnsupportedMediaType,
    503: web.HTTPServiceUnavailable,
}


async def body_of(request: web.Request) -> dict[str, Any]:
    # Asking for JSON keeps other pages of the same browser out: they cannot send it without being asked first.
    if request.content_type != "application/json":
        refuse("Send the body as application/json.", status=415)
    try:
        body = await request.json()
    except ValueError:
        refuse("The body is not JSON.")
    if not isinstance(body, dict):
        refuse("The body must be a JSON object.")
    return body


def sentence(missing: KeyError) -> str:
    what = str(missing.args[0]) if missing.args else "Something"
    return what if " " in what else f"`{what}` is missing or unknown."


def answered(value: Any, status: int = 200) -> web.Response:
    text = json.dumps(value, default=str)
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def refuse(says: str, *, status: int = 400) -> NoReturn:
    raise _KINDS.get(status, web.HTTPInternalServerError)(
        text=json.dumps({"error": says}), content_type="application/json"
    )
