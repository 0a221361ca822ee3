"""What can be pressed, chosen or filled in. What no control can carry is told as the words that do the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from bot.model import plain
from bot.model.reply import Button, Choices, Code, Form, Option, Strong
from handlers.slack import limits, presses, rich
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, is_address, shorten, size

_UNNAMED = "…"


@dataclass(slots=True)
class Controls:
    """Draws the controls of one message; `cut` once something of one is not to be seen whole."""

    cut: bool = False
    _numbers: Iterator[int] = field(default_factory=count)

    def buttons(self, buttons: Sequence[Button]) -> list[BlockKit]:
        elements: list[BlockKit] = []
        told: list[BlockKit] = []
        for button in buttons:
            element = self._button(button)
            if element is None:
                instead = _words(button)
                self.cut = self.cut or size(instead) > limits.RICH_TEXT  # torn in two, it cannot be copied
                told += rich.paragraph([Strong(button.label), ": ", Code(instead)])
            else:
                elements.append(element)
        rows = range(0, len(elements), limits.ACTIONS_ELEMENTS)
        drawn = [_actions(elements[start : start + limits.ACTIONS_ELEMENTS]) for start in rows]
        return [*drawn, *told]

    def choices(self, choices: Choices) -> list[BlockKit]:
        number = next(self._numbers)
        carried = presses.context(number, choices.intent, choices.argument, choices.arguments)
        if carried is None or not choices.options or not all(map(fits, choices.options)):
            return [*rich.paragraph([Strong(choices.label)]), *self.buttons(_as_buttons(choices))]
        pages = [choices.options[at : at + limits.OPTIONS] for at in range(0, len(choices.options), limits.OPTIONS)]
        blocks: list[BlockKit] = []
        for page in pages:
            number, block_id = (number, carried) if not blocks else self._again(choices)
            select = {
                "type": "static_select",
                "action_id": presses.identifier(presses.CHOOSE, number, choices.intent),
                "placeholder": words(choices.label, limits.PLACEHOLDER),
                "options": [self._option(option) for option in page],
            }
            blocks.append({**section(self._short(choices.label, limits.SECTION_TEXT)), "block_id": block_id})
            blocks[-1]["accessory"] = select
        return blocks

    def form(self, form: Form) -> list[BlockKit]:
        carried = presses.form_value(form)
        if carried is None:
            return self.buttons([Button(form.title, form.intent, form.arguments)])
        element = {
            "type": "button",
            "action_id": presses.identifier(presses.FORM, next(self._numbers), form.intent),
            "text": words(self._short(form.submit, limits.BUTTON_TEXT), limits.BUTTON_TEXT),
            "value": carried,
        }
        return [{**section(self._short(form.title, limits.SECTION_TEXT)), "accessory": element}]

    def rating(self, *, native: bool) -> list[BlockKit]:
        """Thumbs up and down; which message they are about is known when they are pressed."""
        looks = (("👍", "Helpful", True), ("👎", "Not helpful", False))
        carried = [presses.value("feedback", {"positive": positive}) for _, _, positive in looks]
        if native:
            halves = [
                {"text": words(sign, limits.BUTTON_TEXT), "accessibility_label": label, "value": value}
                for (sign, label, _), value in zip(looks, carried, strict=True)
            ]
            rating = {
                "type": "feedback_buttons",
                "action_id": presses.identifier(presses.RATE, next(self._numbers), "feedback"),
                "positive_button": halves[0],
                "negative_button": halves[1],
            }
            return [{"type": "context_actions", "elements": [rating]}]
        elements = [
            {
                "type": "button",
                "action_id": presses.identifier(presses.RATE, next(self._numbers), "feedback"),
                "text": words(sign, limits.BUTTON_TEXT),
                "accessibility_label": label,
                "value": value,
            }
            for (sign, label, _), value in zip(looks, carried, strict=True)
        ]
        return [_actions(elements)]

    def _button(self, button: Button) -> BlockKit | None:
        number = next(self._numbers)
        element: BlockKit = {
            "type": "button",
            "text": words(self._short(button.label, limits.BUTTON_TEXT), limits.BUTTON_TEXT),
        }
        if button.url:
            if not is_address(button.url):
                return None
            element |= {"action_id": presses.identifier(presses.OPEN, number), "url": button.url}
        else:
            verb = presses.ASK if button.asks else presses.DO
            carried = presses.value(button.intent, button.arguments, button.asks)
            if carried is None:
                return None
            element |= {"action_id": presses.identifier(verb, number, button.intent), "value": carried}
        if button.style != "default":
            element["style"] = button.style
        if button.confirm:
            element["confirm"] = self._confirm(button)
        return element

    def _confirm(self, button: Button) -> BlockKit:
        return {
            "title": words("Are you sure?", limits.CONFIRM_TITLE),
            "text": words(self._short(button.confirm, limits.CONFIRM_TEXT), limits.CONFIRM_TEXT),
            "confirm": words(button.label, limits.CONFIRM_BUTTON),
            "deny": words("Cancel", limits.CONFIRM_BUTTON),
            **({"style": button.style} if button.style != "default" else {}),
        }

    def _again(self, choices: Choices) -> tuple[int, str]:
        number = next(self._numbers)
        return number, presses.context(number, choices.intent, choices.argument, choices.arguments) or str(number)

    def _option(self, option: Option) -> BlockKit:
        return {"text": words(self._short(option.label, limits.OPTION_TEXT), limits.OPTION_TEXT), "value": option.value}

    def _short(self, text: str, most: int) -> str:
        if size(text) > most:
            self.cut = True
        return shorten(text, most)


def words(text: str, most: int) -> BlockKit:
    """Plain text: nothing in it is markup, not even an emoji's name."""
    return {"type": "plain_text", "text": shorten(clean(text).strip() or _UNNAMED, most), "emoji": False}


def section(text: str) -> BlockKit:
    return {"type": "section", "text": words(text, limits.SECTION_TEXT)}


def fits(option: Option) -> bool:
    return bool(option.value) and size(option.value) <= limits.OPTION_VALUE


def _actions(elements: list[BlockKit]) -> BlockKit:
    return {"type": "actions", "elements": elements}


def _as_buttons(choices: Choices) -> list[Button]:
    return [
        Button(option.label, choices.intent, {**choices.arguments, choices.argument: option.value})
        for option in choices.options
    ]


def _words(button: Button) -> str:
    return button.url or plain.command(button.intent, button.arguments)
