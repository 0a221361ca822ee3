"""Fills the port of metrics from a Prometheus, or anything that speaks its HTTP API."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.model.errors import Rejected
from bot.model.series import Labels, Metric, Series
from bot.ports.services import Clock
from integrations.prometheus.connection import Connection
from integrations.prometheus.explore import Explore
from integrations.prometheus.labels import labels, selector
from integrations.prometheus.series import Answer, covering, to_metrics, to_series

log = logging.getLogger(__name__)

LATELY = timedelta(hours=1)
MAX_STEPS = 11_000  # as many as Prometheus answers
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class PrometheusMetrics:
    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        page: str,
        title: str = "Prometheus",
        explore: Explore | None = None,
        only: Mapping[str, str] | None = None,
    ) -> None:
        self.title = title
        self._connection = connection
        self._clock = clock
        self._page = page.rstrip("/")
        self._explore = explore
        self._only = only or {}

    def limited(self, only: Mapping[str, str]) -> "PrometheusMetrics":
        return PrometheusMetrics(self._connection, self._clock, self._page, self.title, self._explore, only)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return self._noted(to_series(query, await self._connection.query(query, at)), query)

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        if step <= timedelta(0) or end < start:
            raise Rejected("A range needs an end after its start, and a step above zero.", code="bad_data")
        if (end - start) / step > MAX_STEPS:
            raise Rejected(
                f"More than {MAX_STEPS:,} steps are asked for.", code="bad_data", advice="Take a longer step."
            )
        return self._noted(to_series(query, await self._connection.query_range(query, start, end, step)), query)

    async def metrics(self) -> Sequence[Metric]:
        names = await self.values("__name__")
        try:
            described = (await self._connection.metadata())["data"]
        except Rejected:
            described = {}  # some that speak Prometheus's API have no such page
        return to_metrics(covering(described, names) if self._only else described, names)

    async def values(self, label: str) -> Sequence[str]:
        if not _LABEL.fullmatch(label):
            raise Rejected(f"“{label}” cannot be the name of a label.", code="bad_data")
        now = self._clock.now()
        return tuple((await self._connection.label_values(label, now - LATELY, now, selector(self._only)))["data"])

    async def labels(self, names: Sequence[str], most: int) -> Mapping[str, Labels]:
        now = self._clock.now()
        return await labels(self._connection, names, most, now - LATELY, now, self._only)

    def link(self, query: str, start: datetime, end: datetime) -> str:
        """Prometheus's own page: a graph of the range, or a table at one instant."""
        if self._explore:
            return self._explore.link(query, start, end)
        until = end.strftime("%Y-%m-%d %H:%M:%S")
        if end <= start:
            shown = {"g0.tab": "1", "g0.moment_input": until}
        else:
            shown = {"g0.tab": "0", "g0.range_input": f"{(end - start).total_seconds():.0f}s", "g0.end_input": until}
        return f"{self._page}/graph?" + urlencode({"g0.expr": query, **shown})

    def _noted(self, answer: Answer, query: str) -> Sequence[Series]:
        if answer.notes:
            log.warning("answer may be incomplete", extra={"source": self.title, "query": query, "notes": answer.notes})
        return answer.series
