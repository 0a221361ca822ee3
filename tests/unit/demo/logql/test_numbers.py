import math

import pytest

from bot.model.errors import Rejected
from bot.query.logql.parse import parse
from integrations.demo.logql.evaluate import numbers
from integrations.demo.logql.streams import Stream
from tests.unit.demo.logql.town import curve, worth

PROD, STAGE = ("env", "prod"), ("env", "stage")
API, RELAY, WEB = (("app", "api"), PROD), (("app", "relay"), PROD), (("app", "web"), STAGE)
COUNT = (("app", "count"),)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('count_over_time({env="prod"}[1m])', {API: 4, RELAY: 3}),
        ('rate({env="prod"}[1m])', {API: 4 / 60, RELAY: 3 / 60}),
        ('count_over_time({app="relay"} |= "bounce" [1m])', {RELAY: 2}),
        ('bytes_over_time({app="count"}[1m])', {COUNT: 12}),
        ('bytes_rate({app="count"}[1m])', {COUNT: 12 / 60}),
        ('sum_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 13}),
        ('avg_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 3.25}),
        ('min_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 1}),
        ('max_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 6}),
        ('first_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 1}),
        ('last_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 6}),
        ('quantile_over_time(0.5, {app="count"} | logfmt | unwrap v [1m])', {COUNT: 3}),
        ('quantile_over_time(0.9, {app="count"} | logfmt | unwrap v [1m])', {COUNT: 5.4}),
        ('stdvar_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 3.6875}),
        ('stddev_over_time({app="count"} | logfmt | unwrap v [1m])', {COUNT: 3.6875**0.5}),
        ('rate({app="count"} | logfmt | unwrap v [1m])', {COUNT: 13 / 60}),
        # 1 to 4, a reset, 2 to 6: it grew by 9 in the 30 s between its samples; 3.3 s to zero before, 5 s behind them
        ('rate_counter({app="count"} | logfmt | unwrap v [1m])', {COUNT: 9 * (30 + 10 / 3 + 5) / 30 / 60}),
        ('max_over_time({app="count"} | logfmt | unwrap v | v < 5 [1m])', {COUNT: 4}),
        ('sum_over_time({app="relay"} | logfmt | unwrap duration(delay) | __error__="" [1m]) * 1', None),
        ('avg_over_time({app="relay"} | logfmt | unwrap duration(delay) | __error__="" [1m]) by (app)',
         {(("app", "relay"),): 31.5}),
        ('max_over_time({app="api"} | json | __error__="" | unwrap bytes(size) [1m]) by (level)',
         {(("level", "info"),): 1000, (("level", "error"),): 3_000_000}),
        ('max_over_time({app="api"} | json | __error__="" | unwrap took_ms [1m]) by ()', {(): 500.5}),
        ('avg_over_time({app="api"} | json level, took_ms | unwrap took_ms | __error__="" [1m]) without (env)',
         {(("app", "api"), ("level", "info")): 100, (("app", "api"), ("level", "error")): 400.25}),
        ('sum by (provider) (count_over_time({app="relay"} | logfmt | event="bounce" [1m]))',
         {(("provider", "outlook"),): 1, (("provider", "gmail"),): 1}),
        ('sum(count_over_time({app="api"} | json | level="error" [1m])) / sum(count_over_time({app="api"}[1m]))',
         {(): 0.5}),
        ('sum(count_over_time({app="api"} | json [1m]))', {(): 4}),  # no label is asked for, so none is read
        ('sum by (env) (count_over_time({app!=""}[1m]))', {(PROD,): 7, (STAGE,): 4, (): 4}),
        ('avg without (app) (count_over_time({env=~".+"}[1m]))', {(PROD,): 3.5, (STAGE,): 4}),
        ('count(count_over_time({app!=""}[1m]))', {(): 4}),
        ('max(count_over_time({app!=""}[1m])) - min(count_over_time({app!=""}[1m]))', {(): 1}),
        ('topk(1, count_over_time({env="prod"}[1m]))', {API: 4}),
        ('bottomk(1, count_over_time({env="prod"}[1m]))', {RELAY: 3}),
        ('sort(count_over_time({env="prod"}[1m]))', {RELAY: 3, API: 4}),
        ('count_over_time({env="prod"}[1m]) > 3', {API: 4}),
        ('count_over_time({env="prod"}[1m]) > bool 3', {API: 1, RELAY: 0}),
        ('count_over_time({env="prod"}[1m]) * 2 ^ 2 - 1', {API: 15, RELAY: 11}),
        ('count_over_time({app="api"}[1m]) / on (env) count_over_time({app="relay"}[1m])', {(PROD,): 4 / 3}),
        ('count_over_time({env="prod"}[1m]) / on (env) group_left () sum by (env) (count_over_time({env="prod"}[1m]))',
         {API: 4 / 7, RELAY: 3 / 7}),
        ('count_over_time({env="prod"}[1m]) unless count_over_time({app="api"}[1m])', {RELAY: 3}),
        ('count_over_time({app="api"}[1m]) and count_over_time({env="prod"}[1m])', {API: 4}),
        ('sum(count_over_time({app="none"}[1m])) or vector(0)', {(): 0}),
        ('sum(count_over_time({app="none"}[1m]))', {}),
        ('absent_over_time({app="none", env=~"x"}[1m])', {(("app", "none"),): 1}),
        ('absent_over_time({app="api"}[1m])', {}),
        ('label_replace(count_over_time({app="api"}[1m]), "who", "the-$1", "app", "(.*)")',
         {(("app", "api"), PROD, ("who", "the-api")): 4}),
        ('count_over_time({app="api"}[1m] offset 1m)', {}),
        ('count_over_time({app="api"}[1m] offset 30s)', {API: 3}),
        ("1 + 2 * 3", 7),
    ],
)  # fmt: skip
def test_what_a_query_is_worth(query, expected):
    found = worth(query)
    if expected is None:
        assert found
    elif isinstance(expected, dict):
        assert found == {labels: pytest.approx(value) for labels, value in expected.items()}
        assert list(found) == list(expected) or "sort" not in query
    else:
        assert found == expected


def test_a_window_is_open_at_its_start_and_closed_at_its_end():
    assert curve('count_over_time({app="count"}[10s])', 5, 45, 5) == {
        COUNT: [(10, 1), (15, 1), (20, 1), (25, 1), (30, 1), (35, 1), (40, 1), (45, 1)]
    }
    assert curve('sum_over_time({app="count"} | logfmt | unwrap v [20s])', 20, 60, 20) == {COUNT: [(20, 5), (40, 8)]}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ('count_over_time({app="api"} | json [1m])', "JSONParserErr"),
        ('avg_over_time({app="relay"} | logfmt | unwrap duration(delay) [1m])', "SampleExtractionErr"),
        ('count_over_time({app="relay"} | logfmt | delay > 1s [1m])', "LabelFilterErr"),
    ],
)
def test_lines_that_cannot_be_read_as_asked_stop_the_query(query, error):
    with pytest.raises(Rejected, match=error):
        worth(query)


def test_lines_without_the_label_have_no_number():
    assert worth('sum_over_time({app="relay"} | logfmt | unwrap nothing [1m])') == {}


def test_steps_are_bounded():
    with pytest.raises(Rejected, match="11,000 steps"):
        curve('count_over_time({app="api"}[1m])', 0, 20_000, 1)


def test_infinity_and_nan_are_numbers():
    stream = Stream({"app": "x"}, ((1, "v=Inf"), (2, "v=-Inf"), (3, "v=NaN")))
    value, _ = numbers(parse('sum_over_time({app="x"} | logfmt | unwrap v [1m])'), [stream], 10, 10, 1)

    assert math.isnan(value.values[0, 0])
