"""From Markdown to what a reply shows: plain words, a piece around what was asked for, or the page in blocks."""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.model.reply import Block, Code, Link, Part, Strong, Text
from bot.model.terms import spelt

LONGEST_EXCERPT = 240
READ_FOR_IT = 40_000  # characters of a page that are looked through
MOST_BLOCKS, LONGEST_PAGE = 40, 6000
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)|```\w*|[*_]{2,3}|`|!?\[(?=[^\]]*\]\()", re.MULTILINE)
_LINK = re.compile(r"\]\([^)\s]*\)")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|\[(?P<text>[^\]\n]+)\]\((?P<url>https?://[^)\s]+)\)|\*\*(?P<strong>[^*\n]+)\*\*"
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<text>.*)")


def plain(content: str) -> str:
    """Without its marks, on one line."""
    return " ".join(_LINK.sub("", _MARKS.sub("", content)).split())


def excerpt(content: str, asked: Collection[str]) -> str:
    """Where most of the asked terms stand close together; else how it begins."""
    text = plain(content[:READ_FOR_IT])
    if len(text) <= LONGEST_EXCERPT:
        return text
    places = [(start, term) for start, _, term in spelt(text) if term in asked]
    best, most = 0, 0
    for at, (start, _) in enumerate(places):
        near = {term for place, term in places[at : at + 40] if place - start < LONGEST_EXCERPT - 40}
        if len(near) > most:
            best, most = start, len(near)
    begin = text.rfind(" ", 0, max(0, best - 20)) + 1 if best > 40 else 0
    end = begin + LONGEST_EXCERPT
    cut = text[begin:end].rsplit(" ", 1)[0] if end < len(text) else text[begin:]
    return f"{'… ' if begin else ''}{cut}{' …' if end < len(text) else ''}"


def blocks(content: str, *, literal: bool) -> tuple[Block, ...]:
    """`literal`: alerts had a hand in it, so nothing in it is a link."""
    shown = content[:LONGEST_PAGE]
    drawn = list(_drawn(shown.splitlines(), literal=literal))
    left = len(content) - len(shown)
    if left or len(drawn) > MOST_BLOCKS:
        drawn = [*drawn[:MOST_BLOCKS], Text(("… The whole page is longer than fits here.",))]
    return tuple(drawn)


def _drawn(lines: Sequence[str], *, literal: bool) -> Iterator[Block]:
    gathered: list[str] = []
    code: list[str] | None = None
    for line in [*lines, ""]:
        if line.lstrip().startswith("```"):
            if code:
                yield Text((Code("\n".join(code)),))
            code = [] if code is None else None
            continue
        if code is not None:
            code.append(line)
            continue
        item, heading = _ITEM.fullmatch(line), line.startswith("#")
        if gathered and (item or heading or not line.strip()):
            yield Text(_parts(" ".join(gathered), literal=literal))
            gathered = []
        if heading:
            yield Text((Strong(line.lstrip("# ").rstrip() or "–"),))
        elif item:
            yield Text(_parts(item["text"], literal=literal), listed=True)
        elif line.strip():
            gathered.append(line.strip())
    if code:
        yield Text((Code("\n".join(code)),))


def _parts(text: str, *, literal: bool) -> tuple[Part, ...]:
    if literal:
        return (text or "–",)
    parts: list[Part] = []
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            parts.append(text[at : found.start()])
        if found["code"]:
            parts.append(Code(found["code"]))
        elif found["url"]:
            parts.append(Link(found["text"], found["url"]))
        else:
            parts.append(Strong(found["strong"]))
        at = found.end()
    if text[at:]:
        parts.append(text[at:])
    return tuple(parts) or ("–",)
