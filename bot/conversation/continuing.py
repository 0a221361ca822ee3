"""Whether what is said goes on with a session, or begins a fresh one in the place of one that is over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.intents import sessions
from bot.model.message import PersonId, Place
from bot.model.reply import Query, Reply
from bot.model.session import MOST_MESSAGES, PROGRAMS, WARNED_FROM, SessionStatus
from bot.ports.sessions import Conversation
from bot.ports.storage import UnitOfWork

EACH = 2  # a question and its answer
LONGEST_TITLE = 80
FULL = f"This session has had its {MOST_MESSAGES} messages."
_RESTED = "The conversation here had rested for long; this begins a new one that knows what it was about."
_FILLED = (
    f"The conversation here reached its {MOST_MESSAGES} messages; this begins a new one that knows what it was about."
)


def is_full(session: Conversation) -> bool:
    return session.message_count + EACH > MOST_MESSAGES


async def continued(
    work: UnitOfWork, place: Place, person: PersonId, now: datetime, known: Conversation | None = None
) -> tuple[Conversation, str]:
    """The session that goes on there, and what people are told where it is a fresh one."""
    found = known or await work.conversations.at(place, person, now)
    full = found.status is SessionStatus.ACTIVE and is_full(found)
    if found.status is SessionStatus.ACTIVE and not (full and place.platform != PROGRAMS):
        return found, ""  # over HTTP whoever asks begins a session, and is told
    if full:
        await work.conversations.save(replace(found, status=SessionStatus.EXPIRED, ended_at=now))
    await work.conversations.leave(found.id)
    fresh = await work.conversations.at(place, found.starter if place.platform == PROGRAMS else person, now)
    goes_on = full or found.status is SessionStatus.EXPIRED
    fresh = replace(
        fresh, kind=found.kind, context=found.context if goes_on else {}, memory=found.memory if goes_on else {}
    )
    await work.conversations.save(fresh)
    await work.conversations.remember(fresh.id, fresh.memory)
    return fresh, (_FILLED if full else _RESTED if goes_on else "")


async def titled(work: UnitOfWork, session: Conversation, asked: str) -> None:
    """By its first question."""
    if session.title or not asked or asked.startswith("["):
        return
    if now := await work.conversations.get(session.id):  # its answer may have changed the session itself
        await work.conversations.save(replace(now, title=" ".join(asked.split())[:LONGEST_TITLE]))


def noted(reply: Reply, session: Conversation | None, note: str) -> Reply:
    """With what there is to say about the session itself, in small print."""
    used = session.message_count + EACH if session else 0
    if not note and session and session.place.platform != PROGRAMS and used >= WARNED_FROM:
        note = f"{used} of the {MOST_MESSAGES} messages of this conversation are used."
        reply = replace(reply, buttons=(*reply.buttons, sessions.FRESH))
    return replace(reply, footer=f"{reply.footer} · {note}" if reply.footer else note) if note else reply


def measured(took: float, queries: Sequence[Query]) -> Mapping[str, object]:
    """What stands beside an answer: how long it took, in seconds, and what it was read from."""
    sources = list(dict.fromkeys(one.source for one in queries))
    return {"took": round(took, 3), "sources": sources, "queries": len(queries)}
