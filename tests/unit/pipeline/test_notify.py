"""Why we speak, and why we do not."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.model.issue import Notice, Status
from bot.model.plan import Maintenance, Quiet, Route
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.pipeline import notify
from bot.pipeline.notify import Hush, Reason
from tests.unit.pipeline.issues import ANNA, MINUTE, NIGHT, issue

HOUR = timedelta(hours=1)
OPEN, OVER = issue(severity=Severity.HIGH), issue(severity=Severity.HIGH, status=Status.RESOLVED)
FLAPS = issue(occurrences=(NIGHT - 50 * MINUTE, NIGHT - 20 * MINUTE, NIGHT))
FLAPPED = issue(status=Status.RESOLVED, occurrences=FLAPS.occurrences)
CALM = issue(severity=Severity.HIGH, occurrences=(NIGHT - 70 * MINUTE, NIGHT - 20 * MINUTE, NIGHT))
BEFORE, LONG_AGO = NIGHT - HOUR, NIGHT - 4 * HOUR


@pytest.mark.parametrize(
    ("about", "last", "expected"),
    [
        (OPEN, None, Reason.NEW),
        (OVER, None, None),  # began and ended between two looks: nobody needs to know
        (OPEN, Notice(BEFORE, Severity.HIGH), None),
        (OPEN, Notice(BEFORE, Severity.CRITICAL), None),
        (OPEN, Notice(BEFORE, Severity.MEDIUM), Reason.WORSE),
        (OPEN, Notice(LONG_AGO, Severity.HIGH), Reason.REMINDER),
        (OVER, Notice(BEFORE, Severity.HIGH), Reason.RESOLVED),
        (OVER, Notice(BEFORE, Severity.HIGH, resolved=True), None),
        (OPEN, Notice(BEFORE, Severity.HIGH, resolved=True), Reason.REOPENED),
        (CALM, Notice(BEFORE, Severity.HIGH, resolved=True), Reason.REOPENED),
        (FLAPS, Notice(BEFORE, Severity.HIGH, resolved=True), Reason.FLAPPING),
        (FLAPPED, Notice(BEFORE, Severity.HIGH), Reason.FLAPPING),
    ],
)
def test_speaks_only_when_there_is_news(about, last, expected):
    assert notify.why_speak(about, last, NIGHT, remind_every=4 * HOUR) is expected


def test_every_reason_has_its_words():
    said = [notify.words(reason, FLAPS, Notice(BEFORE, Severity.LOW)) for reason in Reason]
    assert len(set(said)) == len(Reason)
    assert "third time in an hour" in notify.words(Reason.FLAPPING, FLAPS, None)
    assert "low before" in notify.words(Reason.WORSE, FLAPS, Notice(BEFORE, Severity.LOW))


QUIET = Route(quiet=Quiet(start=time(22), end=time(7), zone="Europe/Vienna", unless="high"))


@pytest.mark.parametrize(
    ("severity", "at", "quiet"),
    [
        (Severity.MEDIUM, NIGHT, True),  # 04:12 in Vienna
        (Severity.HIGH, NIGHT, False),
        (Severity.MEDIUM, NIGHT + 3 * HOUR, False),
    ],
)
def test_quiet_hours_of_a_route(severity, at, quiet):
    found = notify.why_quiet(issue(severity=severity), QUIET, at)
    assert (found is not None) is quiet
    if found:
        assert (found.why, found.until) == (Hush.QUIET_HOURS, datetime(2026, 3, 18, 6, 0, tzinfo=UTC))


def silence(kind: str, name: str, ends_at: datetime, matcher: str = 'service="checkout"', **more: object) -> Silence:
    return Silence(SilenceId(name), kind, (matcher,), NIGHT - HOUR, ends_at, ANNA, **more)


def test_the_longest_mute_that_covers_it():
    facts = {"service": "checkout", "severity": "high"}
    silences = (
        silence("mute", "short", NIGHT + MINUTE),
        silence("mute", "long", NIGHT + HOUR),
        silence("mute", "other", NIGHT + 9 * HOUR, 'service="search"'),
        silence("silence", "outside", NIGHT + 9 * HOUR),  # kept by its source
        silence("mute", "asked", NIGHT + 9 * HOUR, state="asked"),
        silence("mute", "over", NIGHT),
    )
    found = notify.muted(facts, silences, (), NIGHT)
    assert found == notify.Quiet(Hush.MUTED, NIGHT + HOUR, "long")
    assert notify.muted({"service": "cart"}, silences, (), NIGHT) is None


@pytest.mark.parametrize(("start", "end", "covered"), [(-1, 1, True), (0, 1, True), (-1, 0, False), (1, 2, False)])
def test_maintenance_windows_of_the_plan_also_without_a_zone(start, end, covered):
    naive = NIGHT.replace(tzinfo=None)
    window = Maintenance(match=('service=~"check.*"',), start=naive + start * HOUR, end=naive + end * HOUR, why="move")
    found = notify.muted({"service": "checkout"}, (), (window,), NIGHT)
    assert (found is not None) is covered
    if found:
        assert (found.why, found.until) == (Hush.MAINTENANCE, NIGHT + end * HOUR)
