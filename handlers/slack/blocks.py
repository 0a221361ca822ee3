"""A Reply as a Slack message. Pure: no network, no clock, no settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from bot.model import figures, plain
from bot.model.reply import (
    Bars,
    Block,
    Buttons,
    Chart,
    Choices,
    Fact,
    Facts,
    File,
    Files,
    Form,
    Link,
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
    attached,
)
from handlers.platform import Drawing, Linker
from handlers.slack import charts, limits, rich, tables
from handlers.slack.controls import Controls, words
from handlers.slack.fit import fit, within
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, is_tame, shorten, shorten_mrkdwn, size

TONES: dict[Tone, str] = {"neutral": "", "good": "✅ Good", "warning": "⚠️ Warning", "bad": "🔴 Problem"}
BY_MODEL = "✨ Written with AI. The figures come from queries; check what matters."


@dataclass(frozen=True, slots=True)
class Look:
    """What the place and the moment allow. The blocks of 2026 have not reached every workspace."""

    newest: bool = True  # charts, feedback buttons
    tables: bool = True
    pictures: bool = False  # shown from an address of ours
    uploads: bool = True  # files can be attached; else they are linked to
    most_blocks: int = limits.MESSAGE_BLOCKS


MESSAGE = Look()
WITHOUT_NEWEST = Look(newest=False)
PREVIEW = Look(newest=False, tables=False, uploads=False, pictures=True)
PREVIEW_IN_WORDS = Look(newest=False, tables=False, uploads=False)
HOME = Look(newest=False, tables=False, uploads=False, most_blocks=limits.VIEW_BLOCKS)


def render(reply: Reply, link: Linker) -> Drawing:
    return draw(reply, link, MESSAGE)


def draw(reply: Reply, link: Linker, look: Look) -> Drawing:
    sheet = Sheet(look, link)
    body = [*sheet.head(reply), *sheet.blocks(reply.blocks)]
    blocks, cut = fit(body, sheet.tail(reply), look.most_blocks)
    files = attached(reply)
    if cut or sheet.cut or sheet.controls.cut:
        whole = whole_answer(reply)
        blocks += rich.paragraph(sheet.where(whole))
        files = (*files, whole)
    return Drawing({"text": notification(reply), "blocks": blocks}, files)


def bare(reply: Reply) -> Drawing:
    """The last resort, where Slack refuses the blocks: a sentence, and the whole as a file."""
    note = f"\n… the whole answer is in {limits.ANSWER_FILE}"
    return Drawing({"text": notification(reply, limits.MESSAGE_TEXT - len(note)) + note}, (whole_answer(reply),))


def whole_answer(reply: Reply) -> File:
    return File(limits.ANSWER_FILE, "text/plain", clean(plain.render(reply)).encode())


def notification(reply: Reply, most: int = limits.MESSAGE_TEXT) -> str:
    """What a phone, a screen reader and an old client show."""
    tone = TONES[reply.tone]
    said = reply.summary or reply.title or "…"
    return shorten_mrkdwn(f"{tone.partition(' ')[0]} {said}" if tone else said, most)


@dataclass(slots=True)
class Sheet:
    """One message on its way; `cut` once a block of it does not show everything."""

    look: Look
    link: Linker
    cut: bool = False
    controls: Controls = field(default_factory=Controls)
    _charts: int = 0
    _tables: int = 0

    def head(self, reply: Reply) -> list[BlockKit]:
        title = clean(reply.title).strip()
        if not title:
            drawn = []
        elif size(title) <= limits.HEADER_TEXT and "\n" not in title:
            drawn = [{"type": "header", "text": words(title, limits.HEADER_TEXT)}]
        else:
            drawn = rich.paragraph([Strong(title)])
        tone: list[Part] = [Strong(TONES[reply.tone]), " · "] if TONES[reply.tone] else []
        return [*drawn, *rich.paragraph([*tone, reply.summary])]

    def blocks(self, blocks: Sequence[Block]) -> list[BlockKit]:
        self.cut = self.cut or any(size(url) > limits.BUTTON_URL for block in blocks for url in _addresses(block))
        drawn: list[BlockKit] = []
        lines: list[tuple[Part, ...]] = []
        for block in blocks:
            if isinstance(block, Text) and block.listed:
                lines.append(block.parts)
                continue
            drawn += rich.bullets(lines)
            lines = []
            drawn += self.block(block)
        return [*drawn, *rich.bullets(lines)]

    def block(self, block: Block) -> list[BlockKit]:
        match block:
            case Text(parts):
                return rich.paragraph(parts)
            case Facts(rows):
                return _facts(rows)
            case Table():
                return self._table(block)
            case Chart():
                return self._chart(block)
            case Bars():
                return self._bars(block)
            case Pie():
                return self._pie(block)
            case Query():
                return _query(block)
            case Files(files):
                return rich.bullets([self._named(file) for file in files])
            case Picture(file) if self.look.pictures:
                alt = shorten(clean(file.alt), limits.IMAGE_ALT) or file.name
                return [{"type": "image", "image_url": self.link(file), "alt_text": alt}]
            case Picture(file):
                return rich.bullets([self._named(file)])
            case Sources(links):
                return [*rich.paragraph([Strong("Sources")]), *rich.bullets([(one,) for one in links])] if links else []
            case Buttons(buttons):
                return self.controls.buttons(buttons)
            case Choices():
                return self.controls.choices(block)
            case Form():
                return self.controls.form(block)
            case _:
                assert_never(block)

    def tail(self, reply: Reply) -> list[BlockKit]:
        buttons = self.controls.buttons(reply.buttons)
        kept = within(buttons, limits.TAIL_BLOCKS, limits.TAIL_TEXT)
        footer = shorten(clean(reply.footer), limits.CONTEXT_TEXT)
        self.cut = self.cut or len(kept) < len(buttons) or footer != clean(reply.footer)
        small = [BY_MODEL] if reply.by_model else []
        small += [footer] if footer.strip() else []
        context = (
            [{"type": "context", "elements": [words(line, limits.CONTEXT_TEXT) for line in small]}] if small else []
        )
        rating = self.controls.rating(native=self.look.newest) if reply.rateable else []
        return [*kept, *context, *rating]

    def where(self, whole: File) -> list[Part]:
        if self.look.uploads:
            return [f"… the whole answer is in {limits.ANSWER_FILE}"]
        return ["… the whole answer is in ", Link(limits.ANSWER_FILE, self.link(whole))]

    def _table(self, table: Table) -> list[BlockKit]:
        self._tables += 1
        if self.look.tables and self._tables <= limits.TABLES:
            drawn = tables.native(table)
            self.cut = self.cut or drawn.cut
            return drawn.blocks
        return tables.preformatted(table).blocks

    def _chart(self, chart: Chart) -> list[BlockKit]:
        drawn = charts.native(chart) if self._may_chart() else None
        note = charts.left_out(chart) if drawn else ""
        return self._charted(chart.caption, drawn, charts.told(chart), note)

    def _bars(self, bars: Bars) -> list[BlockKit]:
        drawn = charts.native_bars(bars) if self._may_chart() else None
        note = charts.left_out_bars(bars) if drawn else ""
        return self._charted(bars.caption, drawn, plain.told_bars(bars), note)

    def _pie(self, pie: Pie) -> list[BlockKit]:
        drawn = charts.native_pie(pie) if self._may_chart() else None
        return self._charted(pie.caption, drawn, charts.told_pie(pie), "")

    def _may_chart(self) -> bool:
        return self.look.newest and self._charts < limits.CHARTS

    def _charted(self, caption: str, drawn: BlockKit | None, told: Sequence[str], note: str) -> list[BlockKit]:
        if drawn:
            self._charts += 1
        shown = drawn is not None and drawn["title"] == caption
        above = rich.paragraph([Strong(caption)]) if caption and not shown else []
        lines: list[tuple[Part, ...]] = [(line,) for line in [*told, *([note] if note else [])]]
        return [*above, *([drawn] if drawn else []), *rich.bullets(lines)]

    def _named(self, file: File) -> tuple[Part, ...]:
        kind = f" ({figures.measured(len(file.content), 'bytes')})"
        return ("📎 ", file.name, kind) if self.look.uploads else ("📎 ", Link(file.name, self.link(file)), kind)


def _addresses(block: Block) -> list[str]:
    """Where it leads to. One that is too long for a link is torn when it is written out."""
    match block:
        case Text(parts):
            return [part.url for part in parts if isinstance(part, Link)]
        case Sources(links):
            return [one.url for one in links]
        case Query(url=url):
            return [url]
        case _:
            return []


def _facts(rows: Sequence[Fact]) -> list[BlockKit]:
    """Short ones side by side; a long one in a line of its own."""
    fields = [_fact(row) for row in rows]
    blocks: list[BlockKit] = []
    for row, drawn in zip(rows, fields, strict=True):
        if drawn is None:
            blocks += rich.paragraph([Strong(row.label), ": ", _valued(row)])
        elif blocks and "fields" in blocks[-1] and len(blocks[-1]["fields"]) < limits.SECTION_FIELDS:
            blocks[-1]["fields"].append(drawn)
        else:
            blocks.append({"type": "section", "fields": [drawn]})
    return blocks


def _fact(row: Fact) -> BlockKit | None:
    label, value = clean(row.label).strip(), clean(_valued(row)).strip()
    if is_tame(label) and is_tame(value.replace("\n", " ")):
        text, kind = f"*{label}*\n{value}", "mrkdwn"
    else:
        text, kind = f"{label}\n{value}".strip() or "–", "plain_text"
    if size(text) > limits.FIELD_TEXT:
        return None
    return {"type": kind, "text": text} if kind == "mrkdwn" else words(text, limits.FIELD_TEXT)


def _valued(row: Fact) -> str:
    return f"{row.value} {TONES[row.tone]}" if TONES[row.tone] else row.value


def _query(query: Query) -> list[BlockKit]:
    about: list[Part] = [Strong(query.source), f", {plain.query_range(query)}"]
    if query.url:
        about += [" · ", Link("Open", query.url)]
    return [*rich.paragraph(about), *rich.code(query.text)]
