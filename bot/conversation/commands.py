"""A verb and what follows it, as typed after `/ops`, after a mention or in the terminal."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.intents.catalog import BY_COMMAND, BY_NAME
from bot.intents.intent import AnyIntent, Question, Reading

_PAIR = re.compile(r"""(?P<name>[a-z_]+)=(?P<value>"(?:[^"\\]|\\.)*"|\S+)""")


def read(question: Question) -> Reading | None:
    """None where the first word is no verb: then it is a question."""
    verb, _, rest = question.text.strip().lstrip("/").partition(" ")
    intent = BY_COMMAND.get(verb.lower()) or BY_NAME.get(verb.lower().replace("-", "_"))
    if intent is None:
        return None
    pairs, words = _arguments(rest)
    if words and intent.command == "ask":
        return Reading(intent.name, {"question": rest.strip()}, 1.0)
    if words:
        return _worded(intent, words, pairs, question)
    if pairs or not _required(intent.asks.model_fields):
        return Reading(intent.name, pairs, 1.0)
    return Reading("help", {}, 1.0)  # a verb that needs more than itself


def _worded(intent: AnyIntent, words: str, pairs: Mapping[str, Any], question: Question) -> Reading | None:
    """The words behind a verb are read by its intent alone; one that takes none was no verb after all."""
    reading = intent.reads(replace(question, text=words)) if intent.asks.model_fields else None
    return Reading(intent.name, {**reading.arguments, **pairs}, 1.0, reading.asks_back) if reading else None


def _required(fields: Mapping[str, Any]) -> bool:
    return any(field.is_required() for field in fields.values())


def _arguments(text: str) -> tuple[dict[str, Any], str]:
    pairs = {match["name"]: _value(match["value"]) for match in _PAIR.finditer(text)}
    return pairs, _PAIR.sub(" ", text).strip()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
