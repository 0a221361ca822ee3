"""Series of any query in words, tables and charts: what tells them apart, how they stand, and all of them as a file."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from statistics import fmean, quantiles

from bot.model import figures, spreadsheet
from bot.model.reply import Block, Chart, Fact, Facts, File, Files, Moment, Reply, Table, Text
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.query import ranges

SHOWN = 30  # rows of a table; the file has them all
DRAWN = 6
POINTS = 500  # of one series in a chart
LONGEST_NAME = 80


def now(found: Sequence[Series], what: str = "") -> Reply:
    """`what` was asked for, in words, where a query was not written by hand."""
    rows = by_size([one for one in found if one.points])
    if not rows:
        return nothing("now")
    first = standing(rows[0])
    if len(rows) == 1:
        name = labelled(rows[0], rows)
        told = f"{first}." if what else f"{name}: {first}." if name else f"It comes to {first}."
        return Reply(_headed(what, told))
    told = f"{len(rows):,} series; the highest is {labelled(rows[0], rows)} with {first}."
    return Reply(_headed(what, told), sheet(rows, single=True))


def _headed(what: str, told: str) -> str:
    """A metric's name keeps its small letters."""
    first = what.split(maxsplit=1)[0] if what else ""
    return f"{capital(what)}: {told}" if first.isalpha() else f"{what}: {told}" if what else told


def over(found: Sequence[Series], range_: ranges.Range, what: str = "") -> Reply:
    rows = by_size([one for one in found if any(not math.isnan(point.value) for point in one.points)])
    if not rows:
        return nothing(range_.words)
    blocks: list[Block] = [drawn(rows, range_.words)]
    if len(rows) == 1:
        told = f"{standing(rows[0])} at the end of {range_.words}."
        return Reply(_headed(what, told), (*facts(rows[0]), *blocks))
    said = f"{len(rows):,} series, {range_.words}; the highest at the end is {labelled(rows[0], rows)}"
    return Reply(_headed(what, f"{said} with {standing(rows[0])}."), (*blocks, *sheet(rows)))


def nothing(when: str) -> Reply:
    told = "No data is not zero: the source answered, and has nothing for this."
    return Reply(f"The query has no data, {when}.", (Text((told,)),), tone="warning")


def labelled(series: Series, among: Sequence[Series]) -> str:
    """Its labels, without those that all of them share; its name where none is left."""
    shared = _shared(among) if len(among) > 1 else set()
    own = [value for pair in sorted(series.labels.items()) if pair not in shared for value in pair[1:]]
    return " ".join(own)[:LONGEST_NAME] or (series.name if series.labels else "")


def _shared(among: Sequence[Series]) -> set[tuple[str, str]]:
    return set.intersection(*(set(one.labels.items()) for one in among)) if among else set()


def by_size(found: Sequence[Series]) -> list[Series]:
    return sorted(found, key=lambda one: (-_order(_last(one)), sorted(one.labels.items())))


def standing(series: Series) -> str:
    return figures.measured(_last(series), series.unit)


def _last(series: Series) -> float:
    return series.points[-1].value


def _order(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def facts(series: Series) -> tuple[Block, ...]:
    """Row HIST-06."""
    known, unit = series.known, series.unit
    most = max((point for point in series.points if not math.isnan(point.value)), key=lambda point: point.value)
    p95 = quantiles(known, n=20, method="inclusive")[-1] if len(known) > 1 and all(map(math.isfinite, known)) else None
    rows = [
        Fact("First", figures.measured(known[0], unit)),
        Fact("Last", figures.measured(known[-1], unit)),
        Fact("Change", figures.change(known[-1], known[0])),
        Fact("Mean", figures.measured(fmean(known), unit)),
        *([Fact("p95", figures.measured(p95, unit))] if p95 is not None else []),
        Fact("Least", figures.measured(min(known), unit)),
        Fact("Most", figures.measured(most.value, unit)),
    ]
    return Facts(tuple(rows)), Text(("Highest at ", Moment(most.at), "."))


def drawn(rows: Sequence[Series], words: str) -> Chart:
    """Infinity cannot be drawn; a gap is left for it."""
    shown = tuple(
        replace(
            one,
            name=labelled(one, rows) or one.name[:LONGEST_NAME],
            points=thinned([point for point in one.points if math.isfinite(point.value)]),
        )
        for one in rows[:DRAWN]
    )
    more = f"; the highest {DRAWN} of {len(rows)}" if len(rows) > DRAWN else ""
    return Chart(f"{capital(words)}{more}", shown)


def thinned(points: Sequence[Point], most: int = POINTS) -> tuple[Point, ...]:
    """Of each stretch the least and the most, and the last of all, so that no peak is lost."""
    if len(points) <= most:
        return tuple(points)
    stretch = -(-len(points) // ((most - 1) // 2))
    kept: dict[datetime, Point] = {}
    for start in range(0, len(points), stretch):
        part = points[start : start + stretch]
        extremes = {min(part, key=lambda one: one.value), max(part, key=lambda one: one.value)}
        kept |= {one.at: one for one in sorted(extremes, key=lambda one: one.at)}
    return tuple((kept | {points[-1].at: points[-1]}).values())


def sheet(rows: Sequence[Series], *, single: bool = False) -> tuple[Block, ...]:
    """The first of them as a table; with more than are shown, all of them as a file beside it."""
    labels = _apart(rows)
    heads = (*labels, *(("Value",) if single else ("Last", "Mean", "Least", "Most")))
    lines = [(*(one.labels.get(label, "") for label in labels), *_cells(one, single=single)) for one in rows]
    caption = f"The first {SHOWN} of {len(rows):,}" if len(rows) > SHOWN else ""
    table = Table(heads, tuple(lines[:SHOWN]), caption)
    if len(rows) <= SHOWN:
        return (table,)
    csv = spreadsheet.write(heads, ([str(cell) for cell in line] for line in lines))
    return table, Files((File("series.csv", "text/csv", csv),))


def _apart(rows: Sequence[Series]) -> tuple[str, ...]:
    """Labels that tell the rows apart."""
    shared = {name for name, _ in _shared(rows)}
    return tuple(sorted({name for one in rows for name in one.labels} - shared)) or ("",)


def _cells(series: Series, *, single: bool) -> tuple[str | float, ...]:
    known = series.known
    if single or not known:
        last = _last(series)
        return (last if math.isfinite(last) else figures.plain(last),)
    return tuple(
        one if math.isfinite(one) else figures.plain(one)
        for one in (_last(series), fmean(known), min(known), max(known))
    )
