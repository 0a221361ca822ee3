"""The data of an answer as a file: read again by the same query over the same range, or as the answer holds them."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, Field

from bot.intents import show_queries
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures, spreadsheet
from bot.model.errors import Problem, Rejected
from bot.model.reply import Bars, Block, Button, Buttons, Chart, File, Files, Pie, Query, Reply, Table
from bot.model.series import Series
from bot.ports.press import Sheet
from bot.ports.tools import Tools

Form: TypeAlias = Literal["csv", "json", "pdf"]
NAME = "export"
MOST_SERIES = 500
LONGEST_NAME = 60
MEDIA = {"csv": "text/csv", "json": "application/json", "pdf": "application/pdf"}
_WORDS = re.compile(r"\b(?:export|download|save)\b.*?\b(csv|json|pdf)\b|\b(?:as|to)\s+an?\s+(csv|json|pdf)\b")


class Export(BaseModel, frozen=True):
    form: Form = Field("csv", title="As")
    of: str = Field("", description="The answer; empty: the last one of this thread")


@dataclass(frozen=True, slots=True)
class Data:
    """What an answer rests on, whole."""

    title: str
    series: tuple[Series, ...]
    tables: tuple[Table, ...]
    queries: tuple[Query, ...]
    again: bool = False  # the series were read again for this


async def answer(ask: Export, tools: Tools) -> Reply:
    of = ask.of or str(tools.turn.memory.get("data", ""))
    kept = await tools.kept(of) if of else None
    if kept is None or not has_data(kept.reply):
        raise Rejected("I have no data of an answer to export here.", advice="Ask for figures first, then press CSV.")
    data = await _whole(kept.reply, show_queries.kept(tools.turn.memory, of), tools)
    name = _file_name(data.title)
    match ask.form:
        case "csv":
            files = _csv(name, data)
        case "json":
            files = [File(f"{name}.json", MEDIA["json"], _json(data, tools))]
        case "pdf":
            files = [File(f"{name}.pdf", MEDIA["pdf"], await _pdf(data, kept.reply, tools))]
    how = "read again by the same query" if data.again else "as the answer holds them"
    return Reply(f"{ask.form.upper()} of “{data.title[:120]}”: {_counted(data)}, {how}.", (Files(tuple(files)),))


def has_data(reply: Reply) -> bool:
    return any(isinstance(block, Table | Chart | Bars | Pie) for block in reply.blocks)


def offered(reply: Reply, of: str) -> Reply:
    """With a row of buttons where there is something to export."""
    if not has_data(reply) or any(_offers(block) for block in reply.blocks):
        return reply
    forms: tuple[Form, ...] = ("csv", "json", "pdf")
    row = Buttons(tuple(Button(form.upper(), NAME, {"form": form, "of": of}) for form in forms))
    return replace(reply, blocks=(*reply.blocks, row))


def _offers(block: Block) -> bool:
    return isinstance(block, Buttons) and any(button.intent == NAME for button in block.buttons)


async def _whole(reply: Reply, remembered: Sequence[Query], tools: Tools) -> Data:
    queries = tuple(remembered) or tuple(block for block in reply.blocks if isinstance(block, Query))
    drawn = tuple(one for block in reply.blocks if isinstance(block, Chart) for one in block.series)
    tables = tuple(table for block in reply.blocks if (table := _as_table(block)))
    data = Data(reply.title or reply.summary, drawn, tables, queries)
    main = show_queries.main(queries)
    source = tools.logs if main and main.language == "logql" else tools.metrics
    if not drawn or main is None or main.step is None or main.language == "usage" or source is None:
        return data
    try:
        found = await source.range(main.text, main.start, main.end, main.step)
    except Problem:
        return data  # the source is away: what was drawn is still there
    unit = drawn[0].unit
    named = [replace(one, name=_named(one, drawn[0].name), unit=unit) for one in found if one.points]
    return replace(data, series=tuple(named[:MOST_SERIES]), again=True) if named else data


def _as_table(block: Block) -> Table | None:
    match block:
        case Table():
            return replace(block, first=0, most=0)
        case Bars(caption, categories, groups, unit):
            heads = ("", *(f"{group.name} ({unit})" if unit else group.name for group in groups))
            rows = zip(categories, *(group.values for group in groups), strict=False)
            return Table(heads, tuple(rows), caption)
        case Pie(caption, shares, unit):
            return Table(("", unit or "value"), tuple((share.name, share.value) for share in shares), caption)
        case _:
            return None


def _named(series: Series, else_: str) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(series.labels.items())) or else_


def _csv(name: str, data: Data) -> list[File]:
    files = []
    if data.series:
        instants = sorted({point.at for one in data.series for point in one.points})
        known = [{point.at: point.value for point in one.points} for one in data.series]
        heads = ["time", *(f"{one.name} ({one.unit})" if one.unit else one.name for one in data.series)]
        rows = [[at.isoformat(), *(_cell(values.get(at)) for values in known)] for at in instants]
        files.append(File(f"{name}.csv", MEDIA["csv"], spreadsheet.write(heads, rows)))
    for number, table in enumerate(data.tables, 1):
        suffix = f"-table{number if len(data.tables) > 1 else ''}" if data.series else f"-{number}"
        suffix = "" if not data.series and len(data.tables) == 1 else suffix
        files.append(File(f"{name}{suffix}.csv", MEDIA["csv"], spreadsheet.write(table.columns, table.rows)))
    return files


def _cell(value: float | None) -> str | float:
    return "" if value is None or math.isnan(value) else value


def _json(data: Data, tools: Tools) -> bytes:
    written = {
        "title": data.title,
        "exported_at": tools.clock.now().isoformat(),
        "queries": [_query(one) for one in data.queries],
        "series": [
            {
                "name": one.name,
                "unit": one.unit,
                "labels": dict(one.labels),
                "points": [[point.at.isoformat(), _number(point.value)] for point in one.points],
            }
            for one in data.series
        ],
        "tables": [
            {
                "caption": one.caption,
                "columns": one.columns,
                "rows": [[cell if isinstance(cell, str) else _number(cell) for cell in row] for row in one.rows],
            }
            for one in data.tables
        ],
    }
    return json.dumps(written, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace")


def _query(query: Query) -> Mapping[str, Any]:
    return {
        "source": query.source,
        "language": query.language,
        "query": query.text,
        "start": query.start.isoformat(),
        "end": query.end.isoformat(),
        "step_seconds": query.step.total_seconds() if query.step else None,
        "read_at": query.read_at.isoformat() if query.read_at else None,
    }


def _number(value: float) -> float | str | None:
    """JSON has no word for what is without end."""
    return None if math.isnan(value) else value if math.isfinite(value) else str(value)


async def _pdf(data: Data, reply: Reply, tools: Tools) -> bytes:
    if tools.press is None:
        raise Rejected("I cannot make PDFs here.", advice="CSV and JSON work.")
    charts = tuple(block for block in reply.blocks if isinstance(block, Chart | Bars))
    main = show_queries.main(data.queries)
    read = figures.clock(main.read_at) if main and main.read_at else "-"
    footer = f"Nightdesk · read at {read} · printed {figures.clock(tools.clock.now())} · the figures are the answer's"
    return await tools.press.page(Sheet(data.title, charts, data.tables, (main,) if main else (), footer))


def _counted(data: Data) -> str:
    points = sum(len(one.points) for one in data.series)
    rows = sum(len(one.rows) for one in data.tables)
    parts = [
        f"{len(data.series)} series with {points:,} values" if data.series else "",
        f"{rows:,} rows" if rows else "",
    ]
    return " and ".join(part for part in parts if part) or "nothing in it"


def _file_name(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:LONGEST_NAME].strip("-") or "export"


def reads(question: Question) -> Reading | None:
    found = _WORDS.search(question.text.lower())
    return Reading(NAME, {"form": found[1] or found[2]}, 0.9) if found else None


def _words(question: Question) -> Mapping[str, Any] | None:
    word = question.text.strip().lower().removeprefix("as ").strip()
    return {"form": word} if word in MEDIA else None


INTENT = Intent(
    name=NAME,
    help="The data of the last answer as CSV, JSON or PDF.",
    examples=("export csv", "export pdf"),
    asks=Export,
    answer=answer,
    reads=reads,
    title="Export",
    command="export",
    words=_words,
    submit="Export",
    remembered=False,
)
