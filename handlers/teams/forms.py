"""A Form as a dialog, and the answers that open, keep and close one; pure."""

from collections.abc import Mapping
from typing import Any

from bot.model.reply import File, Form
from handlers.teams import limits
from handlers.teams.actions import carried
from handlers.teams.cards import CARD_TYPE, card
from handlers.teams.inputs import fields
from handlers.teams.runs import line
from handlers.teams.sheet import Element, Sheet

MARK = "d"  # of the inputs of a dialog, which has one form


def render(form: Form, asks: tuple[str, ...], faults: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The dialog's card; with faults, each stands below its field."""
    sheet = Sheet(_nowhere)
    wrong = dict(faults or {})
    named = {field.name for field in form.fields}
    elsewhere = [
        line(sheet.fit(says, limits.FACT), color="Attention") for name, says in wrong.items() if name not in named
    ]
    body: list[Element] = [*elsewhere, *fields(form.fields, MARK, sheet, wrong)]
    data = carried(form.intent, form.arguments, f=MARK, q=list(asks))
    submit = {"type": "Action.Submit", "title": sheet.fit(form.submit, limits.LABEL), "data": data}
    return {**card(body, sheet), "actions": [submit]}


def opened(form: Form, asks: tuple[str, ...], faults: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The answer that shows the dialog, or shows it again."""
    attachment = {"contentType": CARD_TYPE, "content": render(form, asks, faults)}
    value = {"title": form.title, "height": "medium", "width": "medium", "card": attachment}
    return {"task": {"type": "continue", "value": value}}


def closed(says: str) -> dict[str, Any]:
    return {"task": {"type": "message", "value": says}}


def _nowhere(file: File) -> str:
    raise AssertionError(f"a dialog has no room for {file.name}")
