"""What the calls of a tool tell, and which rule explains it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk import usage_advice, usage_signs, usage_sums
from bot.model.charge import Charged
from bot.model.usage import Tokens
from tests.fakes import NOON
from tests.usage import slow_chatbot

USUAL = Charged(calls=100, counted=100, read=80_000, written=20_000, took=timedelta(seconds=150), timed=100)
LONG = timedelta(seconds=500)
DAYS = {NOON.date() - timedelta(days=back): USUAL for back in range(1, 8)}


def signs(now, days=DAYS, models=("gpt-4", "gpt-4o")):
    share = [replace(now, of=(name,), calls=now.calls // len(models)) for name in models]
    return usage_signs.read(now, 24, days, usage_sums.parts(share), [], [], "UTC")


@pytest.mark.parametrize(
    ("changed", "state", "rules"),
    [
        ({}, "normal", []),
        ({"took": timedelta(seconds=180)}, "normal", []),
        ({"took": timedelta(seconds=240), "read": 140_000}, "risen", ["longer prompts"]),
        ({"took": timedelta(seconds=320), "read": 240_000}, "degraded", ["longer prompts"]),
        ({"took": LONG, "written": 60_000}, "far", ["longer answers"]),
        ({"took": LONG, "read": 160_000, "written": 80_000}, "far", ["longer answers", "longer prompts"]),
        ({"took": timedelta(seconds=320)}, "degraded", []),
        ({"took": timedelta(0), "timed": 0}, "unknown", []),
    ],
)  # fmt: skip
def test_what_moved_explains_it(changed, state, rules):
    found = signs(replace(USUAL, **changed))
    assert found.state("latency") == state
    assert [one.rule for one in usage_signs.causes(found, "latency")] == rules


def test_what_makes_a_call_longer_comes_before_how_many_there_are():
    now = replace(USUAL, calls=500, counted=500, read=800_000, timed=500, took=timedelta(seconds=1600))
    found = [one.rule for one in usage_signs.causes(signs(now), "latency")]
    assert found == ["longer prompts", "more calls"]


def test_one_model_for_all_calls_contributes_and_is_never_the_first_cause():
    found = usage_signs.causes(signs(USUAL, models=("gpt-4",)), "latency")
    assert [(one.rule, one.standing) for one in found] == [("one model for all calls", True)]


@pytest.mark.parametrize(
    ("failed", "usual", "state"),
    [(0, 0, "normal"), (4, 0, "far"), (4, 3, "normal"), (7, 3, "degraded"), (1, 0, "normal")],
)
def test_failures_are_held_against_those_of_before(failed, usual, state):
    days = {day: replace(one, failed=usual) for day, one in DAYS.items()}
    assert signs(replace(USUAL, failed=failed), days).state("errors") == state


@pytest.mark.parametrize(
    ("failed", "calls", "rate", "expected"),
    [(0, 60, 0.016, 1.0), (2, 60, 0.016, 0.2495), (5, 60, 0.016, 0.0030), (3, 3, 0.5, 0.125), (600, 10_000, 0.05, 0.0)],
)
def test_a_few_failures_of_a_few_calls_may_be_chance(failed, calls, rate, expected):
    assert usage_signs.by_chance(failed, calls, rate) == pytest.approx(expected, abs=0.001)


def test_too_few_calls_are_not_judged():
    now = replace(USUAL, calls=4, failed=4, timed=4, took=timedelta(seconds=60))
    assert {signs(now).state(about) for about in ("latency", "errors")} == {"few"}


def test_too_few_days_make_no_normal():
    found = signs(USUAL, {NOON.date() - timedelta(days=1): USUAL})
    assert found.state("latency") == "unknown"
    assert usage_signs.causes(found, "latency") == ()


def test_times_are_of_single_calls_alone():
    charges = slow_chatbot(NOON)
    since = NOON - timedelta(days=1)
    before = [one for one in charges if one.at < since]
    lately = [one for one in charges if one.at >= since]
    many = replace(lately[0], id="many", calls=50, took=timedelta(hours=1), tokens=Tokens(1, 1), cost=Decimal(1))
    found = usage_signs.read(USUAL, 24, DAYS, (), [*lately, many], before, "UTC")
    assert found.timed == len(lately)
    assert (found.p95.now, found.p95.normal) == (5.8, 2.5)
    assert found.peak
    assert (found.peak.seconds, found.peak.at) == (8.1, since + 57 * timedelta(minutes=14))


def test_steps_come_soonest_first_and_once():
    causes = [usage_signs.Cause("longer prompts", 3.0), usage_signs.Cause("one model for all calls", 1.0, True)]
    found = usage_advice.steps(causes)
    assert [one.horizon for one in found] == ["Immediate", "Short term", "Short term", "Long term"]
    assert usage_advice.steps([*causes, *causes]) == found


@pytest.mark.parametrize(("kind", "known"), [("RateLimitError", True), ("timeout", True), ("odd", False)])
def test_a_kind_of_error_has_its_step(kind, known):
    assert (usage_advice.about_error(kind) is not None) is known
