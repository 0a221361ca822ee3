"""A reply as plain text: the terminal's look, the mail's second half, and the whole that is attached when a
platform's limits cut an answer. It leaves nothing out, so it is also what the other looks are compared with."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from bot.model import figures
from bot.model.harmless import clean
from bot.model.reply import (
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
    rows = [block.columns, *(tuple(cell(value) for value in row) for row in block.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(block.columns))]
    numeric = [all(not isinstance(row[i], str) for row in block.rows) for i in range(len(block.columns))]
    drawn = [
        "  ".join(
            text.rjust(w) if n else text.ljust(w) for text, w, n in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
    return [*([block.caption] if block.caption else []), drawn[0], *drawn[1:]]


def told(series: Series) -> str:
    """What a chart shows, in words: first, last, least, most and change."""
    values = [point.value for point in series.points if point.value == point.value]
    if not values:
        return f"{series.name}: no data"
    write = [figures.measured(value, series.unit) for value in (values[0], values[-1], min(values), max(values))]
    return (
        f"{series.name}: {write[0]} → {write[1]} ({figures.change(values[-1], values[0])}), "
        f"least {write[2]}, most {write[3]}"
    )


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
