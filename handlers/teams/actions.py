"""What can be pressed, and what a press carries: {"i": intent, "a": arguments} and, where asked for, more.

"q": names the arguments that a dialog asks for first. "f": marks the inputs that belong to this press, for Teams
sends the inputs of the whole card with every one.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model import plain
from bot.model.reply import Button
from handlers.teams import limits, text
from handlers.teams.runs import line, run
from handlers.teams.sheet import Element, Sheet

STYLES: Mapping[str, Mapping[str, Any]] = {
    "primary": {"style": "positive"},
    "danger": {"style": "destructive"},
    "default": {},
}


def carried(intent: str, arguments: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """As JSON knows it, so that what comes back equals what went out."""
    return {"i": intent, "a": json.loads(json.dumps(dict(arguments), default=str)), **more}


def suggested(buttons: Sequence[Button]) -> dict[str, Any]:
    """Questions of these buttons, offered above the box where people type; to press one is to say it. Personal chats
    only, and beside the buttons, for Teams takes them away with the next message."""
    questions = [(one.label, str(one.arguments["question"])) for one in buttons if one.arguments.get("question")]
    actions = [
        {"type": "imBack", "title": text.clipped(text.literal(label), limits.LABEL), "value": question}
        for label, question in questions[: limits.SUGGESTED]
    ]
    return {"suggestedActions": {"to": [], "actions": actions}} if actions else {}


def button_sets(buttons: Sequence[Button], sheet: Sheet) -> list[Element]:
    """In sets of as many as Teams draws; what cannot be pressed here is written as a command."""
    actions: list[Element] = []
    written: list[Element] = []
    for button in sheet.some(buttons, limits.BUTTONS, scaled=False):
        action = _action(button, sheet)
        if action:
            actions.append(action)
        else:
            written.append(_written(button, sheet))
    step = limits.ACTIONS_DRAWN
    sets: list[Element] = [
        {"type": "ActionSet", "actions": actions[at : at + step]} for at in range(0, len(actions), step)
    ]
    return written + sets


def execute(title: str, data: Mapping[str, Any], *, inputs: bool = False, **style: Any) -> Element:
    """Action.Execute, and for clients that do not know it an Action.Submit with the same data."""
    gathers = "auto" if inputs else "none"
    submit = {"type": "Action.Submit", "title": title, "data": dict(data), "associatedInputs": gathers, **style}
    return {**submit, "type": "Action.Execute", "verb": str(data["i"]), "fallback": submit}


def open_url(title: str, url: str, **style: Any) -> Element:
    return {"type": "Action.OpenUrl", "title": title, "url": url, **style}


def _action(button: Button, sheet: Sheet) -> Element | None:
    title = sheet.fit(button.label, limits.LABEL) or "…"
    style = STYLES[button.style]
    if button.url:
        return open_url(title, button.url, **style) if _opens(button.url) else None
    data = carried(button.intent, button.arguments, **({"q": list(button.asks)} if button.asks else {}))
    if len(json.dumps(data)) > limits.BUTTON_DATA:
        return None
    if button.asks:
        # A dialog opens from Action.Submit only.
        data["msteams"] = {"type": "task/fetch"}
        return {"type": "Action.Submit", "title": title, "data": data, "associatedInputs": "none", **style}
    if not button.confirm:
        return execute(title, data, **style)
    question = line(sheet.fit(button.confirm, limits.FACT))
    asked = {"type": "AdaptiveCard", "body": [question], "actions": [execute(title, data, **style)]}
    return {"type": "Action.ShowCard", "title": title, "card": asked, **style}


def _written(button: Button, sheet: Sheet) -> Element:
    words = button.url or plain.command(button.intent, button.arguments)
    return {
        "type": "RichTextBlock",
        "inlines": [
            run(f"[{sheet.fit(button.label, limits.LABEL)}] ", weight="Bolder"),
            run(sheet.fit(words, limits.FACT), fontType="Monospace"),
        ],
    }


def _opens(url: str) -> bool:
    return text.web_address(url) and len(url) <= limits.URL
