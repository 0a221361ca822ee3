"""A reply as plain text: the terminal's look, the mail's second half, and the whole that is attached when a
platform's limits cut an answer. It leaves nothing out, so it is also what the other looks are compared with."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, assert_never

from bot.model import drawing, figures
from bot.model.chart import Band
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
)
from bot.model.series import Series


def render(reply: Reply) -> str:
    sections = [reply.title, reply.summary, *("\n".join(_block(block)) for block in reply.blocks)]
    sections += ["\n".join(_button(button) for button in reply.buttons), reply.footer]
    return clean("\n\n".join(section for section in sections if section))


def part(piece: Part) -> str:
    match piece:
        case str():
            return piece
        case Strong(text) | Code(text):
            return text
        case Link(text, url):
            return f"{text} ({url})" if text != url else url
        case Mention(account):
            return f"@{account.name or account.user}"
        case Moment(at):
            return figures.clock(at)
        case _:
            assert_never(piece)


def line(parts: tuple[Part, ...]) -> str:
    return "".join(part(piece) for piece in parts)


def cell(value: str | float) -> str:
    return value if isinstance(value, str) else figures.plain(value)


def table(block: Table) -> list[str]:
    rows = [block.columns, *(tuple(cell(value) for value in row) for row in block.shown)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(block.columns))]
    numeric = [all(not isinstance(row[i], str) for row in block.rows) for i in range(len(block.columns))]
    drawn = [
        "  ".join(
            text.rjust(w) if n else text.ljust(w) for text, w, n in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    where = [f"… {block.where}"] if block.where else []
    return [*([block.caption] if block.caption else []), drawn[0], *drawn[1:], *where]


def told(series: Series) -> str:
    """What a chart shows, in words: first, last, least, most and change; of a sum, what was added."""
    values = series.known
    if not values:
        return f"{series.name}: no data"
    write = partial(figures.measured, unit=series.unit)
    first, last = values[0], values[-1]
    course = f"{series.name}: {write(first)} → {write(last)}"
    if series.cumulative:
        return f"{course}, {write(last - first)} added"
    return f"{course} ({figures.change(last, first)}), least {write(min(values))}, most {write(max(values))}"


def around(chart: Chart) -> list[str]:
    """What stands around the lines of a chart, in words, and what it leaves out."""

    def clock(at: datetime) -> str:
        return figures.clock(at.astimezone(drawing.where(chart.zone)))

    unit = chart.series[0].unit if chart.series else ""
    levels = [f"{one.label}: {figures.measured(one.value, unit)}" for one in chart.thresholds]
    bands = [_band(one, unit, clock) for one in chart.bands]
    marks = [f"{one.about} at {clock(one.at)}: {one.label}" for one in chart.marks]
    more = [f"{chart.more} more series {'is' if chart.more == 1 else 'are'} not drawn."] if chart.more else []
    return [*levels, *bands, *marks, *more]


def _band(band: Band, unit: str, clock: Callable[[datetime], str]) -> str:
    sides = [
        f"from {clock(band.start)}" if band.start else "",
        f"to {clock(band.end)}" if band.end else "",
        f"at least {figures.measured(band.low, unit)}" if band.low is not None else "",
        f"at most {figures.measured(band.high, unit)}" if band.high is not None else "",
    ]
    return f"{'breach' if band.breach else 'usual'}, {band.label}: {' '.join(side for side in sides if side)}"


def told_bars(bars: Bars) -> list[str]:
    """Every category with the value of each group."""
    alone = len(bars.groups) == 1
    told = []
    for index, category in enumerate(bars.categories):
        values = [(group.name, group.values[index]) for group in bars.groups if index < len(group.values)]
        parts = [
            figures.measured(value, bars.unit) if alone else f"{name} {figures.measured(value, bars.unit)}"
            for name, value in values
        ]
        told.append(f"{category}: {', '.join(parts)}")
    return told


def query_range(query: Query) -> str:
    if query.step is None:
        return f"at {figures.clock(query.end)}"
    return f"{figures.clock(query.start)} to {figures.clock(query.end)}, every {figures.span(query.step)}"


def command(intent: str, arguments: Mapping[str, Any]) -> str:
    """An act as a person could type it."""
    words = [f"{name}={json.dumps(value, default=str)}" for name, value in arguments.items()]
    return " ".join([intent.replace("_", "-"), *words])


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text(parts, listed):
            yield f"• {line(parts)}" if listed else line(parts)
        case Facts(rows):
            yield from (f"{row.label}: {row.value}" for row in rows)
        case Table():
            yield from table(block)
        case Chart(caption, series):
            yield caption
            yield from (f"  {told(one)}  {one.sparkline()}".rstrip() for one in series)
            yield from (f"  {words}" for words in around(block))
        case Bars(caption):
            yield caption
            yield from (f"  {words}" for words in told_bars(block))
        case Pie(caption, shares, unit):
            total = sum(share.value for share in shares)
            yield caption
            for share in shares:
                of_all = f" ({figures.plain(share.value / total * 100)} %)" if total else ""
                yield f"  {share.name}: {figures.measured(share.value, unit)}{of_all}"
        case Query(source, _, text, url=url):
            yield f"{source}, {query_range(block)}: {text}" + (f" ({url})" if url else "")
        case Files(files):
            yield from (f"File: {file.name}" for file in files)
        case Picture(file):
            yield f"Picture: {file.name}"
        case Sources(links):
            yield from (part(link) for link in links)
        case Buttons(buttons):
            yield from (_button(button) for button in buttons)
        case Choices(label, options, intent, argument, arguments):
            yield f"{label}:"
            yield from (f"  [{o.label}] {command(intent, {**arguments, argument: o.value})}" for o in options)
        case Form():
            yield from _form(block)
        case _:
            assert_never(block)


def _form(form: Form) -> Iterator[str]:
    yield f"{form.title}: {command(form.intent, form.arguments)}"
    for field in form.fields:
        given = f" = {field.value}" if field.value else ""
        among = f" (one of {', '.join(option.label for option in field.options)})" if field.options else ""
        hint = f" - {field.hint}" if field.hint else ""
        yield f"  {field.label}{given}{among}{hint}"
    yield f"  [{form.submit}]"


def _button(button: Button) -> str:
    if button.url:
        return f"[{button.label}] {button.url}"
    return f"[{button.label}] {command(button.intent, button.arguments)}"
