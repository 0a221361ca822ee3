"""Every kind of block as elements of a card."""

from collections.abc import Sequence
from typing import assert_never

from bot.model import plain
from bot.model.reply import (
    Bars,
    Block,
    Buttons,
    Chart,
    Choices,
    Facts,
    Files,
    Form,
    Picture,
    Pie,
    Query,
    Sources,
    Table,
    Text,
)
from handlers.teams import charts, inputs, limits, text
from handlers.teams.actions import button_sets, open_url
from handlers.teams.runs import COLOURS, WORDS, broken, line, link, paragraph, rich, run
from handlers.teams.sheet import Element, Sheet


def draw(block: Block, sheet: Sheet) -> list[Element]:
    match block:
        case Text(parts, listed):
            return paragraph(parts, sheet, listed=listed)
        case Facts():
            return _facts(block, sheet)
        case Table():
            return _table(block, sheet)
        case Chart():
            return charts.chart(block, sheet)
        case Bars():
            return charts.bars(block, sheet)
        case Pie():
            return charts.pie(block, sheet)
        case Query():
            return _query(block, sheet)
        case Files():
            return _files(block, sheet)
        case Picture():
            return _picture(block, sheet)
        case Sources():
            return _sources(block, sheet)
        case Buttons(buttons):
            return button_sets(buttons, sheet)
        case Choices():
            return inputs.choices(block, sheet)
        case Form():
            return inputs.form(block, sheet)
        case _:
            assert_never(block)


def _facts(block: Facts, sheet: Sheet) -> list[Element]:
    """A table without lines: a FactSet would read its values as markdown and knows no colour."""
    rows = []
    for fact in sheet.some(block.rows, limits.FACTS):
        label = line(sheet.fit(fact.label, limits.LABEL), weight="Bolder")
        value = [run(sheet.fit(fact.value, limits.FACT), **({"color": COLOURS[fact.tone]} if _told(fact.tone) else {}))]
        if _told(fact.tone):
            value.append(run(f" · {WORDS[fact.tone].lower()}", isSubtle=True, size="Small"))
        rows.append(_row(label, rich(value)))
    if not rows:
        return []
    look = {"firstRowAsHeaders": False, "showGridLines": False}
    return [{"type": "Table", **look, "columns": [{"width": 1}, {"width": 2}], "rows": rows}]


def _told(tone: str) -> bool:
    return tone != "neutral"


def _table(block: Table, sheet: Sheet) -> list[Element]:
    caption = [line(sheet.fit(block.caption, limits.CAPTION), weight="Bolder")] if block.caption else []
    columns = sheet.some(block.columns, limits.COLUMNS)
    if not columns:
        return caption
    rows = sheet.some(block.shown, limits.ROWS)
    right = [bool(block.rows) and all(not isinstance(row[i], str) for row in block.rows) for i in range(len(columns))]
    head = _row(*(line(sheet.fit(column, limits.CELL), weight="Bolder") for column in columns))
    body = [_row(*(line(sheet.fit(plain.cell(cell), limits.CELL)) for cell in row[: len(columns)])) for row in rows]
    widths = [
        _width([column, *(plain.cell(row[i]) for row in rows if i < len(row))]) for i, column in enumerate(columns)
    ]
    drawn: Element = {
        "type": "Table",
        "firstRowAsHeaders": True,
        "showGridLines": True,
        "columns": [
            {"width": width, **({"horizontalCellContentAlignment": "Right"} if r else {})}
            for width, r in zip(widths, right, strict=True)
        ],
        "rows": [head, *body],
    }
    where = [line(sheet.fit(f"… {block.where}", limits.CAPTION), isSubtle=True, size="Small")] if block.where else []
    whole = [*caption, drawn, *where]
    return _folded(whole, sheet) if block.folded else whole


def _folded(elements: list[Element], sheet: Sheet) -> list[Element]:
    name = sheet.next_fold()
    toggle = {"type": "Action.ToggleVisibility", "title": "Show or hide the table", "targetElements": [name]}
    hidden = {"type": "Container", "id": name, "isVisible": False, "items": elements}
    return [{"type": "ActionSet", "actions": [toggle]}, hidden]


def _width(texts: Sequence[str]) -> int:
    """What says more gets more room: a message of a log beside its time."""
    longest = max(map(len, texts))
    return 1 if longest <= 16 else 2 if longest <= 32 else 3


def _row(*cells: Element) -> Element:
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": [cell]} for cell in cells]}


def _query(block: Query, sheet: Sheet) -> list[Element]:
    about = f"{block.source}, {plain.query_range(block)}"
    mark = sheet.cite(f"{block.source}: {block.text}", f"{plain.query_range(block)}: {block.text}", block.url)
    head = [run(mark + sheet.fit(about, limits.CAPTION), size="Small", isSubtle=True)]
    if block.url and text.web_address(block.url) and len(block.url) <= limits.URL:
        opened = {"selectAction": {"type": "Action.OpenUrl", "url": block.url}}
        head += [run("  "), run("Open the query", size="Small", underline=True, **opened)]
    elif block.url:
        head.append(run(sheet.fit(f" ({block.url})", limits.URL), size="Small"))
    words = run(sheet.fit(block.text, limits.QUERY), fontType="Monospace", size="Small")
    return [rich(head), *broken([words])]


def _files(block: Files, sheet: Sheet) -> list[Element]:
    actions = []
    for file in sheet.some(block.files, limits.FILES):
        name = sheet.fit(file.name, limits.LABEL) or "file"
        actions.append(open_url(f"Download {name}", sheet.attach(file)))
    step = limits.ACTIONS_DRAWN
    return [{"type": "ActionSet", "actions": actions[at : at + step]} for at in range(0, len(actions), step)]


def _picture(block: Picture, sheet: Sheet) -> list[Element]:
    """What it shows stands in words beside it, so a client that cannot fetch it hides nothing."""
    image: Element = {
        "type": "Image",
        "url": sheet.attach(block.file),
        "altText": sheet.fit(block.file.alt, limits.FACT),
    }
    if block.dark:
        image["themedUrls"] = [{"theme": "Dark", "url": sheet.attach(block.dark)}]
    image |= {"size": "Stretch", "msteams": {"allowExpand": True}}
    return [image, line(sheet.fit(block.file.name, limits.LABEL), isSubtle=True, size="Small")]


def _sources(block: Sources, sheet: Sheet) -> list[Element]:
    drawn = []
    for source in sheet.some(block.links, limits.SOURCES):
        mark = sheet.cite(source.text, source.url, source.url)
        drawn.append(rich([run(mark or "• ", isSubtle=True), *link(source, sheet)], spacing="Small"))
    return drawn
