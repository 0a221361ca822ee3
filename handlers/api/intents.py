"""How a question would be understood, without answering it (row API-13)."""

import re
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter

from bot.intents.catalog import TOPICS
from bot.intents.intent import Reading
from bot.model import plain
from bot.model.message import Message, Person
from bot.model.session import place_of
from bot.ports.tools import Turn
from handlers.api import chat_shapes as shapes
from handlers.api.chat_told import actions
from handlers.api.route import Call

_HIGH = re.compile(
    r"\b(?:urgent(?:ly)?|asap|immediately|right now|critical|emergency|outage|(?:is|are|went|gone|go(?:es)?) down|"
    r"down again|broken|cannot|can't|nobody can|all customers|sev ?1|p1)\b",
    re.IGNORECASE,
)
_LOW = re.compile(r"\b(?:when you have time|no (?:rush|hurry)|some ?time|just curious|whenever)\b", re.IGNORECASE)
_ABOUT = ("service", "app", "of", "tool", "datasource")
_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


class Reader(Protocol):
    async def understood(self, message: Message, turn: Turn) -> Reading | None: ...


async def analysed(reader: Reader, call: Call, person: Person, text: str) -> shapes.Analysed:
    place = place_of(call.tenant, "analysis")
    message = Message(call.actor.cause, place, call.caller.account, call.now, text)
    reading = await reader.understood(message, Turn(call.tenant, person, place, call.now))
    if reading is None:
        nothing = shapes.Entities(integration_type=None, issue_category=None, urgency=urgency(text))
        return shapes.Analysed(intent=None, confidence=0, entities=nothing, suggested_actions=["help"], arguments={})
    arguments = _PLAIN.dump_python(dict(reading.arguments), mode="json")
    entities = shapes.Entities(
        integration_type=next((str(arguments[one]) for one in _ABOUT if arguments.get(one)), None),
        issue_category=category(reading.intent),
        urgency=urgency(text),
    )
    asked_back = [one.action for one in actions(reading.asks_back)] if reading.asks_back else []
    suggested = asked_back or [plain.command(reading.intent, arguments)]
    return shapes.Analysed(
        intent=reading.intent, confidence=round(reading.confidence, 2), entities=entities,
        suggested_actions=suggested, arguments=arguments,
    )  # fmt: skip


def category(intent: str) -> str | None:
    """The topic that it stands under in `help`."""
    found = next((topic for topic, listed in TOPICS.items() if intent in [one.name for one in listed]), None)
    return found.lower().replace(" ", "_") if found else None


def urgency(text: str) -> Literal["low", "normal", "high"]:
    return "high" if _HIGH.search(text) else "low" if _LOW.search(text) else "normal"
