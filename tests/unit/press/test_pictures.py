"""Which charts get a picture, where it stands, and that a failing press costs no answer."""

import logging

import pytest

from bot.model.chart import Group, Mark
from bot.model.reply import Bars, Block, Chart, Facts, Picture, Reply, Text
from bot.model.series import Point, Series
from bot.ports.press import Drawable, Sheet
from handlers.pictures import MOST, Placed, beside, instead, pictured
from tests.fakes import NOON


def series(name: str) -> Series:
    return Series(name, (Point(NOON, 1.0),))


PLAIN = Chart("plain", (series("a"),))
MARKED = Chart("marked", (series("a"),), marks=(Mark(NOON, "v2", "deploy"),))


class Inked:
    def __init__(self, *, broken: bool = False) -> None:
        self._broken = broken

    async def picture(self, chart: Drawable, *, dark: bool = False) -> bytes:
        if self._broken:
            raise ValueError("no ink")
        return f"{chart.caption}{dark}".encode()

    async def page(self, sheet: Sheet) -> bytes:
        return b""


@pytest.mark.parametrize(
    ("block", "rich"),
    [
        (PLAIN, False),
        (MARKED, True),
        (Chart("many", tuple(series(f"s{n}") for n in range(7))), True),
        (Chart("piled", (series("a"), series("b")), "area", stacked=True), True),
        (Chart("piled alone", (series("a"),), "area", stacked=True), False),
        (Bars("few", ("eu",), (Group("a", (1.0,)),)), False),
        (Bars("many", ("eu",), tuple(Group(f"g{n}", (1.0,)) for n in range(7))), True),
        (Facts(()), False),
    ],
)
async def test_only_what_a_chat_cannot_draw_gets_a_picture(block: Block, rich: bool) -> None:
    drawn = await pictured(Reply("s", (block,)), Inked(), beside)
    assert any(isinstance(one, Picture) for one in drawn.blocks) is rich
    assert drawn.blocks[0] == block


@pytest.mark.parametrize(("placed", "kinds"), [(beside, [Chart, Picture]), (instead, [Text, Picture, Text, Text])])
async def test_the_words_stand_whatever_the_place(placed: Placed, kinds: list[type]) -> None:
    drawn = await pictured(Reply("s", (MARKED,)), Inked(), placed)
    assert [type(one) for one in drawn.blocks] == kinds
    picture = next(one for one in drawn.blocks if isinstance(one, Picture))
    assert picture.dark is not None
    assert (picture.file.content, picture.dark.content) == (b"markedFalse", b"markedTrue")
    assert picture.file.alt == ("marked; a: 1 → 1 (unchanged), least 1, most 1; deploy at 2026-03-18 12:00 UTC: v2")


async def test_few_pictures_in_one_message() -> None:
    drawn = await pictured(Reply("s", (MARKED,) * 5), Inked(), beside)
    assert sum(isinstance(one, Picture) for one in drawn.blocks) == MOST


async def test_a_press_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    reply = Reply("s", (MARKED,))
    with caplog.at_level(logging.ERROR):
        assert await pictured(reply, Inked(broken=True), instead) == reply
    assert "a picture failed" in caplog.text
    assert await pictured(reply, None, instead) == reply
