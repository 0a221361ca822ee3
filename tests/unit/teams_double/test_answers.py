from typing import Any

import pytest

from handlers.playground.doubles.teams.answers import (
    UNREACHABLE,
    WENT_WRONG,
    read_card_answer,
    read_plain_answer,
    read_task_answer,
)
from handlers.playground.doubles.teams.courier import Answer

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (200, {"statusCode": 200, "type": ADAPTIVE, "value": CARD}, "card", ""),
        (
            200,
            {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done."},
            "toast",
            "Done.",
        ),
        (
            200,
            {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {"code": "x", "message": "No."}},
            "error",
            "No.",
        ),
        (200, None, "error", WENT_WRONG),
        (200, {"type": ADAPTIVE, "value": "card"}, "error", WENT_WRONG),
        (202, {"type": ADAPTIVE, "value": CARD}, "error", WENT_WRONG),
        (501, None, "error", WENT_WRONG),
        (500, None, "error", WENT_WRONG),
        (502, None, "error", UNREACHABLE),
        (504, None, "error", UNREACHABLE),
    ],
)
def test_card_answers(status: int, body: Any, kind: str, text: str) -> None:
    shown = read_card_answer(Answer(status, body))
    assert (shown.kind, shown.text) == (kind, text)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            {"task": {"type": "continue", "value": {"title": "T", "card": {"contentType": ADAPTIVE, "content": CARD}}}},
            "dialog",
        ),
        ({"task": {"type": "continue", "value": {"url": "https://x"}}}, "dialog"),
        ({"task": {"type": "continue", "value": {"card": {"contentType": "text/html", "content": CARD}}}}, "error"),
        ({"task": {"type": "message", "value": "Saved."}}, "message"),
        ({"task": {"type": "other"}}, "error"),
        (None, "error"),
        ({}, "error"),
    ],
)
def test_task_answers(body: Any, kind: str) -> None:
    assert read_task_answer(Answer(200, body)).kind == kind


@pytest.mark.parametrize("body", [None, {}, {"task": None}])
def test_an_empty_answer_closes_a_dialog(body: Any) -> None:
    assert read_task_answer(Answer(200, body), may_be_empty=True).kind == "none"


@pytest.mark.parametrize(("status", "kind"), [(200, "none"), (202, "none"), (501, "error"), (504, "error")])
def test_plain_answers(status: int, kind: str) -> None:
    assert read_plain_answer(Answer(status)).kind == kind
