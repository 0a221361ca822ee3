"""What a chart block must be: its shape, and that series and categories agree."""

from typing import Any

from handlers.playground.doubles.slack import limits
from handlers.playground.doubles.slack.grammar import Check, Report, many, number, shape, string, tagged

_LABEL = string(limits.CHART_LABEL)
_POINT = shape({"label": _LABEL, "value": number()}, {})
_SERIES = shape({"name": _LABEL, "data": many(_POINT, limits.CHART_POINTS)}, {})
_AXES = shape(
    {"categories": many(_LABEL, limits.CHART_POINTS)},
    {"x_label": string(limits.CHART_AXIS), "y_label": string(limits.CHART_AXIS)},
)
_PLOT = shape({"series": many(_SERIES, limits.CHART_SERIES), "axis_config": _AXES}, {})
_SEGMENT = shape({"label": _LABEL, "value": number()}, {})


def _plot(value: dict[str, Any], at: str, report: Report) -> None:
    before = len(report.flaws)
    _PLOT(value, at, report)
    if len(report.flaws) > before:
        return
    names = [series["name"] for series in value["series"]]
    categories = value["axis_config"]["categories"]
    if len(set(names)) < len(names):
        report.add(f"{at}/series", "series names must be unique", "unique", "name")
    if len(set(categories)) < len(categories):
        report.add(f"{at}/axis_config/categories", "categories must be unique", "unique", "categories")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            where = f"{at}/series/{index}/data"
            report.add(where, "every series must have one value for each category", "categories", categories)


def _pie(value: dict[str, Any], at: str, report: Report) -> None:
    shape({"segments": many(_SEGMENT, limits.CHART_SERIES)}, {})(value, at, report)
    for index, segment in enumerate(value.get("segments") or []):
        size = segment.get("value") if isinstance(segment, dict) else None
        if isinstance(size, (int, float)) and size <= 0:
            report.add(f"{at}/segments/{index}/value", "must be greater than 0", "minimum", 0)


CHART: Check = shape(
    {
        "title": string(limits.CHART_TITLE),
        "chart": tagged({"line": _plot, "bar": _plot, "area": _plot, "pie": _pie}),
    },
    {"block_id": string(limits.BLOCK_ID)},
)
