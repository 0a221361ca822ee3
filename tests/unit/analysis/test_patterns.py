from datetime import timedelta

import pytest

from bot.analysis.patterns import Pattern, folded, patterns
from tests.fakes import NOON


def at(minute: int):
    return NOON + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("order 671245 failed after 5000 ms", "order <_> failed after <_> ms"),
        ("took 3.5s of 20%", "took <_>s of <_>%"),
        ("connect to 10.0.0.7:5432 refused by db-1", "connect to <_> refused by db-1"),
        ("GET /items/42/price", "GET /items/<_>/price"),
        ("trace 52a3ccdf4501ad58fbb4cf63c5d93336", "trace <_>"),
        ("id 123e4567-e89b-12d3-a456-426614174000 gone", "id <_> gone"),
        ("at 2026-03-18T12:00:00.123Z it began", "at <_> it began"),
        ("mail …@example.com bounced", "mail <_> bounced"),
        ("feedback was added to http2 v2.14", "feedback was added to http2 v2.14"),  # words stay words
        ("", "<_>"),
    ],
)
def test_what_is_folded(message, told):
    assert folded(message) == told


def test_messages_that_differ_in_a_word_are_one():
    found = patterns([
        (at(3), "order 1 failed: no stock"), (at(1), "order 2 failed: no stock"), (at(2), "user ann logged in at 7"),
        (at(5), "user ben logged in at 8"), (at(4), "order 3 failed: no stock"), (at(6), "cache is full"),
    ])  # fmt: skip
    assert found == [
        Pattern("order <_> failed: no stock", 3, at(1), at(4)),
        Pattern("user <_> logged in at <_>", 2, at(2), at(5)),
        Pattern("cache is full", 1, at(6), at(6)),
    ]


def test_messages_of_other_words_stay_apart():
    assert len(patterns([(at(0), "disk full on a"), (at(0), "user left the room"), (at(0), "disk full")])) == 3
    assert patterns([]) == []


def test_a_pattern_is_known_again_in_what_was_before():
    one, other = patterns([(at(0), "user ann logged in")]), patterns([(at(0), "user eve logged in")])
    assert one[0].fits(other[0])
    assert not one[0].fits(patterns([(at(0), "user ann logged out today")])[0])
