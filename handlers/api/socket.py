"""The socket `/ai/ws`: questions in, and out what is done, words as they come, answers, and issues as they change."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, WSMsgType, hdrs, web
from pydantic import BaseModel, ValidationError

from bot.model.errors import Forbidden, Problem, TooOften
from bot.model.payload import read_json
from bot.ports.services import Clock
from bot.ports.sessions import Conversation
from handlers.api import chat_shapes as shapes
from handlers.api import frames
from handlers.api.chat import Chat, same
from handlers.api.chat_asked import ChatMessage, Opening, Pinging, Subscribing
from handlers.api.chat_routes import TAG, Talks
from handlers.api.issue_topic import IssueTopic
from handlers.api.refusals import refusal, unfit
from handlers.api.route import Call, Given, Route
from handlers.api.socket_answers import Answers
from handlers.api.socket_line import GONE, PING_EVERY, Line

log = logging.getLogger(__name__)

LARGEST_FRAME = 32 * 1024
A_PERSON = 5  # sockets at a time
ALL = 1000
BROKEN_IN_A_ROW = 10
LOOK_AGAIN = 60.0  # seconds between two looks at whether the key still opens this
COME_AGAIN = PING_EVERY

_KINDS: Mapping[str, type[BaseModel]] = {
    "chat_message": ChatMessage, "subscribe": Subscribing, "unsubscribe": Subscribing, "ping": Pinging,
}  # fmt: skip


class Sockets:
    """All that are open in this process."""

    def __init__(self, talks: Talks, clock: Clock, origins: Collection[str]) -> None:
        self._talks, self._clock = talks, clock
        self._origins = frozenset(_origin(one) for one in origins)
        self._open: dict[Line, str] = {}

    @property
    def chat(self) -> Chat:
        return self._talks.chat

    async def serve(self, call: Call, asked: Opening) -> Given:
        self._check(call)
        session = await self._talks.own(call, asked.conversation_id)
        response = web.WebSocketResponse(max_msg_size=LARGEST_FRAME, autoping=False, compress=False, timeout=5)
        await response.prepare(call.request)
        async with self._opened(call, response) as line:
            await Served(self._talks, call, session, line).run()
        return response

    async def close(self, _: web.Application) -> None:
        """The process stops: whoever comes again finds the conversation as it was."""
        await asyncio.gather(*(one.close(WSCloseCode.GOING_AWAY, "I am being restarted.") for one in self._open))

    def _check(self, call: Call) -> None:
        """A page sends where it comes from, and may not be anybody's; programs send nothing."""
        origin = call.request.headers.get(hdrs.ORIGIN, "")
        if origin and _origin(origin) not in self._origins:
            raise Forbidden("This page may not open a socket here.")
        counted = Counter(self._open.values())
        if counted[call.key.id] >= A_PERSON or len(self._open) >= ALL:
            raise TooOften(f"There may be {A_PERSON} sockets of one key at a time.", retry_after=COME_AGAIN)

    @asynccontextmanager
    async def _opened(self, call: Call, response: web.WebSocketResponse) -> AsyncIterator[Line]:
        line = Line(response, self._clock)
        self._open[line] = call.key.id
        try:
            yield line
        finally:
            del self._open[line]


class Served:
    """One socket: what comes in is read here; what goes out is written by tasks of its own, each at its pace."""

    def __init__(self, talks: Talks, call: Call, session: Conversation, line: Line) -> None:
        self._talks, self._call, self._session, self._line = talks, call, session, line
        self._answers = Answers(talks, call, line)
        self._topic = IssueTopic(call, line)

    async def run(self) -> None:
        await self._line.send(frames.status(self._line, self._session))
        tasks = [
            asyncio.create_task(work, name=f"socket {name}")
            for name, work in {
                "answers": self._answers.run(self._session), "issues": self._topic.run(),
                "pings": self._line.keep_alive(), "key": self._watch_key(),
            }.items()
        ]  # fmt: skip
        try:
            await self._read()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._line.finished()

    async def _read(self) -> None:
        broken = 0
        while not self._line.closed:
            came = await self._line.receive()
            if came.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return
            if came.type is WSMsgType.PONG:
                await self._line.send(frames.status(self._line, self._session))
                continue
            try:
                await self._take(came)
                broken = 0
            except Problem as problem:
                broken += 1
                await self._line.send(_told(problem))
            if broken >= BROKEN_IN_A_ROW:
                await self._line.close(WSCloseCode.POLICY_VIOLATION, "Too much that could not be taken.")

    async def _take(self, came: Any) -> None:
        if came.type is not WSMsgType.TEXT:
            raise refused_frame("Frames are JSON objects in text.")
        frame = _read(came.data)
        match frame:
            case ChatMessage():
                await self._ask(frame)
            case Subscribing(type=kind):
                self._topic.want(on=kind == "subscribe")
            case Pinging():
                await self._line.send(frames.status(self._line, self._session))

    async def _ask(self, frame: ChatMessage) -> None:
        await self._call.again()
        chat, call = self._talks.chat, self._call
        same(call, frame.context.user_id, frame.context.tenant_id, await chat.person(call))
        if frame.conversation_id not in ("", self._session.id, self._session.place.channel):
            raise Forbidden("This socket is of another conversation.")
        session = await chat.find(call, self._session.id)
        session = await chat.told(call, session, frame.context.facts)
        key = f"{call.key.id}:ws:{session.id}:{frame.message_id}" if frame.message_id else f"ws:{frames.new_id()}"
        asked = await chat.ask(call, session, frame.message, key)
        await self._answers.expect(asked, frame.message_id)

    async def _watch_key(self) -> None:
        """A token that has run out, and a key that was revoked, close what they opened."""
        ends_at = self._call.caller.ends_at
        while True:
            left = (ends_at - self._line.clock.now()).total_seconds() if ends_at else LOOK_AGAIN
            await self._line.clock.sleep(max(0.0, min(LOOK_AGAIN, left)))
            try:
                await self._call.again()
            except Problem as problem:
                await self._line.close(GONE, problem.says)
                return


def _read(text: str) -> BaseModel:
    body = read_json(text.encode())
    if not isinstance(body, dict):
        raise refused_frame("Frames are JSON objects in text.")
    wanted = _KINDS.get(str(body.get("type")))
    if wanted is None:
        raise refused_frame("`type` is chat_message, subscribe, unsubscribe or ping.")
    try:
        return wanted.model_validate(body)
    except ValidationError as problem:
        raise unfit(problem) from None


def refused_frame(says: str) -> Problem:
    return frames.Unreadable("", says)


def _told(problem: Problem) -> dict[str, Any]:
    answer = refusal(problem)
    told = json.loads(answer.text or "{}") if answer else {"error": problem.says}
    return {"type": "error", "status": answer.status if answer else 500, **told}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def route(sockets: Sockets) -> Route[Opening]:
    return Route(
        method="GET", path="/ai/ws", says="A WebSocket: ask, and hear answers as they are made.", tag=TAG,
        asks=Opening, gives=shapes.Connected, act=sockets.serve, socket=True,
    )  # fmt: skip
