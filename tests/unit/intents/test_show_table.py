"""Pages and orders of a long table, in the message where it stands."""

from dataclasses import replace

import pytest

from bot.intents import show_table
from bot.intents.show_table import PAGE, ShowTable, paged
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.parcel import Kept
from bot.model.reply import Buttons, Choices, Reply, Table, Text
from bot.ports.tools import Tools, Turn
from tests.desks import desks, tools

OF = "answer:1"
ROWS = tuple((f"pod-{n:02}", f"{n * 37 % 50} ms") for n in range(50))
LONG, SHORT = Table(("Pod", "p95"), ROWS), Table(("a",), (("b",),))
REPLY = Reply("s", paged((Text(("above",)), SHORT, LONG, Text(("below",))), OF))


class Answers:
    async def find(self, turn: Turn, subject: str) -> Kept | None:
        return Kept(REPLY, 3) if subject == OF else None


def having() -> Tools:
    return replace(tools(desks()), answers=Answers())


async def shown(**asked: object) -> Reply:
    return await show_table.answer(ShowTable.model_validate({"of": OF, "table": 1, **asked}), having())


def long(reply: Reply) -> Table:
    return [block for block in reply.blocks if isinstance(block, Table)][1]


def turns(reply: Reply) -> dict[str, int]:
    (row,) = [block for block in reply.blocks if isinstance(block, Buttons)]
    return {button.label: button.arguments["first"] for button in row.buttons}


def test_only_a_long_table_has_pages() -> None:
    kinds = [type(block) for block in REPLY.blocks]
    assert kinds == [Text, Table, Table, Buttons, Choices, Text]
    assert (len(long(REPLY).shown), long(REPLY).where) == (PAGE, "rows 1 to 20 of 50")
    assert turns(REPLY) == {"Next": 20}
    assert paged(REPLY.blocks, OF) == REPLY.blocks


@pytest.mark.parametrize(
    ("first", "where", "turn"),
    [
        (20, "rows 21 to 40 of 50", {"Previous": 0, "Next": 40}),
        (40, "rows 41 to 50 of 50", {"Previous": 20}),
        (999, "rows 41 to 50 of 50", {"Previous": 20}),
        (25, "rows 21 to 40 of 50", {"Previous": 0, "Next": 40}),
    ],
)
async def test_pages_are_turned(first: int, where: str, turn: dict[str, int]) -> None:
    reply = await shown(first=first)
    assert (long(reply).where, turns(reply)) == (where, turn)
    assert len(long(reply).rows) == 50


async def test_rows_are_sorted_by_their_worth() -> None:
    assert [row[1] for row in long(await shown(by="-1")).shown[:3]] == ["49 ms", "48 ms", "47 ms"]
    assert [row[1] for row in long(await shown(by="1")).shown[:2]] == ["0 ms", "1 ms"]
    assert long(await shown(by="9")).rows == ROWS


@pytest.mark.parametrize("asked", [{"of": "answer:9"}, {"table": 2}])
async def test_what_is_gone_is_said(asked: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        await shown(**asked)


def test_the_order_of_cells() -> None:
    rising = ["-2", "3 µs", "412 ms", 1.0, "2 s", "1 h", "2 d 4 h", "1.5 MiB", "1,900 MiB", "$ 3,000,000,000.00"]
    assert sorted(sorted(rising, key=str), key=figures.order) == rising
    words = ["1 h", "checkout-2", "no data", "Zeta"]
    assert sorted(sorted(words, key=str), key=figures.order) == words
