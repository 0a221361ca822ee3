"""How fast the error budget burns, where that is fast enough to be told beside a cause."""

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime

from bot.analysis.objectives import DEFAULTS, PACES, burning
from bot.model import figures
from bot.model.analysis import Budget
from bot.ports.tools import MetricsSource
from bot.query.measures import write
from bot.query.vitals import ERRORS

ALLOWED = next(one.target for one in DEFAULTS if one.kind == "error_rate")
WINDOWS = tuple(sorted({window for pace in PACES[:2] for window in (pace.short, pace.long)}))


async def budget(source: MetricsSource, where: Mapping[str, str], at: datetime) -> Budget | None:
    """None: it lasts, or nobody knows."""
    queries = {window: write(ERRORS, where, "", window) for window in WINDOWS}
    found = await asyncio.gather(*(source.instant(query, at) for query in queries.values()))
    rates = {
        window: one[0].points[-1].value / ALLOWED if one and one[0].points else math.nan
        for window, one in zip(WINDOWS, found, strict=True)
    }
    pace = burning(rates)
    if pace is None:
        return None
    share = figures.measured(ALLOWED, "ratio")
    times, over = figures.plain(rates[pace.long]), figures.span(pace.long)
    says = f"The error budget of {share} burns {times} times as fast as it lasts, over {over}."
    return Budget(says, queries[pace.long])
