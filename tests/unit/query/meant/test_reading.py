"""From what a model says to a query: each kind of figure, and what cannot be so is told with what is nearest."""

import pytest

from bot.query import translate
from bot.query.meant.names import MistakenError
from bot.query.meant.reading import outcome
from bot.query.meant.shape import Meant
from bot.query.words.outcome import Clarify, Planned, Unsupported
from tests.fakes import NOON
from tests.unit.query.meant.grounds import PUT, figure, lines, part

FIVE, ANY = {"op": ">", "amount": "5 %"}, {"op": ">", "amount": "0"}
CARD = [{"text": 'a"} or'}, {"text": "x", "leave_out": True}]
SLOW_ERRORS = [{"field": "level", "op": "==", "value": "ERROR"}, {"field": "took", "op": ">", "value": "1.5 s"}]


def made(meant: Meant) -> tuple[str, str]:
    found = outcome(meant, PUT)
    assert isinstance(found, Planned)
    assert found.by == "model"
    return translate.written(found), found.plan.reading


QUERIES = [
    (figure("orders_total", "rate"), "sum (rate(orders_total[5m]))"),
    (
        figure("orders_total", "rate", ("shop", "is", "Berlin"), together="each"),
        'rate(orders_total{shop="berlin"}[5m])',
    ),
    (
        figure("orders_total", "increase", ("state", "is not", "paid"), by=["shop"], when="yesterday"),
        'sum by (shop) (increase(orders_total{state!="paid"}[1d] offset 12h))',
    ),
    (
        figure(
            "orders_total", "rate", ("state", "is", "failed"),
            divided_by=part("orders_total", "rate"), limit=FIVE, by=["shop"],
        ),
        '(sum by (shop) (rate(orders_total{state="failed"}[5m])) / sum by (shop) (rate(orders_total[5m]))) > 0.05',
    ),
    (
        figure("orders_total", "rate", when="last 24 hours", course="highest"),
        "max_over_time(sum (rate(orders_total[5m]))[1d:5m])",
    ),
    (
        figure("orders_total", "increase", when="last 1 hour", against="7 days"),
        "sum (increase(orders_total[1h])) - sum (increase(orders_total[1h] offset 1w))",
    ),
    (
        figure("orders_total", "increase", when="today", by=["shop"], counted=True, limit=ANY),
        "count (sum by (shop) (increase(orders_total[12h])) > 0)",
    ),
    (
        figure("order_seconds", "quantile", quantile=0.99, by=["shop"], limit={"op": ">", "amount": "500 ms"}),
        "histogram_quantile(0.99, sum by (le, shop) (rate(order_seconds_bucket[5m]))) > 0.5",
    ),
    (
        figure("order_seconds", "mean", when="2 hours ago"),
        "sum (rate(order_seconds_sum[5m] offset 2h)) / sum (rate(order_seconds_count[5m] offset 2h))",
    ),
    (figure("order_seconds", "rate"), "sum (rate(order_seconds_count[5m]))"),
    (figure("order_seconds", "amount", when="today"), "sum (increase(order_seconds_sum[12h]))"),
    (
        figure("till_seconds", "quantile", ("shop", "starts with", "ber"), quantile=0.9),
        'till_seconds{shop=~"ber.*",quantile="0.9"}',
    ),
    (figure("oven_celsius", "value"), "oven_celsius"),
    (figure("oven_celsius", "value", by=["shop"]), "avg by (shop) (oven_celsius)"),
    (
        figure("oven_celsius", "value", when="last 24 hours", course="highest", rank="top", first=3),
        "topk (3, max_over_time(oven_celsius[1d]))",
    ),
    (
        figure("oven_celsius", "value", when="yesterday", course="highest", together="average"),
        "max_over_time(avg (oven_celsius)[1d:5m] offset 12h)",
    ),
    (figure("oven_celsius", "change", when="last 1 hour"), "delta(oven_celsius[1h])"),
    (
        figure("oven_celsius", "value", counted=True, limit={"op": ">=", "amount": "200"}),
        "count (oven_celsius >= 200)",
    ),
    (
        figure("disk_free_bytes", "value", divided_by=part("disk_size_bytes", "value"), rest=True, limit=FIVE),
        "(1 - (disk_free_bytes / disk_size_bytes)) > 0.05",
    ),
    (figure("disk_free_bytes", "value", limit={"op": "<", "amount": "2 GB"}), "disk_free_bytes < 2000000000"),
    (
        figure("backup_timestamp_seconds", "age", limit={"op": ">", "amount": "1 day"}),
        "(time() - backup_timestamp_seconds) > 86400",
    ),
    (
        lines(("service", "is", "till"), when="last 2 hours", holds=CARD),
        '{service="till"} |= "a\\"} or" != "x"',
    ),
    (
        lines(
            ("service", "is", "till"), read="count", when="yesterday",
            fields=SLOW_ERRORS,
        ),
        'sum (count_over_time({service="till"} | json | level = "error" | took > 1.5s [1d] offset 12h))',
    ),
    (
        lines(("service", "is", "till"), read="share", fields=[{"field": "code", "op": ">=", "value": "500"}]),
        'sum (count_over_time({service="till"} | json | code >= 500 [5m]))'
        ' / sum (count_over_time({service="till"} [5m]))',
    ),
    (
        lines(("service", "is", "till"), read="quantile", field="took", quantile=0.9, by=["user"], rank="top"),
        'topk (5, quantile_over_time(0.9, {service="till"} | json | unwrap duration(took) [5m]) by (user))',
    ),
    (
        lines(("service", "is", "till"), read="sum", field="size_bytes", when="today"),
        'sum (sum_over_time({service="till"} | json | unwrap size_bytes [12h]))',
    ),
    (
        lines(("service", "starts with", "t"), read="rate", by=["service"], limit={"op": ">", "amount": "3"}),
        'sum by (service) (rate({service=~"t.*"} [5m])) > 3',
    ),
    (
        lines(("service", "is", "stock"), read="bytes", when="last 1 day"),
        'sum (bytes_over_time({service="stock"} [1d]))',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("meant", "query"), QUERIES)
def test_it_becomes_a_query(meant: Meant, query: str):
    assert made(meant)[0] == query


@pytest.mark.parametrize(
    ("meant", "says"),
    [
        (
            figure("orders_total", "rate", ("state", "is", "failed"), divided_by=part("orders_total", "rate")),
            "rate of orders_total where state is failed, divided by rate of orders_total, now",
        ),
        (
            figure("oven_celsius", "value", by=["shop"], when="yesterday"),
            "average of value of oven_celsius, by shop, over 1 d, ending 12 h ago",
        ),
        (
            lines(("service", "is", "till"), holds=[{"text": "card"}], when="last 2 hours"),
            "log lines, service is till, with “card”, over 2 h",
        ),
    ],
)
def test_what_was_understood_is_said(meant: Meant, says: str):
    assert made(meant)[1] == says


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        (figure("order_total", "rate"), "There is no metric “order_total”. Nearest: “orders_total”"),
        (figure("sum(rate(orders_total[5m]))", "rate"), "There is no metric “sum(rate(orders_total[5m]))”."),
        (
            figure("orders_total", "rate", ("city", "is", "berlin")),
            "no label “city” on it; its labels are: shop, state",
        ),
        (figure("orders_total", "rate", ("shop", "is", "berlim")), "no value “berlim”. Nearest: “berlin”"),
        (figure("orders_total", "rate", ("shop", "starts with", "x")), "No value of “shop” starts with “x”"),
        (figure("orders_total", "rate", by=["host"]), "There is no label “host”"),
        (figure("orders_total", "value"), "is a counter and cannot be read as “value”: it only grows"),
        (figure("oven_celsius", "rate"), "is a gauge and cannot be read as “rate”"),
        (figure("order_seconds", "value"), "is a histogram and cannot be read as “value”"),
        (figure("till_seconds", "quantile", quantile=0.99), "tells only these quantiles: 0.5, 0.9"),
        (figure("orders_total", "increase"), "needs a span of time in “when”"),
        (figure("orders_total", "increase", when="last 1 hour", graph=True), "for its course read “rate”"),
        (figure("orders_total", "rate", when="when it rained"), "The time “when it rained” cannot be read"),
        (figure("orders_total", "rate", when="next week"), "The time “next week” cannot be read"),
        (figure("orders_total", "increase", when="last 400 days"), "More than 92 days"),
        (figure("orders_total", "rate", against="a while"), "The length “a while” cannot be read"),
        (figure("disk_free_bytes", "value", limit={"op": ">", "amount": "3 s"}), "“3 s” is in another unit"),
        (figure("disk_free_bytes", "value", limit={"op": ">", "amount": "many"}), "The amount “many” cannot be read"),
        (lines(("service", "is", "tills")), "“service” has no value “tills”. Nearest: “till”"),
        (lines(("service", "is not", "till")), "has to say which lines are meant"),
        (lines(("service", "is", "stock"), fields=[{"field": "took", "op": ">", "value": "1 s"}]), "no field “took”"),
        (lines(("service", "is", "till"), read="sum", field="weight"), "These lines have no field “weight”"),
        (
            lines(("service", "is", "till"), fields=[{"field": "level", "op": "==", "value": "loud"}]),
            "“level” is one of debug, info, warn, error, never “loud”",
        ),
        (
            lines(("service", "is", "till"), fields=[{"field": "took", "op": ">", "value": "3 GB"}]),
            "“3 GB” is in another unit than “took”",
        ),
        (lines(("service", "is", "till"), read="share"), "A share needs “holds” or “fields”"),
        (lines(("service", "is", "till"), when="last 30 days"), "More than 168 hours of logs"),
        (Meant(kind="figure"), "“figure” is said, and what belongs to it is missing"),
        (Meant(kind="ask", choices=["orders_total"]), "give two to four names"),
        (Meant(kind="ask", choices=["orders_total", "tell http://evil.example"]), "There is no metric “tell http"),
    ],
)
def test_what_does_not_hold_is_told(meant: Meant, told: str):
    with pytest.raises(MistakenError) as problem:
        outcome(meant, PUT)
    assert told in str(problem.value)


def test_it_may_ask_back_with_names_that_there_are():
    found = outcome(Meant(kind="ask", choices=["orders_total", "stock"]), PUT)
    assert isinstance(found, Clarify)
    assert found.options == ("orders_total", "stock")


def test_it_may_find_nothing_in_our_words():
    found = outcome(Meant(kind="impossible", why="not measured"), PUT)
    assert found == Unsupported("Neither the rules nor the model found anything here that measures that.")


def test_a_graph_ends_where_its_time_ends():
    found = outcome(figure("orders_total", "rate", when="yesterday", graph=True), PUT)
    assert isinstance(found, Planned)
    assert found.plan.span is not None
    assert [found.plan.span.start, found.plan.span.end] == [NOON.replace(day=17, hour=0), NOON.replace(hour=0)]
