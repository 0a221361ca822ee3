import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.blocks import Block as SdkBlock

from bot.model import plain
from bot.model.message import Account
from bot.model.reply import (
    Button,
    Chart,
    Choices,
    Fact,
    Facts,
    File,
    Link,
    Mention,
    Option,
    Pie,
    Reply,
    Share,
    Sources,
    Table,
    Text,
)
from bot.model.series import Point, Series
from handlers.playground.examples import EXAMPLES, NOON
from handlers.slack import limits
from handlers.slack.blocks import HOME, MESSAGE, TONES, WITHOUT_NEWEST, bare, draw, render
from tests.contracts.replies import big_reply
from tests.unit.slack.rules import faults, text_of

GOLDEN = Path(__file__).parent / "golden"
KNOWN_TO_THE_SDK = frozenset({"actions", "context", "context_actions", "header", "rich_text", "section", "table"})


def link(file: File) -> str:
    return f"https://files.example.com/{file.name}"


def blocks_of(reply: Reply, look: Any = MESSAGE) -> list[dict[str, Any]]:
    return list(draw(reply, link, look).payload["blocks"])


def shown(blocks: Any) -> str:
    return "\n".join(text_of(blocks))


@pytest.mark.parametrize("name", EXAMPLES)
def test_golden(name: str) -> None:
    file = GOLDEN / f"{name.replace(' ', '_')}.json"
    drawn = json.dumps(render(EXAMPLES[name], link).payload, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("NIGHTDESK_GOLDEN") == "write":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == {name.replace(" ", "_") for name in EXAMPLES}


@pytest.mark.parametrize("name", EXAMPLES)
def test_slack_sdk_knows_every_block(name: str) -> None:
    for block in blocks_of(EXAMPLES[name]):
        if block["type"] in KNOWN_TO_THE_SDK:
            parsed = SdkBlock.parse(block)
            assert parsed is not None
            assert parsed.to_dict() == block
        else:
            assert block["type"] == "data_visualization"


@pytest.mark.parametrize("look", [MESSAGE, WITHOUT_NEWEST, HOME], ids=["message", "plainer", "home"])
@pytest.mark.parametrize("reply", [*EXAMPLES.values(), *(big_reply(factor) for factor in (1, 3, 50))])
def test_every_limit_holds(reply: Reply, look: Any) -> None:
    drawing = draw(reply, link, look)
    assert faults(dict(drawing.payload), look.most_blocks) == []
    json.dumps(drawing.payload, allow_nan=False).encode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply("word " * 5_000),
        Reply("s", (Text(("word " * 5_000,)),)),
        Reply("s", (Table(("a", "b"), tuple(("x", float(n)) for n in range(300))),)),
        Reply("s", (Table(tuple(f"c{n}" for n in range(30)), (tuple("v" for _ in range(30)),)),)),
        Reply("s", (Table(("a",), (("long " * 100,),)),)),
        Reply("s", buttons=tuple(Button(f"b{n}", "help") for n in range(1_000))),
        Reply("s", buttons=(Button("label " * 30, "help"),)),
        Reply("s", footer="small " * 1_000),
        Reply("s", (Choices("which", (Option("label " * 30, "x"),), "help", "a"),)),
        Reply("s", tuple(Text((f"paragraph {n}",)) for n in range(80))),
        Reply("s", (Sources((Link("far", "https://x.example/" + "a" * 4_000),)),)),
        Reply("s", buttons=(Button("Again", "ask_metric", {"note": "x" * 4_000}),)),
    ],
)
def test_what_does_not_fit_is_attached_whole_and_said(reply: Reply) -> None:
    drawing = render(reply, link)
    assert faults(dict(drawing.payload)) == []
    (file,) = [file for file in drawing.files if file.name == limits.ANSWER_FILE]
    assert file.content.decode() == plain.render(reply)
    assert "… the whole answer is in answer.txt" in shown(drawing.payload["blocks"])


def test_what_fits_is_not_attached() -> None:
    own = {"files": ["services.csv"], "picture": ["panel.png"]}
    for name, reply in EXAMPLES.items():
        assert [file.name for file in render(reply, link).files] == own.get(name, [])


def test_a_table_says_what_it_does_not_show() -> None:
    table = Table(tuple(f"c{n}" for n in range(23)), tuple(tuple("v" for _ in range(23)) for _ in range(120)))
    assert "… 21 more rows and 3 more columns" in shown(blocks_of(Reply("s", (table,))))


def test_numbers_stand_on_the_right() -> None:
    (block,) = [one for one in blocks_of(EXAMPLES["status"]) if one["type"] == "table"]
    assert [one["align"] for one in block["column_settings"]] == ["left", "right", "right", "right", "left"]
    assert block["rows"][1][1] == {"type": "raw_text", "text": "41.2"}


def test_a_second_table_is_drawn_in_a_fixed_pitch() -> None:
    table = Table(("name", "n"), (("a", 1.0),))
    kinds = [block["type"] for block in blocks_of(Reply("s", (table, table)))]
    assert kinds == ["rich_text", "table", "rich_text"]


class TestHostile:
    """Nothing that somebody else wrote can mention, link, format or hide."""

    blocks = blocks_of(EXAMPLES["hostile"])

    def test_nothing_is_read_as_markup(self) -> None:
        assert not [one for one in _objects(self.blocks) if one.get("type") == "mrkdwn"]
        assert all(one["emoji"] is False for one in _objects(self.blocks) if one.get("type") == "plain_text")

    def test_nothing_mentions_or_links(self) -> None:
        kinds = {one.get("type") for one in _objects(self.blocks)}
        assert kinds.isdisjoint({"user", "usergroup", "broadcast", "channel", "link", "emoji"})

    def test_it_can_be_read_as_it_was_written(self) -> None:
        assert "<!channel> *bold* <https://evil.example|click> & <@U0ANNA>" in shown(self.blocks)

    def test_hidden_signs_are_shown(self) -> None:
        text = json.dumps(self.blocks, ensure_ascii=False)
        assert not any(sign in text for sign in "\u202e\x07")
        assert "\N{REPLACEMENT CHARACTER}bell" in text

    def test_the_notification_is_escaped(self) -> None:
        text = render(EXAMPLES["hostile"], link).payload["text"]
        assert text.startswith("&lt;!channel&gt;")
        assert "<" not in text
        assert "https://" not in text
        assert "*bold*" not in text


def test_a_label_that_looks_like_an_address_shows_the_real_one() -> None:
    honest, liar = Link("Runbook", "https://wiki.example.com/x"), Link("bank.example", "https://evil.example/x")
    drawn = blocks_of(Reply("s", (Sources((honest, liar)),)))
    assert "(https://evil.example/x)" in shown(drawn)
    assert "(https://wiki.example.com/x)" not in shown(drawn)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.example/" + "a" * 3_000, "https://x.example/<b>"])
def test_an_address_that_cannot_be_followed_is_words(url: str) -> None:
    blocks = blocks_of(Reply("s", (Text((Link("here", url),)),), buttons=(Button("Go", url=url),)))
    assert not [one for one in _objects(blocks) if "url" in one]
    assert url in shown(blocks).replace("\n", "")


def test_only_people_of_slack_are_mentioned() -> None:
    anna, ben = Account("slack", "T1", "U0ANNA", "Anna"), Account("teams", "t", "29:ben", "Ben")
    blocks = blocks_of(Reply("s", (Text((Mention(anna), Mention(ben))),)))
    assert [one["user_id"] for one in _objects(blocks) if one.get("type") == "user"] == ["U0ANNA"]
    assert "@Ben" in shown(blocks)


def test_tame_facts_have_bold_labels_and_others_are_plain() -> None:
    tame, wild = Fact("Now", "412 ms", "warning"), Fact("Now", "*x*")
    (block,) = blocks_of(Reply("", (Facts((tame, wild)),)))
    assert block["fields"][0] == {"type": "mrkdwn", "text": "*Now*\n412 ms ⚠️ Warning"}
    assert block["fields"][1]["type"] == "plain_text"


def test_more_than_ten_facts_go_on_in_the_next_section() -> None:
    sections = blocks_of(Reply("", (Facts(tuple(Fact(f"f{n}", "v") for n in range(25))),)))
    assert [len(section["fields"]) for section in sections] == [10, 10, 5]


@pytest.mark.parametrize("tone", ["good", "warning", "bad"])
def test_a_tone_is_a_sign_and_a_word(tone: Any) -> None:
    reply = replace(EXAMPLES["short"], tone=tone)
    sign, word = TONES[reply.tone].split(" ")
    assert f"{sign} {word}" in shown(blocks_of(reply))
    assert render(reply, link).payload["text"].startswith(sign)


def test_a_third_chart_is_told_in_words() -> None:
    chart = EXAMPLES["bars"].blocks[0]
    blocks = blocks_of(Reply("s", (chart, chart, chart)))
    assert [block["type"] for block in blocks].count("data_visualization") == 2
    assert shown(blocks).count("▁") >= 3


def test_without_the_newest_blocks_everything_is_still_said() -> None:
    for name in ("metric", "pie", "bars"):
        blocks = blocks_of(EXAMPLES[name], WITHOUT_NEWEST)
        assert {block["type"] for block in blocks}.isdisjoint({"data_visualization", "context_actions"})
        assert EXAMPLES[name].blocks[0].caption in shown(blocks)  # type: ignore[union-attr]
    rating = blocks_of(EXAMPLES["metric"], WITHOUT_NEWEST)[-1]
    assert [one["accessibility_label"] for one in rating["elements"]] == ["Helpful", "Not helpful"]


def test_a_chart_that_slack_cannot_draw_is_told_in_words() -> None:
    nothing = Chart("No data", (Series("a", (Point(NOON, float("nan")),)),))
    negative = Pie("Balance", (Share("a", -1.0), Share("b", 2.0)))
    blocks = blocks_of(Reply("s", (nothing, negative)))
    assert "data_visualization" not in {block["type"] for block in blocks}
    assert "a: no data" in shown(blocks)
    assert "b: 2" in shown(blocks)


def test_the_home_page_links_what_it_cannot_hold() -> None:
    drawing = draw(EXAMPLES["files"], link, HOME)
    assert [one["url"] for one in _objects(drawing.payload) if "url" in one] == [link(drawing.files[0])]


def test_a_button_that_carries_too_much_is_told_as_a_command() -> None:
    blocks = blocks_of(Reply("s", buttons=(Button("Again", "ask_metric", {"note": "x" * 2_500}),)))
    assert "ask-metric note=" in shown(blocks)
    assert "actions" not in {block["type"] for block in blocks}


def test_choices_with_long_values_become_buttons_and_many_become_several_menus() -> None:
    long = Choices("Which", (Option("one", "v" * 200),), "ask_metric", "metric")
    many = Choices("Which", tuple(Option(f"o{n}", f"v{n}") for n in range(250)), "ask_metric", "metric")
    assert "actions" in {block["type"] for block in blocks_of(Reply("s", (long,)))}
    menus = [one for one in _objects(blocks_of(Reply("s", (many,)))) if one.get("type") == "static_select"]
    assert [len(menu["options"]) for menu in menus] == [100, 100, 50]


def test_a_choice_of_nothing_is_still_said() -> None:
    assert "Which" in shown(blocks_of(Reply("s", (Choices("Which", (), "ask_metric", "metric"),))))


def test_the_last_resort_is_a_sentence_and_the_whole_as_a_file() -> None:
    drawing = bare(big_reply(3))
    assert len(drawing.payload["text"]) <= 4_000
    assert drawing.payload["text"].endswith("… the whole answer is in answer.txt")
    assert [file.name for file in drawing.files] == ["answer.txt"]


def test_files_are_named_with_their_size() -> None:
    assert "services.csv (27 B)" in shown(blocks_of(EXAMPLES["files"])).replace("\n", "")


def test_a_moment_is_in_the_readers_zone_with_words_for_old_clients() -> None:
    (moment,) = [one for one in _objects(blocks_of(EXAMPLES["status"])) if one.get("type") == "date"]
    assert moment["timestamp"] == int((NOON - timedelta(minutes=12)).timestamp())
    assert moment["fallback"] == "2026-03-18 11:48 UTC"


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(one for inner in value.values() for one in _objects(inner))]
    return [one for inner in value for one in _objects(inner)] if isinstance(value, list | tuple) else []
