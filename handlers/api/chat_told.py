"""An answer as each family of routes tells it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Literal

from bot.intents import human
from bot.intents.catalog import BY_NAME
from bot.model import plain
from bot.model.reply import Block, Button, Buttons, Facts, Query, Reply, Table
from bot.ports.sessions import Conversation, Said
from handlers.api import chat_shapes as shapes
from handlers.api.chat import Answered

MOST_FOLLOW_UPS, MOST_ACTIONS, MOST_ROWS = 3, 12, 500
UNKNOWN = "unknown"


def of_assistant(answer: Answered, worth_asking: Sequence[str]) -> shapes.ChatAnswer:
    details = shapes.MessageDetails(
        intent=_intent(answer), data_fetched=answer.sources, tokens_used=answer.tokens, processing_time=answer.took
    )
    line = shapes.ChatLine(
        id=answer.id, role="assistant", content=words(answer.reply), timestamp=answer.at, metadata=details
    )
    follow = follow_ups(answer.reply, worth_asking)
    return shapes.ChatAnswer(
        data=shapes.Chatted(conversation_id=answer.session.id, message=line, suggested_follow_ups=follow)
    )


def of_talk(answer: Answered, worth_asking: Sequence[str]) -> shapes.Talked:
    return shapes.Talked(
        message=words(answer.reply),
        intent=_intent(answer),
        confidence=answer.said.confidence if answer.said else None,
        actions=actions(answer.reply),
        data=data(answer.reply),
        follow_up_questions=follow_ups(answer.reply, worth_asking),
        conversation_id=name_of(answer.session),
        message_id=answer.id,
        metadata=shapes.AnswerDetails(
            processing_time=answer.took, tokens_used=answer.tokens, by_model=answer.reply.by_model
        ),
    )


def of_session(answer: Answered) -> shapes.SessionAnswer:
    cents = None if answer.cost is None else float(answer.cost * 100)
    return shapes.SessionAnswer(
        session_id=answer.session.id,
        message=words(answer.reply),
        role="assistant",
        metadata=shapes.Cost(tokens=answer.tokens, cost_cents=cents),
    )


def session(one: Conversation) -> shapes.Session:
    return shapes.Session(
        session_id=one.id, session_type=one.type, title=one.title, status=one.status, context=one.context,
        message_count=one.message_count, escalated=one.escalated, rating=one.rating, created_at=one.created_at,
        updated_at=one.updated_at, ended_at=one.ended_at,
    )  # fmt: skip


def line(said: Said, number: int) -> shapes.SessionLine:
    letter = said.about.removeprefix("answer:")
    name = f"msg_{letter}" if letter and said.role == "assistant" else f"line_{number}"
    return shapes.SessionLine(id=name, role=said.role, content=said.text, intent=said.intent, created_at=said.at)


def name_of(one: Conversation) -> str:
    """As whoever began it called it."""
    return one.place.channel


def words(reply: Reply) -> str:
    """Without buttons and queries, which have fields of their own."""
    kept = [block for block in reply.blocks if not isinstance(block, Query | Buttons)]
    return plain.render(Reply(reply.summary, tuple(kept), (), reply.title, footer=reply.footer))


def follow_ups(reply: Reply, worth_asking: Sequence[str]) -> list[str]:
    """Questions of the answer itself before those that are worth asking at this moment."""
    own = [str(one.arguments["question"]) for one in _buttons(reply) if one.intent == "ask" and one.arguments]
    return list(dict.fromkeys([*own, *worth_asking]))[:MOST_FOLLOW_UPS]


def actions(reply: Reply) -> list[shapes.Action]:
    told = [
        one for one in _buttons(reply) if one.url or (one.intent in BY_NAME and one.intent != "ask" and not one.asks)
    ]
    return [_action(one) for one in told[:MOST_ACTIONS]]


def data(reply: Reply) -> shapes.Figures:
    facts = [
        shapes.Fact(label=row.label, value=row.value)
        for block in reply.blocks if isinstance(block, Facts) for row in block.rows
    ]  # fmt: skip
    tables = [
        shapes.Rows(caption=one.caption, columns=one.columns, rows=one.rows[:MOST_ROWS])
        for one in reply.blocks if isinstance(one, Table)
    ]  # fmt: skip
    queries = [
        shapes.Ran(source=one.source, language=one.language, query=one.text, start=one.start, end=one.end)
        for one in reply.blocks if isinstance(one, Query)
    ]  # fmt: skip
    return shapes.Figures(facts=facts, tables=tables, queries=queries)


def _action(button: Button) -> shapes.Action:
    variant: Literal["outline", "primary"] = "primary" if button.style == "primary" else "outline"
    if button.url:
        return shapes.Action(id="open", label=button.label, type="link", action=button.url, variant=variant)
    known = BY_NAME[button.intent]
    kind: Literal["command", "query", "escalate"] = "query" if known.by_clock else "command"
    if known.name == human.INTENT.name:
        kind = "escalate"
    typed = plain.command(button.intent, button.arguments)
    return shapes.Action(id=known.name, label=button.label, type=kind, action=typed, variant=variant)


def _buttons(reply: Reply) -> Iterator[Button]:
    yield from reply.buttons
    for block in reply.blocks:
        yield from _of_block(block)


def _of_block(block: Block) -> Sequence[Button]:
    return block.buttons if isinstance(block, Buttons) else ()


def _intent(answer: Answered) -> str:
    return (answer.said.intent if answer.said else "") or UNKNOWN
