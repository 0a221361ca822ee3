"""Fills the port of logs from a Loki."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.model.errors import Rejected
from bot.model.lines import LogLine, nanoseconds
from bot.model.series import Series
from bot.ports.services import Clock
from bot.ports.tools import Direction
from integrations.loki.bodies import to_lines, to_names, to_series
from integrations.loki.connection import Connection

LATELY = timedelta(hours=6)  # of labels: streams may be silent for a while
MAX_STEPS = 11_000  # as many as Loki answers
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class LokiLogs:
    def __init__(self, connection: Connection, clock: Clock, page: str = "", title: str = "Loki") -> None:
        self.title = title
        self._connection = connection
        self._clock = clock
        self._page = page.rstrip("/")

    async def lines(
        self, query: str, start: datetime, end: datetime, limit: int, direction: Direction = "backward"
    ) -> Sequence[LogLine]:
        if end <= start or limit < 1:
            raise Rejected("Lines need an end after their start, and a number above zero.", code="bad_data")
        asked = {**_range(query, start, end), "limit": limit, "direction": direction}
        return to_lines(await self._connection.get("query_range", asked), direction)

    async def instant(self, query: str, at: datetime) -> Sequence[Series]:
        return to_series(query, await self._connection.get("query", {"query": query, "time": nanoseconds(at)}))

    async def range(self, query: str, start: datetime, end: datetime, step: timedelta) -> Sequence[Series]:
        if step <= timedelta(0) or end < start:
            raise Rejected("A range needs an end after its start, and a step above zero.", code="bad_data")
        if (end - start) / step > MAX_STEPS:
            raise Rejected(
                f"More than {MAX_STEPS:,} steps are asked for.", code="bad_data", advice="Take a longer step."
            )
        asked = {**_range(query, start, end), "step": f"{step.total_seconds():g}"}
        return to_series(query, await self._connection.get("query_range", asked))

    async def labels(self) -> Sequence[str]:
        return to_names(await self._connection.get("labels", self._lately()))

    async def values(self, label: str) -> Sequence[str]:
        if not _LABEL.fullmatch(label):
            raise Rejected(f"“{label}” cannot be the name of a label.", code="bad_data")
        return to_names(await self._connection.get(f"label/{label}/values", self._lately()))

    def link(self, query: str, start: datetime, end: datetime) -> str:
        """Grafana's page to explore logs, for Loki has none of its own."""
        if not self._page:
            return ""
        asked = {"refId": "A", "expr": query, "datasource": {"type": "loki", "uid": "loki"}}
        window = {"from": str(nanoseconds(start) // 10**6), "to": str(nanoseconds(end) // 10**6)}
        panes = {"a": {"datasource": "loki", "queries": [asked], "range": window}}
        shown = json.dumps(panes, separators=(",", ":"))
        return f"{self._page}/explore?" + urlencode({"schemaVersion": "1", "panes": shown})

    def _lately(self) -> dict[str, str | int]:
        now = self._clock.now()
        return {"start": nanoseconds(now - LATELY), "end": nanoseconds(now)}


def _range(query: str, start: datetime, end: datetime) -> dict[str, str | int]:
    return {"query": query, "start": nanoseconds(start), "end": nanoseconds(end)}
