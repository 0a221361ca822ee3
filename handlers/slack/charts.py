"""Charts: Slack's data_visualization within its limits, and beside each the same in words."""

import math
from collections.abc import Sequence
from datetime import datetime

from bot.model import drawing, figures, plain
from bot.model.reply import Bars, Chart, Pie, Share
from bot.model.series import Series
from handlers.slack import limits
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, shorten

_OTHERS = "others"


def native(chart: Chart) -> BlockKit | None:
    """None where Slack's chart cannot show it: there every series has a value at each time."""
    series = drawing.lines(chart)[: limits.CHART_SERIES]
    instants_of = [_instants(one) for one in series]
    every = set[datetime]().union(*instants_of)
    shared = every.intersection(*instants_of)
    if not shared or 2 * len(shared) < len(every):  # of what is spent and what is expected, one day would be left
        return None
    kept = [[point for point in one.points if point.at in shared] for one in series]
    instants = drawing.thinned(kept, limits.CHART_POINTS, [mark.at for mark in chart.marks])
    categories = drawing.labels(instants, chart.zone)
    named = dict(zip(instants, categories, strict=True))
    axes: BlockKit = {"categories": categories, "x_label": shorten(f"Time ({chart.zone})", limits.CHART_AXIS_LABEL)}
    if series[0].unit:
        axes["y_label"] = shorten(clean(series[0].unit), limits.CHART_AXIS_LABEL)
    drawn = [
        {
            "name": name,
            "data": [{"label": named[one.at], "value": _short(one.value)} for one in points if one.at in named],
        }
        for name, points in zip(_unique([one.name for one in series]), kept, strict=True)
    ]
    return _block(chart.caption, {"type": chart.shape, "series": drawn, "axis_config": axes})


def native_bars(bars: Bars) -> BlockKit | None:
    """None where a value is missing: every series has one for each category."""
    scaled = drawing.columns(bars)
    categories = _unique(scaled.categories[: limits.CHART_POINTS])
    groups = scaled.groups[: limits.CHART_SERIES]
    values = [group.values[: len(categories)] for group in groups]
    if not categories or not groups or not all(_whole(one, len(categories)) for one in values):
        return None
    axes: BlockKit = {"categories": categories}
    if scaled.unit:
        axes["y_label"] = shorten(clean(scaled.unit), limits.CHART_AXIS_LABEL)
    drawn = [
        {
            "name": name,
            "data": [{"label": at, "value": _short(value)} for at, value in zip(categories, one, strict=True)],
        }
        for name, one in zip(_unique([group.name for group in groups]), values, strict=True)
    ]
    return _block(bars.caption, {"type": "bar", "series": drawn, "axis_config": axes})


def native_pie(pie: Pie) -> BlockKit | None:
    shares = sorted((s for s in pie.shares if math.isfinite(s.value) and s.value > 0), key=lambda s: -s.value)
    if not shares or any(share.value < 0 for share in pie.shares):
        return None
    if len(shares) > limits.CHART_SERIES:
        kept = limits.CHART_SERIES - 1
        shares = [*shares[:kept], Share(_OTHERS, sum(share.value for share in shares[kept:]))]
    names = _unique([share.name for share in shares])
    segments = [{"label": name, "value": _short(share.value)} for name, share in zip(names, shares, strict=True)]
    return _block(pie.caption, {"type": "pie", "segments": segments})


def told(chart: Chart) -> list[str]:
    """Every series in words, with its shape, and what stands around them."""
    return [*(f"{plain.told(one)}  {one.sparkline()}".rstrip() for one in chart.series), *plain.around(chart)]


def told_pie(pie: Pie) -> list[str]:
    total = sum(share.value for share in pie.shares)
    return [
        f"{share.name}: {figures.measured(share.value, pie.unit)}"
        + (f" ({figures.plain(share.value / total * 100)} %)" if total else "")
        for share in pie.shares
    ]


def left_out(chart: Chart) -> str:
    """What Slack's chart does not show of this one; the words beside it do."""
    drawn = [one for one in chart.series if one.points]
    if len(drawn) > limits.CHART_SERIES:
        return f"The chart shows {limits.CHART_SERIES} of {len(drawn)} series."
    points = max((len(one.points) for one in drawn), default=0)
    return f"The chart shows {limits.CHART_POINTS} of {points} points." if points > limits.CHART_POINTS else ""


def left_out_bars(bars: Bars) -> str:
    categories, groups = len(bars.categories), len(bars.groups)
    if groups > limits.CHART_SERIES:
        return f"The chart shows {limits.CHART_SERIES} of {groups} groups."
    return (
        f"The chart shows {limits.CHART_POINTS} of {categories} categories." if categories > limits.CHART_POINTS else ""
    )


def _instants(series: Series) -> set[datetime]:
    return {point.at for point in series.points}


def _whole(values: Sequence[float], count: int) -> bool:
    return len(values) == count and all(map(math.isfinite, values))


def _unique(names: Sequence[str]) -> list[str]:
    """Short enough for Slack and still different from each other."""
    given: list[str] = []
    for number, name in enumerate(names, 1):
        short = shorten(clean(name).strip() or str(number), limits.CHART_LABEL)
        if short in given:
            short = shorten(f"{number} {short}", limits.CHART_LABEL)
        given.append(short if short not in given else f"series {number}")
    return given


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _block(caption: str, chart: BlockKit) -> BlockKit:
    title = shorten(clean(caption).strip() or "Chart", limits.CHART_TITLE)
    return {"type": "data_visualization", "title": title, "chart": chart}
