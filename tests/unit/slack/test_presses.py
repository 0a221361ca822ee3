from typing import Any

import pytest

from bot.model.reply import Button, Choices, Field, Form, Option
from handlers.slack import presses
from handlers.slack.controls import Controls
from handlers.slack.presses import Press

FORM = Form("Ask", (Field("metric", "Metric"), Field("top", "How many", "number", "5")), "ask_metric", {"by": "pod"})


def test_what_a_button_carries_comes_back() -> None:
    (row,) = Controls().buttons([Button("Go", "ask_metric", {"a": [1, "ü"], "b": None}, asks=("window",))])
    assert presses.read(row["elements"][0]) == Press(presses.ASK, "ask_metric", {"a": [1, "ü"], "b": None}, ("window",))


def test_a_choice_fills_its_argument() -> None:
    choices = Choices("Which", (Option("One", "1"),), "ask_metric", "metric", {"window": "PT1H"})
    (block,) = Controls().choices(choices)
    action = {**block["accessory"], "block_id": block["block_id"], "selected_option": {"value": "1"}}
    assert presses.read(action) == Press(presses.CHOOSE, "ask_metric", {"window": "PT1H", "metric": "1"})


def test_a_form_comes_back_whole_where_it_fits() -> None:
    (block,) = Controls().form(FORM)
    press = presses.read(block["accessory"])
    assert press is not None
    assert press.form == FORM


def test_a_large_form_comes_back_by_the_names_of_its_fields() -> None:
    options = tuple(Option(f"option {n}", str(n)) for n in range(99))
    (block,) = Controls().form(Form("Ask", (Field("metric", "M", "choice", options=options),), "ask_metric"))
    assert presses.read(block["accessory"]) == Press(presses.FORM, "ask_metric", {}, ("metric",))


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "approve", "value": "1"},
        {"action_id": "do:0:x"},
        {"action_id": "do:0:x", "value": "not json"},
        {"action_id": "do:0:x", "value": "[1]"},
        {"action_id": "do:0:x", "value": '{"i": "x"}'},
        {"action_id": "choose:0:x", "block_id": "b1", "selected_option": {"value": "1"}},
        {"action_id": "choose:0:x", "block_id": '{"i":"x","g":"m","a":{}}', "selected_option": None},
        {"action_id": "form:0:x", "value": '{"F": {"title": "no fields"}}'},
    ],
)
def test_what_is_not_ours_is_nothing(action: dict[str, Any]) -> None:
    assert presses.read(action) is None


def test_what_does_not_fit_is_not_carried() -> None:
    assert presses.value("x", {"n": "y" * 2_000}) is None
    assert presses.context(0, "x", "m", {"n": "y" * 255}) is None
