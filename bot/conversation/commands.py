"""A verb and what follows it, as typed after `/ops`, after a mention or in the terminal."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.intents.catalog import BY_COMMAND, BY_NAME
from bot.intents.intent import Question, Reading

_PAIR = re.compile(r"""(?P<name>[a-z_]+)=(?P<value>"(?:[^"\\]|\\.)*"|\S+)""")


def read(question: Question) -> Reading | None:
    """None where the first word is no verb: then it is a question."""
    verb, _, rest = question.text.strip().lstrip("/").partition(" ")
    intent = BY_COMMAND.get(verb.lower()) or BY_NAME.get(verb.lower().replace("-", "_"))
    if intent is None:
        return None
    pairs, words = _arguments(rest)
    if pairs and not words:
        return Reading(intent.name, pairs, 1.0)
    if not words:
        return Reading(intent.name, {}, 1.0) if not _required(intent.asks.model_fields) else _missing(intent.command)
    if intent.command == "ask" or not intent.asks.model_fields:
        return None if intent.command != "ask" else Reading("ask", {"question": rest.strip()}, 1.0)
    inner = Question(words, question.at, question.zone, question.names, question.memory)
    reading = intent.reads(inner)
    return Reading(intent.name, {**reading.arguments, **pairs}, 1.0, reading.asks_back) if reading else None


def _required(fields: Mapping[str, Any]) -> bool:
    return any(field.is_required() for field in fields.values())


def _missing(command: str) -> Reading:
    return Reading("help", {"of": command}, 1.0)


def _arguments(text: str) -> tuple[dict[str, Any], str]:
    pairs = {match["name"]: _value(match["value"]) for match in _PAIR.finditer(text)}
    return pairs, _PAIR.sub(" ", text).strip()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
