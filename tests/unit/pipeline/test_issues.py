"""The life of an issue as its signals tell it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issue import By, Status
from bot.model.plan import Plan, Route
from bot.model.severity import Severity
from bot.pipeline.alerts import Said
from tests.fakes import NOON
from tests.unit.pipeline.signals import MINUTE, World, acknowledged, firing, resolved

HOUR = timedelta(hours=1)
ANNA = By("Anna Berger", platform="slack", at=NOON)


@pytest.fixture
def world() -> World:
    return World()


def test_an_issue_opens_with_what_its_alert_says(world):
    signal = firing(
        severity="critical", measured="650 ms", normal="above 500 ms", runbook="https://run/1", at=NOON - MINUTE
    )
    change = world.change(signal)
    issue = change.after
    assert change.before is None
    assert issue.id == f"ISS-{int((NOON - MINUTE).timestamp())}-checkout"
    assert (issue.title, issue.severity, issue.status) == ("Checkout is slow", "critical", "investigating")
    assert (issue.firing, issue.alerts, issue.signals, issue.revision) == (1, 1, 1, 1)
    assert (issue.services, issue.regions) == (("checkout",), ("eu-west-1",))
    assert (issue.measured, issue.normal, issue.runbook) == ("650 ms", "above 500 ms", "https://run/1")
    assert (issue.opened_at, issue.occurrences) == (NOON - MINUTE, (NOON,))
    assert [one.what for one in change.happenings] == ["opened"]


def test_the_same_signal_for_a_week_changes_nothing_but_the_counters(world):
    first = world.change(firing()).after
    minutes = 7 * 24 * 60
    for minute in range(1, minutes):
        merged = world.hear(firing(), at=NOON + minute * MINUTE)
        assert not merged.changes
    (issue,) = world.issues.values()
    assert issue == replace(first, signals=minutes)
    (alert,) = world.alerts.values()
    assert alert.seen_at == NOON + (minutes - 1) * MINUTE


def test_a_figure_that_always_differs_changes_the_message_every_five_minutes_at_most(world):
    world.hear(firing(measured="1 ms"))
    seen = [
        change.after
        for minute in range(1, 21)
        for change in world.hear(firing(measured=f"{minute} ms"), at=NOON + minute * MINUTE).changes
    ]
    assert [(issue.measured, issue.revision) for issue in seen] == [
        ("5 ms", 2),
        ("10 ms", 3),
        ("15 ms", 4),
        ("20 ms", 5),
    ]


def test_the_title_of_a_single_alert_is_its_newest_one(world):
    assert world.change(firing(title="CPU at 91 %"), firing(title="CPU at 93 %")).after.title == "CPU at 93 %"
    assert world.change(firing(title="CPU at 95 %"), at=NOON + 5 * MINUTE).after.title == "CPU at 95 %"


def test_alerts_of_one_group_are_one_issue_and_count(world):
    change = world.change(firing("a"), firing("b", severity="critical", title="Cart is slow"), firing("a"))
    issue = change.after
    assert (issue.firing, issue.alerts, issue.signals, issue.severity) == (2, 2, 3, "critical")
    assert issue.title == "HighLatency on checkout"  # two titles: what they have in common
    change = world.change(resolved("b"), at=NOON + MINUTE)
    assert (change.after.firing, change.after.alerts, change.after.severity) == (1, 2, "high")
    assert [one.what for one in change.happenings] == ["better"]
    change = world.change(resolved("a"), at=NOON + 2 * MINUTE)
    assert (change.after.status, change.after.firing, change.after.severity) == ("resolved", 0, "high")
    assert (change.after.resolved_at, change.after.resolved_by.name) == (NOON + 2 * MINUTE, "alertmanager")


def test_one_more_alert_is_no_line_of_the_story(world):
    world.hear(firing("a"))
    change = world.change(firing("b"))
    assert (change.after.firing, change.after.revision, change.happenings) == (2, 2, ())
    assert change.after.title == "Checkout is slow"  # both say the same


@pytest.mark.parametrize(
    ("first", "then", "what", "severity"),
    [
        ("high", firing(severity="critical"), "worse", "critical"),
        ("high", firing(severity="low"), "better", "low"),
        ("low", firing("b", severity="high"), "worse", "high"),
    ],
)
def test_severity_is_that_of_the_worst_alert(world, first, then, what, severity):
    world.hear(firing(severity=first))
    change = world.change(then, at=NOON + MINUTE)
    assert ([one.what for one in change.happenings], change.after.severity) == ([what], severity)


def test_the_worst_of_those_that_go_on_firing_is_found_among_the_others(world):
    world.hear(firing("a", severity="critical"), firing("b", severity="medium"), firing("c", severity="low"))
    change = world.change(resolved("a"), firing("c", severity="low"), at=NOON + MINUTE)
    assert change.after.severity is Severity.MEDIUM


def test_only_labels_that_all_share_are_the_issues(world):
    change = world.change(firing("a", labels={"pod": "a-1", "team": "shop"}), firing("b", labels={"pod": "b-1"}))
    assert "pod" not in change.after.labels
    assert "team" not in change.after.labels
    assert change.after.labels["alertname"] == "HighLatency"


def test_figures_are_the_worst_and_newest_alerts_and_pages_stay(world):
    change = world.change(
        firing("a", severity="critical", measured="900 ms", runbook="https://run/a"),
        firing("b", severity="low", measured="20 ms", runbook="https://run/b"),
        firing("c", severity="critical", measured="950 ms"),
    )
    assert (change.after.measured, change.after.runbook) == ("950 ms", "")
    change = world.change(firing("d", severity="critical", measured="1 s", runbook="https://run/d"))
    change = world.change(firing("e", severity="critical", measured="2 s"))
    assert (change.after.measured, change.after.runbook) == ("2 s", "https://run/d")


def test_it_reopens_as_itself_within_the_plans_time_and_nobody_has_it_then(world):
    world.hear(firing())
    issue = world.change(resolved(), at=NOON + MINUTE).after
    world.issues[issue.id] = replace(issue, acknowledged=ANNA)
    again = NOON + 3 * HOUR
    change = world.change(firing(at=again), at=again)
    assert (change.after.id, change.after.open, change.after.acknowledged) == (issue.id, True, None)
    assert (change.after.resolved_at, change.after.resolved_by) == (None, None)
    (line,) = change.happenings
    assert (line.what, "Anna Berger" in line.says) == ("reopened", True)


def test_later_it_is_a_new_issue(world):
    first = world.change(firing()).after
    world.hear(resolved(), at=NOON + MINUTE)
    again = NOON + 5 * HOUR
    change = world.change(firing(at=again), at=again)
    assert change.before is None
    assert (change.after.id != first.id, change.after.key == first.key) == (True, True)
    assert len(world.issues) == 2


def by_hand(world: World, *, at: timedelta) -> None:
    (issue,) = world.issues.values()
    world.issues[issue.id] = replace(issue, status=Status.RESOLVED, resolved_at=NOON + at, resolved_by=ANNA)


def test_what_somebody_resolved_is_not_reopened_by_repetitions_of_what_they_knew(world):
    world.hear(firing("a"))
    by_hand(world, at=10 * MINUTE)
    for minute in range(11, 200):
        assert not world.hear(firing("a"), at=NOON + minute * MINUTE).changes
    (issue,) = world.issues.values()
    assert (issue.open, issue.resolved_by) == (False, ANNA)


@pytest.mark.parametrize(
    "signals",
    [
        [firing("a", at=NOON + 20 * MINUTE)],  # the same alert, begun anew
        [firing("b", at=NOON)],  # another alert of the group
        [resolved("a"), firing("a", at=NOON + 20 * MINUTE)],
    ],
)
def test_what_begins_after_somebody_resolved_it_reopens_it(world, signals):
    world.hear(firing("a"))
    by_hand(world, at=10 * MINUTE)
    change = world.change(*signals, at=NOON + 20 * MINUTE)
    assert change.after.open
    assert change.after.firing == len({signal.fingerprint for signal in signals} | {"a"})


def test_what_never_stopped_firing_is_heard_again_once_the_hand_is_old(world):
    first = world.change(firing("a")).after
    by_hand(world, at=10 * MINUTE)
    change = world.change(firing("a"), at=NOON + 5 * HOUR)
    assert change.before is None
    assert change.after.firing == 1
    assert first.id in change.happenings[0].says
    change = world.change(resolved("a"), at=NOON + 6 * HOUR)
    assert (change.after.id != first.id, change.after.open) == (True, False)


def test_the_end_of_what_somebody_resolved_only_counts_down(world):
    world.hear(firing("a"))
    by_hand(world, at=10 * MINUTE)
    change = world.change(resolved("a"), at=NOON + 20 * MINUTE)
    assert (change.after.firing, change.after.resolved_by, change.happenings) == (0, ANNA, ())


def test_an_end_without_a_trigger_opens_nothing(world):
    merged = world.hear(resolved(), resolved("b"))
    assert (merged.changes, merged.counted, merged.alerts) == ([], [], [])
    assert merged.said == {("alertmanager", Said.WITHOUT_TRIGGER): 2}


def test_a_beginning_that_its_end_overtook_opens_nothing(world):
    began = NOON - MINUTE
    world.hear(resolved(at=began, ended_at=NOON))
    late = world.hear(firing(at=began), at=NOON + MINUTE)
    assert (late.changes, late.said) == ([], {("alertmanager", Said.OVERTAKEN): 1})
    again = world.change(firing(at=NOON + MINUTE), at=NOON + 2 * MINUTE)
    assert (again.before, again.after.open, again.after.alerts) == (None, True, 1)


def test_an_end_that_does_not_say_when_it_began_overtakes_nothing(world):
    merged = world.hear(resolved(ended_at=NOON), firing())
    assert [change.after.open for change in merged.changes] == [True]


def test_what_begins_and_ends_in_one_batch_is_an_issue_that_is_over(world):
    change = world.change(firing(), resolved())
    assert (change.before, change.after.open, change.after.signals) == (None, False, 2)
    assert [one.what for one in change.happenings] == ["opened", "resolved"]


def test_a_late_end_of_an_earlier_firing_is_ignored(world):
    world.hear(firing(at=NOON))
    world.hear(firing(at=NOON + 10 * MINUTE), at=NOON + 10 * MINUTE)
    merged = world.hear(resolved(at=NOON, ended_at=NOON + 5 * MINUTE), at=NOON + 11 * MINUTE)
    assert not merged.changes
    (issue,) = world.issues.values()
    assert issue.open


def test_the_source_acknowledges(world):
    world.hear(firing())
    change = world.change(acknowledged(), at=NOON + MINUTE)
    assert (change.after.acknowledged.name, change.happenings[0].what) == ("alertmanager", "acknowledged")
    assert not world.hear(acknowledged(), at=NOON + 2 * MINUTE).changes


def test_coming_and_going_is_said_once(world):
    told = []
    for turn in range(5):
        at = NOON + turn * 8 * MINUTE
        told.append([one.what for one in world.change(firing(at=at), at=at).happenings])
        told.append([one.what for one in world.change(resolved(at=at), at=at + 4 * MINUTE).happenings])
    assert told == [
        ["opened"], ["resolved"],
        ["reopened"], ["resolved"],
        ["flapping", "repeated"], ["repeated"],
        ["repeated"], ["repeated"],
        ["repeated"], ["repeated"],
    ]  # fmt: skip
    (issue,) = world.issues.values()
    assert len(issue.occurrences) == 5
    later = NOON + 3 * HOUR
    assert world.change(firing(at=later), at=later).after.occurrences == (later,)


def test_an_alert_stays_with_its_issue_when_the_plan_groups_otherwise(world):
    first = world.change(firing("a", labels={"pod": "a-1"})).after
    world.plan = Plan(routes=(Route(group_by=("pod",)),))
    change = world.change(firing("a", severity="critical", labels={"pod": "a-1"}), at=NOON + MINUTE)
    assert change.after.id == first.id
    merged = world.hear(firing("b", labels={"pod": "b-1"}), at=NOON + 2 * MINUTE)
    assert [change.before for change in merged.changes] == [None]
    assert world.change(resolved("a", labels={"pod": "a-1"}), at=NOON + 3 * MINUTE).after.id == first.id


def test_every_alert_its_own_where_the_plan_says_so(world):
    world.plan = Plan(group_by=("...",))
    assert len(world.hear(firing("a"), firing("b")).changes) == 2
