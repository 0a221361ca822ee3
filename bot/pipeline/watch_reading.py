"""How a watch is read, and what its series are: by its kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.analysis.detector import Detector
from bot.analysis.kinds import KINDS
from bot.model.series import Series
from bot.model.watch import BURN, SILENCE, Watch, series_key
from bot.pipeline import watch_burn
from bot.pipeline.watch_burn import BurnSeries
from bot.pipeline.watch_series import WatchSeries
from bot.pipeline.watch_silence import SilenceSeries
from bot.ports.tools import MetricsSource

_SERIES: Mapping[str, type[WatchSeries]] = {BURN: BurnSeries, SILENCE: SilenceSeries}


async def read(source: MetricsSource, watch: Watch, start: datetime, end: datetime) -> Sequence[Series]:
    if watch.kind == BURN:
        return await watch_burn.read(source, watch, start, end)
    return await source.range(watch.query, start, end, watch.step)


def begun(watch: Watch, labels: Mapping[str, str]) -> WatchSeries:
    detector = Detector(KINDS.get(watch.kind, KINDS["gauge"]), watch.weeks)
    made = _SERIES.get(watch.kind, WatchSeries)
    return made(labels, detector, watch.above, watch.below, series_key(labels))
