"""Which signals are beats."""

from bot.model.plan import Heartbeat, Plan
from bot.pipeline import heartbeats
from tests.fakes import NOON
from tests.unit.pipeline.signals import firing, resolved

WATCHDOG = {"alertname": "Watchdog"}
PLAN = Plan(heartbeats={"prometheus": Heartbeat(match=('alertname="Watchdog"',)), "backup": Heartbeat()})


def test_beats_are_swallowed_and_all_else_goes_on():
    other = firing()
    given = [firing("w", labels=WATCHDOG), other, firing("w2", labels=WATCHDOG), heartbeats.pulse("backup", NOON)]
    assert heartbeats.swallow(given, PLAN) == ([other], ["prometheus", "backup"])


def test_the_end_of_a_beat_is_no_beat_and_no_issue():
    assert heartbeats.swallow([resolved("w", labels=WATCHDOG)], PLAN) == ([], [])


def test_a_heartbeat_without_matchers_swallows_nothing():
    assert heartbeats.swallow([firing()], Plan(heartbeats={"backup": Heartbeat()})) == ([firing()], [])


def test_what_the_plan_does_not_wait_for_is_neither_beat_nor_missed():
    assert heartbeats.swallow([heartbeats.pulse("gone", NOON)], PLAN) == ([], [])
    assert heartbeats.swallow([heartbeats.pulse("gone", NOON)], Plan()) == ([], ())
    assert heartbeats.missed(PLAN, "gone", NOON) is None


def test_a_missed_one_says_what_is_missing():
    signal = heartbeats.missed(PLAN, "backup", NOON)
    assert (signal.status, signal.severity, signal.service) == ("firing", "critical", "backup")
    assert (signal.measured, signal.normal) == ("none for 6 min", "one every 5 min")
