"""What people write, as the core gets it."""

from typing import Any

import pytest

from bot.model.message import PlaceKind
from handlers.teams.activities import (
    Incoming,
    activity_id,
    click_in,
    conversation_of,
    place_of,
    rating_in,
    receipt_id,
    said,
    to_message,
)
from handlers.teams.text import clipped, escaped, literal, visible
from tests.fakes import NOON
from tests.unit.teams.stand_ins import ANNA, BOT, CHANNEL, TENANT, activity


def mention(name: str, of: str, text: str = "") -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": of, "name": name}, "text": text or f"<at>{name}</at>"}


ME = mention("Nightdesk", BOT)


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("<at>Nightdesk</at> status", [ME], "status"),
        ("<at>Nightdesk</at>&nbsp;status", [ME], "status"),
        ("status <at>Nightdesk</at>", [ME], "status"),
        ("how is <at>Nightdesk</at> checkout?", [ME], "how is checkout?"),
        ("<at>Nightdesk</at><at>Nightdesk</at> help", [ME], "help"),
        ("<at>Night Shift</at> status", [mention("Night Shift", BOT)], "status"),  # renamed in this team
        (
            "<at>Nightdesk</at> status",
            [mention("Nightdesk", "28:another")],
            "@Nightdesk status",
        ),  # only its name is ours
        ("<at>Nightdesk</at> status", [], "@Nightdesk status"),
        ("<at>Nightdesk</at> ask <at>Anna</at>", [ME, mention("Anna", "29:anna")], "ask @Anna"),
        ('<at id="0">Nightdesk</at> status', [mention("Nightdesk", BOT, '<at id="0">Nightdesk</at>')], "status"),
        ("<at>Night.*desk</at> status", [mention("Night.*desk", BOT)], "status"),  # the library reads it as a pattern
        ("Nightdesk status", [], "Nightdesk status"),
        ("<at>Nightdesk</at>", [ME], ""),
        (None, None, ""),
        ("first\nsecond  line\r\nthird", [], "first\nsecond line\nthird"),
        ("שלום עולם 🎉🇩🇪 مرحبا", [], "שלום עולם 🎉🇩🇪 مرحبا"),
        ("a\x00b\x07c\x1b[31m", [], "abc[31m"),
        ("\u202estatus\u202c", [], "status"),
        ("rate(a[5m]) > 0 and b < 3", [], "rate(a[5m]) > 0 and b < 3"),
        ("<!channel> *bold*", [], "<!channel> *bold*"),
        ("status", [{"type": "mention"}, {"type": "mention", "mentioned": 3}, {}], "status"),
    ],
)
def test_only_the_bots_own_mention_goes(text: str | None, entities: Any, expected: str) -> None:
    assert said(Incoming.model_validate(activity(text=text, entities=entities))) == expected


def test_xml_text_is_unescaped() -> None:
    assert (
        said(Incoming.model_validate(activity(text="a &lt; b &amp; c", textFormat="xml", entities=[]))) == "a < b & c"
    )


def test_a_long_text_arrives_whole() -> None:
    text = "wört 🎉 " * 7150
    assert len(text) > 50_000
    assert said(Incoming.model_validate(activity(text=text))) == text.strip()


@pytest.mark.parametrize(
    ("conversation", "kind", "channel", "thread"),
    [
        ({"id": f"{CHANNEL};messageid=17", "conversationType": "channel"}, PlaceKind.CHANNEL, CHANNEL, "17"),
        ({"id": CHANNEL, "conversationType": "channel"}, PlaceKind.CHANNEL, CHANNEL, ""),
        ({"id": "19:g@thread.v2", "conversationType": "groupChat"}, PlaceKind.GROUP, "19:g@thread.v2", ""),
        ({"id": "a:1", "conversationType": "personal"}, PlaceKind.PERSONAL, "a:1", ""),
        ({"id": "a:1"}, PlaceKind.PERSONAL, "a:1", ""),
    ],
)
def test_places(conversation: dict[str, str], kind: PlaceKind, channel: str, thread: str) -> None:
    place = place_of(Incoming.model_validate(activity(conversation=conversation)))
    assert (place.workspace, place.kind, place.channel, place.thread) == (TENANT, kind, channel, thread)
    assert conversation_of(place) == conversation["id"]


def test_a_message_is_known_by_its_key() -> None:
    message = to_message(Incoming.model_validate(activity()), NOON)
    assert message.key == f"teams:{TENANT}:{CHANNEL};messageid=1760000000000:1760000000001"
    assert (message.author.user, message.author.name, message.author.workspace) == (ANNA, "Anna Berger", TENANT)
    assert (message.text, message.click, message.said_at.tzinfo is not None) == ("status", None, True)


def test_a_message_without_an_instant_was_said_now() -> None:
    assert to_message(Incoming.model_validate(activity(timestamp=None)), NOON).said_at == NOON


def test_receipts_are_unique_and_lead_back() -> None:
    receipt = receipt_id(f"{CHANNEL};messageid=17", "1:1x")
    assert receipt == f"{CHANNEL}:1:1x"
    assert activity_id(receipt, CHANNEL) == "1:1x"


def test_an_old_clients_press_is_a_click_with_the_inputs_of_its_own_form() -> None:
    value = {"i": "ask_metric", "a": {"metric": "latency"}, "f": "f2", "f2.window": "P1D", "f2.note": "", "f1.x": "no"}
    message = to_message(Incoming.model_validate(activity(value=value, replyToId="88", text=None)), NOON)
    assert message.click is not None
    assert message.click.arguments == {"metric": "latency", "window": "P1D"}
    assert message.click.message == f"{CHANNEL}:88"


def test_two_presses_of_one_button_by_one_person_are_twins() -> None:
    def pressed(**more: Any) -> str:
        arrived = activity(**{"value": {"i": "help", "a": {"b": 1, "a": 2}}, "replyToId": "88", **more})
        return to_message(Incoming.model_validate(arrived), NOON).twin

    assert pressed(id="1") == pressed(id="2", value={"i": "help", "a": {"a": 2, "b": 1}}) != ""
    assert (
        len({pressed(), pressed(replyToId="89"), pressed(value={"i": "x"}), pressed(**{"from": {"id": "29:bo"}})}) == 4
    )


@pytest.mark.parametrize("value", [{"i": 3, "a": "x"}, {"i": "help", "f": 7}, {"i": "help", "a": None}])
def test_a_press_is_user_input(value: dict[str, Any]) -> None:
    click = click_in(value, Incoming.model_validate(activity()))
    assert click.arguments == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"reaction": "like", "feedback": '{"feedbackText":"nice"}'}, {"positive": True, "comment": "nice"}),
        ({"reaction": "dislike", "feedback": "{}"}, {"positive": False}),
        ({"reaction": "dislike", "feedback": "wrong"}, {"positive": False, "comment": "wrong"}),
        ({"reaction": "like", "feedback": '{"d.comment":"ours"}'}, {"positive": True, "comment": "ours"}),
        ("like", {"positive": False}),
    ],
)
def test_thumbs(value: Any, expected: dict[str, Any]) -> None:
    incoming = Incoming.model_validate(activity(replyToId="88"))
    click = rating_in({"actionName": "feedback", "actionValue": value}, incoming)
    assert click.arguments == {**expected, "of": f"{CHANNEL}:88"}


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("plain", "plain"),
        ("{{DATE(2026-01-01T00:00:00Z)}}", "{\u2060{DATE(2026-01-01T00:00:00Z)}}"),
        ("{{ time (x)}}", "{\u2060{ time (x)}}"),
        ("{{.status}} {{ x }}", "{{.status}} {{ x }}"),  # LogQL templates stay as they can be copied
        ("<at>Bo</at> < at>", "<\u2060at>Bo<\u2060/at> <\u2060 at>"),
        ("a < b, <attr>", "a < b, <attr>"),
        ("\u202eabc\x07\x00\ud800", "abc"),
        ("a\tb\r\nc", "a\tb\nc"),
    ],
)
def test_literal(given: str, seen: str) -> None:
    assert literal(given) == seen


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("*a* _b_ [c](d) `e` ~f~ \\g", r"\*a\* \_b\_ \[c\](d) \`e\` \~f\~ \\g"),
        ("- a\n+ b\n1. c\n2) d\n# e\n> f", "\\- a\n\\+ b\n1\\. c\n2\\) d\n\\# e\n\\> f"),
        ("1.5 - 2", "1.5 - 2"),
    ],
)
def test_escaped(given: str, seen: str) -> None:
    assert escaped(given) == seen


@pytest.mark.parametrize(
    ("given", "limit", "seen"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("ab\u0301cd", 3, "a…"),  # not between a letter and its accent
        ("a👩\u200d🚀bc", 4, "a…"),  # nor within an astronaut
        ("a👍🏽bc", 3, "a…"),
        ("x", 0, "…"),
        ("e" + "\u0301" * 500, 100, None),
    ],
)
def test_clipped(given: str, limit: int, seen: str | None) -> None:
    short = clipped(given, limit)
    assert len(short) <= max(limit, 1)
    assert seen is None or short == seen


def test_visible_keeps_line_feeds_and_tabs() -> None:
    assert visible("a\n\tb\u2028") == "a\n\tb"
