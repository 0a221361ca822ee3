"""What may be silenced, and what is too much."""

from datetime import timedelta

import pytest

from bot.desk import breadth
from bot.model.issue import Alert, Issue, IssueId
from bot.model.matchers import read_matchers
from bot.model.severity import Severity
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("matchers", "wrong"),
    [
        ((), "at least one"),
        (('a=""',), "none of the labels"),
        (('a=~".*"',), "none of the labels"),
        (('a!="x"',), "none of the labels"),
        (('a!="x"', 'b!~"y"'), "none of the labels"),
        (('a=~".+"',), "fit any value"),
        (('a=~"(?s).+"', 'b!="x"'), "fit any value"),
        (('a=~".{1,}|x"',), "fit any value"),
        (('a!=""',), "only exclude"),
        (('service="checkout"',), ""),
        (('service="checkout"', 'instance=~".*"'), ""),
        (('service=~"check.*"', 'env!="prod"'), ""),
        (('instance=~"[0-9.]+:9100"',), ""),
    ],
)
def test_matchers_have_to_say_what_to_hide(matchers: tuple[str, ...], wrong: str) -> None:
    said = breadth.fault(read_matchers(matchers))
    assert wrong in said
    assert bool(said) is bool(wrong)


@pytest.mark.parametrize(
    ("ends_in", "wrong"),
    [
        (timedelta(0), "over already"),
        (-timedelta(hours=1), "over already"),
        (timedelta(days=7, seconds=1), "seven days"),
        (timedelta(days=7), ""),
        (timedelta(minutes=1), ""),
    ],
)
def test_an_end_lies_ahead_and_not_too_far(ends_in: timedelta, wrong: str) -> None:
    said = breadth.fault_of_end(NOON + ends_in, NOON)
    assert wrong in said
    assert bool(said) is bool(wrong)


def _alert(number: int, source: str = "alertmanager", issue: str = "", **labels: str) -> Alert:
    of = IssueId(issue or f"ISS-{number}")
    title = f"Alert {number % 3}"
    return Alert(source, f"f{number}", of, "firing", Severity.HIGH, title, NOON, NOON, labels=labels)


TEN = [_alert(number, team="a" if number < 6 else "b", host=f"h{number}") for number in range(10)]


@pytest.mark.parametrize(
    ("matchers", "alerts", "source", "refused"),
    [
        (('team="a"',), TEN, "alertmanager", True),
        (('team="b"',), TEN, "alertmanager", False),  # four of ten
        (('team="a"',), TEN[:9], "alertmanager", False),  # too few to say
        (('team="a"',), [_alert(n, issue="ISS-1", team="a") for n in range(20)], "alertmanager", False),  # one issue
        (('alertname="Down"',), [_alert(n, alertname="Down") for n in range(20)], "alertmanager", False),  # one rule
        (('alertname=~"Do.*"',), [_alert(n, alertname="Down") for n in range(20)], "alertmanager", True),
        (('team="a"',), [*TEN, *(_alert(n, "grafana") for n in range(90))], "alertmanager", True),  # of its own source
        (('team="a"',), [*TEN, *(_alert(n, "grafana") for n in range(90))], "", False),  # of all, for a mute
    ],
)
def test_more_than_half_is_too_broad(
    matchers: tuple[str, ...], alerts: list[Alert], source: str, refused: bool
) -> None:
    read = read_matchers(matchers)
    said = breadth.too_broad(read, breadth.reach(read, alerts, source))
    assert bool(said) is refused
    assert not refused or "alerts of the last seven days" in said


def test_what_it_hides_is_counted_by_title() -> None:
    found = breadth.reach(read_matchers(('team="a"',)), TEN, "alertmanager")
    assert found.titles == (("Alert 0", 2), ("Alert 1", 2), ("Alert 2", 2))
    assert found.seen == 10


def test_a_mute_knows_what_is_always_there() -> None:
    alert = _alert(1, "datadog", app="checkout", cluster="eu")
    for line in ('source="datadog"', 'severity="high"', 'service="checkout"', 'region="eu"', 'alertname="Alert 1"'):
        assert breadth.reach(read_matchers((line,)), [alert], "").hidden == (alert,)
        assert breadth.reach(read_matchers((line,)), [alert], "datadog").hidden == ()


def _issue(**labels: str) -> Issue:
    return Issue(IssueId("ISS-1"), "k", "datadog", 'Disk "full"', Severity.HIGH, NOON, NOON, labels=labels)


@pytest.mark.parametrize(
    ("labels", "names", "own", "expected"),
    [
        ({"alertname": "Slow", "pod": "p1"}, ("alertname", "service"), False, ('alertname="Slow"',)),
        ({"alertname": "Slow", "service": "x"}, ("service", "alertname"), False, ('service="x"', 'alertname="Slow"')),
        ({"pod": "p1", "job": "j"}, ("alertname",), False, ('job="j"', 'pod="p1"')),
        ({"pod": "p1", "job": "j"}, ("...",), False, ('job="j"', 'pod="p1"')),
        ({"job": "", "pod": r'a"\b'}, ("job",), False, (r'pod="a\"\\b"',)),
        ({"job": "x" * 1000, "pod": "p"}, ("job", "pod"), False, ('pod="p"',)),  # cut by the parser: it would not fit
        ({"app": "x", "dc": "eu"}, ("service", "region"), False, ('app="x"', 'dc="eu"')),  # as grouping finds them
        ({}, ("alertname",), False, ()),
        ({}, ("alertname",), True, (r'alertname="Disk \"full\""', 'source="datadog"')),
        ({"host": "h"}, ("service",), True, ('host="h"', 'source="datadog"')),
        ({"host": "h"}, ("alertname",), True, (r'alertname="Disk \"full\""', 'source="datadog"')),
        ({"service": "x"}, ("service",), True, ('service="x"', 'source="datadog"')),
    ],
)
def test_an_issue_is_silenced_by_what_makes_it_this_one(
    labels: dict[str, str], names: tuple[str, ...], own: bool, expected: tuple[str, ...]
) -> None:
    issue = _issue(**labels)
    lines = breadth.of_issue(issue, names, own=own)
    assert lines == expected
    alert = Alert("datadog", "f", issue.id, "firing", Severity.HIGH, issue.title, NOON, NOON, labels=labels)
    assert not lines or breadth.reach(read_matchers(lines), [alert], "" if own else "datadog").hidden == (alert,)
