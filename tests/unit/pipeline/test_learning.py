"""What of a change is remembered, how alike two issues are, and what the message of one that was here before says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.remembering import ANOTHER_RULE, alike
from bot.model.document import Case
from bot.model.issue import IssueId, Seen, Status, Told
from bot.model.reply import Buttons, Text
from bot.pipeline import speaking, wording
from bot.pipeline.change import Change
from tests.fakes import NOON
from tests.unit.pipeline.issues import SLACK, issue

OPEN = issue()
OVER = replace(OPEN, status=Status.RESOLVED, resolved_at=NOON, revision=2)
AGAIN = replace(OPEN, occurrences=(NOON, NOON), revision=3)
COUNTED = replace(OPEN, told=(Told(SLACK, storm="s1"),))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, OPEN, "recall"),
        (None, OVER, "entry"),
        (None, replace(OPEN, told=()), ""),  # nobody reads it
        (None, COUNTED, ""),
        (OPEN, OPEN, ""),
        (OPEN, OVER, "entry"),
        (OVER, OVER, "entry"),
        (OVER, AGAIN, "entry"),
        (AGAIN, AGAIN, "entry"),
        (COUNTED, replace(COUNTED, status=Status.RESOLVED), ""),
        (OPEN, replace(OPEN, told=()), ""),
    ],
)
def test_what_is_remembered(before, after, expected: str):
    assert speaking._remembers(Change(before, after)) == expected


def case(**given: object) -> Case:
    plain = Case(
        IssueId("ISS-1-old"), "other key", "Checkout answers slowly", "alertmanager", NOON, timedelta(minutes=18)
    )
    return replace(plain, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "labels", "other", "low", "high"),
    [
        ("Anything", {}, case(key="key"), 1.0, 1.0),  # what makes it this issue comes first
        ("Checkout latency is high", {}, case(), 0.86, 0.9999),
        ("Checkout latency is high", {"alertname": "A"}, case(labels={"alertname": "B"}), 0.6, ANOTHER_RULE),
        (
            "Checkout latency is high",
            {"alertname": "A"},
            case(labels={"alertname": "B"}, source="grafana"),
            0.86,
            0.9999,
        ),
        ("Disk full on db-1", {}, case(), 0.0, 0.1),
    ],
)
def test_how_alike_they_are(title: str, labels: dict[str, str], other: Case, low: float, high: float):
    new = issue(title=title, labels=labels, services=(), regions=(), key="key", source="alertmanager")
    assert low <= alike(new, other) <= high


def test_the_message_says_where_it_was_before():
    seen = Seen(IssueId("ISS-1-old"), "kb_1", NOON - timedelta(days=126), timedelta(minutes=18), "<!channel> *restart*")
    plain, told = wording.root(OPEN), wording.root(replace(OPEN, seen=seen))
    more = [block for block in told.blocks if block not in plain.blocks]
    assert more[0] == Text(
        ("Seen before: ISS-1-old, 12 Nov 2025, resolved in 18 min. What helped: <!channel> *restart*",)
    )
    assert isinstance(more[1], Buttons)
    (button,) = more[1].buttons
    assert (button.intent, button.arguments) == ("kb_show", {"document": "kb_1"})
    assert told.summary == plain.summary
    silent = wording.root(replace(OPEN, seen=replace(seen, helped="")))
    assert Text(("Seen before: ISS-1-old, 12 Nov 2025, resolved in 18 min.",)) in silent.blocks
