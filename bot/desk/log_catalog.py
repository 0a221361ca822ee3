"""What a source of logs has: the labels of its streams, and what the lines of each service look like."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.errors import Rejected
from bot.ports.tools import LogsSource
from bot.query.catalog import KnownLogs
from bot.query.log_shapes import shape
from bot.query.logql.quoting import quoted

log = logging.getLogger(__name__)

SERVICE = ("service_name", "service", "app", "application", "app_kubernetes_io_name", "job", "container", "component")
MOST_LABELS, MOST_VALUES, MOST_SERVICES = 50, 200, 40
SAMPLE, LATELY = 20, timedelta(hours=1)
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class LogCatalog:
    stream_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: Sequence[KnownLogs] = ()


async def read_logs(source: LogsSource, now: datetime) -> LogCatalog:
    """A label with too many values is listed without any: its values are not known."""
    labels = sorted(await source.labels())[:MOST_LABELS]
    places = asyncio.Semaphore(AT_ONCE)

    async def values(label: str) -> tuple[str, ...]:
        async with places:
            found = await source.values(label)
        return tuple(found) if len(found) <= MOST_VALUES else ()

    known = dict(zip(labels, await asyncio.gather(*(values(label) for label in labels)), strict=True))
    service = next((label for label in SERVICE if known.get(label)), "")

    async def look(name: str) -> KnownLogs:
        async with places:
            return await _shape(source, service, name, now)

    names = known.get(service, ())[:MOST_SERVICES]
    return LogCatalog(known, tuple(await asyncio.gather(*(look(name) for name in names))))


async def _shape(source: LogsSource, label: str, name: str, now: datetime) -> KnownLogs:
    try:
        lines = await source.lines(f"{{{label}={quoted(name)}}}", now - LATELY, now, SAMPLE)
    except Rejected as problem:  # one service that cannot be looked at leaves the others
        log.warning("lines_not_looked_at", extra={"service": name, "reason": problem.says})
        return KnownLogs(name)
    return shape(name, [line.text for line in lines])
