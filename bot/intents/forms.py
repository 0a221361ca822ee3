"""The form that fills an intent's arguments, and what is wrong with a filled one: both from the intent itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.intents.intent import AnyIntent
from bot.model.reply import Field, Form, Option
from bot.model.source import SECRETS
from bot.model.text import capital

LINES = "lines"  # in a field's json_schema_extra: it may be long


def form(intent: AnyIntent, arguments: Mapping[str, Any], asks: tuple[str, ...]) -> Form:
    known = intent.asks.model_fields
    wanted = asks or tuple(name for name in known if name not in arguments)
    fields = tuple(_field(name, known[name], arguments.get(name)) for name in wanted if name in known)
    rest = {name: value for name, value in arguments.items() if name not in {field.name for field in fields}}
    return Form(
        title=intent.title or intent.name.replace("_", " ").capitalize(),
        fields=fields,
        intent=intent.name,
        arguments=rest,
        submit=intent.submit,
    )


def faults(asks: type[BaseModel], arguments: Mapping[str, Any]) -> dict[str, str]:
    """Field by field, a sentence; empty when the arguments can be accepted."""
    try:
        asks.model_validate(dict(arguments))
    except ValidationError as problem:
        return {str(error["loc"][0]) if error["loc"] else "": _sentence(error["msg"]) for error in problem.errors()}
    return {}


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ").rstrip(".")
    return f"{capital(text)}."


def _field(name: str, info: FieldInfo, given: Any) -> Field:
    default = given if given is not None else info.get_default(call_default_factory=True, validated_data={})
    value = "" if default is None or name in SECRETS or (info.is_required() and given is None) else str(default)
    label = info.title or name.replace("_", " ").capitalize()
    kinds = [kind for kind in (get_args(info.annotation) or (info.annotation,)) if kind is not type(None)]
    plain = Field(name, label, value=value, hint=info.description or "", optional=not info.is_required())
    if get_origin(info.annotation) is Literal:
        return replace(plain, shape="choice", options=tuple(Option(str(kind), str(kind)) for kind in kinds))
    if kinds[0] is bool:
        return replace(plain, shape="switch", value="true" if default else "false")
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("shape") == "lines":
        return replace(plain, shape="lines")
    if kinds[0] in (int, float):
        return replace(plain, shape="number")
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get(LINES):
        return replace(plain, shape="lines")
    if info.examples:
        known = dict.fromkeys(str(example) for example in [*info.examples, value] if example)
        return replace(plain, shape="choice", options=tuple(Option(one, one) for one in known))
    return plain
