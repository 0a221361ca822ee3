"""How a question would be understood, without answering it (row API-13)."""

from typing import Any, Protocol

from pydantic import TypeAdapter

from bot.model import plain
from bot.model.message import Person
from bot.model.session import place_of
from bot.model.understood import Understood
from bot.ports.tools import Turn
from handlers.api import chat_shapes as shapes
from handlers.api.chat_told import actions
from handlers.api.route import Call

_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


class Reader(Protocol):
    async def explained(self, text: str, turn: Turn) -> Understood: ...


async def analysed(reader: Reader, call: Call, person: Person, text: str) -> shapes.Analysed:
    turn = Turn(call.tenant, person, place_of(call.tenant, "analysis"), call.now, cause=call.actor.cause)
    found = await reader.explained(text, turn)
    arguments = _PLAIN.dump_python(dict(found.arguments), mode="json")
    entities = shapes.Entities(integration_type=found.about, issue_category=found.category, urgency=found.urgency)
    asked_back = [one.action for one in actions(found.asks_back)] if found.asks_back else []
    typed = [plain.command(found.intent, arguments)] if found.intent else ["help"]
    return shapes.Analysed(
        intent=found.intent or None, confidence=round(found.confidence, 2), entities=entities,
        suggested_actions=asked_back or typed, arguments=arguments, recognised_by=found.by, words=found.words,
        names=found.names, corrected=found.corrected, query=found.query or None, taught=found.taught,
        asks_back=found.asks_back.summary if found.asks_back else None, asks_model=found.model, needs=found.needs,
    )  # fmt: skip
