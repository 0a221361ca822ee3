"""Which of our intents a model may name: those that only look. What acts, it can at most put before a person. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from bot.conversation.guard import may_do
from bot.intents.catalog import INTENTS
from bot.intents.intent import AnyIntent, Question, Reading
from bot.model.message import Person, Role
from bot.model.reply import Button, Reply
from bot.query.meant.names import MistakenError, like
from bot.query.meant.shape import Command

SURE, ASKS_BACK = 0.79, 0.55
# These look, too, and are no questions for the clock.
_LOOKING = frozenset(
    "why around oncall shifts silences apps app_metrics datasources kb thresholds flagged help".split()
)
_ACTING = frozenset("acknowledge resolve reopen escalate assign silence maintenance human report".split())
_OURS = frozenset({"everything", "anew", "first", "how", "storm"})  # of arguments, what only our own code fills
_PLACES = ("service", "region", "env")  # whose values are known


def _looks(intent: AnyIntent) -> bool:
    return bool(intent.command) and intent.needs is Role.VIEWER and (intent.by_clock or intent.name in _LOOKING)


LOOKING: Mapping[str, AnyIntent] = {intent.name: intent for intent in INTENTS if _looks(intent)}
ACTING: Mapping[str, AnyIntent] = {intent.name: intent for intent in INTENTS if intent.name in _ACTING}


def told() -> Iterator[str]:
    """`health(service, region, env, window): …`"""
    for intent in LOOKING.values():
        yield f"{intent.name}({', '.join(_arguments(intent))}): {intent.help.split('. ')[0]}"
    for intent in ACTING.values():
        yield f"{intent.name}(): acts, so that a person is asked first. {intent.help.split('. ')[0]}"


def reading(said: Command, question: Question, person: Person) -> Reading:
    """Raises MistakenError."""
    if acting := ACTING.get(said.name):
        return Reading("help", {}, ASKS_BACK, _to_be_pressed(acting, question, person))
    intent = LOOKING.get(said.name)
    if intent is None:
        raise MistakenError(f"There is no command “{said.name}”. {like(said.name, LOOKING)}")
    given = {one.name: _value(intent, one.name, one.value, question) for one in said.arguments if one.value.strip()}
    try:
        intent.asks.model_validate(given)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise MistakenError(f"{intent.name}: “{where}” cannot be used: {first['msg']}.") from problem
    return Reading(intent.name, given, SURE)


def _arguments(intent: AnyIntent) -> tuple[str, ...]:
    return tuple(name for name in intent.asks.model_fields if name not in _OURS)


def _value(intent: AnyIntent, name: str, value: str, question: Question) -> Any:
    known = _arguments(intent)
    if name not in known:
        raise MistakenError(f"{intent.name} takes no “{name}”, but: {', '.join(known) or 'nothing'}.")
    there = question.names.apps if name == "app" else question.names.values.get(name, ()) if name in _PLACES else ()
    if there and value not in there:
        raise MistakenError(f"There is no {name} “{value}”. {like(value, there)}")
    listing = intent.asks.model_json_schema()["properties"][name].get("type") == "array"
    return [one.strip() for one in value.split(",")] if listing else value


def _to_be_pressed(intent: AnyIntent, question: Question, person: Person) -> Reply:
    """Nothing of it is done, and nothing of it is filled in by the model."""
    label = intent.title or intent.name.replace("_", " ").capitalize()
    if not may_do(person, intent.needs):
        return Reply(f"That may be “{label}”. It needs the role {intent.needs}; yours is {person.role}.")
    fields = intent.asks.model_fields
    given = {"issue": question.issue} if question.issue and "issue" in fields else {}
    asks = tuple(name for name in fields if name not in given) if _incomplete(intent, given) else ()
    button = Button(label, intent.name, given, asks=asks)
    return Reply(f"That may be “{label}”. I do nothing before somebody presses it.", buttons=(button,))


def _incomplete(intent: AnyIntent, given: Mapping[str, Any]) -> bool:
    return any(field.is_required() and name not in given for name, field in intent.asks.model_fields.items())
