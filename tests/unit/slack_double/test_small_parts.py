"""Pure parts: what people type, what they fill in, how fast the bot may go."""

from typing import Any

import pytest

from handlers.playground.doubles.slack import inputs, text
from handlers.playground.doubles.slack.pacing import Pacing
from handlers.playground.doubles.slack.refusal import Impossible
from tests.fakes import DrivenClock

USERS = {"Nightdesk": "U0NIGHTDESK", "Anna Berger": "U0ANNA"}
CHANNELS = {"incidents": "C0INCIDENTS"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("hello", "hello"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@Nightdesk status", "<@U0NIGHTDESK> status"),
        ("@nightdesk, status", "<@U0NIGHTDESK>, status"),
        ("mail me@Nightdesk", "mail me@Nightdesk"),
        ("ask @Anna Berger in #incidents", "ask <@U0ANNA> in <#C0INCIDENTS|incidents>"),
        ("see https://x.io/a?b=1&c=2.", "see <https://x.io/a?b=1&amp;c=2>."),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_typing_is_stored_as_slack_does(typed: str, stored: str) -> None:
    assert text.typed(typed, USERS, CHANNELS) == stored


def test_commands_carry_names() -> None:
    assert text.typed("who is @Anna Berger", USERS, CHANNELS, named=True) == "who is <@U0ANNA|anna berger>"


def test_rich_text_has_the_same_words() -> None:
    block = text.as_rich_text("<@U0NIGHTDESK> a &lt; b <https://x.io>", "b1")
    assert block["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U0NIGHTDESK"},
        {"type": "text", "text": " a < b "},
        {"type": "link", "url": "https://x.io"},
    ]


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.upper()}, "value": value}


SELECT = {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]}


@pytest.mark.parametrize(
    ("element", "raw", "state"),
    [
        ({"type": "plain_text_input"}, "hi", {"type": "plain_text_input", "value": "hi"}),
        ({"type": "plain_text_input"}, "", {"type": "plain_text_input", "value": None}),
        ({"type": "number_input"}, 5, {"type": "number_input", "value": "5"}),
        (SELECT, "b", {"type": "static_select", "selected_option": option("b")}),
        (SELECT, option("b"), {"type": "static_select", "selected_option": option("b")}),
        (
            {**SELECT, "type": "checkboxes"},
            ["a", "b"],
            {"type": "checkboxes", "selected_options": [option("a"), option("b")]},
        ),
        ({"type": "datepicker"}, "2026-03-18", {"type": "datepicker", "selected_date": "2026-03-18"}),
        ({"type": "users_select"}, "U0BEN", {"type": "users_select", "selected_user": "U0BEN"}),
    ],
)
def test_state_has_the_shape_of_its_element(element: Any, raw: Any, state: Any) -> None:
    assert inputs.state(element, raw) == state


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    with pytest.raises(Impossible, match="“c” is not among"):
        inputs.state(SELECT, "c")


@pytest.mark.parametrize(
    ("element", "value", "says"),
    [
        ({"type": "plain_text_input"}, None, inputs.REQUIRED),
        ({"type": "plain_text_input", "max_length": 2}, "abc", "Please enter at most 2 characters."),
        ({"type": "email_text_input"}, "anna", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "x", "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "3"}, "4", "at most 3"),
    ],
)
def test_the_client_itself_refuses_what_cannot_be_right(element: Any, value: Any, says: str) -> None:
    block = {"type": "input", "block_id": "b", "element": {**element, "action_id": "a"}}
    values = {"b": {"a": {"type": element["type"], "value": value}}}
    assert says in dict(inputs.mistakes([block], values))["b"]


async def test_a_channel_takes_a_burst_and_then_one_a_second() -> None:
    clock = DrivenClock()
    pacing = Pacing(clock)
    assert [pacing.wait("chat.postMessage", "special", "C1") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert pacing.wait("chat.postMessage", "special", "C2") == 0
    await clock.advance(1)
    assert [pacing.wait("chat.postMessage", "special", "C1") for _ in range(2)] == [0, 1]


async def test_a_tier_is_a_number_of_calls_a_minute() -> None:
    clock = DrivenClock()
    pacing = Pacing(clock)
    assert [pacing.wait("chat.startStream", "2") for _ in range(21)] == [0] * 20 + [3]
    await clock.advance(3)
    assert pacing.wait("chat.startStream", "2") == 0
