"""A Reply as the small card under a link: an older kind of card than in messages, without tables and charts. Pure."""

from collections.abc import Iterator

from bot.model import plain
from bot.model.reply import Block, Chart, Facts, Picture, Query, Reply, Text
from handlers.platform import Drawing, Linker
from handlers.teams import limits
from handlers.teams.cards import CARD_TYPE, SCHEMA
from handlers.teams.runs import broken, line, paragraph, rich, run
from handlers.teams.sheet import Element, Sheet

VERSION = "1.3"  # the newest that Teams draws there
THUMBNAIL = "application/vnd.microsoft.card.thumbnail"


def draw(reply: Reply, link: Linker) -> Drawing:
    sheet = Sheet(link)
    body = [
        *([line(sheet.fit(reply.title, limits.TITLE), size="Large", weight="Bolder")] if reply.title else []),
        *broken([run(sheet.fit(reply.summary, limits.SUMMARY) or "—", weight="Bolder")]),
        *(element for block in reply.blocks for element in _block(block, sheet)),
        *([line(sheet.fit(reply.footer, limits.FOOTER), size="Small", isSubtle=True)] if reply.footer else []),
    ]
    card = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": body}
    short = {
        "title": sheet.fit(reply.title or reply.summary, limits.LABEL),
        "text": sheet.fit(reply.summary, limits.NOTIFIED),
    }
    shown = {"contentType": CARD_TYPE, "content": card, "preview": {"contentType": THUMBNAIL, "content": short}}
    return Drawing(shown, tuple(sheet.files))


def _block(block: Block, sheet: Sheet) -> Iterator[Element]:
    match block:
        case Text(parts):
            yield from paragraph(parts, sheet, listed=block.listed)
        case Facts(rows):
            for row in sheet.some(rows, limits.FACTS):
                label = run(f"{sheet.fit(row.label, limits.LABEL)}: ", weight="Bolder")
                yield rich([label, run(sheet.fit(row.value, limits.FACT) or "–")])
        case Chart(series=series):
            for one in series:
                yield line(one.sparkline() or "–", fontType="Monospace")
                yield line(sheet.fit(plain.told(one), limits.FACT), size="Small")
        case Picture(file):
            yield {"type": "Image", "url": sheet.attach(file), "altText": sheet.fit(file.alt, limits.FACT)}
        case Query():
            yield line(sheet.fit(f"{block.source}, {plain.query_range(block)}", limits.FACT), isSubtle=True)
            yield from broken([run(sheet.fit(block.text, limits.PARAGRAPH), fontType="Monospace")])
        case _:
            pass  # no answer under a link has more
