"""Parts of a line as text of a card."""

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from bot.model import plain
from bot.model.reply import Code, Link, Mention, Moment, Part, Strong, Tone
from handlers.teams import limits, text
from handlers.teams.sheet import Element, Sheet

COLOURS: dict[Tone, str] = {"good": "Good", "warning": "Warning", "bad": "Attention"}
WORDS: dict[Tone, str] = {"good": "Good", "warning": "Warning", "bad": "Problem"}


def run(words: str, **style: Any) -> Element:
    return {"type": "TextRun", "text": words, **style}


def rich(inlines: Sequence[Element], **layout: Any) -> Element:
    return {"type": "RichTextBlock", "inlines": list(inlines), **layout}


def line(words: str, **style: Any) -> Element:
    """Literal text that `Sheet.fit` or our own code has written."""
    return rich([run(words, **style)])


def paragraph(parts: Sequence[Part], sheet: Sheet, *, listed: bool = False) -> list[Element]:
    """Only lines that mention someone are markdown: Teams knows mentions in a TextBlock alone."""
    parts = _within(parts, limits.PARAGRAPH, sheet)
    if any(isinstance(part, Mention) and _is_known(part) for part in parts):
        bullet = "• " if listed else ""
        return [{"type": "TextBlock", "wrap": True, "text": bullet + "".join(_markdown(p, sheet) for p in parts)}]
    runs = [run("• ")] if listed else []
    runs += [piece for part in parts for piece in _runs(part, sheet)]
    return list(broken(runs))


def broken(runs: Sequence[Element]) -> Iterator[Element]:
    """One block a line: clients disagree on what a line feed in a run means. An empty line is a gap between two."""
    lines: list[list[Element]] = [[]]
    for piece in runs:
        head, *rest = str(piece["text"]).split("\n")
        lines[-1].append({**piece, "text": head})
        lines += [[{**piece, "text": words}] for words in rest]
    after_a_gap = True
    for pieces in lines:
        said = [piece for piece in pieces if piece["text"]]  # Teams refuses a run without text
        if said:
            yield rich(said) if after_a_gap else rich(said, spacing="None")
        after_a_gap = not said


def link(target: Link, sheet: Sheet) -> list[Element]:
    if not _opens(target.url, sheet):
        return [run(sheet.fit(plain.part(target), limits.PARAGRAPH))]
    words = sheet.fit(target.text or target.url, limits.PARAGRAPH)
    opened = run(words, underline=True, selectAction={"type": "Action.OpenUrl", "url": target.url})
    if text.needs_address(target):
        return [opened, run(sheet.fit(f" ({target.url})", limits.URL))]
    return [opened]


def _opens(url: str, sheet: Sheet) -> bool:
    if len(url) > limits.URL:
        sheet.shortened = True
        return False
    return text.web_address(url)


def _runs(part: Part, sheet: Sheet) -> list[Element]:
    match part:
        case str():
            return [run(text.literal(part))]
        case Strong(words):
            return [run(text.literal(words), weight="Bolder")]
        case Code(words):
            return [run(text.literal(words), fontType="Monospace")]
        case Link():
            return link(part, sheet)
        case Mention():
            return [run(text.literal(plain.part(part)), weight="Bolder")]
        case Moment(at):
            return [run(text.moment(at))]
        case _:
            assert_never(part)


def _markdown(part: Part, sheet: Sheet) -> str:
    match part:
        case str():
            return text.escaped(part)
        case Strong(words):
            return f"**{text.escaped(words)}**" if words.strip() == words and words else text.escaped(words)
        case Code(words):
            return text.escaped(words)
        case Link(words, url):
            if not _opens(url, sheet):
                return text.escaped(plain.part(part))
            beside = f" ({text.escaped(url)})" if text.needs_address(part) else ""
            return f"[{text.escaped(words or url)}]({url.replace('(', '%28').replace(')', '%29')}){beside}"
        case Mention(account):
            if not _is_known(part):
                return text.escaped(plain.part(part))
            name = text.visible(account.name or account.user).replace("<", "").replace(">", "")
            tag = f"<at>{name}</at>"
            sheet.mentions[tag] = {"type": "mention", "text": tag, "mentioned": {"id": account.user, "name": name}}
            return tag
        case Moment(at):
            return text.moment(at)
        case _:
            assert_never(part)


def _is_known(mention: Mention) -> bool:
    return mention.account.platform == "teams"


def _within(parts: Sequence[Part], limit: int, sheet: Sheet) -> list[Part]:
    """As many parts as fit, the last one cut."""
    room, kept = max(1, int(limit * sheet.scale)), list[Part]()
    for part in parts:
        length = len(plain.part(part))
        if length > room:
            sheet.shortened = True
            kept += _cut(part, room)
            break
        room -= length
        kept.append(part)
    return kept


def _cut(part: Part, room: int) -> list[Part]:
    match part:
        case str():
            return [text.clipped(part, room)] if room else ["…"]
        case Strong(words):
            return [Strong(text.clipped(words, room))] if room else ["…"]
        case Code(words):
            return [Code(text.clipped(words, room))] if room else ["…"]
        case _:
            return ["…"]
