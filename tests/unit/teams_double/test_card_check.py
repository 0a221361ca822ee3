from typing import Any

import pytest
from microsoft_teams.cards import core
from pydantic import BaseModel

from handlers.playground.doubles.teams.card_check import check_card
from handlers.playground.doubles.teams.card_words import ACTIONS, ELEMENTS, INLINES

TEXT = {"type": "TextBlock", "text": "hello"}
EXECUTE = {"type": "Action.Execute", "title": "Go", "verb": "go", "data": {"a": 1}}
INPUT = {"type": "Input.Text", "id": "name", "label": "Name"}
LINE = {
    "type": "Chart.Line",
    "title": "p95",
    "data": [{"legend": "checkout", "values": [{"x": "2026-03-18", "y": 1.5}], "color": "categoricalBlue"}],
}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}


@pytest.mark.parametrize(
    "whole",
    [
        card(TEXT),
        card(TEXT, actions=[{**EXECUTE, "fallback": {"type": "Action.Submit", "title": "Go"}}]),
        card(INPUT, actions=[{"type": "Action.ShowCard", "card": {"type": "AdaptiveCard", "body": [TEXT]}}]),
        card(LINE, {**LINE, "type": "Chart.VerticalBar.Grouped", "stacked": True}),
        card({"type": "Chart.Pie", "data": [{"legend": "a", "value": 1}]}),
        card({"type": "Chart.Gauge", "value": 3, "segments": [{"size": 5, "legend": "ok", "color": "good"}]}),
        card({"type": "Hologram", "fallback": TEXT}, {"type": "Hologram", "fallback": "drop"}),
        card({"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}),
        card(
            {
                "type": "Table",
                "columns": [{"width": 1}],
                "firstRowAsHeaders": True,
                "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [TEXT]}]}],
            }
        ),
        card({"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [TEXT]}]}),
        card({"type": "RichTextBlock", "inlines": ["plain", {"type": "TextRun", "text": "bold", "weight": "Bolder"}]}),
        card(
            {**TEXT, "id": "more"},
            actions=[{"type": "Action.ToggleVisibility", "title": "x", "targetElements": ["more"]}],
        ),
        card(TEXT, refresh={"action": EXECUTE, "userIds": ["29:a"] * 60}, msteams={"width": "full"}),
        card({**INPUT, "fallback": {**TEXT, "id": "name"}}),  # a fallback stands in for what carries the same id
        card({"type": "Container", "style": "emphasis", "items": [{"type": "ActionSet", "actions": [EXECUTE] * 9}]}),
    ],
)
def test_cards_that_teams_draws(whole: dict[str, Any]) -> None:
    assert check_card(whole) == []


@pytest.mark.parametrize(
    ("whole", "fault"),
    [
        ("text", "not an AdaptiveCard"),
        (card(TEXT, version="1.6"), "version"),
        ({"type": "AdaptiveCard", "body": []}, "version"),
        (card({"type": "Hologram"}), "unknown element “Hologram”"),
        (card({"text": "x"}), "without a type"),
        (card({"type": "TextBlock"}), "“text” is missing"),
        (card({**TEXT, "txet": 1}), "unknown property “txet”"),
        (card({**TEXT, "color": "purple"}), "is not one of"),
        (card({**TEXT, "wrap": "yes"}), "not true or false"),
        (card({**TEXT, "text": 5}), "not text"),
        (card({**TEXT, "maxLines": "2"}), "not a number"),
        (card({"type": "Input.Text", "label": "x"}), "“id” is missing"),
        (card(INPUT, INPUT), "used twice"),
        (card(INPUT, actions=[{**EXECUTE, "id": "name"}]), "used twice"),
        (card(TEXT, actions=[{"type": "Action.Explode"}]), "unknown action"),
        (
            card(TEXT, actions=[{"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}]),
            "not an address",
        ),
        (card({"type": "Image", "url": "cat.png"}), "address of a picture"),
        (card({"type": "Image"}), "“url” is missing"),
        (card({"type": "Input.ChoiceSet", "id": "a", "choices": [{"title": "x"}]}), "“value” is missing"),
        (card({**LINE, "data": [{"legend": "a", "values": [{"x": "1", "y": "2"}]}]}), "not a number"),
        (card({**LINE, "data": [{"values": []}]}), "“legend” is missing"),
        (card({"type": "Table", "columns": [], "firstRowAsHeader": True, "rows": []}), "firstRowAsHeader"),
        (card(TEXT, refresh={"action": EXECUTE, "userIds": ["x"] * 61}), "more than 60"),
        (card(TEXT, refresh={"action": {"type": "Action.Submit"}}), "Action.Execute"),
        (card(actions=[{"type": "Action.ToggleVisibility", "targetElements": ["gone"]}]), "not in the card"),
        (card({"type": "Hologram", "fallback": {"type": "Hologram"}}), "unknown element"),
        (card("text"), "without a type"),
    ],
)
def test_cards_that_teams_refuses(whole: Any, fault: str) -> None:
    assert fault in " | ".join(check_card(whole))


def test_depth_is_sane() -> None:
    deep: dict[str, Any] = TEXT
    for _ in range(60):
        deep = {"type": "Container", "items": [deep]}
    assert "nested too deep" in " | ".join(check_card(card(deep)))


def _models() -> dict[str, type[BaseModel]]:
    models: dict[str, type[BaseModel]] = {}
    for model in vars(core).values():
        if isinstance(model, type) and issubclass(model, BaseModel) and "type" in model.model_fields:
            models.setdefault(str(model.model_fields["type"].default), model)
    return models


@pytest.mark.parametrize("kind", [*ELEMENTS, *ACTIONS, *INLINES])
def test_every_property_of_microsofts_own_models_is_known(kind: str) -> None:
    line = {**ELEMENTS, **ACTIONS, **INLINES}[kind]
    ours = {word.partition(":")[0].rstrip("!") for word in line.split()}
    model = _models()[kind]
    names = {"grid_area": "grid.area", "choices_data": "choices.data"}
    theirs = {names.get(name) or _camel(name) for name in model.model_fields} - {"type", "key"}
    assert theirs - ours <= {"isSortKey", "lang", "gridArea", "grid.area"}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
