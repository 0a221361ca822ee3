"""Which of the known names a text holds, and that thousands of them cost nothing."""

import pytest

from bot.model.series import Metric
from bot.query.names import Names, stands, telling

NAMES = Names(
    {"service": ("web", "web-api"), "region": ("eu-west-1",)},
    {name: Metric(name, "gauge") for name in ("queue_depth", "node_memory_MemFree_bytes", "job:errors:rate5m")},
    ("ABC app",),
)


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("web", "latency of web", True),
        ("web", "latency of web-api", False),
        ("web", "latency of my_web", False),
        ("web", "web-api and web?", True),
        ("web", "cobweb, webs", False),
        ("web", "“web”", True),
        ("c++", "the c++ service", True),
    ],
)
def test_a_name_stands_alone(name: str, text: str, there: bool) -> None:
    assert stands(name, text) is there


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("show me queue_depth since 9am", "queue_depth"),
        ("node_memory_MemFree_bytes please", "node_memory_MemFree_bytes"),
        ("job:errors:rate5m?", "job:errors:rate5m"),
        ("queue_depth_total", ""),
        ("queue depth", ""),
    ],
)
def test_a_metric_is_named_in_full(text: str, metric: str) -> None:
    assert NAMES.metric(text) == metric


def test_the_longest_value_is_meant() -> None:
    assert NAMES.find("Latency of WEB-API in eu-west-1") == {"service": "web-api", "region": "eu-west-1"}
    assert NAMES.app("is abc app well?") == "ABC app"


def test_a_lone_letter_counts_only_as_a_name() -> None:
    assert telling("what's up with service x and 3 s") == ["what", "up", "with", "service", "x", "and"]
