"""Every kind of block as one of the few shapes that a letter is drawn from. Pure.

Mail programs know no buttons that ask us anything, so acts are written out as what one can say in the chat.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never
from urllib.parse import urlsplit

from bot.model import figures, plain
from bot.model.harmless import clean
from bot.model.reply import (
    Bars,
    Block,
    Button,
    Buttons,
    Chart,
    Choices,
    Code,
    Facts,
    File,
    Files,
    Form,
    Link,
    Mention,
    Moment,
    Part,
    Picture,
    Pie,
    Query,
    Reply,
    Sources,
    Strong,
    Table,
    Text,
    Tone,
)

TONES: dict[Tone, str] = {"neutral": "", "good": "Good", "warning": "Warning", "bad": "Problem"}
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\\"<>]")


@dataclass(frozen=True, slots=True)
class Piece:
    """`url` is set where it can be followed; `beside` stands behind it, so that no label can pretend to be another."""

    text: str
    kind: Literal["text", "strong", "code"] = "text"
    url: str = ""
    beside: str = ""


Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    line: Line
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Line, ...]
    caption: str = ""
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    value: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[Row, ...]
    kind: Literal["rows"] = "rows"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    where: str
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Source:
    """A query as it was asked."""

    line: Line
    text: str
    kind: Literal["source"] = "source"


Shape: TypeAlias = Paragraph | Listing | Rows | Grid | Source


def shapes(blocks: Iterable[Block]) -> Iterator[Shape]:
    """Lines of a list that stand together become one list."""
    listed: list[Line] = []
    for block in blocks:
        if isinstance(block, Text) and block.listed:
            listed.append(line(block.parts))
            continue
        yield from _list(listed)
        listed = []
        yield from _shape(block)
    yield from _list(listed)


def acts(buttons: Iterable[Button]) -> tuple[Line, ...]:
    return tuple(_act(button) for button in buttons)


def line(parts: tuple[Part, ...]) -> Line:
    return tuple(_piece(part) for part in parts)


def _shape(block: Block) -> Iterator[Shape]:
    match block:
        case Text(parts):
            yield Paragraph(line(parts))
        case Facts(rows):
            if rows:
                yield Rows(tuple(Row(clean(row.label), _valued(row.value, row.tone), row.tone) for row in rows))
        case Table():
            yield _grid(block)
        case Chart(caption, series):
            lines = [*(f"{plain.told(one)} {one.sparkline()}" for one in series), *plain.around(block)]
            yield _told(caption, lines)
        case Bars(caption):
            yield _told(caption, plain.told_bars(block))
        case Pie(caption):
            yield _told(caption, plain.render(Reply("", (block,))).splitlines()[1 if caption else 0 :])
        case Query(source, _, text, url=url):
            opens = (Piece(" "), _link("Open", url)) if url else ()
            yield Source((Piece(clean(f"{source}, {plain.query_range(block)}")), *opens), clean(text))
        case Files(files):
            yield from _list([(_file(file),) for file in files])
        case Picture(file):
            yield from _list([(_file(file),)])
        case Sources(links):
            yield from _list([(_link(one.text, one.url),) for one in links])
        case Buttons(buttons):
            yield from _list(acts(buttons))
        case Choices() | Form():
            yield Paragraph((Piece(plain.render(Reply("", (block,)))),))
        case _:
            assert_never(block)


def _piece(part: Part) -> Piece:
    match part:
        case Strong(words):
            return Piece(clean(words), "strong")
        case Code(words):
            return Piece(clean(words), "code")
        case Link(label, url):
            return _link(label, url)
        case str() | Mention() | Moment():
            return Piece(clean(plain.part(part)))
        case _:
            assert_never(part)


def _grid(block: Table) -> Grid:
    rows = tuple(tuple(_cell(value) for value in row) for row in block.shown)
    where = f"… {block.where}" if block.where else ""
    return Grid(clean(block.caption), tuple(clean(name) for name in block.columns), rows, where)


def _cell(value: str | float) -> Cell:
    return Cell(clean(plain.cell(value)), right=not isinstance(value, str))


def _told(caption: str, lines: Iterable[str]) -> Listing:
    return Listing(tuple((Piece(clean(one.strip())),) for one in lines), clean(caption))


def _list(items: Iterable[Line]) -> Iterator[Listing]:
    if found := tuple(items):
        yield Listing(found)


def _act(button: Button) -> Line:
    if button.url:
        return (_link(button.label, button.url),)
    command = plain.command(button.intent, button.arguments)
    return (Piece(clean(f"{button.label}: ")), Piece(clean(command), "code"))


def _file(file: File) -> Piece:
    return Piece(clean(f"{file.name} ({figures.measured(len(file.content), 'bytes')}, attached)"))


def _valued(value: str, tone: Tone) -> str:
    return clean(f"{value} ({TONES[tone]})" if TONES[tone] else value)


def _link(label: str, url: str) -> Piece:
    """Only web pages can be followed."""
    beside = f" ({clean(url)})" if label != url else ""
    return Piece(clean(label), url=url if _is_page(url) else "", beside=beside)


def _is_page(url: str) -> bool:
    if _UNSPEAKABLE.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
