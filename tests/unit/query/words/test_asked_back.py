"""When it is asked back and when not, and that the question back repeats what was not understood."""

import pytest

from bot.query.translate import Clarify, Outcome, Planned, Question, translate, written
from tests.unit.query.words.catalogs import READY
from tests.unit.query.words.test_lines_as_meant import VPN
from tests.unit.query.words.test_names_cut_short import NET
from tests.unit.query.words.test_principles import HARBOUR, NOW
from tests.unit.query.words.test_said_otherwise import PLANT


def outcome(text: str, ground) -> Outcome:
    return translate(Question(text, NOW), ground)


@pytest.mark.parametrize(
    ("text", "ground", "names"),
    [
        ("soil moisture of the north quay", HARBOUR, "soil moisture"),
        ("hull strain of ms-anna", HARBOUR, "hull strain"),
        ("tickets of the realm suppliers", HARBOUR, "suppliers"),
        ("winding heat per hall", HARBOUR, "winding heat"),
        ("rejected pallets in ham", PLANT, "pallets"),
        ("depth of the sms queue", PLANT, "sms queue"),
        ("seats left in first class", PLANT, "first class"),
        ("lines of the sip proxy", VPN, "sip proxy"),
        ("kafka lag", READY["game"], "kafka lag"),
        ("goroutines of the orders pod", READY["game"], "goroutines"),
    ],
)
def test_what_is_unknown_is_repeated_with_what_it_is_of(text: str, ground, names: str):
    found = outcome(text, ground)

    assert isinstance(found, Clarify), found
    assert names in found.message


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("cpu1 temp", NET),  # one metric alone has it
        ("inlet temp by id", NET),
        ("no_seal by quay", HARBOUR),
        ("halls warmer than 20 degrees", HARBOUR),  # no set point
        ("hottest hall", HARBOUR),
        ("refunded purchases per minute", READY["game"]),
        ("syrup level", PLANT),
        ("OutOfSync apps", PLANT),
    ],
)
def test_what_can_mean_one_thing_alone_is_answered(text: str, ground):
    assert isinstance(outcome(text, ground), Planned)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ms-anna", HARBOUR),  # several metrics have it
        ("north quay today", HARBOUR),
        ("muc", PLANT),
        ("eu", READY["game"]),
        ("errors", VPN),
        ("latency", READY["backend"]),
        ("order-service", READY["backend"]),
        ("fra", VPN),
    ],
)
def test_what_can_mean_several_things_is_asked_about(text: str, ground):
    assert not isinstance(outcome(text, ground), Planned)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auth lines with severity=error, last hour", '{service="auth"} | logfmt | severity = "error"'),
        ("auth err=49 count, last 6 hours", 'sum (count_over_time({service="auth"} |= "err=49" [6h]))'),
        ("sign_in_failed per auth user within 3h",
         'sum by (user) (count_over_time({service="auth"} | logfmt | event = "sign_in_failed" [3h]))'),
        ("max secs per peer over the past 2 hours",
         'max_over_time({service="tunnel"} | json | unwrap secs [2h]) by (peer)'),
        ("count of tunnel lines by reason (close), 6h",
         'sum by (close) (count_over_time({service="tunnel"} | json [6h]))'),
        ("tunnel sessions longer than 30 seconds today", '{service="tunnel"} | json | secs > 30'),
    ],
)  # fmt: skip
def test_fields_are_named_as_they_are_written(text: str, expected: str):
    found = outcome(text, VPN)

    assert isinstance(found, Planned), found
    assert written(found) == expected
