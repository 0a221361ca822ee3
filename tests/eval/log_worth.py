"""What a LogQL query is worth over lines: numbers, or the lines themselves, told apart by stream and instant."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from bot.query.logql import tree
from bot.query.logql.check import check
from bot.query.logql.parse import parse
from integrations.demo.logql.evaluate import Evaluation, lines
from tests.eval.lines import DAYS, NANO, LogWorld
from tests.eval.questions import Moments
from tests.eval.worth import COMPARING, LEAST, MOST, POINTS, USUAL, Answer, Comparison, compared, plain

GROWING = ("count_over_time", "bytes_over_time", "sum_over_time")  # with the window's length
EVERY = 10**9


@lru_cache(maxsize=256)
def read(query: str) -> tree.Expression:
    expression = parse(query)
    check(expression)
    return expression


def are_lines(query: str) -> bool:
    return isinstance(read(query), tree.Logs)


def worth(query: str, world: LogWorld, at: datetime | Moments, *, free: bool, limit: int | None) -> Answer:
    expression = read(query)
    if isinstance(expression, tree.Logs):
        return _lines(expression, world, at, limit or EVERY)
    return plain(_evaluation(world, at).of(freed(expression) if free else expression))


def comparisons(query: str, world: LogWorld, at: datetime | Moments, *, free: bool) -> list[Comparison]:
    """Those of series with a number."""
    eye = _evaluation(world, at)
    found: list[Comparison] = []
    for part in tree.parts(read(query)):
        if isinstance(part, tree.Binary) and part.operator in COMPARING:
            left, right = (eye.of(freed(side) if free else side) for side in (part.left, part.right))
            found += compared(part.operator, left, right)
    return found


def _evaluation(world: LogWorld, at: datetime | Moments) -> Evaluation:
    start, end = at if isinstance(at, tuple) else (at, at)
    points = POINTS if isinstance(at, tuple) else 1
    return Evaluation(world.streams, np.linspace(_nanoseconds(start), _nanoseconds(end), points).astype(np.int64))


def _lines(expression: tree.Logs, world: LogWorld, at: datetime | Moments, limit: int) -> Answer:
    start, end = at if isinstance(at, tuple) else (at - timedelta(days=DAYS), at)
    found = lines(expression, world.streams, _nanoseconds(start), _nanoseconds(end), limit)
    return {(("at", str(entry.at)), *sorted(entry.stream.items())): np.zeros(1) for entry in found}


def freed(node: tree.Metric) -> tree.Metric:
    """With five minutes for any window between one and fifteen, as if each stood for the same rate."""
    match node:
        case tree.OverTime():
            length = timedelta(microseconds=node.ranged.length.nanoseconds / 1000)
            if not LEAST <= length <= MOST:
                return node
            usual = tree.Duration(round(USUAL.total_seconds()) * NANO)
            other = replace(node, ranged=replace(node.ranged, length=usual))
            return tree.Binary("*", other, tree.Number(length / USUAL)) if node.function in GROWING else other
        case tree.Aggregate() | tree.LabelReplace():
            return replace(node, inner=freed(node.inner))
        case tree.Binary():
            return replace(node, left=freed(node.left), right=freed(node.right))
        case _:
            return node


def _nanoseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000) * 1_000_000
