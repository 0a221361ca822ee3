import json
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.model.message import Place, PlaceKind
from bot.model.reply import Field, Form, Option
from handlers.playground.examples import EXAMPLES
from handlers.slack import views
from handlers.slack.blocks import HOME, draw

PLACE = Place("slack", "T1", "C1", "1.2", PlaceKind.GROUP)
FORM: Any = EXAMPLES["form"].blocks[0]


def opened(form: Form, errand: views.Errand = views.Errand(PLACE)) -> dict[str, Any]:  # noqa: B008 - frozen
    view = views.modal(form, errand)
    assert view is not None
    View(**view).to_dict()  # raises for what is over a length
    return view


def test_every_shape_of_field() -> None:
    kinds = [block["element"]["type"] for block in opened(FORM)["blocks"]]
    assert kinds == ["plain_text_input", "static_select", "plain_text_input", "number_input", "checkboxes"]


def test_what_was_filled_in() -> None:
    values = {
        "metric": {"metric": {"type": "plain_text_input", "value": "latency"}},
        "window": {"window": {"type": "static_select", "selected_option": {"value": "P1D"}}},
        "note": {"note": {"type": "plain_text_input", "value": None}},
        "top": {"top": {"type": "number_input", "value": "5"}},
        "chart": {"chart": {"type": "checkboxes", "selected_options": []}},
    }
    assert views.filled({"state": {"values": values}}) == {
        "metric": "latency",
        "window": "P1D",
        "top": "5",
        "chart": False,
    }


def test_what_it_is_about_comes_back() -> None:
    errand = views.Errand(PLACE, "ask_metric", {"by": "pod"}, "C1:1.2", "what was said")
    assert views.errand(opened(FORM, errand)) == errand


def test_long_titles_stand_above_the_fields() -> None:
    view = opened(Form("Ask about a metric of any service", (Field("a", "A"),), "ask_metric"))
    assert view["title"]["text"].endswith("…")
    assert view["blocks"][0]["text"]["text"] == "Ask about a metric of any service"


def test_a_form_that_asks_nothing_says_what_it_is() -> None:
    assert [block["type"] for block in opened(Form("Refresh", (), "x"))["blocks"]] == ["section"]


def test_many_options_are_grouped_and_long_values_are_typed() -> None:
    many = tuple(Option(f"o{n}", f"v{n}") for n in range(250))
    long = (Option("one", "v" * 200),)
    grouped, typed = opened(
        Form("F", (Field("a", "A", "choice", "v7", many), Field("b", "B", "choice", options=long)), "x")
    )["blocks"]
    assert [len(group["options"]) for group in grouped["element"]["option_groups"]] == [100, 100, 50]
    assert grouped["element"]["initial_option"]["value"] == "v7"
    assert typed["element"]["type"] == "plain_text_input"
    assert "v" * 200 in typed["hint"]["text"]


def test_a_form_that_slack_cannot_show_is_none() -> None:
    assert views.modal(Form("F", tuple(Field(f"f{n}", "F") for n in range(120)), "x"), views.Errand(PLACE)) is None
    assert views.modal(FORM, views.Errand(PLACE, arguments={"a": "x" * 3_000})) is None


@pytest.mark.parametrize("about", ["", "short", "long " * 5_000, "<&>" * 3_000, '"\\' * 3_000])
def test_a_question_carries_as_much_as_fits(about: str) -> None:
    view = views.question(PLACE, about)
    View(**view).to_dict()
    assert len(view["private_metadata"]) <= 3_000
    assert views.errand(view).about[:100] == about[:100]


def test_faults_stand_at_their_fields_and_others_at_the_first() -> None:
    view = opened(FORM)
    assert views.errors(view, {"window": "Too long.", "nothing": "Unknown.", "": "No."}) == {
        "window": "Too long.",
        "metric": "nothing: Unknown. No.",
    }


def test_home() -> None:
    for reply in EXAMPLES.values():
        view = views.home(draw(reply, lambda file: "https://x.example", HOME).payload["blocks"])
        assert View(**json.loads(json.dumps(view))).to_dict()["type"] == "home"
