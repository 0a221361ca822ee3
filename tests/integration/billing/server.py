"""Reports of OpenAI and of Anthropic as they give them: each with its own key, its own limits and its own spelling."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

OPENAI_KEY, ANTHROPIC_KEY = "sk-admin-0123456789abcdef", "sk-ant-admin01-0123456789"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WIDTHS = {"1m": timedelta(minutes=1), "1h": HOUR, "1d": DAY}
MOST = {"1m": 1440, "1h": 168, "1d": 31}
Line = tuple[datetime, dict[str, Any]]


@dataclass
class FakeMakers:
    """What was used and billed, each with its instant; `fault` answers once instead."""

    completions: list[Line] = field(default_factory=list)
    costs: list[Line] = field(default_factory=list)
    messages: list[Line] = field(default_factory=list)
    cost_report: list[Line] = field(default_factory=list)
    faults: list[Callable[[], web.Response]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.faults:
            return self.faults.pop(0)()
        match request.path.removeprefix("/v1/"):
            case "organization/usage/completions":
                return self._openai(
                    request, self.completions, {"project_id", "user_id", "api_key_id", "model", "batch"}
                )
            case "organization/usage/embeddings":
                return self._openai(request, [], {"project_id", "user_id", "api_key_id", "model"})
            case "organization/costs":
                return self._openai(request, self.costs, {"project_id", "line_item"}, {"1d": 180})
            case "organizations/usage_report/messages":
                groups = {"api_key_id", "workspace_id", "model", "service_tier", "context_window"}
                return self._anthropic(request, self.messages, groups, MOST)
            case "organizations/cost_report":
                return self._anthropic(request, self.cost_report, {"workspace_id", "description"}, {"1d": 31})
        return web.json_response({"error": {"message": "Not found"}}, status=404)

    def _openai(
        self, request: web.Request, lines: list[Line], groups: set[str], most: dict[str, int] = MOST
    ) -> web.Response:
        given = request.query
        if request.headers.get("Authorization") != f"Bearer {OPENAI_KEY}":
            says = "You have insufficient permissions for this operation. Missing scopes: api.usage.read."
            return _error(401, says)
        width, wanted = given.get("bucket_width", "1d"), given.getall("group_by", [])
        known = {"start_time", "end_time", "bucket_width", "group_by", "limit", "page"}
        if set(given) - known or not given.get("start_time", "").isdecimal():
            return _error(400, "Missing required parameter: 'start_time'.")
        if width not in most or not 1 <= int(given.get("limit", "7")) <= most[width] or set(wanted) - groups:
            return _error(400, "Invalid value.")
        since = datetime.fromtimestamp(int(given["start_time"]), UTC)
        until = datetime.fromtimestamp(int(given["end_time"]), UTC) if "end_time" in given else since + 7 * DAY
        step, first, count = WIDTHS[width], int(given.get("page", "page_0").removeprefix("page_")), int(given["limit"])
        starts, more = _starts(since, until, step, first, count)
        buckets = [
            {
                "object": "bucket", "start_time": int(at.timestamp()), "end_time": int((at + step).timestamp()),
                "results": [one for when, one in lines if at <= when < at + step],
            }
            for at in starts
        ]  # fmt: skip
        page = f"page_{first + count}" if more else None
        return web.json_response({"object": "page", "data": buckets, "has_more": more, "next_page": page})

    def _anthropic(
        self, request: web.Request, lines: list[Line], groups: set[str], most: dict[str, int]
    ) -> web.Response:
        given = request.query
        if request.headers.get("x-api-key") != ANTHROPIC_KEY:
            return _error(401, "invalid x-api-key", "authentication_error")
        if request.headers.get("anthropic-version") != "2023-06-01":
            return _error(400, "anthropic-version: header is required", "invalid_request_error")
        width, wanted = given.get("bucket_width", "1d"), given.getall("group_by[]", [])
        known = {"starting_at", "ending_at", "bucket_width", "group_by[]", "limit", "page"}
        if set(given) - known or set(wanted) - groups or width not in most:
            return _error(400, "Extra inputs are not permitted", "invalid_request_error")
        if not given.get("starting_at", "").endswith("Z") or not 1 <= int(given.get("limit", "7")) <= most[width]:
            return _error(400, "limit: Input should be less than or equal to 31", "invalid_request_error")
        since = datetime.fromisoformat(given["starting_at"])
        until = datetime.fromisoformat(given["ending_at"]) if "ending_at" in given else since + 7 * DAY
        step, first, count = WIDTHS[width], int(given.get("page", "page_0").removeprefix("page_")), int(given["limit"])
        starts, more = _starts(since, until, step, first, count)
        buckets = [
            {
                "starting_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "ending_at": f"{at + step:%Y-%m-%dT%H:%M:%SZ}",
                "results": [one for when, one in lines if at <= when < at + step],
            }
            for at in starts
        ]  # fmt: skip
        page = f"page_{first + count}" if more else None
        return web.json_response({"data": buckets, "has_more": more, "next_page": page})


def used(at: datetime, calls: int, read: int, written: int, cached: int = 0, **given: Any) -> Line:
    told = {
        "object": "organization.usage.completions.result", "input_tokens": read, "output_tokens": written,
        "input_cached_tokens": cached, "num_model_requests": calls, "project_id": "proj_docs", "user_id": None,
        "api_key_id": None, "model": "gpt-4o-2024-08-06", "batch": None, **given,
    }  # fmt: skip
    return at, told


def billed(at: datetime, value: str | float, line: str, project: str = "proj_docs", currency: str = "usd") -> Line:
    amount = {"value": value, "currency": currency}
    return at, {
        "object": "organization.costs.result", "amount": amount, "line_item": line, "project_id": project,
        "organization_id": "org-1",
    }  # fmt: skip


def _starts(since: datetime, until: datetime, step: timedelta, first: int, count: int) -> tuple[list[datetime], bool]:
    every = []
    at = since
    while at < until:
        every.append(at)
        at += step
    return every[first : first + count], first + count < len(every)


def _error(status: int, says: str, kind: str = "invalid_request_error") -> web.Response:
    return web.json_response({"type": "error", "error": {"type": kind, "message": says}}, status=status)


@asynccontextmanager
async def serving() -> AsyncIterator[FakeMakers]:
    makers = FakeMakers()
    app = web.Application()
    app.router.add_route("GET", "/{path:.*}", makers.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    makers.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield makers
    finally:
        await runner.cleanup()
