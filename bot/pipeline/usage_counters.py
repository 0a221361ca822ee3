"""What AI costs out of counters in Prometheus: read in closed stretches of time, each once, from where it was."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.desk.asked_for import AskedFor
from bot.desk.readers import Readable
from bot.model.charge import Charge
from bot.model.errors import Problem
from bot.model.harmless import clean
from bot.model.plan import AiCounters, Plan
from bot.model.series import Series
from bot.model.tenant import TenantId
from bot.model.usage import Tokens
from bot.ports.desks import ChargeDesk
from bot.ports.storage import Storage
from bot.ports.tools import MetricsSource

log = logging.getLogger(__name__)

STRETCH = timedelta(minutes=5)
LATE = timedelta(minutes=2)  # a stretch is closed when the last scrapes of it are in
FIRST = timedelta(days=1)  # of the past, when counters are read for the first time
LONGEST_GAP = timedelta(days=14)  # after a longer silence of the source, what lies before is left
AT_ONCE = timedelta(days=1)  # in one look
LONGEST_NAME = 200
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_QUERIES = ("calls", "failed", "tokens_in", "tokens_out", "cost")
_NEARLY = 1e-6


class Remainders:
    """What `increase()` tells are fractions. What is left of one when it is made whole counts with the next."""

    def __init__(self, left: Mapping[str, float]) -> None:
        self.left = dict(left)

    def whole(self, of: str, value: float, most: float = math.inf) -> int:
        total = value + self.left.get(of, 0.0)
        found = int(min(most, math.floor(total + _NEARLY)))
        self.left[of] = total - found
        return found


class UsageCounters:
    def __init__(self, storage: Storage, readers: Readable, charges: ChargeDesk) -> None:
        self._storage, self._readers, self._charges = storage, readers, charges
        self._failing: set[tuple[TenantId, str]] = set()

    async def look(self, now: datetime) -> None:
        """At all counters of every plan; those that cannot be read hold up no others, and are caught up later."""
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                plan = await work.plans.get() or Plan()
            for name, counters in plan.ai_usage.counters.items():
                await self._looked(tenant, name, counters, now)

    async def _looked(self, tenant: TenantId, name: str, counters: AiCounters, now: datetime) -> None:
        key = (tenant, name)
        try:
            reader = await self._readers.metrics(tenant, counters.source)
            if reader is not None:
                await self._read(AskedFor(reader, tenant), tenant, name, counters, now)
        except Problem as problem:
            if key not in self._failing:  # one line when it goes away
                log.warning("ai_counters_not_read", extra={"counters": name, "reason": problem.says})
            self._failing.add(key)
        else:
            self._failing.discard(key)

    async def _read(
        self, source: MetricsSource, tenant: TenantId, name: str, counters: AiCounters, now: datetime
    ) -> None:
        start, remainders = await self._reached(tenant, name, now)
        end = min(_floor(now - LATE), start + AT_ONCE)
        if end <= start:
            return
        found = {
            kind: await source.range(query, start + STRETCH, end, STRETCH) for kind, query in queries(counters).items()
        }
        await self._charges.take(tenant, charges(name, counters, found, remainders))
        async with self._storage.work(tenant) as work:
            await work.events.save_note(_note(name), {"at": end.isoformat(), "left": remainders.left})

    async def _reached(self, tenant: TenantId, name: str, now: datetime) -> tuple[datetime, Remainders]:
        async with self._storage.work(tenant) as work:
            note = await work.events.note(_note(name))
        if not note:
            return _floor(now - FIRST), Remainders({})
        reached = max(datetime.fromisoformat(note["at"]).astimezone(UTC), _floor(now - LONGEST_GAP))
        return reached, Remainders(note.get("left", {}))


def queries(counters: AiCounters) -> Mapping[str, str]:
    minutes = STRETCH // timedelta(minutes=1)
    by = ", ".join(dict.fromkeys((counters.tool, counters.model)))
    return {
        kind: f"sum by ({by}) (increase({counter}[{minutes}m]))"
        for kind in _QUERIES
        if (counter := getattr(counters, kind))
    }


def charges(
    name: str, counters: AiCounters, found: Mapping[str, Sequence[Series]], remainders: Remainders
) -> Sequence[Charge]:
    """One for each stretch, tool and model of which anything is told; what is not told is not zero."""
    told: dict[tuple[datetime, str, str], dict[str, float]] = {}
    for kind, some in found.items():
        for series in some:
            tool, model = (clean(series.labels.get(one, ""))[:LONGEST_NAME] for one in (counters.tool, counters.model))
            for point in series.points:
                if math.isfinite(point.value) and point.value >= 0:
                    told.setdefault((point.at, tool or name, model), {})[kind] = point.value
    made = [_charge(name, *key, figures, remainders) for key, figures in sorted(told.items())]
    return [one for one in made if one.calls or (one.tokens and one.tokens.all) or one.cost]


def _charge(
    name: str, end: datetime, tool: str, model: str, figures: Mapping[str, float], remainders: Remainders
) -> Charge:
    def whole(kind: str, most: float = math.inf) -> int:
        return remainders.whole(f"{tool} {model} {kind}", figures.get(kind, 0.0), most)

    tokens = None
    if "tokens_in" in figures or "tokens_out" in figures:
        tokens = Tokens(whole("tokens_in"), whole("tokens_out"))
    calls = whole("calls")
    return Charge(
        f"{end.isoformat()} {tool} {model}", f"prometheus/{name}", end - STRETCH, tool, model,
        calls=calls, failed=whole("failed", calls), tokens=tokens,
        cost=Decimal(repr(figures["cost"])) if "cost" in figures else None, span=STRETCH,
    )  # fmt: skip


def _floor(at: datetime) -> datetime:
    return at - (at - _BEGIN) % STRETCH


def _note(name: str) -> str:
    return f"ai usage {name}"
