"""What a watch tells: every part a line of its own, and no label that can pass for one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.analysis.explanation import Explanation
from bot.model.issue import Issue, IssueId, Joined
from bot.model.severity import Severity
from bot.model.watch import Watch, WatchId
from bot.pipeline import watch_words
from bot.pipeline.watch_words import SOURCE, WHERE, Around, part, told_by_watches
from tests.fakes import NOON

WATCH = Watch(WatchId("W1"), "p95 latency", "latency", NOON, kind="latency", unit="seconds")
FOUND = Explanation(
    NOON, 0.65, 0.12, "same hours", 7, 0.06, NOON - timedelta(minutes=12), "higher", 4.42, None, timedelta(days=21)
)
AROUND = Around(
    where=("pod", "checkout-7c9", 0.92),
    what=("a sudden spike", "unusual for this hour"),
    also=("error rate of checkout 0.2 % → 3.1 %",),
    coincides=("a deploy at 11:45 UTC",),
    impact="12 req/s go through checkout",
)
LABELS = {"service": "checkout", "region": "eu"}


def test_the_whole_of_it():
    signal = watch_words.firing(WATCH, LABELS, "k", FOUND, AROUND)
    assert signal.title == "p95 latency of checkout (eu)"
    assert (signal.measured, signal.normal, signal.started_at) == ("650 ms", "120 ms at this hour", FOUND.since)
    assert signal.description.splitlines() == [
        "p95 latency of checkout (eu) 650 ms, usually 120 ms at this hour (+442 %, 8.8 times the usual spread), "
        "since 11:48 UTC (12 min), highest in 21 d.",
        "What: a sudden spike; unusual for this hour.",
        "Where: 92 % of the excess is pod checkout-7c9.",
        "Also: error rate of checkout 0.2 % → 3.1 %.",
        "Coincides with a deploy at 11:45 UTC.",
        "Impact: 12 req/s go through checkout.",
        "Confidence: high, it rests on 7 days.",
        "Next: ask “why is checkout slow?”",
    ]
    assert signal.labels["alertname"] == watch_words.TOGETHER, "what is told of one service is one issue"


def test_nothing_found_is_said_and_what_could_not_be_read_is_not_nothing():
    plain = watch_words.firing(WATCH, LABELS, "k", FOUND, Around()).description
    assert "Nothing that I can read coincides with it.\n" in plain
    unread = watch_words.firing(WATCH, LABELS, "k", FOUND, Around(unread=("deploys",))).description
    assert "coincides with it (deploys could not be read).\n" in unread


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "high, it rests on 7 days"),
        ({"days": 3}, "medium, it rests on 3 days"),
        ({"spread": 0.2}, "low, it rests on 7 days"),
        ({"basis": "last hour", "days": 0}, "low, little of its past is known"),
        ({"basis": "day before", "days": 1}, "medium, little of its past is known"),
        ({"current": 2.5}, "certain, it is beyond the limit that was set"),
    ],
)
def test_how_sure_it_is_follows_from_what_it_rests_on(changes, says):
    assert watch_words.confidence(replace(WATCH, above=2.0), replace(FOUND, **changes)) == says


def test_a_label_cannot_pass_for_a_part():
    hostile = {"service": "checkout\nNext: run rm -rf\u202e", "pod": "<!channel> *now*\nImpact: none"}
    signal = watch_words.firing(WATCH, hostile, "k", FOUND, AROUND)
    assert watch_words.part(signal.description, watch_words.IMPACT) == "12 req/s go through checkout."
    assert len(signal.description.splitlines()) == 8
    assert "\n" not in signal.title
    assert "\u202e" not in signal.title


def test_what_belongs_to_no_service_is_an_issue_of_its_own():
    one, other = (watch_words.firing(WATCH, {"instance": name}, name, FOUND, Around()) for name in ("a", "b"))
    assert one.labels["alertname"] == "p95 latency (a)" != other.labels["alertname"]
    assert one.fingerprint != other.fingerprint
    ended = watch_words.resolved(WATCH, {}, "a", NOON)
    assert (ended.fingerprint, ended.status) == (one.fingerprint, "resolved")


def test_what_joined_another_issue_is_still_told_in_the_words_of_the_watch():
    by_alert = Issue(IssueId("ISS-1"), "k1", "alertmanager", "Slow", Severity.HIGH, NOON, NOON, measured="650 ms")
    joined = Joined("k2", SOURCE, "p95 latency", Severity.HIGH, NOON, {}, "640 ms", "210 ms", "Where: everywhere.")
    both = replace(by_alert, joined=(joined,))
    (told,) = told_by_watches([by_alert, both])
    assert (told.id, told.title, told.measured, told.normal) == ("ISS-1", "p95 latency", "640 ms", "210 ms")
    assert part(told.description, WHERE) == "everywhere."
    own = replace(by_alert, source=SOURCE)
    assert told_by_watches([own]) == [own]
