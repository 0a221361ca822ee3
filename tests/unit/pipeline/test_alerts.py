"""What one signal says of one alert, case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issue import Alert, IssueId
from bot.model.severity import Severity
from bot.pipeline import alerts
from bot.pipeline.alerts import Said
from tests.fakes import NOON
from tests.unit.pipeline.signals import MINUTE, acknowledged, firing, resolved

HOUR = timedelta(hours=1)
FIRING = Alert(
    "alertmanager", "a", IssueId("ISS-1-x"), "firing", Severity.HIGH, "Checkout is slow", NOON - HOUR, NOON - MINUTE
)
ACKNOWLEDGED = replace(FIRING, status="acknowledged")
RESOLVED = replace(FIRING, status="resolved", ended_at=NOON - MINUTE)
LONG_RESOLVED = replace(RESOLVED, seen_at=NOON - HOUR)


@pytest.mark.parametrize(
    ("known", "signal", "expected"),
    [
        (None, firing(), Said.FIRED),
        (None, resolved(), Said.WITHOUT_TRIGGER),
        (None, acknowledged(), Said.WITHOUT_TRIGGER),
        (FIRING, firing(at=NOON - HOUR), Said.REPEATED),
        (FIRING, acknowledged(), Said.ACKNOWLEDGED),
        (ACKNOWLEDGED, acknowledged(), Said.REPEATED),
        (ACKNOWLEDGED, firing(), Said.REPEATED),
        (FIRING, resolved(at=NOON - HOUR), Said.RESOLVED),
        (ACKNOWLEDGED, resolved(at=NOON), Said.RESOLVED),
        (FIRING, resolved(at=NOON - 2 * HOUR), Said.OVERTAKEN),
        (FIRING, resolved(at=NOON - 2 * HOUR, ended_at=NOON - HOUR), Said.OVERTAKEN),
        # The same time of firing, as an engine that began to watch earlier tells it.
        (FIRING, resolved(at=NOON - HOUR - MINUTE, ended_at=NOON), Said.RESOLVED),
        # It ends before it starts: the end is believed, the time is not.
        (FIRING, resolved(at=NOON - HOUR, ended_at=NOON - 3 * HOUR), Said.RESOLVED),
        (RESOLVED, resolved(at=NOON - HOUR), Said.REPEATED),
        (RESOLVED, acknowledged(), Said.OVERTAKEN),
        (RESOLVED, firing(at=NOON - HOUR), Said.OVERTAKEN),
        (RESOLVED, firing(at=NOON), Said.FIRED),
        # An engine that was away for long fires with the old start, and that is true.
        (LONG_RESOLVED, firing(at=NOON - HOUR), Said.FIRED),
    ],
)
def test_what_a_signal_says(known, signal, expected):
    assert alerts.heard(known, signal, NOON) is expected


def test_nothing_begins_in_the_future_or_ends_before_it_began():
    issue = IssueId("ISS-1-x")
    began = alerts.after(None, firing(at=NOON + HOUR), Said.FIRED, issue, NOON)
    assert (began.started_at, began.status) == (NOON, "firing")
    ended = alerts.after(FIRING, resolved(at=NOON, ended_at=NOON - 3 * HOUR), Said.RESOLVED, issue, NOON)
    assert (ended.started_at, ended.ended_at) == (NOON - HOUR, NOON - HOUR)
    late = alerts.after(FIRING, resolved(at=NOON, ended_at=NOON + HOUR), Said.RESOLVED, issue, NOON)
    assert late.ended_at == NOON


def test_what_ends_an_alert_need_not_describe_it():
    bare = resolved(severity="low", title="", labels={})
    ended = alerts.after(FIRING, bare, Said.RESOLVED, FIRING.issue, NOON)
    assert (ended.title, ended.severity) == (FIRING.title, FIRING.severity)


def test_firing_again_does_not_undo_an_acknowledgement_but_learns_the_newest_start():
    again = alerts.after(ACKNOWLEDGED, firing(at=NOON), Said.REPEATED, FIRING.issue, NOON)
    assert (again.status, again.started_at, again.seen_at) == ("acknowledged", NOON, NOON)
