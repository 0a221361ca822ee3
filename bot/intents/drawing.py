"""Lines in the unit that people say, on one axis, and with few enough points to be sent."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import figures
from bot.model.reply import Chart
from bot.model.series import Point, Series
from bot.model.text import capital

DRAWN = 6  # series in one chart
STRETCHES = 60


def chart(caption: str, lines: Sequence[Series]) -> Chart:
    drawn = [one for one in lines if one.points][:DRAWN]
    most = max((abs(one.value) for line in drawn for one in line.points if math.isfinite(one.value)), default=0.0)
    factor, unit = figures.axis(drawn[0].unit if drawn else "", most)
    kept = set().union(*(instants(line.points) for line in drawn)) if drawn else set()
    scaled = (
        replace(line, unit=unit, points=tuple(Point(p.at, p.value * factor) for p in line.points if p.at in kept))
        for line in drawn
    )
    return Chart(capital(caption), tuple(scaled))


def instants(points: Sequence[Point]) -> set[datetime]:
    """The first and the last, and of each stretch between them its least and its greatest: no peak is lost."""
    if len(points) <= 2 * STRETCHES:
        return {one.at for one in points}
    size = math.ceil(len(points) / STRETCHES)
    kept = {points[0].at, points[-1].at}
    for start in range(0, len(points), size):
        known = [one for one in points[start : start + size] if not math.isnan(one.value)]
        kept |= {find(known, key=lambda one: one.value).at for find in (min, max) if known}
    return kept
