"""What goes out over the socket, frame by frame. Pure but for the time of day."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.errors import Malformed
from bot.ports.sessions import Conversation
from handlers.api import chat_told as told
from handlers.api.chat import Answered
from handlers.api.socket_line import Line

USUALLY = 3000  # milliseconds, until answers have been measured
Unreadable = Malformed


def new_id() -> str:
    return uuid.uuid4().hex


def status(line: Line, session: Conversation) -> Mapping[str, Any]:
    latency = None if line.latency is None else round(line.latency * 1000)
    return {
        "type": "connection_status", "connected": True, "latency": latency, "conversationId": told.name_of(session),
        "serverTime": _time(line.clock.now()),
    }  # fmt: skip


def typing(session: Conversation, *, on: bool, usually: int) -> Mapping[str, Any]:
    frame = {"type": "typing_indicator", "conversationId": told.name_of(session), "isTyping": on}
    return {**frame, "estimatedResponseTime": usually} if on else frame


def step(session: Conversation, message: str, text: str) -> Mapping[str, Any]:
    return {"type": "assistant_step", "messageId": message, "conversationId": told.name_of(session), "text": text}


def response(answer: Answered, question: str, worth_asking: Sequence[str]) -> Mapping[str, Any]:
    whole = told.of_talk(answer, worth_asking).model_dump(mode="json", by_alias=True)
    metadata = {
        "intent": whole["intent"], "confidence": whole["confidence"], "actions": whole["actions"],
        "processingTime": answer.took,
    }  # fmt: skip
    return {
        "type": "assistant_response", "messageId": answer.id, "inReplyTo": question,
        "conversationId": told.name_of(answer.session), "message": whole["message"], "metadata": metadata,
        "data": whole["data"], "followUpQuestions": whole["followUpQuestions"], "timestamp": _time(answer.at),
    }  # fmt: skip


def unasked(session: Conversation, text: str, at: datetime) -> Mapping[str, Any]:
    """Said by somebody else into the conversation: a person who took it over."""
    return {
        "type": "assistant_response", "messageId": f"msg_{new_id()}", "conversationId": told.name_of(session),
        "message": text, "metadata": {}, "timestamp": _time(at),
    }  # fmt: skip


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
