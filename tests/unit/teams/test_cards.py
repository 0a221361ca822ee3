"""Every example as the message that Teams gets, compared with its golden file and walked with Microsoft's models."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model import plain
from bot.model.message import Account
from bot.model.reply import (
    Button,
    Buttons,
    Chart,
    Facts,
    File,
    Link,
    Mention,
    Moment,
    Pie,
    Reply,
    Share,
    Strong,
    Table,
    Text,
)
from bot.model.series import Point, Series
from handlers.playground.examples import EXAMPLES, NOON
from handlers.teams import limits
from handlers.teams.cards import render
from tests.unit.teams.walk import walk

GOLDEN = Path(__file__).parent / "golden"
ANNA = Account("teams", "tenant", "8:orgid:anna", "Anna *Berger*")
MORE: dict[str, Reply] = {
    "mention": Reply(
        "Taken.",
        blocks=(
            Text(
                (
                    Mention(ANNA),
                    " took *it* over from <at>Anna *Berger*</at>: ",
                    Link("runbook", "https://w.example/a_(b)"),
                )
            ),
            Text(
                (Mention(Account("slack", "T", "U1", "Bo")), " and ", Mention(ANNA), "\n- 1. not a list"), listed=True
            ),
        ),
    ),
    "no data": Reply("No data.", blocks=(Chart("p95", (Series("web"),)), Pie("Cost", ()), Table((), ()), Facts(()))),
    "folded table": Reply("Thresholds.", blocks=(Table(("What", "Limit"), (("CPU", 80.0),), folded=True),)),
    "two inputs": Reply("Which?", blocks=(*EXAMPLES["choices"].blocks, *EXAMPLES["form"].blocks)),
    "nothing": Reply(""),
    "unopenable": Reply(
        "Look.",
        blocks=(Text((Link("here", "javascript:alert(1)"), Link("good.example", "https://evil.example"))),),
        buttons=(Button("Go", url="file:///etc/passwd"), Button("Big", "help", {"x": "y" * 5000})),
    ),
}
ALL = {**EXAMPLES, **MORE}


def link(file: File) -> str:
    return f"https://bot.example/downloads/{file.name}"


def card_of(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return payload["attachments"][0]["content"]  # type: ignore[no-any-return]


def everything(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from everything(one)
    elif isinstance(value, list):
        for one in value:
            yield from everything(one)


def of_type(payload: Any, kind: str) -> list[Mapping[str, Any]]:
    return [element for element in everything(payload) if element.get("type") == kind]


def words(payload: Any) -> str:
    return "\n".join(str(e["text"]) for e in everything(payload) if "text" in e)


@pytest.mark.parametrize("name", ALL)
def test_looks_as_agreed(name: str) -> None:
    drawn = json.dumps(render(ALL[name], link).payload, indent=2, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name.replace(' ', '_')}.json"
    if os.environ.get("NIGHTDESK_GOLDEN") == "write":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_microsofts_models_know_every_element(name: str) -> None:
    payload = render(ALL[name], link).payload
    if "attachments" in payload:
        assert walk(card_of(payload)) == []


def test_the_walk_finds_what_is_wrong() -> None:
    card = {
        "type": "AdaptiveCard",
        "body": [{"type": "TextBlok"}, {"type": "TextBlock", "text": "x", "colour": "Good"}],
    }
    assert len(walk(card)) == 2
    assert walk({"type": "TextBlock", "text": "x", "size": "Enormous"})


@pytest.mark.parametrize("name", ALL)
def test_never_text_and_card_together(name: str) -> None:
    payload = render(ALL[name], link).payload
    assert ("text" in payload) != ("attachments" in payload)


@pytest.mark.parametrize("name", ALL)
def test_every_action_is_there(name: str) -> None:
    reply = ALL[name]
    payload = render(reply, link).payload
    for button in (*reply.buttons, *(b for block in reply.blocks if isinstance(block, Buttons) for b in block.buttons)):
        titled = [e for e in everything(payload) if e.get("title") == button.label]
        assert titled or button.label in words(payload)


def test_nothing_untrusted_is_read_as_markup() -> None:
    payload = render(EXAMPLES["hostile"], link).payload
    assert of_type(payload, "TextBlock") == []  # only TextBlocks know markdown and mentions
    assert "entities" not in card_of(payload)["msteams"]
    drawn = json.dumps(payload, ensure_ascii=False)
    assert not re.search(r"<\s*/?at\b|\{\{DATE|[\x00-\x09\x0b-\x1f\u202a-\u202e]", drawn)
    assert not of_type(payload, "Action.OpenUrl")


def test_in_a_line_that_mentions_someone_markdown_is_escaped_and_only_the_mention_counts() -> None:
    payload = render(MORE["mention"], link).payload
    first, second = (str(block["text"]) for block in of_type(payload, "TextBlock"))
    assert first.count("<at>") == 1
    assert r"took \*it\* over" in first
    assert "[runbook](https://w.example/a_%28b%29)" in first
    assert second.startswith("• @Bo and <at>Anna")
    assert "\n\\- 1. not a list" in second
    entities = card_of(payload)["msteams"]["entities"]
    assert [e["mentioned"]["id"] for e in entities] == [ANNA.user]
    assert entities[0]["text"] in first


def test_a_moment_stands_in_the_readers_zone_and_in_utc() -> None:
    told = words(render(Reply("x", blocks=(Text((Moment(NOON),)),)), link).payload)
    assert "{{DATE(2026-03-18T12:00:00Z, SHORT)}} {{TIME(2026-03-18T12:00:00Z)}} (12:00 UTC)" in told


def test_a_link_that_looks_like_another_address_shows_its_own() -> None:
    told = words(render(MORE["unopenable"], link).payload)
    assert "good.example\n (https://evil.example)" in told
    assert "javascript:alert(1)" in told


def test_what_cannot_be_pressed_is_written() -> None:
    drawing = render(MORE["unopenable"], link)
    assert of_type(drawing.payload, "ActionSet") == []
    assert "file:///etc/passwd" in words(drawing.payload)
    assert [file.name for file in drawing.files] == ["answer.txt"]  # the big one stands whole there


def test_buttons_are_execute_with_submit_behind_and_dialogs_are_submit() -> None:
    payload = render(EXAMPLES["metric"], link).payload
    executes = of_type(payload, "Action.Execute")
    assert [e["title"] for e in executes] == ["Last 24 h", "Compare services"]
    for execute in executes:
        assert execute["fallback"]["type"] == "Action.Submit"
        assert execute["fallback"]["data"] == execute["data"]
        assert execute["associatedInputs"] == "none"
    (dialog,) = [e for e in of_type(payload, "Action.Submit") if e["title"] == "Change range"]
    assert dialog["data"] == {
        "i": "ask_metric",
        "a": {"metric": "latency", "service": "checkout"},
        "q": ["window"],
        "msteams": {"type": "task/fetch"},
    }


def test_what_needs_a_second_thought_is_asked_first() -> None:
    (show,) = of_type(render(EXAMPLES["acts"], link).payload, "Action.ShowCard")
    assert "Forget this thread's context?" in words(show)
    assert [e["data"]["i"] for e in of_type(show, "Action.Execute")] == ["help"]


def test_six_buttons_a_set() -> None:
    payload = render(Reply("x", buttons=tuple(Button(f"b{i}", "help") for i in range(14))), link).payload
    assert [len(one["actions"]) for one in of_type(payload, "ActionSet")] == [6, 6, 2]


def test_inputs_of_two_forms_do_not_mix_and_do_not_block_each_other() -> None:
    both = of_type(render(MORE["two inputs"], link).payload, "Action.Execute")
    assert [e["data"]["f"] for e in both] == ["f1", "f2"]
    inputs = [
        e for e in everything(render(MORE["two inputs"], link).payload) if str(e.get("type")).startswith("Input.")
    ]
    assert len({e["id"] for e in inputs}) == len(inputs) == 6
    assert not any(e.get("isRequired") for e in inputs)
    alone = of_type(render(EXAMPLES["choices"], link).payload, "Input.ChoiceSet")
    assert alone[0]["isRequired"]


def test_signs_of_trust() -> None:
    payload = render(EXAMPLES["answer by a model"], link).payload
    (entity,) = payload["entities"]
    assert entity["additionalType"] == ["AIGeneratedContent"]
    (claim,) = entity["citation"]
    assert claim["position"] == 1
    assert len(claim["appearance"]["name"]) <= limits.CITATION_NAME
    assert len(claim["appearance"]["abstract"]) <= limits.CITATION_ABSTRACT
    assert payload["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert "[1] demo world" in words(payload)
    assert "entities" not in render(EXAMPLES["acts"], link).payload


def test_tone_is_told_by_word_and_by_colour() -> None:
    for tone, word, colour in (
        ("good", "Good", "Good"),
        ("warning", "Warning", "Warning"),
        ("bad", "Problem", "Attention"),
    ):
        first = of_type(render(Reply("x", title="t", tone=tone), link).payload, "TextRun")[0]  # type: ignore[arg-type]
        assert (first["text"], first["color"]) == (f"{word} · ", colour)


def test_numbers_stand_to_the_right() -> None:
    table = of_type(render(EXAMPLES["status"], link).payload, "Table")[0]
    assert table["firstRowAsHeaders"]
    assert [c.get("horizontalCellContentAlignment") for c in table["columns"]] == [
        None,
        "Right",
        "Right",
        "Right",
        None,
    ]


@pytest.mark.parametrize("name", ["metric", "many series", "bars", "pie"])
def test_a_chart_is_also_told(name: str) -> None:
    reply = EXAMPLES[name]
    payload = render(reply, link).payload
    charts = [e for e in everything(payload) if str(e.get("type")).startswith("Chart.")]
    assert charts
    assert all("fallback" in chart for chart in charts)
    for block in reply.blocks:
        for series in block.series if isinstance(block, Chart) else ():
            assert plain.told(series) in words(payload)
            assert series.sparkline() in words(payload)


def test_lines_of_one_chart_share_their_instants() -> None:
    """Teams draws names of instants in the order they come; other instants in each line would run backwards."""
    lines = [
        Series(name, tuple(Point(NOON + timedelta(minutes=i), 100.0 * (i == peak) + i % 7) for i in range(200)))
        for name, peak in (("a", 33), ("b", 77), ("c", 151))
    ]
    (chart,) = of_type(render(Reply("x", blocks=(Chart("c", tuple(lines)),)), link).payload, "Chart.Line")
    first, *others = [[value["x"] for value in line["values"]] for line in chart["data"]]
    assert all(other == first for other in others)
    assert first == sorted(first)
    assert {"12:33", "13:17", "14:31"} <= set(first)
    assert len(first) <= limits.POINTS


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (timedelta(minutes=3), ["12:00", "12:03", "12:06"]),
        (timedelta(hours=20), ["03-18 12:00", "03-19 08:00", "03-20 04:00"]),
        (timedelta(days=1), ["2026-03-18", "2026-03-19", "2026-03-20"]),
        (timedelta(seconds=15), ["12:00:00", "12:00:15", "12:00:30"]),
    ],
)
def test_times_are_short(step: timedelta, expected: list[str]) -> None:
    series = Series("a", tuple(Point(NOON + i * step, 1.0 + i) for i in range(3)))
    (chart,) = of_type(render(Reply("x", blocks=(Chart("c", (series,)),)), link).payload, "Chart.Line")
    assert [value["x"] for value in chart["data"][0]["values"]] == expected


def test_what_is_no_number_is_not_drawn() -> None:
    broken = Series("a", (Point(NOON, float("nan")), Point(NOON + timedelta(minutes=1), float("inf"))))
    pie = Pie("p", (Share("a", float("nan")), Share("b", -1.0)))
    payload = render(Reply("x", blocks=(Chart("c", (broken,)), pie)), link).payload
    json.dumps(payload, allow_nan=False)
    assert not [e for e in everything(payload) if str(e.get("type")).startswith("Chart.")]


def test_a_naive_zone_is_written_in_utc() -> None:
    at = datetime(2026, 3, 18, 13, 0, tzinfo=UTC).astimezone()
    assert "2026-03-18T13:00:00Z" in words(render(Reply("x", blocks=(Text((Moment(at),)),)), link).payload)


@pytest.mark.parametrize("said", ["one\n\ntwo", "\none", "one\n", "\n", "one\n\n\ntwo"])
def test_an_empty_line_is_a_gap_and_no_empty_run(said: str) -> None:
    """Teams refuses a run without text."""
    reply = Reply("What happened", (Text((said,)), Text(("", Strong("bold"), "\n", ""))))
    payload = render(reply, link).payload
    assert all(run["text"] for run in of_type(payload, "TextRun"))
    assert "What happened" in words(payload)
