"""Paragraphs, lists and code as rich_text: Slack shows its text as it is, so nothing has to be escaped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias, assert_never

from bot.model import figures
from bot.model.message import Account
from bot.model.reply import Code, Link, Mention, Moment, Part, Strong
from handlers.slack import limits
from handlers.slack.text import clean, could_mislead, is_address, pieces, size, split_at

BlockKit: TypeAlias = dict[str, Any]

_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_MOMENT = "{date_short_pretty} {time}"


def paragraph(parts: Iterable[Part]) -> list[BlockKit]:
    """Several lines of code alone are a block of code."""
    parts = tuple(parts)
    match parts:
        case (Code(text),) if "\n" in text:
            return code(text)
    return [_block([_section(elements)]) for elements in _pages(_elements(parts))]


def bullets(lines: Sequence[Iterable[Part]]) -> list[BlockKit]:
    """One list; it goes on in the next block where it is long."""
    blocks: list[BlockKit] = []
    rows: list[BlockKit] = []
    used = 0
    for elements in (page for line in lines for page in _pages(_elements(line))):
        length = sum(map(_length, elements))
        if rows and used + length > limits.RICH_TEXT:
            blocks.append(_block([_list(rows)]))
            rows, used = [], 0
        rows.append(_section(elements))
        used += length
    return [*blocks, _block([_list(rows)])] if rows else blocks


def code(text: str) -> list[BlockKit]:
    return [
        _block([{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": piece}]}])
        for piece in pieces(clean(text), limits.RICH_TEXT)
    ]


def _block(elements: list[BlockKit]) -> BlockKit:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[BlockKit]) -> BlockKit:
    return {"type": "rich_text_section", "elements": elements}


def _list(rows: list[BlockKit]) -> BlockKit:
    return {"type": "rich_text_list", "style": "bullet", "elements": rows}


def _elements(parts: Iterable[Part]) -> Iterator[BlockKit]:
    for part in parts:
        match part:
            case str():
                yield _text(part)
            case Strong(text):
                yield _text(text, bold=True)
            case Code(text):
                yield _text(text, code=True)
            case Link(text, url):
                yield from _link(text, url)
            case Mention(account):
                yield _mention(account)
            case Moment(at):
                written = figures.clock(at)
                yield {"type": "date", "timestamp": int(at.timestamp()), "format": _MOMENT, "fallback": written}
            case _:
                assert_never(part)


def _text(text: str, **style: bool) -> BlockKit:
    return {"type": "text", "text": clean(text), **({"style": style} if style else {})}


def _link(label: str, url: str) -> Iterator[BlockKit]:
    label = clean(label) or clean(url)
    if not is_address(url):
        yield _text(f"{label} ({url})" if label != url else url)
        return
    yield {"type": "link", "url": url, "text": label}
    if could_mislead(label, url):
        yield _text(f" ({url})")


def _mention(account: Account) -> BlockKit:
    if account.platform == "slack" and _USER.fullmatch(account.user):
        return {"type": "user", "user_id": account.user}
    return _text(f"@{account.name or account.user}")


def _pages(elements: Iterable[BlockKit]) -> Iterator[list[BlockKit]]:
    """The same elements in portions that one block may hold; empty ones, which Slack refuses, fall out."""
    page: list[BlockKit] = []
    room = limits.RICH_TEXT
    for element in elements:
        while (length := _length(element)) > room:
            if element["type"] == "text":
                head, rest = split_at(element["text"], room) if room > 1 else ("", element["text"])
                page += [{**element, "text": head}] if head else []
                element = {**element, "text": rest}
            elif length > limits.RICH_TEXT:
                element = _text(str(element.get("text", "")))
                continue
            yield page
            page, room = [], limits.RICH_TEXT
        if length:
            page.append(element)
            room -= length
    if page:
        yield page


def _length(element: BlockKit) -> int:
    shown = element.get("text") or element.get("fallback") or element.get("user_id") or ""
    return size(str(shown))
