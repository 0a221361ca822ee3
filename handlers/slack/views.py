"""Forms as modals, and what people filled in as arguments; the Home page. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.model.message import Place, PlaceKind
from bot.model.reply import Field, Form, Option
from handlers.slack import limits
from handlers.slack.controls import fits, section, words
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, shorten, size

FORM = "form"
QUESTION = "question"
_QUESTION = "question"
_ON = "true"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a modal is about; travels in its private_metadata, so it is as old as the modal."""

    place: Place
    intent: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""  # the message it was opened from
    about: str = ""  # the text of the message that is asked about


def modal(form: Form, errand: Errand) -> BlockKit | None:
    """None: what it is about does not fit into a modal."""
    fields = form.fields[: limits.VIEW_BLOCKS - 1]
    metadata = _metadata(errand)
    if size(metadata) > limits.VIEW_METADATA or len(fields) < len(form.fields):
        return None
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": words(form.title, limits.VIEW_TITLE),
        "submit": words(form.submit, limits.VIEW_BUTTON),
        "close": words("Cancel", limits.VIEW_BUTTON),
        "private_metadata": metadata,
        "blocks": [
            *([section(form.title)] if size(form.title) > limits.VIEW_TITLE or not fields else []),
            *(_input(field) for field in fields),
        ],
    }


def question(place: Place, about: str) -> BlockKit:
    """Ask about a message, or just ask."""
    said = shorten(clean(about), limits.ABOUT_TEXT)
    while size(_metadata(Errand(place, about=said))) > limits.VIEW_METADATA:
        said = shorten(said, size(said) // 2)
    shown = [{"type": "context", "elements": [words(said, limits.PLACEHOLDER)]}] if said else []
    asked = Field(_QUESTION, "Your question", "lines", hint="As you would ask a colleague.")
    return {
        "type": "modal",
        "callback_id": QUESTION,
        "title": words("Ask about this" if said else "Ask Nightdesk", limits.VIEW_TITLE),
        "submit": words("Ask", limits.VIEW_BUTTON),
        "close": words("Cancel", limits.VIEW_BUTTON),
        "private_metadata": _metadata(Errand(place, about=said)),
        "blocks": [*shown, _input(asked)],
    }


def home(blocks: Sequence[BlockKit]) -> BlockKit:
    return {"type": "home", "blocks": list(blocks)}


def errand(view: Mapping[str, Any]) -> Errand:
    """Raises ValueError, KeyError or TypeError where the view is not one of ours."""
    carried = json.loads(view["private_metadata"])
    place = Place(**{**carried["p"], "kind": PlaceKind(carried["p"]["kind"])})
    return Errand(place, carried.get("i", ""), carried.get("a", {}), carried.get("m", ""), carried.get("t", ""))


def filled(view: Mapping[str, Any]) -> dict[str, Any]:
    """Field by field what was filled in; what was left empty is not there."""
    values = {name: _value(next(iter(actions.values()), {})) for name, actions in view["state"]["values"].items()}
    return {name: value for name, value in values.items() if value is not None}


def asked(view: Mapping[str, Any]) -> str:
    return str(filled(view).get(_QUESTION, ""))


def errors(view: Mapping[str, Any], faults: Mapping[str, str]) -> dict[str, str]:
    """Each fault at its field; one that has no field here stands at the first."""
    shown = [block["block_id"] for block in view["blocks"] if block.get("type") == "input"]
    at_field = {name: says for name, says in faults.items() if name in shown}
    others = [f"{name}: {says}" if name else says for name, says in faults.items() if name not in shown]
    if others and shown:
        at_field[shown[0]] = " ".join([*([at_field[shown[0]]] if shown[0] in at_field else []), *others])
    return at_field


def _metadata(errand: Errand) -> str:
    place = errand.place
    carried: dict[str, Any] = {
        "p": {
            "platform": place.platform,
            "workspace": place.workspace,
            "channel": place.channel,
            "thread": place.thread,
            "kind": place.kind.value,
        }
    }
    extras = {"i": errand.intent, "a": dict(errand.arguments), "m": errand.message, "t": errand.about}
    carried |= {name: value for name, value in extras.items() if value}
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":"), default=str)


def _input(field: Field) -> BlockKit:
    hint = field.hint
    if field.shape == "choice" and not _selectable(field):
        hint = f"{hint} One of: {', '.join(option.value for option in field.options)}".strip()
    block: BlockKit = {
        "type": "input",
        "block_id": field.name,
        "label": words(field.label, limits.INPUT_LABEL),
        "element": {"action_id": field.name, **_element(field)},
        "optional": field.optional or field.shape == "switch",  # a switch that is off is an answer, too
    }
    return {**block, "hint": words(hint, limits.INPUT_HINT)} if hint.strip() else block


def _element(field: Field) -> BlockKit:
    value = shorten(clean(field.value), limits.INPUT_VALUE)
    given = {"initial_value": value} if value else {}
    match field.shape:
        case "switch":
            on = _option(Option("Yes", _ON))
            return {"type": "checkboxes", "options": [on], **({"initial_options": [on]} if value == _ON else {})}
        case "number":
            return {"type": "number_input", "is_decimal_allowed": True, **given}
        case "choice" if _selectable(field):
            return _select(field)
        case _:
            return {"type": "plain_text_input", "multiline": field.shape == "lines", **given}


def _selectable(field: Field) -> bool:
    most = limits.OPTIONS * limits.OPTION_GROUPS
    return 0 < len(field.options) <= most and all(map(fits, field.options))


def _select(field: Field) -> BlockKit:
    options = [_option(option) for option in field.options]
    chosen = [drawn for drawn in options if drawn["value"] == field.value]
    select: BlockKit = {"type": "static_select", **({"initial_option": chosen[0]} if chosen else {})}
    if len(options) <= limits.OPTIONS:
        return {**select, "options": options}
    pages = [options[at : at + limits.OPTIONS] for at in range(0, len(options), limits.OPTIONS)]
    groups = [{"label": words(page[0]["text"]["text"], limits.OPTION_TEXT), "options": page} for page in pages]
    return {**select, "option_groups": groups}


def _option(option: Option) -> BlockKit:
    return {"text": words(option.label, limits.OPTION_TEXT), "value": option.value}


def _value(element: Mapping[str, Any]) -> Any:
    if element.get("type") == "checkboxes":
        return any(option["value"] == _ON for option in element.get("selected_options") or ())
    if element.get("type") == "static_select":
        return (element.get("selected_option") or {}).get("value")
    return element.get("value") or None
