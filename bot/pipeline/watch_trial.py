"""What a watch would have been in the last days: the same detector over the same source, and nothing is told."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.series import Series
from bot.model.watch import MOST_SERIES, Trial, Watch, WatchDraft, WatchId
from bot.pipeline import watch_reading
from bot.pipeline.watch_memory import floored
from bot.pipeline.watch_series import WatchSeries
from bot.ports.tools import MetricsSource

SPAN = timedelta(days=7)
LEARNING = timedelta(days=1)  # before it: a watch that has just begun to learn tells nothing yet
STEP = timedelta(minutes=5)  # a fifth of the work, for somebody waits
MOST = 20  # series that are tried


async def trial(source: MetricsSource, draft: WatchDraft, now: datetime) -> Trial:
    end = floored(now, STEP)
    rows = await watch_reading.read(source, _watch(draft, now), end - SPAN - LEARNING, end)
    if not rows:
        return Trial(draft, 0, 0, 0.0)
    tried = await asyncio.to_thread(_replayed, draft, rows[:MOST], now)
    began = min(row.points[0].at for row in rows if row.points)
    since = min(began + LEARNING, end)
    told = [tuple(at for at in one.openings if at >= since) for one in tried]
    most = max(range(len(tried)), key=lambda place: len(told[place]))
    return Trial(
        draft, min(len(rows), MOST_SERIES), sum(map(len, told)), (end - since) / timedelta(days=1), len(tried),
        replace(rows[most], unit=draft.unit), told[most],
    )  # fmt: skip


def _watch(draft: WatchDraft, now: datetime) -> Watch:
    return Watch(
        WatchId("W0"), draft.name, draft.query, now, kind=draft.kind, step=STEP, above=draft.above, below=draft.below,
        weeks=draft.weeks,
    )  # fmt: skip


def _replayed(draft: WatchDraft, rows: Sequence[Series], now: datetime) -> list[WatchSeries]:
    watch = _watch(draft, now)
    found = [watch_reading.begun(watch, row.labels) for row in rows]
    for one, row in zip(found, rows, strict=True):
        one.take(row.points)
    return found
