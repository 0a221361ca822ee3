"""Which drafts a change becomes, in every setting of a place."""

from dataclasses import replace

import pytest

from bot.model.issue import IssueId, Told
from bot.model.message import Place
from bot.model.parcel import Subject
from bot.pipeline import speaking
from bot.pipeline.change import Change
from tests.unit.pipeline.issues import ID, SLACK, TEAMS, happening, issue

THIRD = Place("slack", "T0NIGHT", "C0THIRD")
ROOT = Subject(f"issue:{ID}")


def drafts(*changes: Change):
    return speaking._drafts(changes, {change.after.id: change.after for change in changes})


def test_a_new_issue_is_one_message_in_each_place_and_no_story():
    new = issue()
    made = drafts(Change(None, new, (happening("opened"),)))
    assert [(one.place, one.subject, one.revision, one.under) for one in made] == [
        (SLACK, ROOT, 1, None),
        (TEAMS, ROOT, 1, None),
    ]
    assert made[0].reply is made[1].reply  # drawn once


@pytest.mark.parametrize(
    ("story", "what", "lines"),
    [
        ("quiet", "acknowledged", 0),
        ("quiet", "resolved", 0),
        ("quiet", "silence_asked", 1),  # somebody has to answer
        ("normal", "acknowledged", 1),
        ("normal", "worse", 1),
        ("normal", "resolved", 1),
        ("normal", "reopened", 1),
        ("normal", "escalated", 1),
        ("normal", "joined", 0),
        ("normal", "better", 0),
        ("full", "joined", 1),
        ("full", "opened", 0),
    ],
)
def test_a_place_has_as_much_of_the_story_as_it_wants(story, what, lines):
    before = issue(told=(Told(SLACK, story),))
    made = drafts(Change(before, replace(before, revision=2), (happening(what),)))
    assert [(one.subject, one.revision) for one in made[:1]] == [(ROOT, 2)]
    assert [(one.place, one.subject, one.revision, one.under) for one in made[1:]] == [
        (SLACK, f"story:{ID}:2.0", 1, ROOT) for _ in range(lines)
    ]


def test_each_happening_of_a_change_has_a_line_of_its_own():
    before = issue(told=(Told(SLACK, "full"),))
    made = drafts(Change(before, replace(before, revision=7), (happening("joined"), happening("worse"))))
    assert [one.subject for one in made] == [ROOT, f"story:{ID}:7.0", f"story:{ID}:7.1"]


def test_what_is_told_in_a_storm_has_no_message_of_its_own():
    made = drafts(Change(None, issue(told=(Told(SLACK, storm="s1"), Told(TEAMS))), (happening("worse"),)))
    assert {one.place for one in made} == {TEAMS}


def test_where_nothing_changed_nothing_is_said():
    same = issue()
    assert drafts(Change(same, replace(same, signals=9))) == []


def test_a_place_that_is_new_gets_the_message():
    before = issue(told=(Told(SLACK),))
    made = drafts(Change(before, replace(before, told=(Told(SLACK), Told(THIRD)))))
    assert [one.place for one in made] == [SLACK, THIRD]


def test_two_changes_of_one_issue_are_one_message_that_shows_the_latest():
    first = issue(told=(Told(SLACK),))
    second, third = replace(first, revision=2), replace(first, revision=3)
    made = drafts(Change(first, second, (happening("worse"),)), Change(second, third, (happening("resolved"),)))
    assert [(one.subject, one.revision) for one in made] == [(ROOT, 3), (f"story:{ID}:2.0", 1), (f"story:{ID}:3.0", 1)]


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (f"issue:{ID}", ID),
        (f"story:{ID}:12.0", ID),
        (f"page:{ID}:0.1:mail:ops@example.com", ID),
        ("storm:ISS-1", None),
        ("letter:1", None),
        ("", None),
    ],
)
def test_subjects_name_their_issue(subject, found):
    assert speaking.issue_of(Subject(subject)) == found


def test_the_root_and_its_reading_agree():
    assert speaking.issue_of(speaking.root_of(IssueId("ISS-1-a"))) == "ISS-1-a"
