"""Charts, each with the same told in words: a reader without a chart misses no figure."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bot.model import drawing, figures, plain
from bot.model.reply import Bars, Chart, Pie
from bot.model.series import Series
from handlers.teams import limits
from handlers.teams.runs import line, rich, run
from handlers.teams.sheet import Element, Sheet


def chart(block: Chart, sheet: Sheet) -> list[Element]:
    drawn = sheet.some(drawing.lines(block), limits.SERIES)
    told = [_twin(one, sheet) for one in sheet.some(block.series, limits.SERIES * 2)]
    around = [_small(words, sheet) for words in sheet.some(plain.around(block), limits.FACTS)]
    picture = [_picture(block, drawn, sheet)] if drawn else []
    return [_caption(block.caption, sheet), *picture, *told, *around]


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


def bars(block: Bars, sheet: Sheet) -> list[Element]:
    told = sheet.some(plain.told_bars(block), limits.FACTS)
    return [_caption(block.caption, sheet), *_columns(block, sheet), *(_small(words, sheet) for words in told)]


def _columns(block: Bars, sheet: Sheet) -> list[Element]:
    scaled = drawing.columns(block)
    groups = sheet.some(scaled.groups, limits.SERIES)
    count = len(sheet.some(scaled.categories, limits.POINTS))
    names = [sheet.fit(name, limits.LABEL) for name in scaled.categories[:count]]
    data = []
    for group in groups:
        pairs = zip(names, group.values, strict=False)
        values = [{"x": name, "y": value} for name, value in pairs if math.isfinite(value)]
        data.append({"legend": sheet.fit(group.name, limits.LABEL), "values": values})
    return [_bars(data, _titled(scaled.unit), stacked=block.stacked)] if any(one["values"] for one in data) else []


def _picture(block: Chart, drawn: Sequence[Series], sheet: Sheet) -> Element:
    drawn = sorted(drawn, key=lambda one: -len(one.points))  # the line without gaps sets the order of instants
    marked = [mark.at for mark in block.marks]
    instants = drawing.thinned([one.points for one in drawn], max(4, int(limits.POINTS * sheet.scale)), marked)
    # Teams sets names of instants side by side in the order they come: lines of different ones would run backwards.
    labels = dict(zip(instants, drawing.labels(instants, block.zone), strict=True))
    lines = []
    for one in drawn:
        values = [{"x": labels[point.at], "y": point.value} for point in one.points if point.at in labels]
        lines.append({"legend": sheet.fit(one.name, limits.LABEL), "values": values})
    unit = drawn[0].unit
    titles = {"xAxisTitle": f"Time ({block.zone})", **_titled(unit)}
    if block.shape == "bar":
        return _bars(lines, titles, stacked=block.stacked)
    return {"type": "Chart.Line", "data": lines, **titles, "fallback": _no_chart()}


def _bars(groups: Sequence[Element], titles: Element, *, stacked: bool) -> Element:
    titled = {**titles, "fallback": _no_chart()}
    if len(groups) == 1:
        return {"type": "Chart.VerticalBar", "data": groups[0]["values"], **titled}
    piled = {"stacked": True} if stacked else {}
    return {"type": "Chart.VerticalBar.Grouped", "data": list(groups), **piled, **titled}


def _titled(unit: str) -> Element:
    return {"yAxisTitle": unit} if unit else {}


def _small(words: str, sheet: Sheet) -> Element:
    return rich([run(sheet.fit(words, limits.FACT), size="Small")], spacing="None")


def _caption(caption: str, sheet: Sheet) -> Element:
    return line(sheet.fit(caption, limits.CAPTION), weight="Bolder")


def _twin(series: Series, sheet: Sheet) -> Element:
    words = sheet.fit(plain.told(series), limits.FACT)
    runs = [run(words, size="Small")]
    if shape := replace(series, points=tuple(drawing.finite(series))).sparkline():
        runs.append(run(f"  {shape}", size="Small", fontType="Monospace"))
    return rich(runs, spacing="None")


def _no_chart() -> Element:
    return line("This client draws no charts; the figures stand below.", isSubtle=True, size="Small")
