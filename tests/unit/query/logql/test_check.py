from datetime import timedelta

import pytest

from bot.model.errors import Problem
from bot.query.catalog import Catalog, KnownLogs
from bot.query.limits import Limits
from bot.query.logql.check import Checked, checked

CATALOG = Catalog(
    stream_labels={"app": ("checkout", "catalog", "cart"), "region": ("eu", "us")},
    logs=(
        KnownLogs("checkout", "json", {"level": "info|error", "took_ms": "number", "user": "object", "http.code": "n"}),
        KnownLogs("catalog", "logfmt", {"delay": "duration"}),
        KnownLogs("cart"),
    ),
)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{}", "at character 1, a selector needs a label that cannot be empty"),
        ('{app=~".*"}', "at character 1, a selector needs a label"),
        ('{app!="x", env=""}', "at character 1, a selector needs a label"),
        ('sum(rate({app=~"x|"}[5m]))', "at character 10, a selector needs a label"),
        ('count_over_time({a="x"} | unwrap b [5m])', "at character 27, count_over_time counts lines"),
        ('bytes_rate({a="x"} | unwrap b [5m])', "at character 22, bytes_rate counts lines"),
        ('sum_over_time({a="x"}[5m])', "at character 1, sum_over_time needs numbers"),
        ('1 + avg_over_time({a="x"}[5m])', "at character 5, avg_over_time needs numbers"),
        ('topk(rate({a="x"}[5m]))', "at character 1, topk needs to be told how many"),
        ('topk(0, rate({a="x"}[5m]))', "at character 1, topk wants a whole number above zero"),
        ('sum(3, rate({a="x"}[5m]))', "at character 1, sum takes no number"),
        ('quantile_over_time({a="x"} | unwrap b [5m])', "at character 1, quantile_over_time needs to be told which"),
        ('quantile_over_time(95, {a="x"} | unwrap b [5m])', "a quantile lies between 0 and 1"),
        ('rate(3, {a="x"}[5m])', "rate takes no number"),
        ('rate({a="x"}[5m]) by (b)', "rate cannot be grouped"),
        ('sort by (b) (rate({a="x"}[5m]))', "sort cannot be grouped"),
        ('{a="x"} | regexp "(.*)"', "at character 18, regexp needs a group with a name"),
        ('{a="x"} | regexp "(?P<a>["', "at character 18, the expression “(?P<a>[” cannot be read"),
        ('{a="x"} |~ "["', "at character 12, the expression “[” cannot be read"),
        ('{a="x"} |~ "(?=look)"', "at character 12, the expression"),
        ('{a="x"} !~ "(a)\\\\1"', "at character 12, the expression"),
        ('{a=~"x{1001}"}', "at character 2, the expression"),
        ('{a="x"} | b=~"("', "at character 11, the expression"),
        ('{a="x"} | drop b=~"("', "at character 16, the expression"),
        ('label_replace(rate({a="x"}[1m]), "a", "b", "c", "(")', "at character 1, the expression"),
        ('{a="x"} |~ ip("1.2.3.4")', "at character 15, ip() goes with |= and != only"),
        ('{a="x"} |= ip("here")', "at character 15, “here” is not an address, a network or a range"),
        ('{a="x"} | b=ip("10.0.0.0/99")', "at character 11, “10.0.0.0/99” is not an address"),
        ('{a="x"} | pattern "<_> x"', "at character 19, a pattern needs a capture"),
        ('{a="x"} | pattern "<a><b>"', "two captures of a pattern need text between"),
        ('{a="x"} | pattern "<a> <a>"', "a pattern has the same capture twice"),
        ('{a="x"} |> "<b> x"', "a line filter's pattern captures nothing"),
        ('{a="x"} | json b="c..d"', "“c..d” is not a path into JSON"),
        ('{a="x"} | line_format "{{.x"', "at character 23, a template opens {{"),
        ('{a="x"} | label_format b="1", b="2"', "“b” is formatted twice"),
        ('{a="x"} | unwrap b', "at character 11, unwrap makes numbers"),
        ('sum_over_time({a="x"} | unwrap b | json [5m])', "only label filters may stand behind unwrap"),
        ('rate({a="x"}[0s])', "a range must be longer than nothing"),
        ('rate({a="x"}[5m]) and 5', "at character 19, “and” stands between series"),
        ('rate({a="x"}[5m]) + bool 5', "bool goes with comparisons only"),
        ('rate({a="x"}[5m]) or on(b) group_left rate({a="y"}[5m])', "“or” knows no group_left"),
        ('rate({a="x"}[169h])', "A range within a query may cover 168 h at most"),
    ],
)
def test_what_loki_would_refuse_is_refused_here(query, says):
    found = checked(query)

    assert isinstance(found, Problem)
    assert says in found.says


@pytest.mark.parametrize(
    "query",
    [
        '{app=~".+"}',
        '{app!=""}',
        'rate({a="x"} | unwrap b [5m])',
        'absent_over_time({a="x"} | unwrap b [5m])',
        'avg_over_time({a="x"} | unwrap b [5m]) by (c)',
        '{a="x"} | regexp "(?P<b>.*)"',
        'rate({a="x"}[168h])',
        'sum(count_over_time({a="x"}[1h])) > 5',
    ],
)
def test_what_loki_takes_passes(query):
    assert isinstance(checked(query), Checked)


@pytest.mark.parametrize(("query", "lines"), [('{a="x"} | json', True), ('rate({a="x"}[5m])', False)])
def test_knows_whether_lines_or_numbers_come(query, lines):
    found = checked(query)

    assert isinstance(found, Checked)
    assert found.lines is lines


@pytest.mark.parametrize(
    ("query", "says", "advice"),
    [
        ('{service="checkout"}', "No log stream has a label “service”.", ""),
        ('{regio="eu"}', "No log stream has a label “regio”.", "Nearest: “region”."),
        ('{app="chekout"}', "No log stream has app “chekout”.", "Nearest: “checkout”"),
        ('{app="checkout"} | json | levle="error"', "These lines have no field “levle”.", "Nearest: “level”."),
        ('{app="checkout"} | json | delay > 5s', "These lines have no field “delay”.", ""),
        ('{app="checkout"} | level="error"', "“level” stands within the lines, and the query does not", "Add | json"),
        ('max_over_time({app="catalog"} | unwrap duration(delay) [5m])', "“delay” stands within", "Add | logfmt"),
        ('max_over_time({app="checkout"} | json | unwrap took [5m])', "These lines have no field “took”.", "Nearest"),
        ('sum by (levels) (rate({app="checkout"} | json [5m]))', "These lines have no field “levels”.", "Nearest"),
        ('sum by (level) (rate({app="checkout"}[5m]))', "“level” stands within the lines", "Add | json"),
        ('sum(rate({app="cart", region="apac"}[5m]))', "No log stream has region “apac”.", ""),
    ],
)
def test_unknown_names_are_found_with_the_nearest_real_ones(query, says, advice):
    found = checked(query, CATALOG)

    assert isinstance(found, Problem)
    assert found.says.startswith(says)
    assert found.advice.startswith(advice)


@pytest.mark.parametrize(
    "query",
    [
        '{app=~"ch.*", region!="mars"}',
        '{app="checkout"} | json | level="error" and took_ms > 5 | __error__=""',
        '{app="checkout"} | json | user_id="7" | http_code >= 500',
        '{app="checkout"} | json seconds="took_ms" | seconds > 5',
        '{region="eu"} | json | delay > 5s',
        '{app="cart"} | regexp "(?P<what>.*)" | what="x"',
        '{app="checkout"} | pattern "<a> <b>" | a="x" | label_format c=a | c="y"',
        '{app="cart"} | trace_id="x"',
        'sum by (level, app) (rate({app="checkout"} | json [5m]))',
        'sum without (whatever) (rate({app="checkout"} | json [5m]))',
        'sum by (x) (label_replace(rate({app="checkout"} | json [5m]), "x", "$1", "app", "(.*)"))',
    ],
)
def test_known_names_pass(query):
    found = checked(query, CATALOG)

    assert isinstance(found, Checked), found


def test_the_longest_range_is_a_limit():
    assert isinstance(checked('rate({a="x"}[2h])', limits=Limits(span=timedelta(hours=1))), Problem)
