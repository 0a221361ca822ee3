"""What a person chose or typed, as the platform writes it down; pure."""

import re
from collections.abc import Iterator
from typing import Any

from handlers.playground.doubles.slack.refusal import Impossible
from handlers.playground.doubles.slack.validate import elements

Json = dict[str, Any]
REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ONE_OF = frozenset({"static_select", "radio_buttons", "overflow", "external_select"})
_MANY_OF = frozenset({"multi_static_select", "checkboxes", "multi_external_select"})
_NAMED = {  # elements whose state is one plain value: its key, and the key of what they begin with
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "files"),
}
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
STATEFUL = _ONE_OF | _MANY_OF | frozenset(_NAMED) | _TYPED
_UNSET: Any = object()


def state(element: Json, raw: Any = _UNSET) -> Json:
    """What stands under `state.values`: what was chosen, or what it began with."""
    kind = element["type"]
    if kind in _ONE_OF:
        chosen = element.get("initial_option") if raw is _UNSET else _option(element, raw)
        return {"type": kind, "selected_option": chosen}
    if kind in _MANY_OF:
        begun = element.get("initial_options") or []
        many = begun if raw is _UNSET else [_option(element, one) for one in raw or []]
        return {"type": kind, "selected_options": many}
    if kind in _NAMED:
        key, first = _NAMED[kind]
        return {"type": kind, key: element.get(first) if raw is _UNSET else raw or None}
    typed = element.get("initial_value") if raw is _UNSET else raw
    return {"type": kind, "value": None if typed in (None, "") else str(typed)}


def value_of(held: Json) -> Any:
    """What counts as filled in."""
    return next((value for key, value in held.items() if key != "type"), None)


def gather(blocks: list[Json], values: Json, held: dict[tuple[str, str], Json]) -> Json:
    """The state of every field: from `values` (by block and action, or by either), else as it was held."""
    found: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in STATEFUL - {"overflow"}:
            continue
        key = (block["block_id"], element["action_id"])
        raw = _given(values, *key)
        filled = held.get(key) or state(element) if raw is _UNSET else state(element, raw)
        found.setdefault(key[0], {})[key[1]] = filled
    return found


def mistakes(blocks: list[Json], values: Json) -> Iterator[tuple[str, str]]:
    """What Slack's own client refuses before the app hears of it: block and sentence."""
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        held = value_of(values[block["block_id"]][element["action_id"]])
        if held in (None, "", []):
            if not block.get("optional"):
                yield block["block_id"], REQUIRED
        elif sentence := _mistake(element, held):
            yield block["block_id"], sentence


def act(element: Json, body: Json) -> Json:
    """The part of an action that says what was pressed or chosen."""
    kind = element["type"]
    if kind == "button":
        return _present(element, "text", "value")
    if kind == "icon_button":
        return _present(element, "text", "value")
    if kind == "feedback_buttons":
        return _feedback(element, body.get("value"))
    key = next((key for key in body if key == "value" or key.startswith("selected_")), None)
    if key is None:
        raise Impossible(f"Choose something first: a {kind} needs a value.")
    chosen = state(element, body[key])
    return {name: value for name, value in chosen.items() if name != "type"}


def _feedback(element: Json, value: Any) -> Json:
    for side in ("positive", "negative"):
        button = element[f"{side}_button"]
        if value in (side, button["value"]):
            return {"text": button["text"], "value": button["value"]}
    raise Impossible("Feedback is positive or negative.")


def _present(element: Json, *keys: str) -> Json:
    return {key: element[key] for key in keys if key in element}


def _option(element: Json, raw: Any) -> Json | None:
    if raw in (None, ""):
        return None
    wanted = raw.get("value") if isinstance(raw, dict) else raw
    groups = element.get("option_groups") or []
    offered = [*(element.get("options") or []), *(one for group in groups for one in group["options"])]
    found = next((one for one in offered if one.get("value") == wanted), None)
    if found is None and "external" in element["type"] and isinstance(raw, dict):
        return raw
    if found is None:
        raise Impossible(f"“{wanted}” is not among the options.")
    return dict(found)


def _given(values: Json, block: str, action: str) -> Any:
    within = values.get(block, _UNSET)
    if isinstance(within, dict) and action in within:
        return _plain(within[action])
    if within is not _UNSET and not isinstance(within, dict):
        return within
    return _plain(values[action]) if action in values else _UNSET


def _plain(raw: Any) -> Any:
    """Accepts the platform's own shape, too: {"type": ..., "value": ...}."""
    if isinstance(raw, dict) and set(raw) - {"type"} and "text" not in raw:
        return value_of(raw)
    return raw


def _mistake(element: Json, held: Any) -> str:
    match element["type"]:
        case "plain_text_input":
            least, most = element.get("min_length") or 0, element.get("max_length") or 3_000
            if len(held) < least:
                return f"Please enter at least {least} characters."
            return f"Please enter at most {most} characters." if len(held) > most else ""
        case "email_text_input":
            return "" if _EMAIL.fullmatch(held) else "Please enter a valid email address."
        case "url_text_input":
            return "" if re.match(r"https?://\S+$", held) else "Please enter a valid URL."
        case "number_input":
            return _number_mistake(element, held)
    return ""


def _number_mistake(element: Json, held: str) -> str:
    try:
        number = float(held)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if element.get("min_value") and number < float(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if element.get("max_value") and number > float(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return ""
