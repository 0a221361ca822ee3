"""A stand-in for the service behind OpenAI's API, over real HTTP: it refuses what the real one refuses, and fails in
every way that a real one does. It shares no code with what it judges."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import web

from tests.model_double import checks
from tests.model_double.streaming import Pieces

KEY = "sk-test-0123456789abcdef0123"
MODELS = {"gpt-4o-mini", "gpt-4o-mini-2024-07-18", "local-7b"}
Request: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Mapping[str, Any] | str
Trouble: TypeAlias = Literal[
    "", "hang", "429", "money", "500", "nonsense", "prose", "html", "cut", "refusal", "drop", "no schema", "no format",
    "no tokens", "no models", "no stream options",
]  # fmt: skip


def no_answer(request: Request) -> Answer:
    raise AssertionError(f"nobody was to ask: {request['messages'][-1]['content'][:200]}")


@dataclass
class ModelDouble:
    """`answer` says what is written; `trouble` what goes wrong, for all calls or for those that are still `left`."""

    answer: Callable[[Request], Answer] = no_answer
    trouble: Trouble = ""
    left: int = -1  # -1: for all
    retry_after: str = "7"
    requests: list[Request] = field(default_factory=list)
    refused: list[checks.Fault] = field(default_factory=list)
    url: str = ""
    under_way: int = 0
    busiest: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    pieces: Pieces = field(default_factory=Pieces)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if fault := checks.fault(request.headers, body, KEY, MODELS):
            self.refused.append(fault)
            return _error(*fault)
        self.requests.append(body)
        self.under_way += 1
        self.busiest = max(self.busiest, self.under_way)
        try:
            wrong = await self._in_trouble(request, body)
        finally:
            self.under_way -= 1
        if wrong:
            return wrong
        answer = self.answer(body)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        if body.get("stream"):
            return await self.pieces.send(request, body, text)
        return web.json_response(self._completion(body, text))

    async def models(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "Incorrect API key provided.", "invalid_api_key")
        if self.trouble in ("500", "no models"):
            return _error(500 if self.trouble == "500" else 404, "The server had an error.", "x")
        listed = [{"id": one, "object": "model", "created": 1, "owned_by": "x"} for one in sorted(MODELS)]
        return web.json_response({"object": "list", "data": listed})

    def _now(self) -> Trouble:
        if self.left == 0:
            return ""
        self.left -= 1 if self.left > 0 else 0
        return self.trouble

    async def _in_trouble(self, request: web.Request, body: Request) -> web.StreamResponse | None:
        match trouble := self._now():
            case "hang":
                await self.released.wait()
                return None
            case "429":
                return _error(429, "Rate limit reached.", "rate_limit_exceeded", **{"Retry-After": self.retry_after})
            case "money":
                return _error(429, "You exceeded your current quota.", "insufficient_quota")
            case "500":
                return _error(500, "The server had an error while processing your request.", "server_error")
            case "html":
                return web.Response(text="<html>Welcome</html>", content_type="text/html")
            case "drop":
                assert request.transport
                request.transport.close()
                return web.Response()
            case "no stream options" if body.get("stream_options"):
                return _error(400, "Unsupported parameter: 'stream_options'.", "unsupported_parameter")
            case "no schema" | "no format" if _asks_for(body, trouble):
                return _error(400, "'response_format' of this type is not supported.", "unsupported")
            case _:
                return self._odd(trouble, body)

    def _odd(self, trouble: Trouble, body: Request) -> web.Response | None:
        match trouble:
            case "nonsense":
                return web.json_response(self._completion(body, '{"cause": 12, "oops": [}'))
            case "prose":
                return web.json_response(self._completion(body, "Sure! The cause is the database, by 9,999 %."))
            case "cut":
                return web.json_response(self._completion(body, '{"cause": "The data', finish="length"))
            case "refusal":
                return web.json_response(self._completion(body, None, refusal="I cannot help with that."))
            case "no tokens":
                answer = self._completion(body, json.dumps(self.answer(body)))
                return web.json_response({**answer, "usage": None})
            case _:
                return None

    def _completion(
        self, body: Request, text: str | None, *, finish: str = "stop", refusal: str | None = None
    ) -> dict[str, Any]:
        message = {"role": "assistant", "content": text, "refusal": refusal}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {
                "prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100,
                "prompt_tokens_details": {"cached_tokens": 400},
            },
        }  # fmt: skip


def _asks_for(body: Request, trouble: Trouble) -> bool:
    kind = (body.get("response_format") or {}).get("type")
    return kind == "json_schema" or (kind is not None and trouble == "no format")


def _error(status: int, message: str, code: str, **headers: str) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


@asynccontextmanager
async def serving(**given: Any) -> AsyncIterator[ModelDouble]:
    double = ModelDouble(**given)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", double.complete)
    app.router.add_get("/v1/models", double.models)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield double
    finally:
        double.released.set()
        double.pieces.released.set()
        await runner.cleanup()
