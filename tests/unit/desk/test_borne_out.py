"""Figures in many ways of writing, held against what they are of: every line a case."""

from datetime import date

import pytest

from bot.desk.claims import figures
from bot.desk.grounding import Facts, fault

FACTS = Facts(
    told=(
        "checkout, p95 latency: 840 ms",
        "payments, p95 latency: 231 ms",
        "checkout and payments: requests 2,104 against 965, the last 24 h",
        "checkout: requests 2,104",
        "payments: requests 965",
        "checkout: error rate 0.5 % to 4.7 % (at most 2 %), least 0.5 %, most 4.7 %",
        "payments: error rate 25 %",
        "read at 2026-11-30 12:05 UTC; it began 2026-11-29 21:14 UTC",
        "AI spend: $ 12.40 (+100 %)",
    ),
    open=False,
    subjects={"checkout": "service", "payments": "service", "search": "service"},
    today=date(2026, 11, 30),
    elsewhere=frozenset({"search"}),
)
SAID = [
    "The p95 latency of checkout is 0.84 s.",
    "Checkout needs 840 milliseconds.",
    "Checkout is at 840ms, payments at 231ms.",
    "Checkout takes eight hundred and forty milliseconds.",
    "Checkout had 2.1k requests.",
    "Checkout had 2 104 requests.",
    "Checkout had twenty-one hundred and four requests.",
    "Payments had 965 requests, and checkout 2,104.",
    "There were 965 requests in payments and 2,104 requests in checkout.",
    "Checkout had 2.104,0 requests.",
    "Checkout takes 0,84 s.",
    "It was read at 12.05 pm.",
    "It was read at five past twelve.",
    "It was read on Nov 30th at 12:05.",
    "It began on 29 November 2026.",
    "It was read on 30.11.2026.",
    "It began yesterday.",
    "This was read today.",
    "It began on Sunday.",
    "A quarter of the requests of payments fail.",
    "One in four requests of payments fails.",
    "AI spend doubled.",
    "The error rate of checkout was between 0.5 and 4.7 %.",
    "The error rate of checkout was never above 4.7 %.",
    "The error rate of checkout went above 4 %.",
    "Its limit is at most 2 % in checkout.",
    "AI spend is 12.40 USD.",
    "This covers the last day.",
    "Checkout is at 840 ms and payments at 231 ms, a difference of 609 ms.",
    "Checkout had 2,104 requests and payments 965, together 3,069 requests.",
]
NOT_SAID = [
    ("The p95 latency of payments is 0.84 s.", "0.84 s is no figure of it"),
    ("Checkout is at 231 ms, payments at 840 ms.", "231 ms is no figure of it"),
    ("There were 2,104 requests in payments.", "2,104 is no figure of it"),
    ("The p95 latency of search is 840 ms.", "840 ms is no figure of it"),
    ("Checkout had 2,104 errors.", "2,104 is no figure of it"),
    ("Checkout had 2.104 requests.", "2.104 is no figure of it"),
    ("Checkout had 2.105,0 requests.", "2.105,0 is no figure of it"),
    ("Checkout takes 0,85 s.", "0,85 s is no figure of it"),
    ("Checkout takes nine hundred milliseconds.", "nine hundred milliseconds is no figure of it"),
    ("It was read at 12.05 am.", "12.05 am is no figure of it"),
    ("It was read at ten past twelve.", "ten past twelve is no figure of it"),
    ("It was read on Nov 29th at 12:05.", "12:05 is not of Nov 29th"),
    ("It began on 29 November 2025.", "29 November 2025 is no figure of it"),
    ("It began on 28 November.", "28 November is no figure of it"),
    ("It began last week.", "last week is not the time of it"),
    ("It began on Friday.", "friday is not the time of it"),
    ("It will end tomorrow.", "tomorrow is not the time of it"),
    ("A third of the requests of payments fail.", "A third is no figure of it"),
    ("AI spend tripled.", "tripled is no figure of it"),
    ("AI spend is 12.40 EUR.", "12.40 EUR is no figure of it"),
    ("The error rate of checkout was between 0.5 and 7 %.", "7 % is no figure of it"),
    ("The error rate of checkout was never above 4 %.", "4 % is no bound of it"),
    ("The error rate of checkout stayed below 2 %.", "2 % is no bound of it"),
    ("The error rate of checkout went above 6 %.", "6 % is no bound of it"),
    ("At no time was payments over 200 ms.", "200 ms is no bound of it"),
    ("The p95 latency of payments is 25 %.", "25 % is no measure of it"),
    ("This covers the last 12 hours.", "12 hours is no figure of it"),
    ("Checkout is at 840 ms and payments at 231 ms, a difference of 700 ms.", "700 ms is no figure of it"),
]


@pytest.mark.parametrize("sentence", SAID)
def test_what_is_borne_out(sentence: str):
    assert fault(sentence, FACTS) == ""


@pytest.mark.parametrize(("sentence", "reason"), NOT_SAID)
def test_what_is_not(sentence: str, reason: str):
    assert fault(sentence, FACTS) == reason


@pytest.mark.parametrize(
    ("written", "worth"),
    [
        ("twelve hundred", 1200),
        ("two hundred and thirty-one", 231),
        ("three thousand and five", 3005),
        ("1.2k", 1200),
        ("1 234", 1234),
        ("1'234", 1234),
        ("2.1M", 2.1e6),
        ("half an hour", 1800),
        ("3 in 4", 75),
        ("two thirds", 200 / 3),
        ("one point five", 1.5),
        ("a million", 1e6),
        ("fivefold", 5),
    ],
)
def test_words_and_digits_come_to_the_same(written: str, worth: float):
    [found] = figures(written)
    assert found.worth == pytest.approx(worth)


TOLD_AS = Facts(
    told=(
        "P95 latency of checkout is 838 ms (usually 147 ms, +470 %).",
        "error rate, Usual: 0.2 %",
        "error rate, Farthest: 17.3 %",
        "checkout: 147 ms → 838 ms (+470 %), least 131 ms, most 901 ms, mean 300 ms",
        "all tools, Warning: $ 65.00",
        "all tools, Critical: $ 90.00",
        "read at 2026-12-01 01:02 UTC, the last 7 d",
    ),
    open=False,
    subjects={"checkout": "service", "payments": "service"},
    today=date(2026, 12, 1),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Checkout peaked at 901 ms.",
        "The lowest reading of checkout was 131 ms.",
        "Checkout rose from 147 ms to 838 ms.",
        "The usual error rate is not 17.3 % but 0.2 %.",
        "The critical amount of all tools is $90.00, not $65.00.",
        "This was read on 1. Dezember 2026 at 01h02.",
        "It was two minutes past one.",
        "This is about the past P7D.",
    ],
)
def test_what_is_said_as_it_was_told(sentence: str):
    assert fault(sentence, TOLD_AS) == ""


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Checkout peaked at 131 ms.", "131 ms was told as something else"),
        ("The lowest reading of checkout was 901 ms.", "901 ms was told as something else"),
        ("Checkout fell from 147 ms to 838 ms.", "838 ms went the other way"),
        ("Checkout had come down to 838 ms.", "838 ms went the other way"),
        ("The usual error rate is not 0.2 % but 17.3 %.", "0.2 % is a figure of it"),
        ("The critical amount of all tools is $65.00.", "$65.00 was told as something else"),
        ("Checkout rose by 470 percentage points.", "470 percentage points is no figure of it"),
        ("At 838 ms, checkout is at twice the 147 ms of before.", "twice is no figure of it"),
        ("This was read on 24. November 2026.", "24. November 2026 is no figure of it"),
        ("This is about the past fortnight.", "past fortnight is no figure of it"),
    ],
)
def test_what_is_said_as_something_else(sentence: str, reason: str):
    assert fault(sentence, TOLD_AS) == reason
