"""Numbers that an edited text has beyond those of its issue."""

import pytest

from bot.pipeline.mails import numbers

KNOWN = (
    "Measured: 650 ms (limit: above 500 ms), +30 %",
    "Since: 2026-11-30 14:02 UTC",
    "ISS-1773835200-checkout, 1,200 requests, 0.5 of them, 3 of 5 firing, lasted 12 min",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes 650 ms, not 500.", ()),
        ("It takes 650ms.", ()),
        ("It takes 650 milliseconds.", ()),
        ("1200 requests, 30 percent more", ()),
        ("Since 14:02 UTC, 2026-11-30.", ()),
        ("For 12 minutes, 5 alerts, half of them 0.50", ()),
        ("p95 and v2 of ISS-99-other are names", ()),
        ("It takes 812 ms.", ("812 ms",)),
        ("It takes 650 s.", ("650 s",)),
        ("Back at 14:30, or at 9:05?", ("14:30", "9:05")),
        ("On 2026-12-01", ("2026-12-01",)),
        ("500-900 ms and 7/8", ("900 ms", "7", "8")),
        ("７００ ms", ("700 ms",)),
        ("99.9 % of 99.9 %", ("99.9 %",)),
        ("no numbers at all", ()),
        ("0,5", ("0",)),
    ],
)  # fmt: skip
def test_what_no_figure_says_is_named(text: str, expected: tuple[str, ...]):
    assert numbers.strangers(text, KNOWN) == expected


def test_nothing_of_a_text_is_strange_to_itself():
    text = "12 of 13 at 4:05, 2026-01-02, 99.95 %, 1,234,567 B, 10.0.0.1:9090, 1e6"
    assert numbers.strangers(text, (text,)) == ()


def test_many_are_counted():
    assert numbers.named(tuple("123456789")) == "1, 2, 3, 4, 5, 6, 7, 8 and 1 more"
