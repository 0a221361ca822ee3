from pathlib import Path

import pytest

from bot.analysis.kinds import KINDS

PAGE = (Path(__file__).parents[3] / "docs/detection.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "value", "usual", "matters"),
    [
        ("gauge", 100.5, 100.0, False),
        ("gauge", 102.0, 100.0, False),
        ("gauge", 103.5, 100.0, True),
        ("gauge", 1e-9, 0.0, True),
        ("latency", 0.0003, 0.0001, False),  # three times as much, and nobody feels it
        ("latency", 0.3, 0.1, True),
        ("latency", 2.1, 2.0, False),
        ("error ratio", 0.004, 0.0, False),
        ("error ratio", 0.02, 0.001, True),
        ("hit ratio", 0.95, 0.955, False),
        ("counter", 105.0, 100.0, False),
        ("gauge", 5.0, None, True),
    ],
)
def test_a_change_has_to_matter(kind, value, usual, matters):
    assert KINDS[kind].matters(value, usual) is matters


def test_every_kind_is_on_the_page():
    assert [kind for kind in KINDS if f"`{kind}`" not in PAGE] == []
