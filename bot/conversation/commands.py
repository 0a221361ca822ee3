"""A verb and what follows it, as typed after `/ops`, after a mention or in the terminal."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.intents.catalog import BY_COMMAND, BY_NAME
from bot.intents.intent import AnyIntent, Question, Reading
from bot.model.source import SECRETS

_PAIR = re.compile(r"""(?<![\w.-])(?P<name>[a-z_]+)=(?P<value>"(?:[^"\\]|\\.)*"|\S+)""")
_OWN_WORDS = frozenset({"why", "comment", "text", "reason"})  # unquoted, they run to the end of the line


def read(question: Question) -> Reading | None:
    """None where the first word is no verb: then it is a question."""
    found = _verb(question.text.strip().lstrip("/"))
    if found is None:
        return None
    intent, rest = found
    if intent.verbatim and rest.strip() and not _named_first(rest, intent.asks.model_fields):
        return _worded(intent, rest, {}, question)
    pairs, words = _arguments(rest, intent.asks.model_fields)
    if words and intent.command == "ask":
        return Reading(intent.name, {"question": rest.strip()}, 1.0)
    if words:
        return _worded(intent, words, pairs, question)
    if pairs or not _required(intent.asks.model_fields):
        return Reading(intent.name, pairs, 1.0)
    return Reading("help", {"about": intent.command}, 1.0)  # a verb that needs more than itself


def _verb(text: str) -> tuple[AnyIntent, str] | None:
    """The intent and what follows; of two verbs that fit, the longer one."""
    words = text.split(None, 2)
    if len(words) > 1 and (intent := BY_COMMAND.get(" ".join(words[:2]).lower())):
        return intent, " ".join(words[2:])
    first, _, rest = text.partition(" ")
    intent = BY_COMMAND.get(first.lower()) or BY_NAME.get(first.lower().replace("-", "_"))
    return (intent, rest) if intent else None


def _named_first(text: str, fields: Mapping[str, Any]) -> bool:
    """Whether it begins with an argument by its name, as buttons are written where they cannot be pressed."""
    found = _PAIR.match(text.lstrip())
    return found is not None and found["name"] in fields


def _worded(intent: AnyIntent, words: str, pairs: Mapping[str, Any], question: Question) -> Reading | None:
    """The words behind a verb are read by its intent alone; one that takes none was no verb after all."""
    behind = replace(question, text=words)
    if intent.words:
        given = intent.words(behind)
        if given is None or isinstance(given, Reading):
            return given
        return Reading(intent.name, {**given, **pairs}, 1.0)
    reading = intent.reads(behind) if intent.asks.model_fields else None
    return Reading(intent.name, {**reading.arguments, **pairs}, 1.0, reading.asks_back) if reading else None


def _required(fields: Mapping[str, Any]) -> bool:
    return any(field.is_required() for field in fields.values())


def _arguments(text: str, fields: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What is given by name, and the rest: `service="checkout"` is a label where the intent has no such field."""
    pairs: dict[str, Any] = {}
    rest, at = [], 0
    for match in _PAIR.finditer(text):
        name, value = match["name"], match["value"]
        if name not in fields or name in SECRETS or match.start() < at:
            continue
        end = match.end()
        if name in _OWN_WORDS and not value.startswith('"'):
            value, end = text[match.start("value") :].strip(), len(text)
        pairs[name] = _value(value, fields[name].annotation)
        rest.append(text[at : match.start()])
        at = end
    return pairs, " ".join([*rest, text[at:]]).strip()


def _value(text: str, kind: Any) -> Any:
    if kind is str and not text.startswith('"'):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
