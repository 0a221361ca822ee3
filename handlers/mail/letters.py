"""A Reply as a letter: a subject, plain text, and the same as HTML. Pure; everything is escaped, nothing is left out.

Mail programs know no buttons that ask us anything, so acts are written out as what one can say in the chat.
"""

import html
import re
from collections.abc import Iterable
from typing import assert_never
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
from handlers.platform import Drawing, Linker

LONGEST_SUBJECT = 200
TONES: dict[Tone, str] = {"neutral": "", "good": "Good", "warning": "Warning", "bad": "Problem"}
BY_MODEL = "Written with AI. The figures come from queries; check what matters."
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\\"<>]")


def render(reply: Reply, link: Linker) -> Drawing:  # noqa: ARG001 - files are attached, so nothing is linked to
    files = tuple(file for block in reply.blocks for file in _attached(block))
    return Drawing({"subject": subject(reply), "text": _text(reply), "html": page(reply)}, files)


def subject(reply: Reply) -> str:
    """One line, whatever was written."""
    tone = TONES[reply.tone]
    words = " ".join(clean(f"{tone}: {reply.summary}" if tone else reply.summary or reply.title).split())
    return words if len(words) <= LONGEST_SUBJECT else f"{words[: LONGEST_SUBJECT - 1].rstrip()}…"


def page(reply: Reply) -> str:
    tone = f"<strong>{TONES[reply.tone]}</strong> · " if TONES[reply.tone] else ""
    inner = [
        f"<h2>{_words(reply.title)}</h2>" if reply.title else "",
        f'<p dir="auto">{tone}{_words(reply.summary)}</p>',
        *_blocks(reply.blocks),
        _acts(reply.buttons),
        _small(BY_MODEL) if reply.by_model else "",
        _small(reply.footer) if reply.footer else "",
    ]
    return f'<div style="font-family:sans-serif;max-width:42em">{"".join(inner)}</div>'


def _text(reply: Reply) -> str:
    tone, by_model = TONES[reply.tone], f"\n\n{BY_MODEL}" if reply.by_model else ""
    return f"{tone}. {plain.render(reply)}{by_model}" if tone else f"{plain.render(reply)}{by_model}"


def _blocks(blocks: Iterable[Block]) -> list[str]:
    """Lines of a list that stand together become one list."""
    drawn: list[str] = []
    listed: list[str] = []
    for block in blocks:
        if isinstance(block, Text) and block.listed:
            listed.append(_line(block.parts))
            continue
        drawn += [_list(listed), _block(block)]
        listed = []
    return [*drawn, _list(listed)]


def _block(block: Block) -> str:
    match block:
        case Text(parts):
            return f'<p dir="auto">{_line(parts)}</p>'
        case Facts(rows):
            return _rows((f"<b>{_words(row.label)}</b>", _valued(row.value, row.tone)) for row in rows)
        case Table():
            return _table(block)
        case Chart(caption, series):
            return _told(caption, [*(f"{plain.told(one)} {one.sparkline()}" for one in series), *plain.around(block)])
        case Bars(caption):
            return _told(caption, plain.told_bars(block))
        case Pie(caption):
            return _told(caption, plain.render(Reply("", (block,))).splitlines()[1 if caption else 0 :])
        case Query(source, _, text, url=url):
            opens = f" {_link('Open', url)}" if url else ""
            return f"<p>{_words(f'{source}, {plain.query_range(block)}')}{opens}</p><pre>{_words(text)}</pre>"
        case Files(files):
            return _list(_file(file) for file in files)
        case Picture(file):
            return _list([_file(file)])
        case Sources(links):
            return _list(_link(one.text, one.url) for one in links)
        case Buttons(buttons):
            return _acts(buttons)
        case Choices() | Form():
            return f"<p>{'<br>'.join(_words(line) for line in plain.render(Reply('', (block,))).splitlines())}</p>"
        case _:
            assert_never(block)


def _attached(block: Block) -> tuple[File, ...]:
    match block:
        case Files(files):
            return files
        case Picture(file):
            return (file,)
        case _:
            return ()


def _line(parts: tuple[Part, ...]) -> str:
    return "".join(_part(piece) for piece in parts)


def _part(piece: Part) -> str:
    match piece:
        case Strong(words):
            return f"<strong>{_words(words)}</strong>"
        case Code(words):
            return f"<code>{_words(words)}</code>"
        case Link(label, url):
            return _link(label, url)
        case str() | Mention() | Moment():
            return _words(plain.part(piece))
        case _:
            assert_never(piece)


def _table(block: Table) -> str:
    caption = f"<caption>{_words(block.caption)}</caption>" if block.caption else ""
    heads = "".join(f'<th align="left">{_words(name)}</th>' for name in block.columns)
    cells = ("".join(_cell(value) for value in row) for row in block.shown)
    rows = "".join(f"<tr>{row}</tr>" for row in cells)
    where = _small(f"… {block.where}") if block.where else ""
    return f'<table cellpadding="4">{caption}<tr>{heads}</tr>{rows}</table>{where}'


def _cell(value: str | float) -> str:
    align = "left" if isinstance(value, str) else "right"
    return f'<td align="{align}" valign="top">{_words(plain.cell(value))}</td>'


def _told(caption: str, lines: Iterable[str]) -> str:
    return f"<p><b>{_words(caption)}</b></p>{_list(_words(line.strip()) for line in lines)}"


def _acts(buttons: Iterable[Button]) -> str:
    return _list(_act(button) for button in buttons)


def _act(button: Button) -> str:
    if button.url:
        return _link(button.label, button.url)
    return f"{_words(button.label)}: <code>{_words(plain.command(button.intent, button.arguments))}</code>"


def _file(file: File) -> str:
    return _words(f"{file.name} ({figures.measured(len(file.content), 'bytes')}, attached)")


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    drawn = "".join(f'<tr><td valign="top">{name}</td><td>{value}</td></tr>' for name, value in rows)
    return f'<table cellpadding="4">{drawn}</table>' if drawn else ""


def _valued(value: str, tone: Tone) -> str:
    return _words(f"{value} ({TONES[tone]})" if TONES[tone] else value)


def _list(items: Iterable[str]) -> str:
    drawn = "".join(f'<li dir="auto">{item}</li>' for item in items)
    return f"<ul>{drawn}</ul>" if drawn else ""


def _small(words: str) -> str:
    return f'<p dir="auto"><small>{_words(words)}</small></p>'


def _link(label: str, url: str) -> str:
    """The address stands beside it, so that no label can pretend to be another; only web pages can be followed."""
    target = f'<a href="{html.escape(url)}">{_words(label)}</a>' if _is_page(url) else _words(label)
    return f"{target} ({_words(url)})" if label != url else target


def _is_page(url: str) -> bool:
    if _UNSPEAKABLE.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _words(text: str) -> str:
    return html.escape(clean(text)).replace("\n", "<br>")
