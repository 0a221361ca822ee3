"""0.85 means the same, 0.6 related: on pairs that nothing was tuned on, and for each gate by itself."""

import pytest

from bot.analysis.similarity import RELATED, SAME, Told, likeness
from tests.eval.separation import judged


def test_the_same_is_told_from_what_looks_alike():
    same, different, unrelated = judged()
    assert same.above(SAME) / len(same.scores) >= 0.85
    assert same.above(RELATED) / len(same.scores) >= 0.9
    assert different.above(SAME) / len(different.scores) <= 0.05
    assert unrelated.above(SAME) / len(unrelated.scores) <= 0.01


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Told("Latency is high", {"service": "checkout"}), Told("Latency is high", {"service": "checkout"}), "same"),
        (Told("Latency is high", {"service": "checkout"}), Told("Latency is high", {"service": "search"}), "other"),
        (Told("Latency is high", {"service": "a", "region": "x"}), Told("Latency is high", {"service": "a"}), "same"),
        (Told("Latency is high", {"app": "a", "env": "x"}), Told("Latency is high", {"app": "a", "env": "y"}), "other"),
        (Told("Disk at 91 % on db-1"), Told("Disk at 93 % on db-1"), "same"),  # a number exchanged
        (Told("Backup of billing failed"), Told("Backup of orders failed"), "other"),  # a word exchanged
        (Told("Memory of cache-2 is high"), Told("Processor of cache-2 is high"), "other"),  # another kind of trouble
        (Told(""), Told(""), "other"),
        (Told("…"), Told("latency"), "other"),
    ],
)  # fmt: skip
def test_gates(one: Told, other: Told, expected: str):
    score = likeness(one, other)
    assert likeness(other, one) == score
    assert (score > SAME) is (expected == "same")
    assert expected == "same" or score < RELATED
