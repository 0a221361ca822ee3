"""A chart on a pair of axes: lines, areas or bars, and around them what matters."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from bot.model import drawing, figures
from bot.model.chart import Band, Mark
from bot.model.reply import Bars, Chart
from bot.model.series import Series
from bot.ports.press import Drawable
from handlers.press.look import DASHES, SIGNS, Look
from handlers.press.words import literal

MOST_SERIES = 12
MOST_POINTS = 600
MOST_CATEGORIES = 30
NAME, CAPTION, LINE = 28, 90, 52
FARTHEST = 1e200  # beyond it the arithmetic of a drawing breaks; the words beside it still say all


def draw(axes: Axes, chart: Drawable, look: Look) -> None:
    _dress(axes, chart, look)
    if isinstance(chart, Bars):
        _by_name(axes, chart, look)
    else:
        _over_time(axes, chart, look)
    if len(axes.get_legend_handles_labels()[1]) > 1:
        legend = axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, frameon=False, fontsize=10)
        for entry in legend.get_texts():
            entry.set(color=look.ink)


def _dress(axes: Axes, chart: Drawable, look: Look) -> None:
    axes.set_facecolor(look.ground)
    axes.set_title(fill(literal(chart.caption, CAPTION), LINE), color=look.ink, fontsize=12, loc="left")
    axes.tick_params(colors=look.quiet, labelsize=10, length=0)
    axes.grid(axis="y", color=look.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _over_time(axes: Axes, chart: Chart, look: Look) -> None:
    series = _drawable(chart.series)[:MOST_SERIES]
    if not series:
        axes.text(0.5, 0.5, "no data", color=look.quiet, ha="center", transform=axes.transAxes)
        return
    instants = drawing.thinned([one.points for one in series], MOST_POINTS, [mark.at for mark in chart.marks])
    kept = set(instants)
    names = [literal(one.name, NAME) for one in series]
    drawn = drawing.piled(series) if chart.stacked else series
    thin = [tuple(point for point in one.points if point.at in kept) for one in drawn]
    _times(axes, chart, instants, look)
    if chart.shape == "bar":
        _time_bars(axes, chart, [_values(one, instants) for one in thin], instants, names, look)
    else:
        _lines(axes, chart, thin, names, look)
    _values_axis(axes, chart.series[0].unit, from_zero=chart.shape != "line")
    _around(axes, chart, look)


def _lines(axes: Axes, chart: Chart, lines: Sequence[Any], names: Sequence[str], look: Look) -> None:
    for index, points in enumerate(lines):
        colour, dash = look.series[index % len(look.series)], DASHES[index % len(DASHES)]
        ats, values = [date2num(point.at) for point in points], [point.value for point in points]
        axes.plot(ats, values, dash, color=colour, linewidth=2, label=names[index], marker="o" if len(ats) == 1 else "")
        if chart.shape == "area":
            axes.fill_between(ats, values, color=colour, alpha=0.18, linewidth=0)


def _time_bars(
    axes: Axes, chart: Chart, lines: Sequence[Any], instants: Sequence[datetime], names: Sequence[str], look: Look
) -> None:
    ats = [date2num(at) for at in instants]
    room = min((b - a for a, b in pairwise(ats)), default=1 / 24) * 0.8
    _columns(axes, ats, lines, names, look, room, stacked=chart.stacked)


def _columns(
    axes: Axes,
    places: Sequence[float],
    rows: Sequence[Sequence[float]],
    names: Sequence[str],
    look: Look,
    room: float,
    *,
    stacked: bool,
) -> None:
    """Of what is piled up the tallest comes first, and each covers what is above its own top."""
    wide = room if stacked else room / len(rows)
    order = range(len(rows) - 1, -1, -1) if stacked else range(len(rows))
    for index in order:
        shift = 0.0 if stacked else (index + 0.5) * wide - room / 2
        axes.bar(
            [place + shift for place in places],
            rows[index],
            wide * 0.94,
            color=look.series[index % len(look.series)],
            hatch="//" if index >= len(look.series) else None,
            label=names[index],
        )


def _by_name(axes: Axes, bars: Bars, look: Look) -> None:
    names = [literal(name, NAME) for name in bars.categories[:MOST_CATEGORIES]]
    groups = bars.groups[:MOST_SERIES]
    rows = [_heights(group.values, len(names)) for group in groups]
    if not names or not rows:
        axes.text(0.5, 0.5, "no data", color=look.quiet, ha="center", transform=axes.transAxes)
        return
    if bars.stacked:
        for below, row in pairwise(rows):
            row[:] = [a + b for a, b in zip(below, row, strict=True)]
    places = [float(n) for n in range(len(names))]
    _columns(axes, places, rows, [literal(one.name, NAME) for one in groups], look, 0.8, stacked=bars.stacked)
    long = len(names) > 4 or max(map(len, names)) > 12
    axes.set_xticks(places, names, rotation=40 if long else 0, ha="right" if long else "center")
    _values_axis(axes, bars.unit, from_zero=True)


def _times(axes: Axes, chart: Chart, instants: Sequence[datetime], look: Look) -> None:
    zone = drawing.where(chart.zone)
    locator = AutoDateLocator(minticks=3, maxticks=6, tz=zone)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=zone))
    axes.xaxis.get_offset_text().set(color=look.quiet, fontsize=10)
    axes.set_xlabel(f"Time ({zone.key})", color=look.quiet, fontsize=10)
    margin = (instants[-1] - instants[0]) / 50 or timedelta(minutes=1)
    axes.set_xlim(float(date2num(instants[0] - margin)), float(date2num(instants[-1] + margin)))


def _values_axis(axes: Axes, unit: str, *, from_zero: bool) -> None:
    low, high = axes.get_ylim()
    if from_zero or 0 <= low < high / 2:
        axes.set_ylim(min(low, 0.0), max(high, 0.0) or 1.0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: figures.measured(float(value), unit)))
    axes.locator_params(axis="y", nbins=5)


def _around(axes: Axes, chart: Chart, look: Look) -> None:
    for level in chart.thresholds:
        if abs(level.value) < FARTHEST:
            low, high = axes.get_ylim()
            axes.set_ylim(min(low, level.value), max(high, level.value * 1.08))
            axes.axhline(level.value, color=look.breach, linestyle="--", linewidth=1.5)
            name = literal(f"{level.label} {figures.measured(level.value, chart.series[0].unit)}", NAME)
            axes.annotate(
                name, (1, level.value), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                fontsize=9, color=look.breach,
            )  # fmt: skip
    for band in chart.bands:
        _band(axes, band, look)
    _marks(axes, chart.marks, look)


def _band(axes: Axes, band: Band, look: Look) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    start = min(max(float(date2num(band.start)), left), right) if band.start else left
    end = min(max(float(date2num(band.end)), left), right) if band.end else right
    low, high = (_inside(side, bottom, top, open_) for side, open_ in ((band.low, bottom), (band.high, top)))
    colour = look.breach if band.breach else look.usual
    axes.add_patch(
        Rectangle((start, low), end - start, high - low, facecolor=colour, alpha=0.16, edgecolor=colour, linewidth=0)
    )
    axes.text(start, low, f" {literal(band.label, NAME)}", color=colour, fontsize=9, va="bottom")


def _inside(side: float | None, low: float, high: float, open_: float) -> float:
    return open_ if side is None or side != side else min(max(side, low), high)


def _marks(axes: Axes, marks: Iterable[Mark], look: Look) -> None:
    left, right = axes.get_xlim()
    for mark in marks:
        at = float(date2num(mark.at))
        if not left <= at <= right:
            continue
        axes.axvline(at, color=look.ink, linewidth=1.2, linestyle=":")
        axes.annotate(
            f"{SIGNS[mark.about]} {literal(mark.label, NAME)}", (at, 1), xycoords=("data", "axes fraction"),
            rotation=90, va="top", ha="right", fontsize=9, color=look.ink,
        )  # fmt: skip


def _drawable(series: Sequence[Series]) -> list[Series]:
    found = []
    for one in series:
        points = tuple(point for point in drawing.finite(one) if abs(point.value) < FARTHEST)
        if points:
            found.append(Series(one.name, points, one.unit))
    return found


def _values(points: Sequence[Any], instants: Sequence[datetime]) -> list[float]:
    known = {point.at: point.value for point in points}
    return [known.get(at, 0.0) for at in instants]


def _heights(values: Sequence[float], count: int) -> list[float]:
    whole = [value if abs(value) < FARTHEST else 0.0 for value in values[:count]]
    return whole + [0.0] * (count - len(whole))
