"""An answer that comes in pieces. It counts only once its end has come: a stream that merely stops was broken off."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from openai.types.chat import ChatCompletionChunk

from bot.model.errors import Rejected, Unavailable
from bot.ports.model import Heard, TooSlow, Written
from integrations.openai.counting import tokens_of

STALL = timedelta(seconds=8)  # from one piece to the next; the first one has the time of the whole


async def told(
    pieces: AsyncIterator[ChatCompletionChunk], what: str, request: Mapping[str, Any], heard: Heard
) -> Written:
    text, finish, model, usage = "", "", str(request["model"]), None
    async for piece in _in_time(pieces, what):
        model, usage = piece.model or model, piece.usage or usage
        for choice in piece.choices[:1]:
            if choice.delta.refusal or choice.finish_reason == "content_filter":
                raise Rejected(f"{what} does not want to write about this.", code="refusal")
            finish = choice.finish_reason or finish
            if choice.delta.content:
                text += choice.delta.content
                await heard(choice.delta.content)
    if not finish:
        raise Unavailable(what)  # the package itself takes this for an end
    return Written(text, model, tokens_of(usage, request, text), cut=finish == "length")


async def _in_time(pieces: AsyncIterator[ChatCompletionChunk], what: str) -> AsyncIterator[ChatCompletionChunk]:
    begun = False
    while True:
        try:
            async with asyncio.timeout(STALL.total_seconds() if begun else None):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError as problem:
            raise TooSlow(what) from problem
        except ValueError as problem:  # a broken piece; the package lets json's own error out
            raise Unavailable(what) from problem
        begun = True
        yield piece
