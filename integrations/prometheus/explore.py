"""Where a person opens a query that went through Grafana: its Explore page. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Explore:
    root: str
    uid: str

    def link(self, query: str, start: datetime, end: datetime) -> str:
        asked = {"refId": "A", "expr": query, "datasource": {"type": "prometheus", "uid": self.uid}}
        between = {"from": _milliseconds(start), "to": _milliseconds(end)}
        pane = {"datasource": self.uid, "queries": [asked], "range": between}
        return f"{self.root}/explore?" + urlencode({"schemaVersion": "1", "panes": json.dumps({"a": pane})})


def _milliseconds(at: datetime) -> str:
    return f"{at.timestamp() * 1000:.0f}"
