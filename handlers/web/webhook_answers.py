"""What the webhooks answer: in our words, and to those who think that we are PagerDuty, in its words."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.model.errors import Forbidden, Malformed, Missing, Problem
from bot.model.signal import Signal
from bot.ports.services import Meters

HEARTBEAT, PAGERDUTY, EVENTS, USAGE = "heartbeat", "pagerduty", "events", "usage"
WITHOUT_KEY = "/v2/enqueue"  # PagerDuty's own address; the key stands in the body
_ELSEWHERE = {WITHOUT_KEY: PAGERDUTY, "/api/alerts/alertmanager": "alertmanager"}


class Stranger(Problem):
    """Whoever it is, the key is not one that opens this door."""


TOLD = (Malformed, Stranger, Missing, Forbidden)
"""What is answered here; that something is away is answered for all routes alike."""

_RESULTS = {
    200: "accepted",
    202: "accepted",
    400: "malformed",
    401: "wrong_key",
    403: "refused",
    404: "unknown",
    408: "slow",
    413: "too_large",
    503: "unavailable",
}


def refusal(problem: Problem) -> web.Response:
    told = {"error": problem.says}
    if isinstance(problem, Malformed):
        told["field"] = problem.field
    return web.json_response(told, status=_status(problem))


def _status(problem: Problem) -> int:
    match problem:
        case Malformed():
            return 400
        case Stranger():
            return 401
        case Forbidden():
            return 403
        case _:
            return 404


def routing_key(body: Any) -> str:
    key = body.get("routing_key") if isinstance(body, dict) else None
    if not isinstance(key, str) or not key:
        raise Malformed("routing_key", "is missing or blank")
    return key


def processed(body: Any, signal: Signal) -> web.Response:
    """With the key by which the sender refers to the alert from now on: its own, or the one that was made for it."""
    key = str(body.get("dedup_key") or "").strip() or signal.fingerprint
    return web.json_response({"status": "success", "message": "Event processed", "dedup_key": key}, status=202)


def invalid_event(problem: Problem) -> web.Response:
    says = problem.says
    if isinstance(problem, Malformed) and problem.field:
        says = f"'{problem.field}' {says.removeprefix(f'{problem.field}: ')}"
    told = {"status": "invalid event", "message": "Event object is invalid", "errors": [says]}
    return web.json_response(told, status=_status(problem))


def counted(meters: Meters, sources: tuple[str, ...]) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def count(request: web.Request, response: web.StreamResponse) -> None:
        """Every answer of these routes, also those that are given before a handler is asked."""
        resource = request.match_info.route.resource
        path = resource.canonical if resource else ""
        if path in _ELSEWHERE:
            named = _ELSEWHERE[path]
        elif path.startswith("/webhooks/"):
            # Of the route where it has a name of its own; a stranger's word is not made a label.
            named = request.match_info.get("source") or path.split("/")[2]
        else:
            return
        source = named if named in sources else "none"
        meters.count("webhooks", source=source, result=_RESULTS.get(response.status, "failed"))

    return count
