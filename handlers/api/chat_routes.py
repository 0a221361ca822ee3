"""Conversations in the words of the three families of routes; behind each stands the same core."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pydantic import BaseModel

from bot.desk.remembered import remembered
from bot.desk.session_words import next_questions
from bot.model.errors import Missing, Problem, Rejected
from bot.model.parcel import Subject
from bot.ports.sessions import Conversation
from handlers.api import chat_asked as asks
from handlers.api import chat_shapes as shapes
from handlers.api import chat_told as told
from handlers.api import sse, tickets
from handlers.api.asked import Nothing
from handlers.api.chat import Answered, Chat, same
from handlers.api.intents import Reader, analysed
from handlers.api.route import AnyRoute, Call, Given, Route, simple

TAG = "AI - Chat"
MOST_LINES, MOST_SESSIONS = 500, 50
SUGGESTED_FOR = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Talks:
    chat: Chat
    reader: Reader

    # 000

    async def assistant(self, call: Call, asked: asks.Asking) -> Given:
        session = await self._named(call, asked.conversation_id)
        alone = not asked.include_context
        return await self._said(call, session, asked.message, told.of_assistant, alone=alone)

    async def conversations(self, call: Call) -> Given:
        person = await self.chat.person(call)
        found = await call.desks.sessions.mine(call.tenant, person.id, MOST_SESSIONS)
        return shapes.AllConversations(data=[shapes.Conversation.model_validate(one) for one in found])

    async def suggestions(self, call: Call) -> Given:
        actor = await self.chat.actor(call, "suggestions")
        assert actor.place
        found = await call.desks.suggestions.at(call.tenant, actor.place)
        return shapes.Suggestions(data=[one.question for one in found])

    # 002

    async def talk(self, call: Call, asked: asks.Talking) -> Given:
        context = asked.context
        same(call, context.user_id, context.tenant_id, await self.chat.person(call))
        session = await self.own(call, asked.conversation_id)
        session = await self.chat.told(call, session, context.facts)
        return await self._said(call, session, asked.message, told.of_talk)

    async def analyse(self, call: Call, asked: asks.Analysing) -> Given:
        person = await self.chat.person(call)
        same(call, asked.context.user_id, asked.context.tenant_id, person)
        return await analysed(self.reader, call, person, asked.message)

    async def judge(self, call: Call, asked: asks.Judging) -> Given:
        session = await self.chat.find(call, asked.conversation_id)
        subject = Subject(f"answer:{asked.message_id.removeprefix('msg_')}")
        await self.chat.judged(
            call, session, subject, positive=asked.feedback == "positive", comment=asked.comment,
            rating=asked.rating, categories=asked.categories,
        )  # fmt: skip
        return shapes.Judged(status="recorded", feedback_id=f"feedback_{asked.message_id}", message="Thank you.")

    # 003

    async def session_chat(self, call: Call, asked: asks.SessionAsking) -> Given:
        context = asks.plain(asked.context)
        if asked.session_id:
            session = await self.chat.told(call, await self.chat.find(call, asked.session_id), context)
        else:
            session = await self.chat.begun(call, context=context)
        return await self._said(call, session, asked.message, lambda answer, _: told.of_session(answer))

    async def begin(self, call: Call, asked: asks.Beginning) -> Given:
        made = await self.chat.begun(call, kind=asked.session_type, context=asks.plain(asked.context))
        return told.session(made)

    async def history(self, call: Call) -> Given:
        found = await self.chat.find(call, call.id)
        said = remembered(await call.desks.sessions.lines(call.tenant, found.id, MOST_LINES))
        lines = [told.line(one, number) for number, one in enumerate(said.lines, 1)]
        return shapes.SessionHistory(session_id=found.id, summary=said.summary, messages=lines)

    async def mine(self, call: Call, asked: asks.WantedSessions) -> Given:
        person = await self.chat.person(call)
        found = await call.desks.sessions.mine(call.tenant, person.id, asked.limit)
        return shapes.Sessions(sessions=[told.session(one) for one in found])

    async def rate(self, call: Call, asked: asks.SessionJudging) -> Given:
        found = await self._of_address(call, asked.session_id)
        await call.desks.sessions.rate(await self.chat.actor(call), found.id, asked.rating, asked.feedback)
        return shapes.Recorded(status="recorded", session_id=found.id)

    async def escalate(self, call: Call, asked: asks.HandingOver) -> Given:
        found = await self._of_address(call, asked.session_id)
        reason = asked.reason.strip()
        actor = replace(await self.chat.actor(call), place=found.place)
        position = await tickets.opened(call, actor, found.place, reason, reason)
        return shapes.Recorded(status="escalated", session_id=found.id, ticket_id=position.ticket.id)

    async def end(self, call: Call) -> Given:
        found = await self.chat.find(call, call.id)
        return told.session(await call.desks.sessions.end(await self.chat.actor(call), found.id))

    async def delete(self, call: Call) -> Given:
        found = await self.chat.find(call, call.id, expired=True)
        return told.session(await call.desks.sessions.end(await self.chat.actor(call), found.id, deleted=True))

    # What they share

    async def own(self, call: Call, name: str) -> Conversation:
        """Of a name that the program may have chosen itself: an unknown one begins there."""
        if not name:
            return await self.chat.begun(call)
        try:
            return await self.chat.find(call, name)
        except Missing:
            return await self.chat.begun(call, name)

    async def worth_asking(self, call: Call, session: Conversation) -> Sequence[str]:
        """The rest of an answer does not wait for them."""
        try:
            async with asyncio.timeout(SUGGESTED_FOR.total_seconds()):
                live = await call.desks.suggestions.at(call.tenant, session.place)
        except (Problem, TimeoutError):
            live = ()
        return [*(one.question for one in live[:1]), *next_questions(session.type)]

    async def _named(self, call: Call, name: str) -> Conversation:
        return await self.chat.find(call, name) if name else await self.chat.begun(call)

    async def _of_address(self, call: Call, said: str) -> Conversation:
        if said not in ("", call.id):
            raise Rejected("The body names another session than the address.")
        return await self.chat.find(call, call.id)

    async def _said(
        self,
        call: Call,
        session: Conversation,
        text: str,
        tell: Callable[[Answered, Sequence[str]], BaseModel],
        *,
        alone: bool = False,
    ) -> Given:
        asked = await self.chat.ask(call, session, text, alone=alone)
        worth = await self.worth_asking(call, session)
        if sse.wanted(call.request):
            return await sse.stream(call.request, self.chat, asked, lambda answer: tell(answer, worth))
        return tell(await self.chat.answer(asked), worth)


def routes(talks: Talks) -> tuple[AnyRoute, ...]:
    stream = (sse.EVENTS,)
    assistant, ai, v1 = "/api/ai-monitoring/assistant", "/ai", "/api/v1/ai"
    return (
        Route(
            method="POST", path=f"{assistant}/chat", says="Ask, in a conversation.", tag=TAG, asks=asks.Asking,
            gives=shapes.ChatAnswer, act=talks.assistant, media=stream,
        ),
        Route(
            method="GET", path=f"{assistant}/conversations", says="Your conversations, the latest first.", tag=TAG,
            asks=Nothing, gives=shapes.AllConversations, act=simple(talks.conversations),
        ),
        Route(
            method="GET", path=f"{assistant}/suggestions", says="What is worth asking as things are now.", tag=TAG,
            asks=Nothing, gives=shapes.Suggestions, act=simple(talks.suggestions),
        ),
        Route(
            method="POST", path=f"{ai}/chat", says="Ask; what is told of a page comes with it.", tag=TAG,
            asks=asks.Talking, gives=shapes.Talked, act=talks.talk, media=stream,
        ),
        Route(
            method="POST", path=f"{ai}/analyze-intent", says="How a question would be understood.", tag=TAG,
            asks=asks.Analysing, gives=shapes.Analysed, act=talks.analyse,
        ),
        Route(
            method="POST", path=f"{ai}/feedback", says="Say how an answer was.", tag=TAG, asks=asks.Judging,
            gives=shapes.Judged, act=talks.judge,
        ),
        Route(
            method="POST", path=f"{v1}/chat", says="Ask, in a session.", tag=TAG, asks=asks.SessionAsking,
            gives=shapes.SessionAnswer, act=talks.session_chat, media=stream,
        ),
        Route(
            method="POST", path=f"{v1}/sessions", says="Begin a session of one of four kinds.", tag=TAG,
            asks=asks.Beginning, gives=shapes.Session, act=talks.begin, status=201,
        ),
        Route(
            method="GET", path=f"{v1}/sessions/my", says="Your sessions, the latest first.", tag=TAG,
            asks=asks.WantedSessions, gives=shapes.Sessions, act=talks.mine,
        ),
        Route(
            method="GET", path=f"{v1}/sessions/{{id}}/history", says="What was said in a session.", tag=TAG,
            asks=Nothing, gives=shapes.SessionHistory, act=simple(talks.history),
        ),
        Route(
            method="POST", path=f"{v1}/sessions/{{id}}/feedback", says="Say how a session was, from 1 to 5.", tag=TAG,
            asks=asks.SessionJudging, gives=shapes.Recorded, act=talks.rate,
        ),
        Route(
            method="POST", path=f"{v1}/sessions/{{id}}/escalate", says="Hand a session to a person.", tag=TAG,
            asks=asks.HandingOver, gives=shapes.Recorded, act=talks.escalate,
        ),
        Route(
            method="POST", path=f"{v1}/sessions/{{id}}/end", says="A session is over.", tag=TAG, asks=Nothing,
            gives=shapes.Session, act=simple(talks.end),
        ),
        Route(
            method="DELETE", path=f"{v1}/sessions/{{id}}", says="A session is erased, an expired one, too.", tag=TAG,
            asks=Nothing, gives=shapes.Session, act=simple(talks.delete),
        ),
    )  # fmt: skip
