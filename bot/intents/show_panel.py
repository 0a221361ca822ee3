"""A dashboard that somebody linked to, in a few words: what its panels show now, asked by our own queries."""

import asyncio
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from bot.intents import series_words
from bot.intents.intent import Intent
from bot.model import figures
from bot.model.board import Board, Panel, PanelQuery
from bot.model.errors import Problem, Unavailable
from bot.model.reply import Block, Chart, Fact, Facts, File, Picture, Reply, Text, Tone
from bot.model.series import Point, Series
from bot.ports.tools import Tools
from bot.query import ranges

DRAWN = 6
SHOWN = 5  # values of one panel that are told
PICTURE_SECONDS = 4.0  # a preview waits no longer for the picture of the page's own server
LONGEST = 4000
PNG = "image/png"
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")

log = logging.getLogger(__name__)


class ShowPanel(BaseModel, frozen=True):
    url: str = Field(min_length=1, max_length=LONGEST)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a panel; `problem` where nothing did."""

    panel: Panel
    series: tuple[Series, ...] = ()
    problem: str = ""
    away: bool = False


async def answer(ask: ShowPanel, tools: Tools) -> Reply | None:
    """None for an address that is none of ours: it is left alone."""
    board = await tools.desks.sources.page(tools.turn.tenant, ask.url)
    if board is None:
        return None
    range_ = ranges.Range(board.start, board.end, f"{figures.clock(board.start)} to {figures.clock(board.end)}")
    told = await asyncio.gather(*(_told(panel, range_, tools) for panel in board.panels))
    picture = await _picture(ask.url, tools) if len(told) == 1 and told[0].series else None
    return _reply(board, told, picture, tools.turn.zone)


async def _told(panel: Panel, range_: ranges.Range, tools: Tools) -> Told:
    if not panel.queries:
        return Told(panel, problem="it asks no query that I can read")
    try:
        found = [await _series(query, panel, range_, tools) for query in panel.queries]
    except Problem as problem:
        return Told(panel, problem=problem.says.rstrip("."), away=isinstance(problem, Unavailable))
    unread = [one for one in panel.queries if not _readable(one)]
    if len(unread) == len(panel.queries):
        return Told(panel, problem="it reads from a datasource that is not kept here")
    lines = tuple(line for several in found for line in several)
    return Told(panel, lines) if lines else Told(panel, problem="no data, which is not zero")


def _readable(query: PanelQuery) -> bool:
    return bool(query.address) and query.type == "prometheus"


async def _series(query: PanelQuery, panel: Panel, range_: ranges.Range, tools: Tools) -> Sequence[Series]:
    """By the checks and within the limits of any query that somebody wrote."""
    if not _readable(query):
        return ()
    await tools.desks.queries.admit(tools.turn.actor, "promql", query.text, range_.end, query.address)
    source = await tools.source_of(query.address)
    found = await source.range(query.text, range_.start, range_.end, range_.step())
    lines = [one for one in found if any(not math.isnan(point.value) for point in one.points)]
    return [
        replace(
            one,
            name=_legend(query.legend, one, lines) or panel.title,
            unit=panel.unit or one.unit,
            points=tuple(Point(point.at, point.value * panel.factor) for point in one.points),
        )
        for one in series_words.by_size(lines)
    ]


def _legend(legend: str, series: Series, among: Sequence[Series]) -> str:
    if legend and legend != "__auto":
        return _LABEL.sub(lambda match: series.labels.get(match[1], ""), legend).strip()[:80]
    return series_words.labelled(series, among) if len(among) > 1 else ""


async def _picture(url: str, tools: Tools) -> Picture | None:
    try:
        async with asyncio.timeout(PICTURE_SECONDS):
            drawn = await tools.desks.sources.picture(tools.turn.tenant, url)
    except (Problem, TimeoutError):
        log.info("no_picture_of_a_panel", exc_info=True)
        return None
    return Picture(File("panel.png", PNG, drawn)) if drawn else None


def _reply(board: Board, told: Sequence[Told], picture: Picture | None, zone: str) -> Reply:
    blocks = [block for one in told for block in _blocks(one, picture, zone, alone=len(told) == 1)]
    if board.more:
        blocks.append(Text((f"{board.more} more panels are on the page.",)))
    if not told:
        return Reply(f"{board.title}: no panel of it asks a query that I can read.", title=board.title)
    title = told[0].panel.title if len(told) == 1 else board.title
    tone: Tone = "warning" if any(one.problem for one in told) else "neutral"
    return Reply(" ".join(_said(one) for one in told), tuple(blocks), title=title, tone=tone, footer=board.title)


def _said(one: Told) -> str:
    name = one.panel.title
    if one.problem:
        return f"{name} cannot be told: {one.problem}."
    first = _standing(one.series[0])
    if len(one.series) == 1:
        return f"{name} is {first}."
    return f"{name}: {len(one.series):,} series, the highest is {one.series[0].name} with {first}."


def _blocks(one: Told, picture: Picture | None, zone: str, *, alone: bool) -> list[Block]:
    if not one.series:
        return []
    rows = tuple(Fact(line.name, _standing(line)) for line in one.series[:SHOWN])
    if not alone:
        return [Facts(rows)] if len(rows) > 1 else []
    chart = Chart(one.panel.title, one.series[:DRAWN], zone=zone, more=max(0, len(one.series) - DRAWN))
    if picture is None:
        return [*([Facts(rows)] if len(rows) > 1 else []), chart]
    alt = f"{one.panel.title}: " + "; ".join(f"{row.label} {row.value}" for row in rows)
    return [Facts(rows), replace(picture, file=replace(picture.file, alt=alt[:1000]))]


def _standing(series: Series) -> str:
    return figures.measured(series.known[-1], series.unit)


INTENT = Intent(
    name="show_panel",
    help="What a dashboard that is linked to shows.",
    examples=(),
    asks=ShowPanel,
    answer=answer,
    remembered=False,
)
