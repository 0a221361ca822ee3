"""/slack/api/{method}: from a request to an answer, with Slack's order of checks."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from aiohttp import web

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus, Fault, Faults
from handlers.playground.doubles.slack import arguments
from handlers.playground.doubles.slack.access import Access
from handlers.playground.doubles.slack.methods import COMMON_ERRORS, METHODS
from handlers.playground.doubles.slack.pacing import Pacing
from handlers.playground.doubles.slack.refusal import Refused
from handlers.playground.doubles.slack.workspace import CHAT, Json, Workspace

Call: TypeAlias = Callable[[Workspace, Json], Json]
_SECRET = ("token", "client_secret", "refresh_token")


class WebApi:
    def __init__(
        self,
        workspace: Workspace,
        calls: Mapping[str, Call],
        access: Access,
        pacing: Pacing | None,
        *,
        bus: Bus,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._workspace = workspace
        self._calls = calls
        self._access = access
        self._pacing = pacing
        self._bus = bus
        self._faults = faults
        self._clock = clock

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name, began = request.match_info["method"], time.perf_counter()
        if not self._workspace.base_url:
            self._workspace.base_url = str(request.url.origin())
        given: Json = {}
        fault = self._faults.next(CHAT, name, "429", "500", "503", "slow", "drop")
        if fault is not None and fault.kind == "slow":
            await self._clock.sleep(fault.seconds)
        status, answer, headers = _broken(fault) or (200, {}, {})
        if not answer:
            try:
                given = await arguments.read(request)
                status, answer, headers = self._answer(name, request, dict(given))
            except Refused as refused:
                answer = {"ok": False, "error": refused.error, **refused.more}
        lost = fault is not None and fault.kind == "drop"
        self._bus.record(
            CHAT,
            "in",
            request.method,
            f"/slack/api/{name}",
            status=0 if lost else status,
            ms=(time.perf_counter() - began) * 1_000,
            request=_shown(given),
            response=answer,
        )
        if lost and request.transport is not None:
            request.transport.abort()  # it was done, and nobody hears of it
        return web.json_response(answer, status=status, headers=headers)

    def _answer(self, name: str, request: web.Request, given: Json) -> tuple[int, Json, dict[str, str]]:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        token = arguments.token_of(request, given)
        self._access.check(method, token)
        if self._pacing is not None:
            wait = self._pacing.wait(name, method.tier, str(given.get("channel", "")))
            if wait:
                return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(wait)}
        if name == "oauth.v2.access":
            given |= arguments.client_of(request)
        args = given if name == "api.test" else arguments.bind(method, given)
        try:
            answer = self._calls[name](self._workspace, args)
        except Refused as refused:
            if name != "api.test" and refused.error not in method.errors | COMMON_ERRORS:
                raise RuntimeError(f"{name} does not answer {refused.error}") from refused
            raise
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._access.scopes))} if method.caller == "bot" else {}
        return 200, {"ok": True, **answer}, headers


def _broken(fault: Fault | None) -> tuple[int, Json, dict[str, str]] | None:
    """The answer of a call that fails before anything was done."""
    match fault.kind if fault else "":
        case "429" if fault:
            return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(max(1, round(fault.seconds)))}
        case "500":
            return 500, {"ok": False, "error": "internal_error"}, {}
        case "503":
            return 503, {"ok": False, "error": "service_unavailable"}, {}
        case _:
            return None


def _shown(given: Json) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in _SECRET}
