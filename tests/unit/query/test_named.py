"""Which metrics a page names."""

import pytest

from bot.query.named import metrics_named


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("Ask for `http_requests_total` by path.", ("http_requests_total",)),
        ("Ask for `rate(http_requests_total[5m]) / rate(all_total[5m])`.", ("http_requests_total", "all_total")),
        ("```promql\nsum by (app) (\n  rate(x_total[5m])\n)\n```", ("x_total",)),
        ('```\nkubectl get pods\nrate(x_total[5m])\nup{job="a"}\n```', ("x_total", "up")),
        ('`{__name__="x_total"}`', ("x_total",)),
        ("Run `kubectl`, then `make_it_so` and `restart(payments)`.", ()),
        ('`{app="checkout"} |= "error"`', ()),
        ('`{app="checkout"}`', ()),
        ("http_requests_total is not in code", ()),
        ("`(((((((((((((((((((((((((((((((`", ()),
        ("`x_total` and `x_total`", ("x_total",)),
        ("", ()),
    ],
)
def test_metrics_named(page: str, expected: tuple[str, ...]):
    assert metrics_named(page) == expected
