"""How the API says no: always JSON with a sentence, whoever refuses, and never a trace."""

import math
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from pydantic import ValidationError

from bot.model.errors import Forbidden, Malformed, Missing, Problem, Rejected, TooOften, Unavailable
from bot.model.harmless import clean

SHOWN = 20  # faulty fields that are named
LONGEST_NAME = 80
CONFLICTS = frozenset(
    {"asked", "expired", "changed", "taken", "used"}
)  # codes of what is refused because of how things stand now
COME_AGAIN = timedelta(seconds=5)
_KEPT = (hdrs.ALLOW, hdrs.RETRY_AFTER, hdrs.CONNECTION)
_PLAIN = {404: "There is nothing at this address.", 405: "This address does not take this method."}
_WRONG = {"missing": "it is missing", "extra_forbidden": "there is no such field"}

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Stranger(Problem):
    """Whoever it is, the key is not one that opens this door."""


class Unfit(Problem):
    """It can be read, and is not what is asked for; `fields` says what is wrong with which."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {says}." if name else f"{says}." for name, says in fields.items()))
        self.fields = fields


class Limit(Problem):
    """No more of it; `details` says of what, how much there is and how much is used."""

    def __init__(self, says: str, details: Mapping[str, Any], *, advice: str = "") -> None:
        super().__init__(says, advice=advice)
        self.details = details


def unfit(problem: ValidationError) -> Unfit:
    fields: dict[str, str] = {}
    for error in problem.errors(include_url=False, include_input=False, include_context=False):
        name = clean(".".join(str(part)[:LONGEST_NAME] for part in error["loc"]))
        says = _WRONG.get(error["type"], error["msg"].removeprefix("Value error, ").rstrip("."))
        fields.setdefault(name, clean(says))
        if len(fields) == SHOWN:
            break
    return Unfit(fields)


def refusal(problem: Problem) -> web.Response | None:
    """None: nothing that a caller could do about it."""
    told: dict[str, Any] = {"error": f"{problem.says} {problem.advice}".strip()}
    match problem:
        case Stranger():
            return _refused(401, told, {hdrs.WWW_AUTHENTICATE: 'Bearer realm="nightdesk"'})
        case Malformed(field=field):
            return _refused(400, told | ({"field": field} if field else {}))
        case Limit(details=details):
            return _refused(400, told | {"details": dict(details)})
        case Forbidden():
            return _refused(403, told)
        case Missing():
            return _refused(404, told)
        case Unfit(fields=fields):
            return _refused(422, told | {"fields": dict(fields)})
        case Rejected(code=code):
            return _refused(409 if code in CONFLICTS else 422, told)
        case TooOften(retry_after=after):
            return _refused(429, told, _later(after))
        case Unavailable(retry_after=after):
            return _refused(503, told, _later(after or COME_AGAIN))
        case _:
            return None


def in_json(paths: Collection[str]) -> Middleware:
    """What is refused before a route of ours is asked, or when it fails, is told as the route would tell it."""

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        ours = resource.canonical in paths if resource else request.path.startswith(("/api/", "/ai/"))
        try:
            answer = await handler(request)
        except web.HTTPException as refused:
            if not ours:
                raise
            answer = refused
        if not ours or answer.status < 400 or answer.content_type == "application/json":
            return answer
        text = answer.text if isinstance(answer, web.Response) else None
        kept = {str(name): answer.headers[name] for name in _KEPT if name in answer.headers}
        return _refused(answer.status, {"error": _PLAIN.get(answer.status) or (text or "").strip()}, kept)

    return tell


def _refused(status: int, told: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(told, status=status, headers=headers)


def _later(after: timedelta) -> dict[str, str]:
    return {hdrs.RETRY_AFTER: str(max(1, math.ceil(after.total_seconds())))}
