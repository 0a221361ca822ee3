"""What a storm counts."""

from dataclasses import replace
from datetime import timedelta

from bot.model.issue import IssueId, Told
from bot.model.plan import Storm as Rules
from bot.model.severity import Severity
from bot.pipeline import storms
from bot.pipeline.storms import MOST_LABELS, MOST_VALUES, OTHERS, OWN_MESSAGES, Arrivals, Count
from tests.unit.pipeline.issues import MINUTE, NIGHT, SLACK, TEAMS, issue

RULES = Rules()


def many(count: int, severity: Severity = Severity.LOW, **more):
    return [issue(id=IssueId(f"ISS-{severity}-{n}"), severity=severity, told=(), **more) for n in range(count)]


def test_everything_is_counted():
    count = Count(storms.begin(SLACK, NIGHT), NIGHT + MINUTE)
    for one in [*many(30), *many(3, Severity.HIGH, services=("search",))]:
        assert not count.add(one, 2)
    storm = count.done()
    assert (storm.issues, storm.signals, storm.revision, storm.last_at) == (33, 66, 1, NIGHT + MINUTE)
    assert storm.by_severity == {"low": 30, "high": 3}
    assert storm.by_label["service"] == {"checkout": 30, "search": 3}
    assert storm.by_label["region"] == {"eu-west-1": 33}
    assert not {"severity", "source"} & set(storm.by_label)
    assert Count(storm, NIGHT + 2 * MINUTE).done() is None


def test_every_critical_one_is_named_and_the_first_have_messages_of_their_own():
    count = Count(storms.begin(SLACK, NIGHT), NIGHT)
    own = [count.add(one, 1) for one in many(OWN_MESSAGES + 5, Severity.CRITICAL)]
    assert own == [True] * OWN_MESSAGES + [False] * 5
    assert len(count.done().critical) == OWN_MESSAGES + 5


def test_more_of_one_that_is_counted_and_one_that_becomes_critical():
    count = Count(storms.begin(SLACK, NIGHT), NIGHT)
    (one,) = many(1)
    count.add(one, 1)
    one = replace(one, told=(Told(SLACK, storm=count.id),))
    worse = replace(one, severity=Severity.CRITICAL)
    assert count.knows(one)
    assert not count.hear(one, one, 5)
    assert count.hear(one, worse, 1)
    assert not count.hear(worse, one, 1)
    assert not count.hear(one, worse, 1)  # its message stands already
    storm = count.done()
    assert (storm.issues, storm.signals, storm.by_severity, storm.critical) == (1, 9, {"critical": 1}, (one.id,))


def test_labels_are_bounded_and_nothing_is_lost_in_them():
    count = Count(storms.begin(SLACK, NIGHT), NIGHT)
    for n in range(MOST_VALUES + 10):
        labels = {f"label-{n % 30}": "x", "pod": f"pod-{n}"}
        count.add(issue(id=IssueId(str(n)), severity=Severity.LOW, labels=labels), 1)
    storm = count.done()
    assert len(storm.by_label) == MOST_LABELS
    assert len(storm.by_label["pod"]) == MOST_VALUES + 1
    assert storm.by_label["pod"][OTHERS] == 10
    assert sum(storm.by_label["pod"].values()) == storm.issues


def test_arrivals_are_those_of_the_last_minute_and_of_one_place():
    arrivals = Arrivals()
    arrivals.note([SLACK] * 3 + [TEAMS], NIGHT)
    arrivals.note([SLACK], NIGHT + timedelta(seconds=30))
    assert arrivals.lately(SLACK, RULES, NIGHT + timedelta(seconds=59)) == 4
    assert arrivals.lately(SLACK, RULES, NIGHT + timedelta(seconds=60)) == 1
    assert arrivals.lately(TEAMS, RULES, NIGHT + timedelta(seconds=90)) == 0


def test_a_storm_is_over_when_it_is_calm():
    storm = storms.begin(SLACK, NIGHT)
    assert not storms.is_over(storm, RULES, NIGHT + RULES.calm_after - timedelta(seconds=1))
    assert storms.is_over(storm, RULES, NIGHT + RULES.calm_after)
    assert storms.begin(TEAMS, NIGHT).id != storm.id
