"""Fills the port of logs from a Loki."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.model.errors import Rejected
from bot.model.lines import LogLine, nanoseconds
from bot.model.series import Series
from bot.ports.services import Clock
from bot.ports.tools import Direction
from bot.query.logql.quoting import quoted
from integrations.loki.bodies import to_lines, to_names, to_series, to_streams
from integrations.loki.connection import Connection

A_WHILE = timedelta(seconds=10)  # one look at the streams serves for all their labels
LATELY = timedelta(hours=6)  # of labels: streams may be silent for a while
MAX_STEPS = 11_000  # as many as Loki answers
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class LokiLogs:
    def __init__(
        self,
        connection: Connection,
        clock: Clock,
        page: str = "",
        title: str = "Loki",
        only: Mapping[str, str] | None = None,
    ) -> None:
        self.title = title
        self._connection = connection
        self._clock = clock
        self._page = page.rstrip("/")
        self._only = only or {}
        self._streams: tuple[datetime, Sequence[Mapping[str, str]]] | None = None

    def limited(self, only: Mapping[str, str]) -> "LokiLogs":
        return LokiLogs(self._connection, self._clock, self._page, self.title, only)

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
        if self._only:
            return sorted({name for labels in await self._known() for name in labels})
        return to_names(await self._connection.get("labels", self._lately()))

    async def values(self, label: str) -> Sequence[str]:
        if not _LABEL.fullmatch(label):
            raise Rejected(f"“{label}” cannot be the name of a label.", code="bad_data")
        if self._only:
            return sorted({labels[label] for labels in await self._known() if label in labels})
        return to_names(await self._connection.get(f"label/{label}/values", self._lately()))

    async def _known(self) -> Sequence[Mapping[str, str]]:
        """The labels of each stream that is ours: its pages of names know of no such limit in every version."""
        now = self._clock.now()
        if self._streams is None or now - self._streams[0] >= A_WHILE:
            matchers = ", ".join(f"{label}={quoted(value)}" for label, value in self._only.items())
            asked = {**self._lately(), "match[]": f"{{{matchers}}}"}
            self._streams = now, to_streams(await self._connection.get("series", asked))
        return self._streams[1]

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
