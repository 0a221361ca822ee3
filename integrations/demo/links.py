"""Where the runbooks, dashboards and graphs of the demo world can be opened; empty where nobody serves them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

LAST_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Links:
    home: str = ""  # the address under which /demo/… is served

    def runbook(self, name: str) -> str:
        return self._to(f"runbook/{name}")

    def dashboard(self, service: str) -> str:
        return self._to(f"dashboard/{quote(service, safe='')}") if service else ""

    def graph(self, query: str, end: datetime | None = None, span: timedelta = LAST_HOUR) -> str:
        """With the parameters of Prometheus's own page; without an end, up to the moment when it is opened."""
        until = {"g0.end_input": f"{end:%Y-%m-%d %H:%M:%S}"} if end else {}
        shown = {"g0.expr": query, "g0.tab": "0", "g0.range_input": f"{span.total_seconds():.0f}s", **until}
        return self._to(f"graph?{urlencode(shown)}")

    def _to(self, path: str) -> str:
        return f"{self.home}/demo/{path}" if self.home else ""
