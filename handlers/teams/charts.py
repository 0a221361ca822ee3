"""Charts, each with the same told in words: a reader without a chart misses no figure."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import figures, plain
from bot.model.reply import Chart, Pie
from bot.model.series import Point, Series
from handlers.teams import limits
from handlers.teams.runs import line, rich, run
from handlers.teams.sheet import Element, Sheet

_DAY = timedelta(days=1)


def chart(block: Chart, sheet: Sheet) -> list[Element]:
    drawn = sheet.some([one for one in block.series if _finite(one.points)], limits.SERIES)
    told = [_twin(one, sheet) for one in sheet.some(block.series, limits.SERIES * 2)]
    picture = [_picture(block, drawn, sheet)] if drawn else []
    return [_caption(block.caption, sheet), *picture, *told]


def pie(block: Pie, sheet: Sheet) -> list[Element]:
    shares = sheet.some(block.shares, limits.SHARES * 2)
    # A pie of more slices than one can tell apart, or with a slice below nothing, is told and not drawn.
    drawable = 0 < len(shares) <= limits.SHARES and all(share.value >= 0 for share in shares)
    total = sum(share.value for share in shares)
    picture: list[Element] = []
    if drawable and math.isfinite(total) and total > 0:
        data = [{"legend": sheet.fit(share.name, limits.LABEL), "value": share.value} for share in shares]
        picture = [{"type": "Chart.Pie", "data": data, "fallback": _no_chart()}]
    told = []
    for share in shares:
        of_all = f" ({figures.plain(share.value / total * 100)} %)" if total else ""
        words = f"{sheet.fit(share.name, limits.LABEL)}: {figures.measured(share.value, block.unit)}{of_all}"
        told.append(rich([run(words, size="Small")], spacing="None"))
    return [_caption(block.caption, sheet), *picture, *told]


def thinned(lines: Sequence[Sequence[Point]], most: int) -> list[datetime]:
    """The instants to draw, the same for every line: first, last, each line's least and greatest, the others evenly.

    Teams sets names of instants side by side in the order they come: lines of different instants would run backwards.
    """
    instants = sorted({point.at for line in lines for point in line})
    if len(instants) <= most:
        return instants
    number = {at: i for i, at in enumerate(instants)}
    kept = {0, len(instants) - 1}
    for points in lines:
        ends = {number[find(points, key=lambda point: point.value).at] for find in (min, max)}
        kept |= ends if len(kept | ends) <= most else set()
    spread = most - len(kept)
    kept.update(round((i + 0.5) * (len(instants) - 1) / spread) for i in range(spread))
    return [instants[i] for i in sorted(kept)]


def _picture(block: Chart, drawn: Sequence[Series], sheet: Sheet) -> Element:
    bars = block.shape == "bar"
    drawn = sorted(drawn, key=lambda one: -len(_finite(one.points)))  # the line without gaps sets the order of instants
    finite = [_finite(one.points) for one in drawn]
    instants = thinned(finite, max(4, int(limits.POINTS * sheet.scale)))
    labels = dict(zip(instants, _labels(instants), strict=True))
    lines = []
    for one, points in zip(drawn, finite, strict=True):
        values = [{"x": labels[point.at], "y": point.value} for point in points if point.at in labels]
        lines.append({"legend": sheet.fit(one.name, limits.LABEL), "values": values})
    kind = "Chart.Line" if not bars else "Chart.VerticalBar" if len(lines) == 1 else "Chart.VerticalBar.Grouped"
    data = lines[0]["values"] if kind == "Chart.VerticalBar" else lines
    unit = drawn[0].unit
    return {"type": kind, "data": data, **({"yAxisTitle": unit} if unit else {}), "fallback": _no_chart()}


def _labels(instants: Sequence[datetime]) -> list[str]:
    """Short, for Teams writes dates of its own accord but no times."""
    ats = [at.astimezone(UTC) for at in instants]
    if len({at.time() for at in ats}) == 1 and len(ats) > 1:
        return [f"{at:%Y-%m-%d}" for at in ats]
    shape = "%H:%M" if ats[-1] - ats[0] < _DAY else "%m-%d %H:%M"
    if len({at.strftime(shape) for at in ats}) < len(ats):
        shape += ":%S"
    return [at.strftime(shape) for at in ats]


def _finite(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if math.isfinite(point.value)]


def _caption(caption: str, sheet: Sheet) -> Element:
    return line(sheet.fit(caption, limits.CAPTION), weight="Bolder")


def _twin(series: Series, sheet: Sheet) -> Element:
    words = sheet.fit(plain.told(series), limits.FACT)
    runs = [run(words, size="Small")]
    if shape := replace(series, points=tuple(_finite(series.points))).sparkline():
        runs.append(run(f"  {shape}", size="Small", fontType="Monospace"))
    return rich(runs, spacing="None")


def _no_chart() -> Element:
    return line("This client draws no charts; the figures stand below.", isSubtle=True, size="Small")
