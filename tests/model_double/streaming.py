"""An answer in pieces, as server-sent events; and the ways in which a stream goes wrong."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import web

Fault: TypeAlias = Literal["", "ends early", "broken piece", "stall", "drop", "length", "refusal"]
Body: TypeAlias = Mapping[str, Any]


@dataclass
class Pieces:
    """Words one by one. `fault` happens after so many of them; `gate` is waited for before the one of that number."""

    fault: Fault = ""
    after: int = 6
    counts: bool = True
    pause: float = 0.0
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    first_at: list[float] = field(default_factory=list)  # when the first piece of each answer went out
    sentence_at: list[float] = field(default_factory=list)  # and the one that ends its first sentence
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, request: web.Request, body: Body, text: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await _event(response, _chunk(body, {"role": "assistant", "content": ""}))
        loop, ended = asyncio.get_running_loop(), False
        for number, word in enumerate(_words(text)):
            if number in self.gates:
                await self.gates[number].wait()
            if self.fault and number == self.after:
                return await self._fail(request, response, body)
            if self.pause:
                await asyncio.sleep(self.pause)  # the pace of a model
            await _event(response, _chunk(body, {"content": word}))
            if number == 0:
                self.first_at.append(loop.time())
            elif not ended and text.split()[number - 1].endswith("."):
                ended = True
                self.sentence_at.append(loop.time())
        await _event(response, _chunk(body, {}, "stop"))
        return await self._end(response, body)

    async def _fail(self, request: web.Request, response: web.StreamResponse, body: Body) -> web.StreamResponse:
        match self.fault:
            case "broken piece":
                await response.write(b'data: {"id": "chatcmpl-1", "choices": [{"del\n\n')
            case "stall":
                await self.released.wait()
            case "drop":
                assert request.transport
                request.transport.abort()
            case "length":
                await _event(response, _chunk(body, {}, "length"))
                return await self._end(response, body)
            case "refusal":
                await _event(response, _chunk(body, {"refusal": "I cannot help with that."}))
                return await self._end(response, body)
        return response

    async def _end(self, response: web.StreamResponse, body: Body) -> web.StreamResponse:
        if self.counts and (body.get("stream_options") or {}).get("include_usage"):
            usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
            await _event(response, {**_chunk(body, {}), "choices": [], "usage": usage})
        await response.write(b"data: [DONE]\n\n")
        return response


def _words(text: str) -> list[str]:
    """As tokens come: the space before a word belongs to it."""
    first, *more = text.split(" ")
    return [first, *(f" {word}" for word in more)]


def _chunk(body: Body, delta: Body, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    kind = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    return {**kind, "choices": [choice]}


async def _event(response: web.StreamResponse, data: Body) -> None:
    await response.write(f"data: {json.dumps(data)}\n\n".encode())
