"""Log events out of Loki's lines: asked for every few seconds, from where the last look ended."""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.model.errors import Problem
from bot.model.harmless import clean
from bot.model.lines import LogLine
from bot.model.log_event import LONGEST_MESSAGE, Kind, LogEvent, kind_of, level_of, made_of
from bot.model.plan import Plan, Tail
from bot.model.tenant import TenantId
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import LogsSource, Sources

log = logging.getLogger(__name__)

PAGE, PAGES = 1000, 10  # lines at a time, and how often in one look
OVERLAP = timedelta(seconds=15)  # lines that came late; those that are known already are not counted again
LONGEST_GAP = timedelta(hours=1)  # after a longer silence of ours, what lies before is left
LONGEST_NAME = 200
_TICK = timedelta(microseconds=1)

Take = Callable[[TenantId, Sequence[LogEvent]], Awaitable[int]]


class Tails:
    def __init__(self, storage: Storage, clock: Clock, sources: Sources, take: Take) -> None:
        self._storage, self._clock, self._sources, self._take = storage, clock, sources, take
        self._failing: set[tuple[TenantId, str]] = set()

    async def look(self, now: datetime) -> None:
        """At every tail of every plan; one that cannot be read holds up no other, and goes on where it was."""
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                plan = await work.plans.get() or Plan()
            for name, tail in plan.tails.items():
                await self._looked(tenant, name, tail, now)

    async def _looked(self, tenant: TenantId, name: str, tail: Tail, now: datetime) -> None:
        key = (tenant, name)
        try:
            source = await self._sources.logs(tenant, tail.source)
            if source is not None:
                await self._read(source, tenant, name, tail, now)
        except Problem as problem:
            if key not in self._failing:  # one line when it goes away
                log.warning("tail_not_read", extra={"tail": name, "reason": problem.says})
            self._failing.add(key)
        else:
            self._failing.discard(key)

    async def _read(self, source: LogsSource, tenant: TenantId, name: str, tail: Tail, now: datetime) -> None:
        start = await self._since(tenant, name, now)
        for _ in range(PAGES):
            lines = await source.lines(tail.query, start, now, PAGE, "forward")
            await self._take(tenant, events_of(name, tail, lines))
            whole = len(lines) < PAGE
            reached = now if whole else max(lines[-1].at, start + _TICK)
            await self._keep(tenant, name, reached)
            if whole:
                return
            start = reached

    async def _since(self, tenant: TenantId, name: str, now: datetime) -> datetime:
        async with self._storage.work(tenant) as work:
            note = await work.events.note(_note(name))
        reached = datetime.fromisoformat(note["at"]).astimezone(UTC) if note else now
        return max(reached - OVERLAP, now - LONGEST_GAP)

    async def _keep(self, tenant: TenantId, name: str, reached: datetime) -> None:
        async with self._storage.work(tenant) as work:
            await work.events.save_note(_note(name), {"at": reached.isoformat()})


def events_of(name: str, tail: Tail, lines: Sequence[LogLine]) -> list[LogEvent]:
    """Lines that say of no service are left out. Pure."""
    return [event for line in lines if (event := _event(name, tail, line)) is not None]


def _event(name: str, tail: Tail, line: LogLine) -> LogEvent | None:
    service = _word(line.labels, tail.service)
    if not service:
        return None
    metrics = _metrics(tail, line.labels)
    told = _word(line.labels, tail.type)
    said = line.labels.get(tail.message, "") if tail.message else line.text
    return LogEvent(
        made_of(line.at, name, line.nanoseconds, sorted(line.labels.items()), line.text),
        line.at,
        Kind(told) if told in tuple(Kind) else kind_of(metrics),
        service,
        clean(said)[:LONGEST_MESSAGE],
        _word(line.labels, tail.region),
        _word(line.labels, tail.customer),
        level_of(line.labels.get(tail.level, "")),
        metrics,
    )


def _word(labels: Mapping[str, str], name: str) -> str:
    return clean(labels.get(name, "")).strip()[:LONGEST_NAME]


def _metrics(tail: Tail, labels: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for metric, label in tail.metrics.items():
        try:
            value = float(labels[label])
        except (KeyError, ValueError):
            continue
        if math.isfinite(value):
            found[metric] = value
    return found


def _note(name: str) -> str:
    return f"tail {name}"
