"""Charges out of counters: what each has grown by since it was seen last, and never more than that.

A counter that is seen for the first time is counted whole only where it is young; what an older one had counted before
belongs to a time that nobody told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.model.charge import By, Charge
from bot.model.charge_count import Count, Counts
from bot.model.usage import Tokens
from bot.ports.storage import UnitOfWork

METRICS, SPANS = "otlp-metrics", "otlp"
YOUNG = timedelta(hours=1)
FORGOTTEN = timedelta(days=2)  # a counter that was silent for so long is gone with its process
BOTH = timedelta(days=1)  # where a tool's spans came within so long, its metrics would count the same again


@dataclass(frozen=True, slots=True)
class _Seen:
    start: datetime
    at: datetime
    calls: int
    total: float


async def grown(work: UnitOfWork, tool: str, counts: Sequence[Count], now: datetime) -> Sequence[Charge]:
    """Of one tool. What was seen is kept in the same transaction as what becomes of it has to be."""
    name = f"ai counters of {tool}"
    await work.events.turn(name)
    note = await work.events.note(name)
    seen = {series: _Seen(_at(one[0]), _at(one[1]), one[2], one[3]) for series, one in note.get("seen", {}).items()}
    timed = bool(note.get("timed")) or any(one.counts is Counts.TOOK for one in counts)
    more = [found for one in counts if (found := _grown_by(one, seen, now)) and (found.calls or found.total)]
    kept = {
        series: (one.start.isoformat(), one.at.isoformat(), one.calls, one.total)
        for series, one in seen.items()
        if now - one.at < FORGOTTEN
    }
    await work.events.save_note(name, {"seen": kept, "timed": timed})
    return merged(more, timed=timed)


async def told_by_spans(work: UnitOfWork, tool: str, now: datetime) -> bool:
    return any(one.of == (SPANS,) for one in await work.charges.sums(now - BOTH, now, [By.SOURCE], tool=tool))


def _grown_by(count: Count, seen: dict[str, _Seen], now: datetime) -> Count | None:
    if not count.cumulative:
        return count
    before = seen.get(count.series)
    if before is not None and count.at <= before.at:
        return None
    seen[count.series] = _Seen(count.start, count.at, count.calls, count.total)
    if before is None:
        return count if now - count.start < YOUNG else None
    if count.start != before.start or count.calls < before.calls:
        return count  # its process began anew
    return replace(count, calls=count.calls - before.calls, total=max(0.0, count.total - before.total))


def merged(counts: Sequence[Count], *, timed: bool) -> Sequence[Charge]:
    """Calls are counted by their durations where there are any, for each has one; else by the tokens that were read."""
    together: dict[tuple[str, str, str, datetime], list[Count]] = {}
    for one in counts:
        together.setdefault((one.tool, one.model, one.operation, one.at), []).append(one)
    return [charge for some in together.values() for charge in _charges(some, timed=timed)]


def _charges(counts: Sequence[Count], *, timed: bool) -> Sequence[Charge]:
    first, by_kind = counts[0], {kind: [one for one in counts if one.counts is kind] for kind in Counts}
    name = sha256("\n".join(sorted(map(_mark, counts))).encode()).hexdigest()
    bare = Charge(name, METRICS, first.at, first.tool, first.model, first.operation, span=first.at - first.start)
    found = [
        replace(bare, id=f"{name}:{one.error}", calls=one.calls, failed=one.calls, took=_seconds(one), error=one.error)
        for one in by_kind[Counts.TOOK]
        if one.error
    ]
    good = [one for one in by_kind[Counts.TOOK] if not one.error]
    tokens = None
    if by_kind[Counts.READ] or by_kind[Counts.WRITTEN]:
        tokens = Tokens(_total(by_kind[Counts.READ]), _total(by_kind[Counts.WRITTEN]))
    if good or tokens:
        counted = sum(one.calls for one in (good if timed else by_kind[Counts.READ] or by_kind[Counts.WRITTEN]))
        took = sum((_seconds(one) for one in good), timedelta()) if good else None
        found.append(replace(bare, calls=counted, tokens=tokens, took=took))
    return found


def _mark(count: Count) -> str:
    return f"{count.series} {count.start.isoformat()} {count.at.isoformat()} {count.calls} {count.total}"


def _total(counts: Sequence[Count]) -> int:
    return round(sum(one.total for one in counts))


def _seconds(count: Count) -> timedelta:
    return timedelta(seconds=min(count.total, 1e9))


def _at(given: Any) -> datetime:
    return datetime.fromisoformat(given)
