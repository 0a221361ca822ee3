"""Tables: Slack's own where one may stand, else columns in a fixed pitch."""

from dataclasses import dataclass

from bot.model import plain
from bot.model.reply import Strong, Table
from handlers.slack import limits, rich
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, shorten, size

_EMPTY = "–"  # Slack refuses a cell without text


@dataclass(frozen=True, slots=True)
class Drawn:
    blocks: list[BlockKit]
    cut: bool = False


def native(table: Table) -> Drawn:
    """As much of it as Slack's table takes, and a line that says what is not shown."""
    columns = table.columns[: limits.TABLE_COLUMNS]
    if not columns:
        return Drawn(_caption(table))
    rows: list[list[str]] = []
    cut_cells = False
    room = limits.TABLE_SHARE
    for row in (columns, *table.shown[: limits.TABLE_ROWS - 1]):
        written = [clean(plain.cell(cell)).strip() or _EMPTY for cell in row[: limits.TABLE_COLUMNS]]
        cells = [shorten(cell, limits.CELL_TEXT) for cell in written]
        room -= sum(map(size, cells))
        if room < 0 and rows:
            break
        cut_cells = cut_cells or cells != written
        rows.append(cells)
    missing = _missing(table, len(rows) - 1)
    where = [f"… {table.where}"] if table.where else []
    settings = [_setting(table, index) for index in range(len(columns))]
    block = {
        "type": "table",
        "column_settings": settings,
        "rows": [[{"type": "raw_text", "text": cell} for cell in row] for row in rows],
    }
    notes = [rich.paragraph([note]) for note in (*where, *([f"… {missing}"] if missing else []))]
    return Drawn([*_caption(table), block, *(one for note in notes for one in note)], cut=bool(missing) or cut_cells)


def preformatted(table: Table) -> Drawn:
    lines = plain.table(table)[bool(table.caption) :]
    return Drawn([*_caption(table), *rich.code("\n".join(lines))])


def _caption(table: Table) -> list[BlockKit]:
    return rich.paragraph([Strong(table.caption)]) if table.caption else []


def _missing(table: Table, shown: int) -> str:
    rows, columns = len(table.shown) - shown, len(table.columns) - limits.TABLE_COLUMNS
    parts = [f"{rows} more rows" if rows > 0 else "", f"{columns} more columns" if columns > 0 else ""]
    return " and ".join(part for part in parts if part)


def _setting(table: Table, index: int) -> BlockKit:
    numeric = bool(table.rows) and all(not isinstance(row[index], str) for row in table.rows)
    return {"align": "right"} if numeric else {"align": "left", "is_wrapped": True}
