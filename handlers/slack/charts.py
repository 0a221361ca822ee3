"""Charts: Slack's data_visualization within its limits, and beside each the same in words."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import figures, plain
from bot.model.reply import Chart, Pie, Share
from handlers.slack import limits
from handlers.slack.rich import BlockKit
from handlers.slack.text import clean, shorten

_OTHERS = "others"
_CLOCK = ("%H:%M", "%m-%d %H:%M", "%m-%d %H:%M:%S")


def native(chart: Chart) -> BlockKit | None:
    """None where Slack's chart cannot show it."""
    series = [one for one in chart.series if one.points][: limits.CHART_SERIES]
    known = [{point.at: point.value for point in one.points if math.isfinite(point.value)} for one in series]
    shared = sorted(set[datetime]().union(*known).intersection(*known)) if known else []
    if not shared:
        return None
    instants = thinned(shared, [[values[at] for at in shared] for values in known])
    categories = _categories(instants)
    names = _unique([one.name for one in series])
    axes: BlockKit = {"categories": categories, "x_label": "Time (UTC)"}
    if series[0].unit:
        axes["y_label"] = shorten(clean(series[0].unit), limits.CHART_AXIS_LABEL)
    labelled = list(zip(categories, instants, strict=True))
    drawn = [
        {"name": name, "data": [{"label": label, "value": _short(values[at])} for label, at in labelled]}
        for name, values in zip(names, known, strict=True)
    ]
    return _block(chart.caption, {"type": chart.shape, "series": drawn, "axis_config": axes})


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
    """Every series in words, with its shape."""
    return [f"{plain.told(one)}  {one.sparkline()}".rstrip() for one in chart.series]


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


def thinned(instants: Sequence[datetime], values: Sequence[Sequence[float]]) -> list[datetime]:
    """As many instants as a chart takes: the first, the last, every series' least and most, the others evenly."""
    count = len(instants)
    if count <= limits.CHART_POINTS:
        return list(instants)
    kept = {count - 1, 0}
    for one in values:
        kept |= {min(range(count), key=one.__getitem__), max(range(count), key=one.__getitem__)}
    free = limits.CHART_POINTS - len(kept)
    others = [index for index in range(count) if index not in kept]
    kept |= {others[(2 * turn + 1) * len(others) // (2 * free)] for turn in range(free)}
    return [instants[index] for index in sorted(kept)]


def _categories(instants: Sequence[datetime]) -> list[str]:
    within_a_day = instants[-1] - instants[0] < timedelta(days=1)
    for pattern in _CLOCK if within_a_day else _CLOCK[1:]:
        labels = [at.strftime(pattern) for at in instants]
        if len(set(labels)) == len(labels):
            return labels
    return [f"{number} · {at:%H:%M:%S}" for number, at in enumerate(instants, 1)]


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
