"""What the demo world's PromQL refuses, and what no real Prometheus can be asked about. Agreement with a real one is
tested in tests/integration/prometheus."""

import time

import numpy as np
import pytest

from bot.model.errors import Rejected
from integrations.demo.promql.aggregate import written
from integrations.demo.promql.evaluate import MAX_STEPS, evaluate
from integrations.demo.promql.match import pattern
from integrations.demo.promql.reading import BOUNDS, read
from integrations.demo.promql.source import Batch
from integrations.demo.promql.vectors import Vector

SECOND = 1000


class Few:
    """One target with two series of one sample a second; the second ends with its tick 30."""

    def select(self, name, matchers, start, end):  # type: ignore[no-untyped-def]
        labels = ((("__name__", "steps"), ("of", "a")), (("__name__", "steps"), ("of", "b")))
        ends = np.array([60, 30])

        def read(rows, ticks):  # type: ignore[no-untyped-def]
            return np.array([ticks * (1.0 + row) for row in rows])

        return [Batch(0, SECOND, labels, np.array([0, 0]), ends, (False, True), read)]


def ask(query: str, at: int) -> dict[str, float]:
    value, _ = evaluate(query, Few(), at * SECOND, at * SECOND, 1)
    if not isinstance(value, Vector):
        return {"": float(value[0])}
    rows = zip(value.labels, value.values[:, 0], value.present[:, 0], strict=True)
    return {dict(labels).get("of", ""): float(number) for labels, number, there in rows if there}


@pytest.mark.parametrize(
    ("query", "at", "expected"),
    [
        ("steps", 30, {"a": 30, "b": 60}),
        ("steps", 31, {"a": 31}),  # a series that ended is gone at once
        ("steps", 200, {"a": 60}),  # one of which nothing was heard counts for five minutes
        ("steps", 361, {}),
        ("count_over_time(steps[10s])", 20, {"a": 11, "b": 11}),  # both ends of a window belong to it
        ("count_over_time(steps[10s])", 35, {"a": 11, "b": 6}),
        ("rate(steps[10s])", 20, {"a": 1, "b": 2}),
        ("max_over_time(steps[10s] offset 10s)", 40, {"a": 30, "b": 60}),
        ("last_over_time(steps[10s])", 80, {}),
        ("sum(steps)", 10, {"": 30}),
        ("2 ^ 3 ^ 2", 0, {"": 512}),
    ],
)
def test_small_questions(query: str, at: int, expected: dict[str, float]) -> None:
    assert ask(query, at) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("rate(", "not PromQL"),
        ("rate(steps)", "expected type matrix"),
        ("steps @ NaN", "not PromQL"),
        ("steps[5m]", "one value at a time"),
        ('"text"', "one value at a time"),
        ("histogram_count(steps)", "“histogram_count”"),
        ("info(steps)", "“info”"),
        ("limitk(1, steps)", "“limitk”"),
        ("days_in_month()", "“days_in_month”"),
        ('steps{of="a" or of="b"}', "=~"),
        ('steps{of=~"("}', "not PromQL"),
        ('label_replace(steps, "of", "x", "of", "(a+)+")', "itself varies"),
        ("steps + on (job) steps", "same labels to match by"),
        ('label_replace(steps, "of", "x", "of", ".*")', "same labels"),
        ('label_replace(steps, "no-label", "x", "of", ".*")', "no-label"),
        ("sum_over_time(steps[5m:1ms])", "subquery"),
        ("1 + " * (BOUNDS.operators + 1) + "1", "operators"),
        ("steps == 1 and " * (BOUNDS.operators // 2) + "steps == 1", "operators"),
        ("(" * (BOUNDS.depth + 1) + "1" + ")" * (BOUNDS.depth + 1), "nested"),
        ("-" * (BOUNDS.operators + 1) + "1", "operators"),
        ('steps{of="' + "a" * BOUNDS.bytes + '"}', "longer"),
    ],
)
def test_what_it_cannot_answer_it_says(query: str, says: str) -> None:
    with pytest.raises(Rejected) as refused:
        ask(query, 30)

    assert says in refused.value.says
    assert refused.value.says.endswith(".")


@pytest.mark.parametrize(
    "query",
    [
        'steps{of="' + "+-(((((((((((((((((((((((((((((" + '"}',
        "steps{of='\\'((((((((((((((((((((((((((((((((('}",
        "1 + " * BOUNDS.operators + "1",
        "(" * BOUNDS.depth + "1" + ")" * BOUNDS.depth,
        "a >= 1 <= 2 != 3 == 4 >= 1 <= 2 != 3 == 4 >= 1 <= 2 != 3 == 4",
    ],
)
def test_the_guard_counts_only_what_is_outside_quotes(query: str) -> None:
    assert read(query) is not None


def test_too_many_steps_are_refused() -> None:
    with pytest.raises(Rejected, match="steps"):
        evaluate("steps", Few(), 0, MAX_STEPS * SECOND, SECOND)

    value, at = evaluate("steps", Few(), 0, (MAX_STEPS - 1) * SECOND, SECOND)
    assert isinstance(value, Vector)
    assert len(at) == MAX_STEPS


def test_too_many_samples_are_refused() -> None:
    with pytest.raises(Rejected, match="too many samples"):
        evaluate("sum_over_time(steps[30d])", Few(), 0, 10_000 * SECOND, SECOND)


@pytest.mark.parametrize(
    ("text", "value", "matches"),
    [
        ("us-.*", "us-east-1", True),
        ("us", "us-east-1", False),  # anchored at both ends
        ("us-east-1|eu-west-1", "eu-west-1", True),
        ("(us|eu)-(east|west)-[0-9]", "eu-west-1", True),
        ("", "", True),
        (".+", "", False),
        ("[^a-c]+", "xyz", True),
        (r"\d{3}", "500", True),
        (r"5\d\d", "٥٥٥", False),  # digits are ASCII, as in RE2
        ("(?i:CHECKOUT)", "checkout", True),
        ("check(?:out)?", "check", True),
        ("(?P<word>.*)", "anything", True),
        ("v2[.]1.*", "v2.132.3", True),
        (r"a\.b\\c", r"a.b\c", True),
        ("a{2,3}", "aaa", True),
    ],
)
def test_patterns_match_as_re2_would(text: str, value: str, matches: bool) -> None:
    assert (pattern(text).fullmatch(value) is not None) is matches


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+",
        "(a*)*b",
        "(a|a)*",
        "(a{1,9}){1,9}",
        "(a*){,50}",
        "(?=a)b",
        "(?!a)b",
        "(?<=a)b",
        r"(a)\1",
        "(?P=x)",
        "(?>a)",
        "a++",
        "(a|a)" * 30,
        "a?" * 30 + "a" * 30,
        ".*a.*b.*c.*d.*e",
        "[a",
        "(",
        "a)",
        "a{2",
        "[[:alpha:]]",
        r"\pL",
        "\\",
        "x" * 501,
    ],
)
def test_patterns_that_differ_or_run_away_are_refused(text: str) -> None:
    with pytest.raises(Rejected, match="pattern"):
        pattern(text)


@pytest.mark.parametrize("text", [".*a.*b.*c", "(a|a)" * 8 + "x", "a?" * 15 + "a" * 15, "(.*)(.*)(.*)x", ".*.*.*.*x"])
def test_patterns_that_are_accepted_are_quick(text: str) -> None:
    start = time.process_time()

    pattern(text).fullmatch("a" * 60)

    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
        (float("nan"), "NaN"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
    ],
)
def test_values_are_written_as_go_does(value: float, text: str) -> None:
    assert written(value) == text
