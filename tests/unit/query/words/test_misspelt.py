"""Typed in a hurry: slips of the fingers, words joined or cut, and words that are none of these."""

import pytest

from bot.query.translate import Planned, Question, translate, written
from bot.query.words.likeness import apart
from bot.query.words.misspelt import Vocabulary, spelled_right
from tests.unit.query.words.test_lines_as_meant import VPN
from tests.unit.query.words.test_principles import HARBOUR, NOW
from tests.unit.query.words.test_said_otherwise import PLANT


def query(text: str, ground=HARBOUR) -> str:
    found = translate(Question(text, NOW), ground)
    assert isinstance(found, Planned), found
    return written(found)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tickts sold in the last hour", "tickets sold in the last hour"),  # left out
        ("ticckets sold in the last hour", "tickets sold in the last hour"),  # twice
        ("tikcets sold in the last hour", "tickets sold in the last hour"),  # exchanged
        ("tickrts sold in the last hour", "tickets sold in the last hour"),  # the key beside
        ("tickets sold per quya", "tickets sold per quay"),
        ("ticketssold in the last hour", "tickets sold in the last hour"),
        ("tickets-sold in the last hour", "tickets sold in the last hour"),
        ("tickets sold in the last huor", "tickets sold in the last hour"),
        ("tickets sold in the last 10 minuts", "tickets sold in the last 10 minutes"),
        ("tickets sold, last 2 dys", "tickets sold, last 2 days"),
        ("tickets sold, past 7 dasy", "tickets sold, past 7 days"),
        ("customs chekcs failed by quay", "customs checks failed by quay"),
        ("avarage passangers of ms-anna, past 2 hours", "average passengers of ms-anna, past 2 hours"),
        ("halls warmer then 25 degrees", "halls warmer than 25 degrees"),
        ("halls hotter thna 25 degrees", "halls hotter than 25 degrees"),
        ("passangers on ms-anna", "passengers on ms-anna"),
        ("ferry passengres per ship", "ferry passengers per ship"),
        ("which locks are cloesd", "which locks are closed"),
    ],
)
def test_a_slip_changes_nothing(typed: str, meant: str):
    assert query(typed) == query(meant)


@pytest.mark.parametrize(
    ("typed", "meant", "ground"),
    [
        ("bottles rejcted per line, past 3 hrs", "bottles rejected per line, past 3 hours", PLANT),
        ("bottlesfilled today per line", "bottles filled today per line", PLANT),
        ("free locekrs in munich", "free lockers in munich", PLANT),
        ("rejectrate in % without L3", "reject rate in % without L3", PLANT),
        ("relay lines mentioning packet loss, last 6 hors", "relay lines mentioning packet loss, last 6 hours", VPN),
        ("tunnel-lines where close is kicked, past hr", "tunnel lines where close is kicked, past hour", VPN),
        ("auth errosr in the last 2 hours", "auth errors in the last 2 hours", VPN),
        ("auth log lines slower then 50ms, last hour", "auth log lines slower than 50ms, last hour", VPN),
    ],
)
def test_nor_elsewhere(typed: str, meant: str, ground):
    assert query(typed, ground) == query(meant, ground)


def test_what_was_taken_for_another_word_is_told():
    found = translate(Question("passangers on ms-anna", NOW), HARBOUR)

    assert isinstance(found, Planned)
    assert found.corrected == (("passangers", "passengers"),)


KNOWN = Vocabulary({"quay", "out-1"}.__contains__, {"quay": 0.05, "merge": 0.05, "consumed": 0.2}, ("relay-rates:9",))


@pytest.mark.parametrize(
    "text",
    [
        "errors of 'tikcets'",  # quoted
        "errors of TIKCETS",  # in capitals
        "errors at quays",  # a form of what is known
        "the last emerge",  # a word of its own
        "consumer lag",
        "kafka lag",
        "errors of relay-rates",  # the beginning of a value
        "broke and broken",
        "errors by function",  # no fraction
        "solar output",
    ],
)
def test_what_is_no_slip_stays(text: str):
    assert spelled_right(text, KNOWN) == (text, ())


@pytest.mark.parametrize(
    ("typed", "meant", "far"), [("hors", "hours", 1.0), ("huors", "hours", 0.8), ("hourrs", "hours", 0.7)]
)
def test_common_slips_weigh_less(typed: str, meant: str, far: float):
    assert apart(typed, meant, 2.0) == pytest.approx(far)
