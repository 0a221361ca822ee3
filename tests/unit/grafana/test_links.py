"""Links to dashboards: which are ours, what they name, and what of their values may enter a query."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.errors import Rejected
from integrations.grafana.links import Link, read, span
from integrations.grafana.variables import filled, values
from tests.fakes import NOON

ROOTS = ("http://grafana.internal:3000", "https://example.com/grafana/")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com/grafana/d/abc/shop?orgId=1", Link("abc", "shop")),
        ("https://example.com/grafana/d/abc", Link("abc")),
        ("http://example.com/grafana/d/abc/shop?viewPanel=4", Link("abc", "shop", 4)),
        ("https://EXAMPLE.com/grafana/d/a-b_c/shop?viewPanel=panel-12", Link("a-b_c", "shop", 12)),
        ("http://grafana.internal:3000/d-solo/abc/shop?panelId=2", Link("abc", "shop", 2)),
        (
            "https://example.com/grafana/d/abc/x?from=now-1h&to=now&var-env=prod&var-s=a&var-s=b",
            Link("abc", "x", None, "now-1h", "now", {"env": ("prod",), "s": ("a", "b")}),
        ),
    ],
)
def test_a_link_of_ours(url: str, link: Link) -> None:
    assert read(url, ROOTS) == link


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/grafana/d/abc",
        "https://example.com/d/abc",
        "https://example.com/grafana/goto/abc",
        "https://example.com/grafana/d/../api/admin",
        "https://example.com/grafana/d/abc/x/y",
        "https://example.com.evil.org/grafana/d/abc",
        "https://example.com@evil.org/grafana/d/abc",
        "https://me:secret@example.com/grafana/d/abc",
        "http://grafana.internal/d/abc",
        "http://grafana.internal:3001/d/abc",
        "ftp://example.com/grafana/d/abc",
        "https://example.com:port/grafana/d/abc",
        "https://[/grafana/d/abc",
        "https://example.com/grafana/d/abc?" + "a=b&" * 300,
        "https://example.com/grafana/d/" + "a" * 5000,
        "",
        "abc",
    ],
)
def test_every_other_address_is_left_alone(url: str) -> None:
    assert read(url, ROOTS) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("now-1h", "now", (NOON - HOUR, NOON)),
        ("now-1d/d", "now", (datetime(2026, 3, 17, tzinfo=UTC), NOON)),
        ("1773828000000", "1773831600000", (NOON - 2 * HOUR, NOON - HOUR)),
        ("2026-03-18T10:00:00Z", "2026-03-18T11:00:00Z", (NOON - 2 * HOUR, NOON - HOUR)),
        ("", "", (NOON - 6 * HOUR, NOON)),
        ("yesterday", "soon", (NOON - 6 * HOUR, NOON)),
        ("now", "now-1h", (NOON - 7 * HOUR, NOON - HOUR)),
        ("now-5y", "now", (NOON - 31 * DAY, NOON)),
        ("now-999999y", "now", (NOON - 6 * HOUR, NOON)),
        ("99999999999999999999", "now", (NOON - 6 * HOUR, NOON)),
        ("now-1h", "2030-01-01", (NOON - HOUR, NOON)),
    ],
)
def test_its_time(start: str, end: str, expected: tuple[datetime, datetime]) -> None:
    assert span(start, end, NOON) == expected


KNOWN = {"env": ("prod",), "s": ("a.b", "c"), "n": ("5",), "all": (".*",), "empty": ("",)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('up{env="$env"}', 'up{env="prod"}'),
        ('up{env="${env}"} + up{env="[[env]]"}', 'up{env="prod"} + up{env="prod"}'),
        ('up{s=~"${s:regex}"}', 'up{s=~"(a\\\\.b|c)"}'),
        ('up{s=~"$all"}', 'up{s=~".*"}'),
        ("topk($n, up)", "topk(5, up)"),
        ("rate(a_total[$__rate_interval])", "rate(a_total[75s])"),
        ("rate(a_total[$__interval]) + $__interval_ms", "rate(a_total[60s]) + 60000"),
        ("increase(a_total[$__range]) / $__range_s", "increase(a_total[3600s]) / 3600"),
    ],
)
def test_what_a_dashboard_fills_in(query: str, expected: str) -> None:
    assert filled(query, KNOWN, HOUR, timedelta(minutes=1)) == expected


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ('up{env="$v"}', 'prod"} or secret{a="'),
        ('up{env="$v"}', "a\\"),
        ('up{env="$v"}', "a\nb"),
        ("up{env='$v'}", "a' or"),
        ("topk($v, up)", "5, up) or (secret"),
        ("topk($v, up)", "5,up"),
        ('up{env="$v"}', "$env"),
        ('up{env="$v"}', "x" * 201),
        ('up{env="$v"}', ""),
        ('up{env="$gone"}', "a"),
    ],
)
def test_a_value_never_becomes_more_than_a_value(query: str, value: str) -> None:
    with pytest.raises(Rejected, match="variable"):
        filled(query, {"v": (value,)}, HOUR, HOUR)


def test_values_are_those_of_the_link_else_those_it_was_saved_with() -> None:
    listed = [
        {"name": "env", "current": {"value": "prod"}},
        {"name": "s", "current": {"value": ["a", "b"]}},
        {"name": "all", "current": {"value": ["$__all"]}, "allValue": "x.*"},
        {"name": "any", "current": {"value": "$__all"}},
        {"name": "none"},
        "nonsense",
    ]
    found = values({"templating": {"list": listed}}, {"env": ("staging",), "unknown": ("x",)})
    assert found == {"env": ("staging",), "s": ("a", "b"), "all": ("x.*",), "any": (".*",), "none": ()}
