"""The shape of every interactive element, option and confirmation."""

from typing import Any

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.grammar import (
    Check,
    Report,
    anything,
    flag,
    many,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
)

CONFIRM = shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    {"style": one_of("primary", "danger")},
)
_PLACEHOLDER = plain(limits.PLACEHOLDER)
_PRESSED: dict[str, Check] = {"action_id": string(limits.ACTION_ID), "confirm": CONFIRM}
_FILLED: dict[str, Check] = {"action_id": string(limits.ACTION_ID), "focus_on_load": flag, "placeholder": _PLACEHOLDER}
_CHOSEN: dict[str, Check] = {**_FILLED, "confirm": CONFIRM}
_SAVED = string(limits.URL)  # an id of a user, a channel, a conversation


def _option(*, styled: bool = False, link: bool = False) -> Check:
    label = text(limits.OPTION_TEXT) if styled else plain(limits.OPTION_TEXT)
    more: dict[str, Check] = {"description": label}
    if link:
        more["url"] = string(limits.URL)
    return shape({"text": label, "value": string(limits.OPTION_VALUE)}, more)


OPTION = _option()
_GROUP = shape({"label": plain(limits.OPTION_TEXT), "options": many(OPTION, limits.OPTIONS)}, {})


def _options(value: dict[str, Any], at: str, report: Report) -> None:
    """Options or groups of them, never both; what is chosen at first must be among them."""
    if ("options" in value) == ("option_groups" in value):
        report.add(at, "must provide either options or option_groups", "required", ["options", "option_groups"])
        return
    groups = value.get("option_groups") or []
    offered = [*(value.get("options") or []), *(one for group in groups for one in group.get("options") or [])]
    first = [*(value.get("initial_options") or []), value.get("initial_option")]
    known = [one.get("value") for one in offered if isinstance(one, dict)]
    if any(isinstance(one, dict) and one.get("value") not in known for one in first):
        report.add(at, "initial option must be one of the options", "enum", known)


def _with_options(inner: Check) -> Check:
    def check(value: Any, at: str, report: Report) -> None:
        inner(value, at, report)
        if not report.flaws:
            _options(value, at, report)

    return check


_STATIC: dict[str, Check] = {
    "options": many(OPTION, limits.OPTIONS),
    "option_groups": many(_GROUP, limits.OPTION_GROUPS),
}
_MULTI: dict[str, Check] = {**_CHOSEN, "max_selected_items": number(1, whole=True)}
_TYPED: dict[str, Check] = {
    **_FILLED,
    "dispatch_action_config": anything,
    "initial_value": string(limits.INPUT_TEXT, 0),
}
_BUTTON_TEXT = plain(limits.BUTTON_TEXT)
_FEEDBACK = shape(
    {"text": _BUTTON_TEXT, "value": string(limits.BUTTON_VALUE, 0)},
    {"accessibility_label": string(limits.BUTTON_TEXT)},
)


def _choices(styled: Check, *first: str) -> Check:
    initial: dict[str, Check] = {
        "initial_option": styled,
        "initial_options": many(styled, limits.CHOICE_OPTIONS),
    }
    return shape(
        {"options": many(styled, limits.CHOICE_OPTIONS)},
        {**_PRESSED, "focus_on_load": flag, **{key: initial[key] for key in first}},
    )


ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": _BUTTON_TEXT},
        {
            **_PRESSED,
            "value": string(limits.BUTTON_VALUE, 0),
            "url": string(limits.URL),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(limits.BUTTON_TEXT),
            "agent_prompt": string(limits.AGENT_PROMPT),
            "agent_prompt_display": anything,
        },
    ),
    "overflow": shape({"options": many(_option(link=True), limits.OVERFLOW_OPTIONS)}, _PRESSED),
    "checkboxes": _choices(_option(styled=True), "initial_options"),
    "radio_buttons": _choices(_option(styled=True), "initial_option"),
    "static_select": _with_options(shape({}, {**_CHOSEN, **_STATIC, "initial_option": OPTION})),
    "multi_static_select": _with_options(
        shape({}, {**_MULTI, **_STATIC, "initial_options": many(OPTION, limits.OPTIONS)})
    ),
    "external_select": shape({}, {**_CHOSEN, "initial_option": OPTION, "min_query_length": number(0, whole=True)}),
    "multi_external_select": shape(
        {}, {**_MULTI, "initial_options": many(OPTION, limits.OPTIONS), "min_query_length": number(0, whole=True)}
    ),
    "users_select": shape({}, {**_CHOSEN, "initial_user": _SAVED}),
    "multi_users_select": shape({}, {**_MULTI, "initial_users": many(_SAVED, limits.OPTIONS)}),
    "channels_select": shape({}, {**_CHOSEN, "initial_channel": _SAVED, "response_url_enabled": flag}),
    "multi_channels_select": shape({}, {**_MULTI, "initial_channels": many(_SAVED, limits.OPTIONS)}),
    "conversations_select": shape(
        {},
        {
            **_CHOSEN,
            "initial_conversation": _SAVED,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": anything,
        },
    ),
    "multi_conversations_select": shape(
        {},
        {
            **_MULTI,
            "initial_conversations": many(_SAVED, limits.OPTIONS),
            "default_to_current_conversation": flag,
            "filter": anything,
        },
    ),
    "datepicker": shape({}, {**_CHOSEN, "initial_date": string(10, 10)}),
    "timepicker": shape({}, {**_CHOSEN, "initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": shape({}, {**_PRESSED, "focus_on_load": flag, "initial_date_time": number(10**9, whole=True)}),
    "plain_text_input": shape(
        {},
        {
            **_TYPED,
            "multiline": flag,
            "min_length": number(0, limits.INPUT_TEXT, whole=True),
            "max_length": number(1, limits.INPUT_TEXT, whole=True),
        },
    ),
    "email_text_input": shape({}, _TYPED),
    "url_text_input": shape({}, _TYPED),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**_TYPED, "min_value": string(100), "max_value": string(100)},
    ),
    "rich_text_input": shape(
        {},
        {
            **_FILLED,
            "dispatch_action_config": anything,
            "initial_value": anything,
            "min_lines": number(1, limits.RICH_TEXT_LINES, whole=True),
            "max_lines": number(1, limits.RICH_TEXT_LINES, whole=True),
        },
    ),
    "file_input": shape(
        {},
        {
            "action_id": string(limits.ACTION_ID),
            "filetypes": many(string(20), 100),
            "max_files": number(1, limits.FILE_INPUT_FILES, whole=True),
        },
    ),
    "feedback_buttons": shape(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": string(limits.ACTION_ID)}
    ),
    "icon_button": shape(
        {"icon": one_of("trash"), "text": _BUTTON_TEXT},
        {
            **_PRESSED,
            "value": string(limits.BUTTON_VALUE, 0),
            "accessibility_label": string(limits.BUTTON_TEXT),
            "visible_to_user_ids": many(_SAVED, 10),
        },
    ),
    "image": shape(
        {"alt_text": string(limits.ALT_TEXT)},
        {"image_url": string(limits.URL), "slack_file": anything},
        one_needed=("image_url", "slack_file"),
    ),
}

_SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "channels", "conversations")
)
_PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"}) | _SELECTS
IN_ACTIONS = _PICKERS | {"button", "overflow", "datetimepicker", "rich_text_input"}
IN_SECTION = _PICKERS | {"button", "overflow", "image"}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
IN_INPUT = _PICKERS | {
    "datetimepicker",
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
