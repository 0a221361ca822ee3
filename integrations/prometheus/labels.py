"""What the series of many metrics are told apart by, read from Prometheus's index in small bounded answers."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.model.errors import Rejected
from bot.model.series import Labels, labels_of
from bot.query.promql.build import quoted
from integrations.prometheus.connection import Connection

NAME = "__name__"
AT_ONCE = 2  # so that few answers are in memory together
NAMES = 500  # asked for in one call
LARGEST = 8 * 1024 * 1024  # of one answer: some 40,000 series
_SPECIAL = frozenset("\\.+*?()|[]{}^$")


async def labels(
    connection: Connection,
    names: Sequence[str],
    most: int,
    start: datetime,
    end: datetime,
    only: Mapping[str, str],
) -> Mapping[str, Labels]:
    """By the index alone: no sample is read. A metric with too many series is asked label by label."""
    places = asyncio.Semaphore(AT_ONCE)
    found: dict[str, Labels] = {}

    async def some(part: Sequence[str]) -> None:
        try:
            async with places:
                body = await connection.series(_one_of(part, only), start, end, LARGEST)
                found.update(await asyncio.to_thread(_by_name, body["data"], most))
            return
        except Rejected as problem:
            if problem.code != "size":
                raise
        if len(part) == 1:
            async with places:
                found[part[0]] = await _by_label(connection, part[0], most, start, end, only)
        else:
            await some(part[: len(part) // 2])
            await some(part[len(part) // 2 :])

    await asyncio.gather(*(some(names[at : at + NAMES]) for at in range(0, len(names), NAMES)))
    return found


async def _by_label(
    connection: Connection, name: str, most: int, start: datetime, end: datetime, only: Mapping[str, str]
) -> Labels:
    whole = _one_of([name], only)
    values: dict[str, tuple[str, ...]] = {}
    cut = set()
    for label in (await connection.label_names(whole, start, end))["data"]:
        if label == NAME:
            continue
        every = (await connection.label_values(label, start, end, whole))["data"]
        values[label] = tuple(every[:most])
        if len(every) > most:
            cut.add(label)
    return Labels(values, frozenset(cut))


def _by_name(series: Iterable[Mapping[str, str]], most: int) -> dict[str, Labels]:
    ordered = sorted(series, key=lambda one: one[NAME])
    return {
        name: labels_of(({label: one[label] for label in one if label != NAME} for one in rows), most)
        for name, rows in groupby(ordered, lambda one: one[NAME])
    }


def selector(only: Mapping[str, str]) -> str:
    """Of every series with these labels; empty where there are none to limit it by."""
    return "{" + ",".join(f"{label}={quoted(value)}" for label, value in only.items()) + "}" if only else ""


def _one_of(names: Sequence[str], only: Mapping[str, str]) -> str:
    """A selector of these names; regexes of plain alternatives are looked up in the index, not tried on each name."""
    escaped = ("".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in name) for name in names)
    limits = "".join(f",{label}={quoted(value)}" for label, value in only.items())
    return f"{{{NAME}=~{quoted('|'.join(escaped))}{limits}}}"
