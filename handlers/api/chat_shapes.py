"""What programs are told in conversations, as the three families of routes spell it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.model.session import SessionKind, SessionStatus
from bot.model.understood import By, Urgency
from handlers.api.shape import Shape


class Camel(Shape):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class MessageDetails(Camel):
    intent: str
    data_fetched: Sequence[str] = Field(description="The sources that it was read from.")
    tokens_used: int | None = Field(description="0 where no model was asked; null where nobody knows.")
    processing_time: float | None = Field(None, description="In seconds.")


class ChatLine(Camel):
    id: str
    role: Literal["user", "assistant", "system"]
    content: str
    timestamp: datetime
    metadata: MessageDetails


class Chatted(Camel):
    conversation_id: str
    message: ChatLine
    suggested_follow_ups: Sequence[str]


class ChatAnswer(Camel):
    data: Chatted


class Conversation(Camel):
    id: str
    title: str
    type: SessionKind
    status: SessionStatus
    message_count: int
    escalated: bool
    created_at: datetime | None
    updated_at: datetime | None


class AllConversations(Camel):
    data: Sequence[Conversation]


class Suggestions(Camel):
    data: Sequence[str]


class Action(Camel):
    """`action`: the address of a link; else what can be sent as a message to have it done."""

    id: str
    label: str
    type: Literal["link", "command", "query", "escalate"]
    action: str
    variant: Literal["outline", "primary"]


class Fact(Camel):
    label: str
    value: str


class Rows(Camel):
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Ran(Camel):
    source: str
    language: str
    query: str
    start: datetime
    end: datetime


class Figures(Camel):
    facts: Sequence[Fact]
    tables: Sequence[Rows]
    queries: Sequence[Ran]


class AnswerDetails(Camel):
    processing_time: float | None = Field(description="In seconds.")
    tokens_used: int | None
    by_model: bool = Field(description="Words in it were written by a model.")


class Talked(Camel):
    message: str
    intent: str
    confidence: float | None
    actions: Sequence[Action]
    data: Figures
    follow_up_questions: Sequence[str]
    conversation_id: str
    message_id: str
    metadata: AnswerDetails


class Entities(Shape):
    integration_type: str | None
    issue_category: str | None
    urgency: Urgency


class Analysed(Camel):
    intent: str | None
    confidence: float
    entities: Entities
    suggested_actions: Sequence[str]
    arguments: Mapping[str, Any] = Field(description="With which it would be answered.")
    recognised_by: By
    words: Sequence[str] = Field(description="Without any one of which it would be read otherwise.")
    names: Mapping[str, str] = Field(description="That exist, by label.")
    corrected: Mapping[str, str] = Field(description="What was written, and the name that it is taken for.")
    query: str | None = Field(description="Null where it is written only while it is answered.")
    taught: Sequence[str] = Field(description="What rules that people taught change in it.")
    asks_back: str | None = Field(description="What would be asked instead of answering.")
    asks_model: bool = Field(description="Whether a language model would be asked.")
    needs: str = Field(description="The role that it needs.")


class Judged(Camel):
    status: Literal["recorded"]
    feedback_id: str
    message: str


class Cost(Shape):
    tokens: int | None
    cost_cents: float | None = Field(description="Of US dollars; 0 where no model was asked, null where nobody knows.")


class SessionAnswer(Shape):
    session_id: str
    message: str
    role: Literal["assistant"]
    metadata: Cost


class Session(Shape):
    session_id: str
    session_type: SessionKind
    title: str
    status: SessionStatus
    context: Mapping[str, str]
    message_count: int
    escalated: bool
    rating: int | None
    created_at: datetime | None
    updated_at: datetime | None
    ended_at: datetime | None


class Sessions(Shape):
    sessions: Sequence[Session]


class SessionLine(Shape):
    id: str
    role: Literal["user", "assistant", "system"]
    content: str
    intent: str
    created_at: datetime


class SessionHistory(Shape):
    session_id: str
    summary: str = Field(description="Of what was said before the newest messages; empty where all are here.")
    messages: Sequence[SessionLine]


class Recorded(Shape):
    status: Literal["recorded", "escalated"]
    session_id: str
    ticket_id: str = ""


class Connected(Camel):
    """The first frame; what else goes over the socket stands in the documentation."""

    type: Literal["connection_status"]
    connected: bool
    latency: int | None
    conversation_id: str
    server_time: datetime
