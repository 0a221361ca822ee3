"""What is heard of a conversation, as frames: for each question that came over this socket, words and the answer."""

from collections import deque

from bot.conversation.hearing import Heard
from bot.model.errors import Problem
from bot.ports.sessions import Conversation
from handlers.api import frames, sse
from handlers.api.chat import LOOK_EVERY, Asked
from handlers.api.chat_routes import Talks
from handlers.api.refusals import refusal
from handlers.api.route import Call
from handlers.api.socket_line import Line

MEASURED = 20  # answers of this socket that an estimate is made from


class Answers:
    def __init__(self, talks: Talks, call: Call, line: Line) -> None:
        self._talks, self._call, self._line = talks, call, line
        self._open: dict[str, tuple[Asked, str]] = {}
        self._seq: dict[str, int] = {}
        self._took: deque[float] = deque(maxlen=MEASURED)

    async def expect(self, asked: Asked, question: str) -> None:
        self._open[asked.key] = asked, question
        await self._line.send(frames.typing(asked.session, on=True, usually=self._usually))

    async def run(self, session: Conversation) -> None:
        """Heard where it is answered here; looked for where another replica may do it."""
        with self._talks.chat.hearing.listening(session.place.key) as ear:
            while not self._line.closed:
                heard = await ear.next(LOOK_EVERY)
                if heard is not None:
                    await self._tell(heard, session)
                if heard is None or heard.kind == "done":
                    for key in [*self._open]:
                        await self._finish(key)

    async def _tell(self, heard: Heard, session: Conversation) -> None:
        if heard.kind == "said":
            await self._line.send(frames.unasked(session, heard.text, self._line.clock.now()))
        if (known := self._open.get(heard.key)) is None:
            return
        asked, _ = known
        if heard.kind == "words":
            self._seq[heard.key] = self._seq.get(heard.key, 0) + 1
            delta = sse.chunk(asked, self._seq[heard.key], heard)
            await self._line.send({"type": "assistant_chunk", **delta})
        elif heard.kind == "step":
            await self._line.send(frames.step(asked.session, asked.id, heard.text))

    async def _finish(self, key: str) -> None:
        asked, question = self._open[key]
        try:
            answer = await self._talks.chat.look(asked)
        except Problem as problem:
            refused = refusal(problem)
            await self._line.send(
                {"type": "error", "status": refused.status if refused else 500, "error": problem.says,
                 "inReplyTo": question}
            )  # fmt: skip
            self._forget(key)
            return
        if answer is None:
            return
        self._forget(key)
        if answer.took is not None:
            self._took.append(answer.took)
        worth = await self._talks.worth_asking(self._call, asked.session)
        await self._line.send(frames.response(answer, question, worth))
        await self._line.send(frames.typing(asked.session, on=bool(self._open), usually=self._usually))

    def _forget(self, key: str) -> None:
        self._open.pop(key, None)
        self._seq.pop(key, None)

    @property
    def _usually(self) -> int:
        """In milliseconds."""
        return round(sum(self._took) / len(self._took) * 1000) if self._took else frames.USUALLY
