"""Once an hour: when a gauge will meet the limit that people set, told while there is time to do something."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.analysis.forecast import Foreseen, Unforeseeable, foresee
from bot.model import figures
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.tenant import TenantId
from bot.model.watch import Watch
from bot.pipeline import forecast_words, watch_words
from bot.pipeline.watch_memory import WatchMemory
from bot.pipeline.watch_series import WatchSeries

EVERY = timedelta(hours=1)
AHEAD = timedelta(days=3)  # further off than that nobody acts
FORECAST = "Forecast"
FILLS = frozenset({"gauge", "saturation", "hit ratio"})  # other kinds jump rather than grow
NEXT = "Next: make room, or say from when on it is too much: “watch limit {id} above …”."
A_MARK = ":forecast"  # beside the series' own key, for both may be told


class Forecasts:
    """Of what is beyond its limit already nothing is foreseen: that is told by itself."""

    def __init__(self, accept: Callable[[TenantId, Sequence[Signal]], Awaitable[None]]) -> None:
        self._accept = accept
        self._looked_at: datetime | None = None

    async def look(self, memories: Iterable[WatchMemory], now: datetime) -> int:
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return 0
        self._looked_at = now
        told = 0
        for memory in [one for one in memories if one.learnt and one.watch.limited and one.watch.kind in FILLS]:
            signals = await asyncio.to_thread(foreseen, memory.watch, list(memory.series.values()), now)
            if signals:
                await self._accept(memory.tenant, signals)
                told += sum(one.status == "firing" for one in signals)
        return told


def foreseen(watch: Watch, series: Sequence[WatchSeries], now: datetime) -> list[Signal]:
    """Firing while it is foreseen, resolved otherwise: the end of what never began is nothing to the pipeline."""
    return [_signal(watch, one, now) for one in series if one.last_at is not None]


def _signal(watch: Watch, series: WatchSeries, now: datetime) -> Signal:
    for limit, above in ((watch.above, True), (watch.below, False)):
        if limit is None or series.broken:
            continue
        found = foresee(series.history(), limit, above)
        if isinstance(found, Foreseen) and near(found, now):
            return _told(watch, series, limit, found, now)
    key = f"{series.key}{A_MARK}"
    return Signal(
        watch_words.SOURCE, watch_words.fingerprint(watch.id, key), "resolved", Severity.LOW,
        watch_words.title(watch, series.labels), now, now, labels=_labels(watch, series),
    )  # fmt: skip


def near(found: Foreseen | Unforeseeable, now: datetime) -> bool:
    """Soon, and not so vague that it may as well be never."""
    return isinstance(found, Foreseen) and now < found.at <= now + AHEAD and found.late <= now + 2 * AHEAD


def _told(watch: Watch, series: WatchSeries, limit: float, found: Foreseen, now: datetime) -> Signal:
    name, border = watch_words.title(watch, series.labels), figures.measured(limit, watch.unit)
    rests = f"It rests on {figures.span(now - found.since)} of it."
    says = "\n".join((forecast_words.sentence(name, border, found), rests, NEXT.format(id=watch.id)))
    return Signal(
        watch_words.SOURCE, watch_words.fingerprint(watch.id, f"{series.key}{A_MARK}"), "firing", Severity.LOW,
        f"{name} meets {border} on {found.at:%A} {found.at:%H:%M} UTC", now,
        description=says,
        labels=_labels(watch, series),
        measured=figures.measured(series.values[-1], watch.unit),
        normal=f"{'above' if watch.above == limit else 'below'} {border}",
        expression=watch.query,
    )  # fmt: skip


def _labels(watch: Watch, series: WatchSeries) -> dict[str, str]:
    """Each is an issue of its own: two disks fill up for two reasons."""
    name = f"{FORECAST}: {watch_words.title(watch, series.labels)}"
    return {**watch_words.labelled(watch, series.labels, name), "alertname": name, "forecast": "yes"}
