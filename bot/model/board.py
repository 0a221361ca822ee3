"""What a page of somebody's dashboards shows: a few panels, and the queries that each of them asks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PanelQuery:
    text: str  # with everything that the page fills in
    address: str  # where the page's own source stands, as a datasource of ours would name it
    type: str = "prometheus"
    legend: str = ""  # {{label}} stands for a label of a series


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    queries: tuple[PanelQuery, ...]
    unit: str = ""  # as our figures know it
    factor: float = 1.0  # from the panel's unit to that one


@dataclass(frozen=True, slots=True)
class Board:
    title: str
    panels: tuple[Panel, ...]
    start: datetime
    end: datetime
    source: str = ""  # whose page it is, as people know it
    more: int = 0  # panels that are left out
