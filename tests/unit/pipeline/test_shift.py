"""What whoever takes over reads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issue import IssueId, Status
from bot.model.plain import render
from bot.model.reply import Facts, Table, Text
from bot.model.severity import Severity
from bot.pipeline import shift
from tests.unit.pipeline.issues import ANNA, BEN, BOT, MINUTE, NIGHT, happening, issue

START, END = NIGHT, NIGHT + timedelta(hours=8)


def of(number: int, **more):
    return issue(id=IssueId(f"ISS-{number}"), **more)


OLD = of(1, opened_at=START - timedelta(days=1), severity=Severity.LOW, title="Disk is filling")
OVER = of(2, status=Status.RESOLVED, resolved_at=NIGHT + 40 * MINUTE, resolved_by=ANNA, title="Payments time out")
OPEN = of(
    3, opened_at=NIGHT + 60 * MINUTE, owner=replace(BEN, at=NIGHT), severity=Severity.HIGH, title="Search is slow"
)
HAPPENED = [
    happening("opened", NIGHT, issue=OVER.id),
    happening("acknowledged", NIGHT + 2 * MINUTE, ANNA, issue=OVER.id),
    happening("unacknowledged", NIGHT + 3 * MINUTE, ANNA, issue=OVER.id),
    happening("acknowledged", NIGHT + 30 * MINUTE, ANNA, issue=OVER.id),
    happening("resolved", NIGHT + 40 * MINUTE, ANNA, issue=OVER.id),
    happening("acknowledged", NIGHT + 64 * MINUTE, BEN, issue=OPEN.id),
    happening("resolved", END, BEN, issue=OPEN.id),
]


def test_a_shift_in_figures():
    reply = shift.summary([OLD, OVER, OPEN], HAPPENED, START, END)
    assert reply.summary == "Shift of 8 h: 2 opened, 1 resolved, 2 open now."
    assert reply.tone == "bad"
    facts, still, people = reply.blocks
    assert isinstance(facts, Facts)
    assert {row.label: row.value for row in facts.rows} == {
        "Opened": "2 (1 critical, 1 high)",
        "Resolved": "1 (1 critical)",
        "Open now": "2 (1 high, 1 low)",
        "Open and nobody has it": "1",
        "Time to acknowledge (median)": "3 min",
        "Time to resolve (median)": "40 min",
    }
    assert isinstance(still, Table)
    assert still.rows == (
        ("High", "Search is slow", "7 h", "Ben Ortner", "ISS-3"),
        ("Low", "Disk is filling", "1 d 8 h", "nobody", "ISS-1"),
    )
    assert isinstance(people, Table)
    assert people.rows == (
        ("Anna Berger", "2 acknowledged, 1 resolved, 1 unacknowledged"),
        ("Ben Ortner", "1 acknowledged"),
    )


@pytest.mark.parametrize(
    ("issues", "happenings", "tone", "says"),
    [
        ([], [], "good", "A quiet shift: nothing happened."),
        ([replace(OVER, resolved_at=START)], [], "good", "Shift of 8 h: 1 opened, 1 resolved, 0 open now."),
        ([replace(OVER, resolved_at=END)], [], "good", "Shift of 8 h: 1 opened, 0 resolved, 0 open now."),
        ([replace(OPEN, opened_at=END)], [], "bad", "Shift of 8 h: 0 opened, 0 resolved, 1 open now."),
        ([OLD], [], "neutral", "Shift of 8 h: 0 opened, 0 resolved, 1 open now."),
        ([], [happening("noted", START)], "good", "Shift of 8 h: 0 opened, 0 resolved, 0 open now."),
    ],
)
def test_the_hours_have_edges(issues, happenings, tone, says):
    reply = shift.summary(issues, happenings, START, END)
    assert (reply.summary, reply.tone) == (says, tone)


def test_what_the_bot_did_is_nobodys_work():
    reply = shift.summary([OVER], [happening("opened", NIGHT, BOT)], START, END)
    assert "Who did what" not in render(reply)


def test_a_long_list_is_counted():
    reply = shift.summary([of(n) for n in range(33)], [], START, END)
    assert reply.blocks[-1] == Text(("And 3 less severe or newer ones.",))
