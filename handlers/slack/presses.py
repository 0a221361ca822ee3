"""What a button carries to Slack and back: an intent that is already understood, as JSON within Slack's limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from bot.model.reply import Form
from handlers.slack import limits
from handlers.slack.text import size

DO: Final = "do"  # run the intent
ASK: Final = "ask"  # open the intent's form first
FORM: Final = "form"  # open the form that the button carries
CHOOSE: Final = "choose"
RATE: Final = "rate"
OPEN: Final = "open"  # a link: Slack opens it and tells us all the same

_FORM: TypeAdapter[Form] = TypeAdapter(Form)
# Made once: json.dumps would make one for every button.
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


@dataclass(frozen=True, slots=True)
class Press:
    verb: str
    intent: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    form: Form | None = None


def identifier(verb: str, number: int, intent: str = "") -> str:
    """The action_id: unique by its number, the same each time a message is drawn."""
    return f"{verb}:{number}:{intent}"[: limits.IDENTIFIER]


def value(intent: str, arguments: Mapping[str, Any], asks: tuple[str, ...] = ()) -> str | None:
    """None: it does not fit, so no button can carry it."""
    return _within({"i": intent, "a": dict(arguments), **({"f": list(asks)} if asks else {})}, limits.BUTTON_VALUE)


def form_value(form: Form) -> str | None:
    """The whole form where it fits, else the names of its fields, for the desk to make it again."""
    whole = _within({"F": _FORM.dump_python(form, mode="json", exclude_defaults=True)}, limits.BUTTON_VALUE)
    return whole or value(form.intent, form.arguments, tuple(one.name for one in form.fields))


def context(number: int, intent: str, argument: str, arguments: Mapping[str, Any]) -> str | None:
    """The block_id of a choice, whose options have too little room of their own."""
    carried = _within({"n": number, "i": intent, "g": argument, "a": dict(arguments)}, limits.IDENTIFIER)
    return carried if carried and size(carried) <= limits.IDENTIFIER else None


def read(action: Mapping[str, Any]) -> Press | None:
    """What was pressed; None where it is not one of ours or from another age."""
    verb = str(action.get("action_id", "")).partition(":")[0]
    if verb == OPEN:
        return Press(OPEN)
    try:
        if verb == CHOOSE:
            return _choice(action)
        carried = json.loads(action["value"])
        if verb == FORM and "F" in carried:
            form = _FORM.validate_python(carried["F"])
            return Press(FORM, form.intent, form.arguments, form=form)
        if verb in (DO, ASK, RATE, FORM):
            return Press(verb, str(carried["i"]), dict(carried["a"]), tuple(map(str, carried.get("f", ()))))
    except (KeyError, TypeError, ValueError, ValidationError):
        return None
    return None


def _choice(action: Mapping[str, Any]) -> Press:
    carried = json.loads(action["block_id"])
    chosen = action["selected_option"]["value"]
    return Press(CHOOSE, str(carried["i"]), {**carried["a"], str(carried["g"]): str(chosen)})


def _within(content: Mapping[str, Any], most: int) -> str | None:
    text = _written(content)
    return text if size(text) <= most else None
