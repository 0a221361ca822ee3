import math

import pytest

from bot.model import plain, reply
from bot.model.chart import Band, Group, Threshold
from bot.model.reply import Bars, Button, Chart, Link, Pie, Reply, Share, Table, Text
from bot.model.series import Point, Series
from handlers.playground.examples import EXAMPLES
from tests.fakes import NOON


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_reply_survives_being_kept(name):
    assert reply.load(reply.dump(EXAMPLES[name])) == EXAMPLES[name]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_survives_being_kept(value):
    blocks = (
        Chart(
            "c", (Series("s", (Point(NOON, value),)),), thresholds=(Threshold(value),), bands=(Band("b", low=value),)
        ),
        Bars("b", ("eu",), (Group("g", (value,)),)),
        Table(("a",), ((value,),)),
        Pie("p", (Share("a", value),)),
    )
    kept = Reply("s", blocks)
    assert reply.dump(reply.load(reply.dump(kept))) == reply.dump(kept)
    assert repr(value).encode() in reply.dump(kept).replace(b"Infinity", b"inf").replace(b"NaN", b"nan")


def test_plain_text_leaves_nothing_out():
    said = plain.render(
        Reply(
            "Sum.",
            (Text(("See ", Link("here", "https://a.example"), ".")), Table(("A", "B"), (("x", 1.5),), "Cap")),
            (Button("Go", "ask_metric", {"metric": "latency"}), Button("Open", url="https://b.example")),
            title="Title",
            footer="Foot",
        )
    )
    for part in (
        "Title",
        "Sum.",
        "here (https://a.example)",
        "Cap",
        "x",
        "1.5",
        "[Go] ask-metric metric=",
        "https://b.example",
        "Foot",
    ):
        assert part in said


def test_numbers_in_a_plain_table_stand_to_the_right():
    lines = plain.table(Table(("Name", "n"), (("a", 1.0), ("b", 1000.0))))
    assert lines[1].endswith("    1")
    assert lines[2].endswith("1,000")


def test_a_sparkline_has_one_mark_for_each_share_of_the_points():
    series = Series("s", tuple(Point(NOON, float(i)) for i in range(96)))
    assert series.sparkline(8) == "▁▂▃▄▅▆▇█"
    assert Series("empty").sparkline() == ""
    assert Series("flat", (Point(NOON, 3.0),) * 4).sparkline() == "▁▁▁▁"
