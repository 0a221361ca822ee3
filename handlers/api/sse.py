"""An answer as server-sent events: what is being done, words as they come, and the whole of it at the end."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import hdrs, web
from pydantic import BaseModel

from bot.conversation.hearing import Heard
from bot.model.errors import Problem
from handlers.api.chat import Answered, Asked, Chat
from handlers.api.refusals import refusal

EVENTS = "text/event-stream"
SLOW = 15.0  # seconds that a reader may take for one event


def wanted(request: web.Request) -> bool:
    return EVENTS in request.headers.get(hdrs.ACCEPT, "")


async def stream(
    request: web.Request, chat: Chat, asked: Asked, told: Callable[[Answered], BaseModel]
) -> web.StreamResponse:
    """What was asked is kept: whoever goes away asks again with the same Idempotency-Key."""
    answer = web.StreamResponse(headers={hdrs.CONTENT_TYPE: EVENTS, "X-Accel-Buffering": "no"})
    await answer.prepare(request)
    try:
        await _told(answer, chat, asked, told)
        await answer.write_eof()
    except (ConnectionError, TimeoutError):
        pass  # nobody reads it any more
    return answer


async def _told(answer: web.StreamResponse, chat: Chat, asked: Asked, told: Callable[[Answered], BaseModel]) -> None:
    await _send(answer, "begun", {"messageId": asked.id, "conversationId": asked.session.id})
    try:
        seq = 0
        async for heard in chat.follow(asked):
            if isinstance(heard, Answered):
                await _send(answer, "answer", told(heard).model_dump(mode="json", by_alias=True))
            elif heard.kind == "words":
                seq += 1
                await _send(answer, "chunk", chunk(asked, seq, heard))
            elif heard.kind == "step":
                await _send(answer, "step", {"messageId": asked.id, "text": heard.text})
    except Problem as problem:
        refused = refusal(problem)
        text = refused.text if refused else None
        await _send(answer, "error", json.loads(text) if text else {"error": problem.says})


def chunk(asked: Asked, seq: int, heard: Heard) -> dict[str, object]:
    """What is heard comes sentence by sentence: put together, the deltas read as text."""
    return {"messageId": asked.id, "seq": seq, "delta": heard.text if seq == 1 else f" {heard.text}"}


async def _send(answer: web.StreamResponse, event: str, data: object) -> None:
    written = json.dumps(data, ensure_ascii=False)
    async with asyncio.timeout(SLOW):
        await answer.write(f"event: {event}\ndata: {written}\n\n".encode())
