"""Another page of a table, or its rows in another order: its message changes, nothing is read again."""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, Field

from bot.intents.intent import Intent
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.reply import Block, Button, Buttons, Choices, Option, Reply, Table
from bot.ports.tools import Tools

PAGE = 20  # rows of a table that are shown at once
SORTED_BY = 8  # columns offered to sort by
NAME = "show_table"
GONE = "I no longer have that answer. Ask again, and I show it anew."


class ShowTable(BaseModel, frozen=True):
    of: str = Field(description="The answer that holds it")
    table: int = Field(0, ge=0)
    first: int = Field(0, ge=0)
    by: str = ""  # the number of a column, with “-” before it the largest first


async def answer(ask: ShowTable, tools: Tools) -> Reply:
    kept = await tools.kept(ask.of)
    if kept is None:
        raise Rejected(GONE)
    tables = [block for block in kept.reply.blocks if isinstance(block, Table)]
    if ask.table >= len(tables):
        raise Rejected(GONE)
    wanted = _turned(tables[ask.table], ask)
    tables[ask.table] = wanted
    return replace(kept.reply, blocks=paged(kept.reply.blocks, ask.of, tables))


def paged(blocks: Sequence[Block], of: str, tables: Sequence[Table] | None = None) -> tuple[Block, ...]:
    """With buttons below each table that is longer than a page; those of before are taken away."""
    given = iter(tables if tables is not None else [block for block in blocks if isinstance(block, Table)])
    drawn: list[Block] = []
    number = 0
    for block in blocks:
        if isinstance(block, Table):
            table = next(given)
            if len(table.rows) > PAGE:
                table = replace(table, most=PAGE)
                drawn += [table, *_controls(table, of, number)]
            else:
                drawn.append(table)
            number += 1
        elif not _is_control(block):
            drawn.append(block)
    return tuple(drawn)


def _turned(table: Table, ask: ShowTable) -> Table:
    column = ask.by.removeprefix("-")
    rows = table.rows
    if column.isascii() and column.isdigit() and int(column) < len(table.columns):
        at = int(column)
        rows = tuple(sorted(rows, key=lambda row: figures.order(row[at]), reverse=ask.by.startswith("-")))
    last = max(0, (len(rows) - 1) // PAGE * PAGE)
    return replace(table, rows=rows, first=min(ask.first // PAGE * PAGE, last), most=PAGE)


def _controls(table: Table, of: str, number: int) -> tuple[Block, ...]:
    here = {"of": of, "table": number}
    turns = []
    if table.first:
        turns.append(Button("Previous", NAME, {**here, "first": max(0, table.first - PAGE)}))
    if table.first + PAGE < len(table.rows):
        turns.append(Button("Next", NAME, {**here, "first": table.first + PAGE}))
    orders = [
        Option(f"{column}, {words}", f"{sign}{at}")
        for at, column in enumerate(table.columns[:SORTED_BY])
        for sign, words in (("-", "descending"), ("", "ascending"))
    ]
    return Buttons(tuple(turns)), Choices("Sort by", tuple(orders), NAME, "by", here)


def _is_control(block: Block) -> bool:
    match block:
        case Buttons(buttons):
            return bool(buttons) and all(button.intent == NAME for button in buttons)
        case Choices(intent=intent):
            return intent == NAME
        case _:
            return False


INTENT = Intent(
    name=NAME,
    help="Another page or order of a table.",
    examples=(),
    asks=ShowTable,
    answer=answer,
    remembered=False,
    in_place=True,
)
