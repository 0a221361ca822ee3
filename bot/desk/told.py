"""What a reply tells, line by line, as a model's words about it are held against it. Pure.

Each figure stands in a line with what it is of: a cell with its row and its column, a value with its label, and all of
them with the one service, region or tool that the whole reply is about.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.desk.borne_out import mentioned
from bot.desk.grounding import Facts
from bot.model import figures, plain
from bot.model.reply import Bars, Block, Chart, Pie, Query, Reply, Table, Text
from bot.model.reply import Facts as FactsBlock
from bot.model.series import Series

_STRANGERS = frozenset({"message", "says", "line", "pattern", "title", "text"})  # columns that anybody can have written
_SENTENCE = re.compile(r"(?<=[.!?]) +")
_UNIT = re.compile(r" (%|ms|s|min|h|req/s|GiB|MiB|USD)$")


def facts_of(reply: Reply, subjects: Mapping[str, str], today: date | None = None) -> Facts:
    """`subjects`: the tenant's services, regions, tools and the like, in lower case, and which kind each is."""
    whole = _about(f"{reply.title}. {reply.summary}", subjects)
    lines = [one for block in reply.blocks for one in _lines(block)]
    told = [reply.title, reply.summary, reply.footer, *(_of_whole(one, whole, subjects) for one in lines)]
    strangers = tuple(one for block in reply.blocks if isinstance(block, Table) for one in _written_by_others(block))
    named = {name for line in told for name in mentioned(line, subjects)}
    elsewhere = frozenset(subjects) - named
    return Facts(
        tuple(filter(None, told)), lines=strangers, elsewhere=elsewhere, open=False, subjects=subjects, today=today
    )


def _about(head: str, subjects: Mapping[str, str]) -> dict[str, str]:
    """By kind, the only one of it that is named; what a later sentence names may be one of many."""
    title, summary, *_ = (*_SENTENCE.split(head), "", "")
    named = mentioned(f"{title} {summary}", subjects)
    by_kind: dict[str, set[str]] = {}
    for name in named:
        by_kind.setdefault(subjects[name], set()).add(name)
    return {kind: next(iter(names)) for kind, names in by_kind.items() if len(names) == 1}


def _of_whole(line: str, whole: Mapping[str, str], subjects: Mapping[str, str]) -> str:
    there = {subjects[name] for name in mentioned(line, subjects)}
    missing = [name for kind, name in whole.items() if kind not in there]
    return f"{' '.join(missing)}: {line}" if missing else line


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Text(parts):
            yield plain.line(parts)
        case FactsBlock(rows):
            yield from (f"{row.label}: {row.value}" for row in rows)
        case Table():
            yield block.caption
            yield from _cells(block)
        case Chart(caption, series):
            yield caption
            yield from (plain.told(one) + _mean(one) for one in series)
            yield from plain.around(block)
        case Bars(caption):
            yield caption
            yield from plain.told_bars(block)
        case Pie(caption, shares, unit):
            yield caption
            yield from (f"{one.name}: {figures.measured(one.value, unit)}" for one in shares)
        case Query():
            yield plain.query_range(block)
        case _:
            return


def _written_by_others(table: Table) -> Iterator[str]:
    columns = [at for at, name in enumerate(table.columns) if name.lower() in _STRANGERS]
    yield from (plain.cell(row[at]) for row in table.shown for at in columns)


def _cells(table: Table) -> Iterator[str]:
    for row in table.shown:
        first = plain.cell(row[0])
        for column, value in zip(table.columns[1:], row[1:], strict=True):
            if column.lower() in _STRANGERS:
                continue
            unit = _UNIT.search(column)
            measured = f"{plain.cell(value)} {unit[1]}" if unit and not isinstance(value, str) else plain.cell(value)
            yield f"{first}, {column}: {measured}"


def _mean(series: Series) -> str:
    values = [one.value for one in series.points if one.value == one.value]
    return f", mean {figures.measured(sum(values) / len(values), series.unit)}" if values else ""
