"""A dashboard as Grafana answers it, and what of it a link shows. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model.board import Board, Panel, PanelQuery
from bot.model.errors import Missing, Rejected
from integrations.grafana.links import Link, span
from integrations.grafana.variables import filled, titled, values

MOST = 3  # panels of a dashboard, and queries of a panel
POINTS = 120
SHORTEST = timedelta(seconds=15)
_UNITS: Mapping[str, tuple[str, float]] = {
    "s": ("seconds", 1.0), "ms": ("seconds", 1e-3), "µs": ("seconds", 1e-6), "ns": ("seconds", 1e-9),
    "dtdurations": ("seconds", 1.0), "bytes": ("bytes", 1.0), "decbytes": ("bytes", 1.0), "kbytes": ("bytes", 1024.0),
    "mbytes": ("bytes", 1024.0**2), "gbytes": ("bytes", 1024.0**3), "Bps": ("bytes/s", 1.0), "binBps": ("bytes/s", 1.0),
    "percent": ("percent", 1.0), "percentunit": ("ratio", 1.0), "currencyUSD": ("usd", 1.0), "reqps": ("req/s", 1.0),
    "ops": ("ops/s", 1.0), "rps": ("reads/s", 1.0), "wps": ("writes/s", 1.0), "none": ("", 1.0), "short": ("", 1.0),
}  # fmt: skip

Address = Callable[[str], str]


def board(
    told: Any, link: Link, sources: Sequence[Mapping[str, Any]], address: Address, now: datetime, title: str
) -> Board:
    """`sources`: Grafana's own list of datasources. `address`: of one behind its proxy, by uid."""
    dashboard = told.get("dashboard") if isinstance(told, dict) else None
    if not isinstance(dashboard, dict):
        raise Rejected(f"{title} sent a dashboard that cannot be read.", code="malformed")
    time = dashboard.get("time")
    saved = time if isinstance(time, dict) else {}
    start, end = span(link.start or str(saved.get("from", "")), link.end or str(saved.get("to", "")), now)
    reading = _Reading(values(dashboard, link.variables), sources, address, start, end)
    every = [one for one in _panels(dashboard.get("panels")) if link.panel in (None, one.get("id"))]
    if link.panel is not None and not every:
        raise Missing(f"The dashboard has no panel {link.panel}.")
    able = [one for one in every if link.panel is not None or reading.asks(one)]
    panels = tuple(reading.panel(one) for one in able[:MOST])
    name = titled(str(dashboard.get("title") or "Dashboard"), reading.known)
    return Board(name, panels, start, end, title, len(able) - len(panels))


class _Reading:
    def __init__(
        self,
        known: Mapping[str, tuple[str, ...]],
        sources: Sequence[Mapping[str, Any]],
        address: Address,
        start: datetime,
        end: datetime,
    ) -> None:
        self.known, self._sources, self._address, self._span = known, sources, address, end - start

    def asks(self, panel: Mapping[str, Any]) -> bool:
        return any(True for _ in self._targets(panel))

    def panel(self, panel: Mapping[str, Any]) -> Panel:
        unit = ((panel.get("fieldConfig") or {}).get("defaults") or {}).get("unit") or ""
        ours, factor = _UNITS.get(unit, ("", 1.0))
        queries = [self._query(panel, target) for target in self._targets(panel)]
        name = titled(str(panel.get("title") or f"Panel {panel.get('id')}"), self.known)
        return Panel(name, tuple(queries[:MOST]), ours, factor)

    def _query(self, panel: Mapping[str, Any], target: Mapping[str, Any]) -> PanelQuery:
        step = max(SHORTEST, self._span / POINTS)
        text = filled(str(target["expr"]), self.known, self._span, step)
        legend = target.get("legendFormat")
        source = self._source(target.get("datasource") or panel.get("datasource"))
        uid, kind = str(source.get("uid") or ""), str(source.get("type") or "")
        return PanelQuery(text, self._address(uid) if uid else "", kind, legend if isinstance(legend, str) else "")

    def _targets(self, panel: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        listed = panel.get("targets")
        for one in listed if isinstance(listed, list) else []:
            if (
                isinstance(one, dict)
                and isinstance(one.get("expr"), str)
                and one["expr"].strip()
                and not one.get("hide")
            ):
                yield one

    def _source(self, named: Any) -> Mapping[str, Any]:
        """By uid, by name, by a variable that holds one of them; the default one where none is named."""
        wanted = named.get("uid") if isinstance(named, dict) else named
        wanted = titled(wanted, self.known) if isinstance(wanted, str) else ""
        if wanted in ("", "default"):
            return next((one for one in self._sources if one.get("isDefault")), {})
        return next((one for one in self._sources if wanted in (one.get("uid"), one.get("name"))), {})


def _panels(listed: Any) -> Iterator[Mapping[str, Any]]:
    """Those within rows, too."""
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict):
            continue
        if one.get("type") == "row":
            yield from _panels(one.get("panels"))
        else:
            yield one
