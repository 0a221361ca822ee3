"""What Jira is sent: one line where it wants one, nothing that it reads as markup, and what it answers in words."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model import ticket_sheet
from bot.model.message import Place
from integrations.jira import bodies
from tests.tickets import a_ticket, an_order, resolved

OPS = Place("jira", "example.atlassian.net", "OPS")
STEPS = {
    "transitions": [
        {"id": "11", "to": {"name": "In Progress", "statusCategory": {"key": "indeterminate"}}},
        {"id": "21", "to": {"name": "Declined", "statusCategory": {"key": "done"}}},
        {"id": "31", "to": {"name": "Done", "statusCategory": {"key": "done"}}},
    ]
}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo  three", "one two three"),
        ("\u202eright to left", "�right to left"),
        ("x" * 255, "x" * 255),
        ("x" * 300, "x" * 254 + "…"),
    ],
)
def test_a_summary_is_one_line(text: str, line: str) -> None:
    assert bodies.to_summary(text) == line


@pytest.mark.parametrize("text", ["{noformat}", "{NOFORMAT}", "{ noformat }", "{noformat:title=x}", "{{noformat}}"])
def test_nothing_leaves_the_box(text: str) -> None:
    boxed = bodies.literal(f"a {text} [~admin] b")
    inside = boxed.removeprefix("{noformat}\n").removesuffix("\n{noformat}")
    assert len(inside) == len(boxed) - 2 * len("{noformat}\n")
    assert "{noformat" not in inside.lower().replace(" ", "")
    assert "[~admin]" in inside


def test_a_text_keeps_within_what_jira_takes() -> None:
    assert len(bodies.literal("x" * 100_000)) < 32_767


def test_an_order_is_known_by_a_label_without_spaces() -> None:
    one, other = bodies.mark("default/ticket:MON-1-größer als#1"), bodies.mark("default/ticket:MON-1-x#1")
    assert one != other
    assert one == bodies.mark("default/ticket:MON-1-größer als#1")
    assert one.replace("-", "").isalnum()
    assert one.isascii()


def test_a_comment_says_the_news_without_the_title() -> None:
    order = an_order(resolved(), OPS)
    comment = bodies.to_comment(order.reply, "default/k#3")
    assert "TICKET-2026-000042 is resolved." in comment
    assert "TICKET-2026-000042: I was charged twice" not in comment
    assert comment.endswith(f"\n{bodies.mark('default/k#3')}")


@pytest.mark.parametrize(
    ("wanted", "step"), [("", "21"), ("Done", "31"), ("done", "31"), ("In Progress", "11"), ("Nowhere", "21")]
)
def test_the_step_that_closes(wanted: str, step: str) -> None:
    assert bodies.to_done(STEPS, wanted) == {"transition": {"id": step}}


@pytest.mark.parametrize("answer", [None, [], {}, {"transitions": None}, {"transitions": [{"id": "1"}, 7]}])
def test_without_such_a_step_there_is_none(answer: Any) -> None:
    assert bodies.to_done(answer, "") is None


@pytest.mark.parametrize(
    ("answer", "words", "fields"),
    [
        ({"errorMessages": ["No."], "errors": {}}, "No.", set()),
        ({"errorMessages": [], "errors": {"priority": "Not here."}}, "priority: Not here.", {"priority"}),
        ({"errorMessages": ["No."], "errors": {"priority": "Not here."}}, "No. priority: Not here.", set()),
        ({"message": "Gone\nfor good"}, "Gone for good", set()),
        ({"errorMessages": None, "errors": None}, "", set()),
        (["x"], "", set()),
        (None, "", set()),
    ],
)
def test_its_errors_in_words(answer: Any, words: str, fields: set[str]) -> None:
    assert bodies.to_words(answer) == words
    assert bodies.fields_of(answer) == fields


@pytest.mark.parametrize("answer", [None, [], {}, {"issues": "x y"}, {"issues": [{"id": 1}]}, {"issues": [None]}])
def test_what_is_no_search_is_not_read_as_nothing_found(answer: Any) -> None:
    with pytest.raises(ValueError, match="no "):
        bodies.found_in(answer)


def test_a_search_that_finds_nothing() -> None:
    assert bodies.found_in({"issues": []}) is None


@pytest.mark.parametrize(
    ("answer", "held"),
    [({"comments": [{"body": "a\nm"}]}, True), ({"comments": [{"body": "a"}, 7]}, False), ({}, False), (None, False)],
)
def test_whether_a_comment_stands(answer: Any, held: bool) -> None:
    assert bodies.comments_hold(answer, "m") is held


def test_a_reply_without_a_title_still_has_a_summary() -> None:
    reply = replace(an_order(a_ticket(), OPS).reply, title="")
    fields = bodies.to_issue(reply, ticket_sheet.read(reply), "k", "OPS", "Task")
    assert fields["summary"] == "TICKET-2026-000042 is open."
