from datetime import timedelta

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.logql.build import logql
from bot.query.plan import Aggregate, Binary, Call, FieldFilter, LineFilter, Lines, LogRange, Matcher, Number, Selector
from bot.query.promql.build import UnwritableError, duration, promql, within

HOSTILE = '"} or {__name__=~".*'


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_value_leaves_its_quotes(value: str):
    text = promql(Selector("up", (Matcher("job", "=", value), Matcher("tenant", "=", "acme"))))
    (first, second) = promql_parser.parse(text).matchers.matchers
    assert (first.value, second.value) == (value, "acme")


@pytest.mark.parametrize("name", [HOSTILE, "a b", "up{}", "", "1up", "label-with-dash"])
def test_no_name_becomes_text_that_is_none(name: str):
    with pytest.raises(UnwritableError):
        promql(Aggregate("sum", Selector("up"), (name,)))
    with pytest.raises(UnwritableError):
        promql(Selector("up", (Matcher(name, "=", "x"),)))
    with pytest.raises(UnwritableError):
        logql(Lines((Matcher("app", "=", "api"),), (FieldFilter(name, "=", "x"),)))


def test_what_is_not_a_number_is_not_written():
    with pytest.raises(UnwritableError):
        promql(Number(float("nan")))


def test_a_stream_needs_a_matcher():
    with pytest.raises(UnwritableError):
        logql(Lines(()))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Binary("*", Binary("-", Number(1), Selector("up")), Number(100)), "(1 - up) * 100"),
        (
            Call("rate", (Selector("a_total", (), timedelta(minutes=5), timedelta(days=1)),)),
            "rate(a_total[5m] offset 1d)",
        ),
        (Aggregate("topk", Selector("up"), None, 3.0), "topk (3, up)"),
        (Selector("http.requests", (Matcher("a", "=", "b"),)), '{"http.requests",a="b"}'),
    ],
)
def test_a_plan_is_written_as(expr, expected: str):
    assert promql(expr) == expected


def test_log_lines_are_quoted():
    lines = Lines((Matcher("app", "=", "api"),), (LineFilter("|=", 'say "hi"\n'),))
    assert logql(LogRange("rate", lines, timedelta(minutes=5))) == 'rate({app="api"} |= "say \\"hi\\"\\n" [5m])'


def test_values_in_a_pattern_mean_themselves():
    assert within("path", ("/a.b", "c|d")) == Matcher("path", "=~", "/a\\.b|c\\|d")


@pytest.mark.parametrize(
    ("seconds", "text"), [(60, "1m"), (5820, "1h37m"), (86400 * 7, "1w"), (86400 * 8, "8d"), (0.2, "1s")]
)
def test_durations_have_no_fractions(seconds: float, text: str):
    assert duration(timedelta(seconds=seconds)) == text
