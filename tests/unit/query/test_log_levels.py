import pytest

from bot.query.log_levels import Told, meant, order, said, written
from bot.query.logql.check import Checked, checked

JSON = Told("level", "json")
STREAM = Told("severity", values=("ERROR", "WARN", "INFO", "FATAL"))


@pytest.mark.parametrize(
    ("value", "level"),
    [("ERROR", "error"), ("err", "error"), ("Fatal", "critical"), ("warn", "warning"), ("notice", "info"), ("x", None)],
)
def test_what_systems_call_a_level(value, level):
    assert meant(value) == level


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("error logs of checkout", ("critical", "error")),  # who asks for errors wants what is worse, too
        ("how many critical events", ("critical",)),
        ("only warnings", ("warning",)),
        ("errors and warnings", ("critical", "error", "warning")),
        ("critical error", ("critical", "error")),
        ("logs of error-tracker and critical-api", ()),  # names
        ("", ()),
    ],
)
def test_levels_that_are_asked_for(text, levels):
    assert said(text) == levels
    assert said(" ".join(levels)) == levels  # as an argument they mean the same again


def test_the_worst_comes_first():
    found = ["info", "other", "ERROR", "warn", "fatal", "debug"]
    assert sorted(found, key=order) == ["fatal", "ERROR", "warn", "info", "debug", "other"]


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (("critical", "error"), "errors and worse"),
        (("warning",), "warnings"),
        (("critical", "error", "warning"), "critical lines, errors and warnings"),
    ],
)
def test_levels_in_a_sentence(levels, words):
    assert written(levels) == words


@pytest.mark.parametrize(
    ("told", "levels", "matcher", "stages"),
    [
        (STREAM, ("critical", "error"), 'severity=~"ERROR|FATAL"', None),
        (STREAM, ("warning",), 'severity="WARN"', None),
        (STREAM, ("debug",), "", '| severity=~"(?i)(debug|trace|dbg|d)"'),
        (JSON, ("warning",), "", '| json | drop __error__, __error_details__ | level=~"(?i)(warning|warn|w)"'),
        (Told(), ("error",), "", "|~ "),
        (Told(), ("info",), "", ""),
        (STREAM, (), "", ""),
    ],
)
def test_levels_in_a_query(told, levels, matcher, stages):
    assert told.matcher(levels) == matcher
    if stages is not None:
        assert told.stages(levels).strip().startswith(stages)
    assert isinstance(checked(f'{{app="x"}}{told.stages(levels)}'), Checked)
