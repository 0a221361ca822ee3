from datetime import timedelta
from typing import Any

import pytest

from bot.model.message import Account, Click, Place, PlaceKind
from handlers.slack import events, presses, views
from handlers.slack.events import Here
from tests.fakes import NOON

HERE = Here("T0NIGHT", "U0BOT", NOON)
TS = "1773835200.000100"  # noon
ANNA = Account("slack", "T0NIGHT", "U0ANNA")


def said(**changes: Any) -> dict[str, Any]:
    event = {"type": "message", "user": "U0ANNA", "text": "hi", "ts": TS, "channel": "C0OPS", "team": "T0NIGHT"}
    return {name: value for name, value in {**event, **changes}.items() if value is not None}


def test_a_mention() -> None:
    message = events.mentioned(said(type="app_mention", text="<@U0BOT> status of <#C1|web> &amp; co"), HERE)
    assert message is not None
    assert message.key == f"slack:T0NIGHT:C0OPS:{TS}"
    assert message.place == Place("slack", "T0NIGHT", "C0OPS", TS, PlaceKind.CHANNEL)
    assert message.author == ANNA
    assert message.text == "status of #web & co"
    assert message.said_at == NOON + timedelta(microseconds=100)
    assert not message.overheard


def test_both_events_of_one_mention_have_one_key() -> None:
    text = "<@U0BOT> status"
    mention = events.mentioned(said(type="app_mention", text=text), HERE)
    message = events.said(said(channel_type="channel", text=text), HERE)
    assert mention == message


@pytest.mark.parametrize(
    ("changes", "place", "overheard"),
    [
        ({"channel": "D1", "channel_type": "im"}, Place("slack", "T0NIGHT", "D1", TS, PlaceKind.PERSONAL), False),
        (
            {"channel": "D1", "channel_type": "im", "thread_ts": "1.0"},
            Place("slack", "T0NIGHT", "D1", "1.0", PlaceKind.PERSONAL),
            False,
        ),
        (
            {"channel": "D1", "channel_type": "im", "subtype": "file_share"},
            Place("slack", "T0NIGHT", "D1", TS, PlaceKind.PERSONAL),
            False,
        ),
        (
            {"channel_type": "channel", "thread_ts": "1.0"},
            Place("slack", "T0NIGHT", "C0OPS", "1.0", PlaceKind.CHANNEL),
            True,
        ),
        (
            {"channel_type": "mpim", "channel": "G1", "text": "<@U0BOT|nightdesk> hi"},
            Place("slack", "T0NIGHT", "G1", TS, PlaceKind.GROUP),
            False,
        ),
    ],
)
def test_messages_that_are_for_us(changes: dict[str, Any], place: Place, overheard: bool) -> None:
    message = events.said(said(**changes), HERE)
    assert message is not None
    assert message.place == place
    assert message.overheard is overheard
    assert message.text == "hi"


@pytest.mark.parametrize(
    "changes",
    [
        {"channel_type": "channel"},  # nobody spoke to us, and it is in no thread
        {"channel_type": "im", "channel": "D1", "bot_id": "B9"},
        {"channel_type": "im", "channel": "D1", "user": "U0BOT"},
        {"channel_type": "im", "channel": "D1", "user": None},
        {"channel_type": "im", "channel": "D1", "hidden": True},
        {"channel_type": "im", "channel": "D1", "subtype": "message_changed"},
        {"channel_type": "im", "channel": "D1", "subtype": "message_deleted"},
        {"channel_type": "im", "channel": "D1", "subtype": "bot_message"},
        {"channel_type": "channel", "subtype": "channel_join", "text": "<@U0BOT> has joined"},
        {"channel_type": "channel", "subtype": "thread_broadcast", "thread_ts": "1.0"},
    ],
)
def test_messages_that_are_not(changes: dict[str, Any]) -> None:
    assert events.said(said(**changes), HERE) is None
    assert events.mentioned(said(**{**changes, "user": "U0BOT"}), HERE) is None


def test_in_a_shared_channel_people_keep_their_own_workspace() -> None:
    message = events.mentioned(said(team="T0NIGHT", user_team="T9THEIRS"), HERE)
    assert message is not None
    assert message.author.workspace == "T9THEIRS"
    assert message.place.workspace == "T0NIGHT"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0BOT> hi", "hi"),
        ("hi <@U0BOT|nightdesk>", "hi"),
        ("ask <@U0BEN>", "ask @U0BEN"),
        ("ask <@U0BEN|ben>", "ask @ben"),
        ("in <#C1|web> and <#C2>", "in #web and #C2"),
        ("<!here> and <!subteam^S1|@oncall>", "@here and @oncall"),
        ("since <!date^1^{date}|noon>", "since noon"),
        ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
        ("see <http://checkout.example|checkout.example>", "see checkout.example"),
        ("mail <mailto:a@x.example|a@x.example>", "mail a@x.example"),
        ("p95 &gt; 1 &amp;&amp; &lt;b&gt;", "p95 > 1 && <b>"),
        ("&lt;@U0BEN&gt;", "<@U0BEN>"),
        ("&amp;lt;", "&lt;"),
        ("a\u00a0b", "a b"),
        ("", ""),
    ],
)
def test_plain_text(written: str, read: str) -> None:
    assert events.plain_text(written, "U0BOT") == read


def test_a_command() -> None:
    body = {
        "command": "/ops",
        "text": "status &amp; co",
        "channel_id": "C0OPS",
        "channel_name": "ops",
        "user_id": "U0ANNA",
        "user_name": "anna",
        "trigger_id": "1.2.x",
    }
    message = events.command(body, HERE)
    assert message.key == "slack:T0NIGHT:command:1.2.x"
    assert message.place == Place("slack", "T0NIGHT", "C0OPS", kind=PlaceKind.CHANNEL)
    assert message.author.name == "anna"
    assert message.text == "status & co"
    assert events.command({**body, "channel_name": "directmessage"}, HERE).place.kind is PlaceKind.PERSONAL


@pytest.mark.parametrize("intent", ["home", "help"])
def test_the_home_page_was_opened(intent: str) -> None:
    message = events.home_opened({"user": "U0ANNA", "tab": "home"}, "Ev1", HERE, intent)
    assert message.place == Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.HOME)
    assert message.click == Click(intent)
    assert message.key == "slack:T0NIGHT:home:Ev1"


def pressing(**changes: Any) -> dict[str, Any]:
    body = {
        "type": "block_actions",
        "trigger_id": "1.2.x",
        "user": {"id": "U0ANNA", "username": "anna", "team_id": "T0NIGHT"},
        "channel": {"id": "C0OPS", "name": "ops"},
        "message": {"ts": "5.0", "thread_ts": "1.0"},
        "container": {"type": "message", "message_ts": "5.0", "channel_id": "C0OPS"},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


ACTION = {"action_id": "do:0:status", "value": '{"i":"status","a":{"x":1}}', "action_ts": TS}
PRESS = presses.Press(presses.DO, "status", {"x": 1})


def test_a_press() -> None:
    message = events.pressed(pressing(), ACTION, PRESS, HERE)
    assert message.place == Place("slack", "T0NIGHT", "C0OPS", "1.0", PlaceKind.CHANNEL)
    assert message.click == Click("status", {"x": 1}, "C0OPS:5.0")
    assert message.author == Account("slack", "T0NIGHT", "U0ANNA", "anna")


def test_two_presses_are_twins_and_others_are_not() -> None:
    first = events.pressed(pressing(trigger_id="1"), ACTION, PRESS, HERE)
    second = events.pressed(pressing(trigger_id="2"), ACTION, PRESS, HERE)
    assert first.key != second.key
    assert first.twin == second.twin
    others = [
        events.pressed(pressing(user={"id": "U0BEN"}), ACTION, PRESS, HERE),
        events.pressed(pressing(message={"ts": "6.0"}), ACTION, PRESS, HERE),
        events.pressed(pressing(), {**ACTION, "action_id": "do:1:status"}, PRESS, HERE),
        events.pressed(pressing(), {**ACTION, "value": "{}"}, PRESS, HERE),
    ]
    assert len({first.twin, *(other.twin for other in others)}) == 5


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"message": {"ts": "5.0"}}, Place("slack", "T0NIGHT", "C0OPS", "5.0")),
        ({"message": None}, Place("slack", "T0NIGHT", "C0OPS", "5.0")),
        (
            {"message": None, "container": {"message_ts": "5.0", "thread_ts": "1.0", "is_ephemeral": True}},
            Place("slack", "T0NIGHT", "C0OPS", "1.0"),
        ),
        (
            {"channel": {"id": "D1", "name": "directmessage"}},
            Place("slack", "T0NIGHT", "D1", "1.0", PlaceKind.PERSONAL),
        ),
        (
            {"channel": None, "message": None, "view": {"type": "home"}},
            Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.HOME),
        ),
        ({"channel": None, "message": None}, Place("slack", "T0NIGHT", "U0ANNA", kind=PlaceKind.PERSONAL)),
    ],
)
def test_where_the_answer_to_a_press_belongs(changes: dict[str, Any], place: Place) -> None:
    assert events.place_of(pressing(**changes), HERE) == place


def test_a_thumb_knows_which_message_it_is_about() -> None:
    press = presses.Press(presses.RATE, "feedback", {"positive": True})
    message = events.pressed(pressing(), {**ACTION, "action_id": "rate:3:feedback"}, press, HERE)
    assert message.click == Click("feedback", {"positive": True, "of": "C0OPS:5.0"}, "C0OPS:5.0")


def submission(callback_id: str, values: dict[str, Any]) -> dict[str, Any]:
    view = {"id": "V1", "hash": "h1", "callback_id": callback_id, "state": {"values": values}}
    return {"type": "view_submission", "user": {"id": "U0ANNA", "name": "anna"}, "view": view}


def test_a_filled_form() -> None:
    errand = views.Errand(Place("slack", "T0NIGHT", "C0OPS", "1.0"), "ask_metric", {"by": "pod"}, "C0OPS:5.0")
    values = {"window": {"window": {"type": "plain_text_input", "value": "PT1H"}}}
    message = events.submitted(submission(views.FORM, values), errand, HERE)
    assert message.click == Click("ask_metric", {"by": "pod", "window": "PT1H"}, "C0OPS:5.0")
    assert message.place == errand.place
    assert message.key == "slack:T0NIGHT:view:V1:h1"


def test_a_question_about_a_message() -> None:
    errand = views.Errand(Place("slack", "T0NIGHT", "C0OPS", "1.0"), about="it is slow")
    values = {"question": {"question": {"type": "plain_text_input", "value": "since when?"}}}
    message = events.submitted(submission(views.QUESTION, values), errand, HERE)
    assert (message.text, message.about, message.click) == ("since when?", "it is slow", None)
