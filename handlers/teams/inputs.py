"""Fields of a form as inputs of a card."""

from collections.abc import Mapping, Sequence

from bot.model.reply import Choices, Field, Form, Option
from handlers.teams import limits, text
from handlers.teams.actions import carried, execute
from handlers.teams.runs import line
from handlers.teams.sheet import Element, Sheet


def form(block: Form, sheet: Sheet) -> list[Element]:
    mark = sheet.next_form()
    data = carried(block.intent, block.arguments, f=mark)
    press = execute(sheet.fit(block.submit, limits.LABEL), data, inputs=True)
    return [
        line(sheet.fit(block.title, limits.CAPTION), weight="Bolder"),
        *fields(block.fields, mark, sheet, {}),
        {"type": "ActionSet", "actions": [press]},
    ]


def choices(block: Choices, sheet: Sheet) -> list[Element]:
    mark = sheet.next_form()
    one = Field(block.argument, block.label, "choice", options=block.options)
    press = execute("Choose", carried(block.intent, block.arguments, f=mark), inputs=True)
    return [_drawn(one, mark, sheet), {"type": "ActionSet", "actions": [press]}]


def fields(among: Sequence[Field], mark: str, sheet: Sheet, faults: Mapping[str, str]) -> list[Element]:
    drawn: list[Element] = []
    for field in sheet.some(among, limits.FIELDS, scaled=False):
        drawn.append(_drawn(field, mark, sheet))
        if field.name in faults:
            drawn.append(line(sheet.fit(faults[field.name], limits.FACT), color="Attention"))
    return drawn


def _drawn(field: Field, mark: str, sheet: Sheet) -> Element:
    label = sheet.fit(field.label, limits.LABEL)
    hint = {"placeholder": sheet.fit(field.hint, limits.HINT)} if field.hint else {}
    given = {"value": sheet.fit(field.value, limits.FIELD_VALUE, text.visible, scaled=False)} if field.value else {}
    named = {"id": f"{mark}.{field.name}", "label": label, **_required(field, label, sheet)}
    match field.shape:
        case "line":
            return {"type": "Input.Text", **named, **hint, **given}
        case "lines":
            return {"type": "Input.Text", "isMultiline": True, **named, **hint, **given}
        case "number":
            return {"type": "Input.Number", **named, **hint, **_number(field.value)}
        case "choice":
            return {**_choice_set(field.options, sheet), **named, **hint, **given}
        case "switch":
            on = {"valueOn": "true", "valueOff": "false", "value": "true" if field.value == "true" else "false"}
            return {"type": "Input.Toggle", **named, "title": sheet.fit(field.hint or "Yes", limits.HINT), **on}


def _choice_set(options: Sequence[Option], sheet: Sheet) -> Element:
    shown = sheet.some(options, limits.CHOICES, scaled=False)
    return {
        "type": "Input.ChoiceSet",
        "style": "filtered" if len(shown) > limits.CHOICES_SHOWN else "compact",
        "choices": [{"title": sheet.fit(one.label, limits.LABEL) or "…", "value": one.value} for one in shown],
    }


def _required(field: Field, label: str, sheet: Sheet) -> Element:
    if field.optional or field.shape == "switch" or not sheet.only_input:
        return {}
    return {"isRequired": True, "errorMessage": f"{label} is needed."}


def _number(value: str) -> Element:
    try:
        return {"value": float(value) if "." in value else int(value)} if value else {}
    except ValueError:
        return {}
