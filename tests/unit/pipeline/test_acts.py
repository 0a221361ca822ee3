"""What each act makes of an issue, and what is said where it is so already."""

from dataclasses import replace

import pytest

from bot.model.errors import Rejected
from bot.model.issue import By, Issue, Notice, Status
from bot.pipeline import acts
from bot.pipeline.change import Change
from bot.ports.desks import Act
from tests.unit.pipeline.issues import ANNA, BEN, ID, MINUTE, NIGHT, SLACK, actor, issue

THEN, NOW = NIGHT + 2 * MINUTE, NIGHT + 5 * MINUTE
ANNA_THEN, BEN_THEN, ANNA_NOW = replace(ANNA, at=THEN), replace(BEN, at=THEN), replace(ANNA, at=NOW)
SPOKEN = Notice(NIGHT, issue().severity)
OPEN = issue()
ACKED = issue(acknowledged=ANNA_THEN, owner=ANNA_THEN)
HELD = issue(owner=BEN_THEN)
OVER = issue(status=Status.RESOLVED, resolved_at=THEN, resolved_by=BEN_THEN)
ENDED = issue(status=Status.RESOLVED, resolved_at=THEN)
NOT_RESOLVED = {"resolved_at": None, "resolved_by": None}
OF_BEN = By("Ben Ortner", BEN.person)


def applied(before: Issue, kind: str, *, text: str = "", **more: object) -> Change | str:
    return acts.apply(before, Act(kind, ID, text=text), actor(), NOW, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "kind", "more", "after", "says"),
    [
        (OPEN, "acknowledge", {}, {"acknowledged": ANNA_NOW, "owner": ANNA_NOW}, "acknowledged it."),
        (HELD, "acknowledge", {}, {"acknowledged": ANNA_NOW, "owner": BEN_THEN}, "acknowledged it."),
        (ACKED, "unacknowledge", {}, {"acknowledged": None, "owner": None}, "took the acknowledgement back."),
        (
            issue(acknowledged=ANNA_THEN, owner=BEN_THEN),
            "unacknowledge",
            {},
            {"acknowledged": None, "owner": BEN_THEN},
            "took the acknowledgement back.",
        ),
        (OPEN, "identify", {}, {"status": Status.IDENTIFIED}, "identified the cause."),
        (
            OPEN,
            "identify",
            {"text": "restart the cache"},
            {"status": Status.IDENTIFIED, "workaround": "restart the cache"},
            "identified the cause: restart the cache.",
        ),
        (
            issue(acknowledged=BEN_THEN, escalation="step 2 of 3", last=SPOKEN),
            "resolve",
            {},
            {
                "status": Status.RESOLVED,
                "resolved_at": NOW,
                "resolved_by": ANNA_NOW,
                "acknowledged": BEN_THEN,
                "escalation": "",
                "last": Notice(NOW, OPEN.severity, resolved=True),
            },
            "resolved it.",
        ),
        (
            replace(OVER, acknowledged=BEN_THEN, last=replace(SPOKEN, resolved=True)),
            "reopen",
            {},
            {
                "status": Status.INVESTIGATING,
                "resolved_at": None,
                "resolved_by": None,
                "acknowledged": None,
                "last": Notice(NOW, OPEN.severity),
            },
            "reopened it.",
        ),
        (OPEN, "resolve", {}, {"status": Status.RESOLVED, "resolved_at": NOW, "resolved_by": ANNA_NOW}, "resolved it."),
        (OVER, "reopen", {}, {"status": Status.INVESTIGATING, **NOT_RESOLVED}, "reopened it."),
        (OPEN, "assign", {}, {"owner": ANNA_NOW}, "took it."),
        (OPEN, "assign", {"to": OF_BEN}, {"owner": replace(OF_BEN, at=NOW)}, "gave it to Ben Ortner."),
        (ACKED, "unassign", {}, {"owner": None}, "gave it back; nobody has it now."),
        (HELD, "unassign", {}, {"owner": None}, "took it from Ben Ortner; nobody has it now."),
        (OPEN, "escalate", {"found": "Step 2 of 3 follows at once."}, {}, "escalated it. Step 2 of 3 follows at once."),
        (OPEN, "note", {"text": "looking at the deploy"}, {}, "noted: looking at the deploy."),
        (
            OPEN,
            "ticket",
            {"found": "TICKET-2026-000007"},
            {"ticket": "TICKET-2026-000007"},
            "opened TICKET-2026-000007.",
        ),
        (OVER, "note", {"text": "it was the cache"}, {}, "noted: it was the cache."),
    ],
)
def test_an_act_changes_what_it_says_and_nothing_else(before, kind, more, after, says):
    change = applied(before, kind, **more)
    assert isinstance(change, Change)
    assert change.before == before
    assert change.after == replace(before, **after, revision=2, updated_at=NOW)
    assert [one.says for one in change.happenings] == [f"Anna Berger from Slack {says}"]


@pytest.mark.parametrize(
    ("before", "kind", "more", "says"),
    [
        (ACKED, "acknowledge", {}, "It is acknowledged already: Anna Berger from Slack, 03:14 UTC."),
        (OVER, "acknowledge", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (ENDED, "acknowledge", {}, "It is resolved, since 03:14 UTC."),
        (OPEN, "unacknowledge", {}, "It is not acknowledged."),
        (OVER, "unacknowledge", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (issue(status=Status.IDENTIFIED), "identify", {}, "Its cause is identified already."),
        (OVER, "identify", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (OVER, "resolve", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (OPEN, "reopen", {}, "It is open, since 03:12 UTC."),
        (ACKED, "assign", {}, "Anna Berger has it already, since 03:14 UTC."),
        (HELD, "assign", {"to": OF_BEN}, "Ben Ortner has it already, since 03:14 UTC."),
        (OVER, "assign", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (OPEN, "unassign", {}, "Nobody has it."),
        (OVER, "escalate", {}, "It is resolved, since 03:14 UTC, by Ben Ortner from Teams."),
        (issue(ticket="TICKET-2026-000007"), "ticket", {}, "It has a ticket already: TICKET-2026-000007."),
    ],
)
def test_what_is_so_already_changes_nothing_and_says_since_when(before, kind, more, says):
    assert applied(before, kind, **more) == says


def test_a_change_leaves_one_line_in_the_history_and_one_in_the_trail():
    change = applied(OPEN, "assign", to=OF_BEN, text="you know this one")
    assert isinstance(change, Change)
    (line,), (entry,) = change.happenings, change.entries
    details = {"text": "you know this one", "to": "Ben Ortner"}
    assert (line.what, line.at, line.by, line.place, line.cause) == ("assigned", NOW, ANNA_NOW, SLACK.key, "letter-1")
    assert line.details == details
    assert (entry.act, entry.object, entry.at) == ("issue.assign", ID, NOW)
    assert (entry.actor, entry.place) == (ANNA.person, SLACK.key)
    assert entry.details == {"from": "slack", "name": "Anna Berger", "cause": "letter-1", **details}


def test_a_note_needs_words():
    with pytest.raises(Rejected, match="needs words"):
        applied(OPEN, "note", text="  ")


def test_a_long_note_is_cut():
    change = applied(OPEN, "note", text="x" * 5000)
    assert isinstance(change, Change)
    assert len(change.happenings[0].says) < 1100


def test_each_kind_of_act_has_its_word():
    assert set(acts.WHAT) == set(acts._ACTS)
    assert len(set(acts.WHAT.values())) == len(acts.WHAT)
