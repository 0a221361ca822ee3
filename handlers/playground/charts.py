"""Series and shares as inline SVG. Colours are classes, so that the page's theme decides them; pure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from bot.model import drawing, figures
from bot.model.chart import Band
from bot.model.reply import Bars, Chart, Share
from bot.model.series import Point, Series
from handlers.playground.markup import text

WIDTH, HEIGHT = 420, 170
LEFT, RIGHT, TOP, BOTTOM = 64, 10, 10, 24
FARTHEST, NEAREST = 1e200, 1e-200  # beyond these the arithmetic of a drawing breaks; the words beside it still say all
COLOURS = 6
RADIUS, HOLE = 50, 30


def colour(index: int) -> str:
    """Six colours; the seventh series takes the first again, dashed."""
    return f"s{index % COLOURS + 1}" + (" again" if index >= COLOURS else "")


class Frame(NamedTuple):
    """The part of the time and of the values that is drawn, and where."""

    start: float
    end: float
    low: float
    high: float

    def x(self, at: float) -> float:
        return LEFT + (at - self.start) / ((self.end - self.start) or 1) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self.low) / ((self.high - self.low) or 1) * (HEIGHT - TOP - BOTTOM)


def chart(block: Chart) -> str:
    """The drawing alone; what it shows stands in words beside it. Empty when there is nothing to draw."""
    points = [point for one in block.series for point in one.points if _drawable(point)]
    if not points:
        return ""
    unit = block.series[0].unit
    first, last = min(points, key=lambda p: p.at), max(points, key=lambda p: p.at)
    shown = block.thresholds if all(map(math.isfinite, (one.value for one in block.thresholds))) else ()
    levels = [Point(first.at, one.value) for one in shown if abs(one.value) < FARTHEST]
    series = drawing.piled(block.series) if block.stacked else block.series
    heights = [point for one in series for point in one.points if _drawable(point)]
    marks = ticks([*heights, *levels], unit, from_zero=block.shape != "line")
    frame = Frame(first.at.timestamp(), last.at.timestamp(), marks[0], marks[-1])
    body = [*_bands(block.bands, frame), *_grid(frame, marks, unit), *_times(first, last, block.zone)]
    body += [*_shapes(block, series, frame), *(_level(point.value, frame) for point in levels), *_marks(block, frame)]
    return _svg(block.caption, body)


def bars(block: Bars) -> str:
    """Beside each other, or on top of each other where they are stacked; below each stands its number in the words."""
    values = [value for group in block.groups for value in group.values]
    columns = zip(*(group.values for group in block.groups), strict=False)
    sums = [sum(one for one in column if math.isfinite(one)) for column in columns]
    heights = [value for value in (*values, *(sums if block.stacked else ())) if _can_be_drawn(value)]
    if not heights:
        return ""
    nowhen = datetime.min.replace(tzinfo=UTC)
    marks = ticks([Point(nowhen, value) for value in heights], block.unit, from_zero=True)
    frame = Frame(0, 1, marks[0], marks[-1])
    bases = [0.0] * len(block.categories)
    drawn: list[str] = []
    for index, group in enumerate(block.groups):
        beside, place = (1, 0) if block.stacked else (len(block.groups), index)
        row = _Row(place, beside, len(block.categories), bases if block.stacked else [0.0] * len(block.categories))
        drawn += _boxes(group.values, index, row, frame)
        if block.stacked:
            bases = [
                base + (value if _can_be_drawn(value) else 0) for base, value in zip(bases, group.values, strict=False)
            ]
    return _svg(block.caption, [*_grid(frame, marks, block.unit), *drawn])


def _svg(caption: str, body: Iterable[str]) -> str:
    box = f"0 0 {WIDTH} {HEIGHT}"
    return f'<svg class="chart" viewBox="{box}" role="img" aria-label="{text(caption)}">{"".join(body)}</svg>'


def _drawable(point: Point) -> bool:
    return _can_be_drawn(point.value)


def _can_be_drawn(value: float) -> bool:
    return math.isfinite(value) and abs(value) < FARTHEST


def ticks(points: Sequence[Point], unit: str, *, from_zero: bool) -> list[float]:
    """Round values around the points: three to six, so that the eye finds one without counting."""
    low, high = min(point.value for point in points), max(point.value for point in points)
    if from_zero or 0 <= low < high / 2:
        low, high = min(low, 0.0), max(high, 0.0)
    spread = next(size for size in (high - low, abs(high), 1.0) if size > NEAREST)
    step = _round_step(spread / 4, 1024 ** _thousands(high) if unit == "bytes" else 1)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


def _thousands(value: float) -> int:
    return max(0, min(5, int(math.log(abs(value), 1024)))) if value else 0


def _round_step(about: float, scale: int) -> float:
    about /= scale
    power = 10.0 ** math.floor(math.log10(about))
    return float(next(size for size in (1, 2, 2.5, 5, 10) if size * power >= about * 0.999) * power * scale)


def _grid(frame: Frame, marks: Sequence[float], unit: str) -> Iterator[str]:
    for mark in marks:
        y = frame.y(mark)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        label = text(figures.measured(mark, unit))
        yield f'<text class="tick" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'


def _times(first: Point, last: Point, zone: str) -> Iterator[str]:
    y = HEIGHT - 6
    for x, anchor, point in ((LEFT, "start", first), (WIDTH - RIGHT, "end", last)):
        at = text(figures.clock(point.at.astimezone(drawing.where(zone))))
        yield f'<text class="tick" x="{x}" y="{y}" text-anchor="{anchor}">{at}</text>'
        if first.at == last.at:
            return


def _bands(bands: Iterable[Band], frame: Frame) -> Iterator[str]:
    for band in bands:
        left = frame.x(_between(band.start.timestamp() if band.start else frame.start, frame.start, frame.end))
        right = frame.x(_between(band.end.timestamp() if band.end else frame.end, frame.start, frame.end))
        low = frame.y(_between(frame.low if band.low is None else band.low, frame.low, frame.high))
        high = frame.y(_between(frame.high if band.high is None else band.high, frame.low, frame.high))
        looks = "band breach" if band.breach else "band"
        size = f'width="{max(right - left, 1):.1f}" height="{max(low - high, 1):.1f}"'
        yield f'<rect class="{looks}" x="{left:.1f}" y="{high:.1f}" {size}><title>{text(band.label)}</title></rect>'


def _between(value: float, low: float, high: float) -> float:
    return low if math.isnan(value) else min(max(value, low), high)


def _level(value: float, frame: Frame) -> str:
    y = frame.y(value)
    return f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _marks(block: Chart, frame: Frame) -> Iterator[str]:
    for mark in block.marks:
        at = mark.at.timestamp()
        if frame.start <= at <= frame.end:
            x = frame.x(at)
            line = f'<line class="mark {mark.about}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}">'
            yield f"{line}<title>{text(mark.label)}</title></line>"


def _shapes(block: Chart, series: Sequence[Series], frame: Frame) -> Iterator[str]:
    """The upper ones first where they are stacked, so that each covers what is below it."""
    order = reversed(list(enumerate(series))) if block.stacked else enumerate(series)
    for index, one in order:
        if block.shape == "bar":
            count = len(one.points)
            row = _Row(0 if block.stacked else index, 1 if block.stacked else len(series), count, [0.0] * count)
            yield from _boxes([point.value for point in one.points], index, row, frame)
        else:
            yield from _lines(one, index, frame, filled=block.shape == "area")


def _lines(series: Series, index: int, frame: Frame, *, filled: bool) -> Iterator[str]:
    """A gap in the data is a gap in the line; a point between two gaps is a dot."""
    for known, run in groupby(series.points, key=_drawable):
        if not known:
            continue
        path = [(frame.x(point.at.timestamp()), frame.y(point.value)) for point in run]
        if len(path) == 1:
            yield f'<circle class="dot {colour(index)}" cx="{path[0][0]:.1f}" cy="{path[0][1]:.1f}" r="3"/>'
            continue
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        if filled:
            ground = frame.y(0)
            under = f"{path[0][0]:.1f},{ground:.1f} {drawn} {path[-1][0]:.1f},{ground:.1f}"
            yield f'<polygon class="area {colour(index)}" points="{under}"/>'
        yield f'<polyline class="line {colour(index)}" points="{drawn}"/>'


class _Row(NamedTuple):
    """Which of the bars that stand beside each other in every slot, how many slots, and where each bar begins."""

    place: int
    beside: int
    slots: int
    bases: Sequence[float]


def _boxes(values: Sequence[float], index: int, row: _Row, frame: Frame) -> Iterator[str]:
    slot = (WIDTH - LEFT - RIGHT) / max(row.slots, 1)
    wide = max(slot * 0.72 / row.beside, 0.5)
    for at, (value, base) in enumerate(zip(values, row.bases, strict=False)):
        if not _can_be_drawn(value):
            continue
        x = LEFT + slot * at + slot * 0.14 + wide * row.place
        top, ground = sorted((frame.y(base + value), frame.y(base)))
        yield (
            f'<rect class="bar {colour(index)}" x="{x:.1f}" y="{top:.1f}" '
            f'width="{wide:.1f}" height="{max(ground - top, 0.5):.1f}" rx="1"/>'
        )


def pie(caption: str, shares: Sequence[Share]) -> str:
    """A ring. Shares of nothing and less than nothing have no slice; they stand in the words beside it."""
    total = sum(share.value for share in shares if share.value > 0)
    if not total or not math.isfinite(total):
        return ""
    turn, slices = 0.0, []
    for index, share in enumerate(shares):
        if share.value > 0:
            slices.append(_slice(turn, turn + share.value / total, index))
            turn += share.value / total
    size = RADIUS + 2
    box = f"{-size} {-size} {2 * size} {2 * size}"
    return f'<svg class="pie" viewBox="{box}" role="img" aria-label="{text(caption)}">{"".join(slices)}</svg>'


def _slice(start: float, end: float, index: int) -> str:
    # A whole ring has no corner to draw an arc from, so it ends a hair before it begins.
    end = min(end, start + 0.99999)
    far = 1 if end - start > 0.5 else 0
    (ax, ay), (bx, by) = _on_circle(start, RADIUS), _on_circle(end, RADIUS)
    (cx, cy), (dx, dy) = _on_circle(end, HOLE), _on_circle(start, HOLE)
    path = (
        f"M{ax:.2f} {ay:.2f}A{RADIUS} {RADIUS} 0 {far} 1 {bx:.2f} {by:.2f}"
        f"L{cx:.2f} {cy:.2f}A{HOLE} {HOLE} 0 {far} 0 {dx:.2f} {dy:.2f}Z"
    )
    return f'<path class="slice {colour(index)}" d="{path}"/>'


def _on_circle(turn: float, radius: float) -> tuple[float, float]:
    return radius * math.sin(turn * math.tau), -radius * math.cos(turn * math.tau)
