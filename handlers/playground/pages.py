"""A Reply as HTML: complete, escaped, and without a limit, so nothing in it is ever cut. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from bot.model import figures, plain
from bot.model.reply import (
    Bars,
    Block,
    Button,
    Buttons,
    Chart,
    Choices,
    Code,
    Facts,
    Field,
    File,
    Files,
    Form,
    Link,
    Mention,
    Moment,
    Option,
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
from handlers.platform import Drawing, Linker
from handlers.playground import charts
from handlers.playground.markup import address, attributes, link, text

_SAYS_YES = frozenset({"true", "yes", "on", "1"})


def render(reply: Reply, link: Linker) -> Drawing:
    return Drawing({"html": page(reply, link)})


def page(reply: Reply, linker: Linker) -> str:
    title = f'<h2 class="reply-title" dir="auto">{text(reply.title)}</h2>' if reply.title else ""
    inner = [
        title,
        f'<p class="reply-summary" dir="auto">{text(reply.summary)}</p>',
        *_blocks(reply.blocks, linker),
        _row(reply.buttons),
        '<p class="reply-label">Written with the help of a model</p>' if reply.by_model else "",
        f'<p class="reply-footer" dir="auto">{text(reply.footer)}</p>' if reply.footer else "",
        _RATING if reply.rateable else "",
    ]
    return f'<article class="reply" data-tone="{reply.tone}">{"".join(inner)}</article>'


_RATING = (
    '<p class="reply-rating">Was this useful? '
    '<button type="button" class="quiet" data-feedback="positive">Yes</button> '
    '<button type="button" class="quiet" data-feedback="negative">No</button></p>'
)


def _blocks(blocks: Iterable[Block], linker: Linker) -> list[str]:
    """One after the other; lines of a list that stand together become one list."""
    drawn: list[str] = []
    listed: list[str] = []
    for block in blocks:
        if isinstance(block, Text) and block.listed:
            listed.append(f'<li dir="auto">{_line(block.parts)}</li>')
            continue
        drawn += [_list(listed), _block(block, linker)]
        listed = []
    return [*drawn, _list(listed)]


def _list(items: list[str]) -> str:
    return f'<ul class="reply-list">{"".join(items)}</ul>' if items else ""


def _block(block: Block, linker: Linker) -> str:
    match block:
        case Text(parts):
            return f'<p dir="auto">{_line(parts)}</p>'
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Chart():
            return _chart(block)
        case Bars():
            return _bars(block)
        case Pie():
            return _pie(block)
        case Query():
            return _query(block)
        case Files(files):
            return f'<ul class="reply-files">{"".join(_file(file, linker) for file in files)}</ul>'
        case Picture(file):
            shown = f'<p class="about" dir="auto">{text(file.alt)}</p>' if file.alt else ""
            return f'<ul class="reply-files">{_file(file, linker)}</ul>{shown}'
        case Sources(links):
            items = "".join(f"<li>{link(one.text, one.url)}</li>" for one in links)
            return f'<ul class="reply-sources">{items}</ul>'
        case Buttons(buttons):
            return _row(buttons)
        case Choices():
            return _choices(block)
        case Form():
            return _form(block)
        case _:
            assert_never(block)


def _line(parts: tuple[Part, ...]) -> str:
    return "".join(_part(piece) for piece in parts)


def _part(piece: Part) -> str:
    match piece:
        case str():
            return text(piece)
        case Strong(words):
            return f"<strong>{text(words)}</strong>"
        case Code(words):
            return f"<code>{text(words)}</code>"
        case Link(label, url):
            return link(label, url)
        case Mention(account):
            return f'<bdi class="mention">@{text(account.name or account.user)}</bdi>'
        case Moment(at):
            return f'<time datetime="{at.isoformat()}">{text(figures.clock(at))}</time>'
        case _:
            assert_never(piece)


def _facts(block: Facts) -> str:
    rows = (
        f'<div><dt dir="auto">{text(row.label)}</dt><dd dir="auto" data-tone="{row.tone}">{text(row.value)}</dd></div>'
        for row in block.rows
    )
    return f'<dl class="reply-facts">{"".join(rows)}</dl>'


def _table(block: Table) -> str:
    numeric = [all(not isinstance(row[i], str) for row in block.rows) for i in range(len(block.columns))]
    heads = (
        f'<th scope="col"{attributes(class_="number" if number and block.rows else None)}>{text(name)}</th>'
        for name, number in zip(block.columns, numeric, strict=True)
    )
    rows = (f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in block.shown)
    caption = f"<caption>{text(block.caption)}</caption>" if block.caption else ""
    where = f'<p class="about">… {block.where}</p>' if block.where else ""
    whole = (
        f'<div class="reply-table" tabindex="0" role="region" aria-label="{text(block.caption) or "Table"}">'
        f"<table>{caption}<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(rows)}</tbody></table>{where}</div>"
    )
    return f"<details><summary>Show the table</summary>{whole}</details>" if block.folded else whole


def _cell(value: str | float) -> str:
    looks = ' dir="auto"' if isinstance(value, str) else ' class="number"'
    return f"<td{looks}>{text(plain.cell(value))}</td>"


def _chart(block: Chart) -> str:
    told = [_key(index, plain.told(one)) for index, one in enumerate(block.series)]
    around = [f'<li dir="auto">{text(words)}</li>' for words in plain.around(block)]
    return _figure(block.caption, charts.chart(block), [*told, *around])


def _bars(block: Bars) -> str:
    """The groups as keys of the drawing, each category in words."""
    keys = [_key(index, group.name) for index, group in enumerate(block.groups)]
    told = [f'<li dir="auto">{text(words)}</li>' for words in plain.told_bars(block)]
    return _figure(block.caption, charts.bars(block), [*keys, *told])


def _pie(block: Pie) -> str:
    total = sum(share.value for share in block.shares)
    told = []
    for index, share in enumerate(block.shares):
        of_all = f" ({figures.plain(share.value / total * 100)} %)" if total else ""
        told.append(_key(index, f"{share.name}: {figures.measured(share.value, block.unit)}{of_all}"))
    return _figure(block.caption, charts.pie(block.caption, block.shares), told, looks=" ring")


def _figure(caption: str, drawing: str, told: Iterable[str], *, looks: str = "") -> str:
    heading = f'<figcaption dir="auto">{text(caption)}</figcaption>'
    keys = f'<ul class="reply-keys">{"".join(told)}</ul>'
    return f'<figure class="reply-figure{looks}">{heading}{drawing}{keys}</figure>'


def _key(index: int, words: str) -> str:
    return f'<li dir="auto"><i class="key {charts.colour(index)}"></i>{text(words)}</li>'


def _query(block: Query) -> str:
    where = f"{block.source}, {plain.query_range(block)}"
    opens = f" {link('Open', block.url)}" if block.url else ""
    return (
        f'<figure class="reply-query"><figcaption dir="auto">{text(where)}{opens}</figcaption>'
        f'<pre tabindex="0"><code data-language="{block.language}">{text(block.text)}</code></pre></figure>'
    )


def _file(file: File, linker: Linker) -> str:
    target = linker(file)
    # The bot's own address may be a path of this very page; "//host" would leave it.
    own = target.startswith("/") and not target.startswith("//") and "\\" not in target
    size = figures.measured(len(file.content), "bytes")
    about = f'<span class="about">{text(file.media_type)}, {size}</span>'
    if not own and address(target) is None:
        return f"<li>{text(file.name)} {about}</li>"
    anchor = attributes(href=target, rel="noopener noreferrer", download=file.name)
    return f"<li><a{anchor}>{text(file.name)}</a> {about}</li>"


def _row(buttons: Iterable[Button]) -> str:
    drawn = "".join(_button(button) for button in buttons)
    return f'<div class="reply-buttons">{drawn}</div>' if drawn else ""


def _button(button: Button) -> str:
    if button.url:
        return link(button.label, button.url, looks="button")
    given = attributes(
        class_=button.style if button.style != "default" else None,
        data_asks=json.dumps(button.asks) if button.asks else None,
        data_confirm=button.confirm or None,
    )
    return f'<button type="button"{_act(button.intent, button.arguments)}{given}>{text(button.label)}</button>'


def _act(intent: str, arguments: Mapping[str, Any]) -> str:
    return attributes(data_intent=intent, data_arguments=json.dumps(dict(arguments), default=str))


def _choices(block: Choices) -> str:
    options = (
        f'<button type="button"{_act(block.intent, {**block.arguments, block.argument: option.value})}>'
        f"{text(option.label)}</button>"
        for option in block.options
    )
    legend = f"<legend>{text(block.label)}</legend>"
    return f'<fieldset class="reply-choices">{legend}<div class="reply-buttons">{"".join(options)}</div></fieldset>'


def _form(form: Form) -> str:
    fields = "".join(_field(field) for field in form.fields)
    submit = f'<button type="submit" class="primary">{text(form.submit)}</button>'
    return (
        f'<form class="reply-form"{_act(form.intent, form.arguments)}><h3 dir="auto">{text(form.title)}</h3>'
        f'{fields}<div class="reply-buttons">{submit}</div></form>'
    )


def _field(field: Field) -> str:
    optional = ' <span class="about">optional</span>' if field.optional else ""
    hint = f'<span class="hint">{text(field.hint)}</span>' if field.hint else ""
    label = f'<span class="label">{text(field.label)}{optional}</span>'
    if field.shape == "switch":
        return f'<label class="field switch">{_control(field)}{label}{hint}</label>'
    return f'<label class="field">{label}{_control(field)}{hint}</label>'


def _control(field: Field) -> str:
    name = attributes(name=field.name, required=not field.optional and field.shape != "switch")
    match field.shape:
        case "line":
            return f'<input type="text" dir="auto"{name}{attributes(value=field.value)}>'
        case "number":
            # Not type=number: a browser empties it when the value is not one, and nothing may vanish.
            return f'<input type="text" inputmode="decimal"{name}{attributes(value=field.value)}>'
        case "lines":
            # The parser drops one line break after the tag; this is the one.
            return f'<textarea rows="3" dir="auto"{name}>\n{text(field.value)}</textarea>'
        case "switch":
            on = field.value.strip().lower() in _SAYS_YES
            return f'<input type="checkbox" role="switch"{name}{attributes(checked=on, data_value=field.value)}>'
        case "choice":
            return f"<select{name}>{''.join(_options(field))}</select>"
        case _:
            assert_never(field.shape)


def _options(field: Field) -> list[str]:
    options = list(field.options)
    if field.value not in [option.value for option in options]:
        options.insert(0, Option(field.value or "Choose", field.value))
    return [
        f"<option{attributes(value=option.value, selected=option.value == field.value)}>{text(option.label)}</option>"
        for option in options
    ]
