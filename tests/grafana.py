"""A double of Grafana over real HTTP: dashboards, datasources behind its proxy, and a renderer if it has one.

Whoever brings no valid token gets what the real one answers: 401 and no word of what there is.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "glsa_of_a_test"
PNG = b"\x89PNG\r\n\x1a\n a panel"
SOURCES = (
    {"uid": "prom1", "name": "Mimir", "type": "prometheus", "isDefault": True},
    {"uid": "other", "name": "Elsewhere", "type": "prometheus", "isDefault": False},
    {"uid": "loki1", "name": "Loki", "type": "loki", "isDefault": False},
)
CHECKOUT: dict[str, Any] = {
    "title": "Shop of $env",
    "time": {"from": "now-6h", "to": "now"},
    "templating": {"list": [{"name": "env", "type": "query", "current": {"value": "prod"}}]},
    "panels": [
        {
            "id": 2, "type": "timeseries", "title": "Latency of $env", "datasource": {"uid": "prom1"},
            "fieldConfig": {"defaults": {"unit": "ms"}},
            "targets": [{"refId": "A", "expr": 'latency_ms{env="$env"}', "legendFormat": "{{service}}"}],
        },
        {"id": 3, "type": "row", "panels": [
            {"id": 4, "type": "stat", "title": "Queue", "targets": [{"expr": "queue_depth"}]},
            {"id": 5, "type": "stat", "title": "Not ours", "datasource": {"uid": "other"}, "targets": [{"expr": "up"}]},
            {"id": 6, "type": "logs", "title": "Lines", "datasource": {"uid": "loki1"},
             "targets": [{"expr": '{app="shop"}'}]},
        ]},
        {"id": 7, "type": "text", "title": "Read me"},
        {"id": 8, "type": "stat", "title": "Secret", "targets": [{"expr": 'launch_codes{team="$team"}'}]},
    ],
}  # fmt: skip


@dataclass
class Grafana:
    """`answers`: of a query, what the datasource behind the proxy has: labels and a value that does not change."""

    answers: dict[str, list[tuple[dict[str, str], float]]] = field(default_factory=dict)
    dashboards: dict[str, Any] = field(default_factory=lambda: {"shop1": CHECKOUT})
    renders: bool = False
    away: bool = False
    seen: list[web.Request] = field(default_factory=list)
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door])
        app.router.add_get("/grafana/api/health", self._health)
        app.router.add_get("/grafana/api/datasources", self._sources)
        app.router.add_get("/grafana/api/frontend/settings", self._settings)
        app.router.add_get("/grafana/api/dashboards/uid/{uid}", self._dashboard)
        app.router.add_get("/grafana/render/d-solo/{uid}/{slug}", self._render)
        proxy = "/grafana/api/datasources/proxy/uid/{uid}/api/v1"
        app.router.add_get(f"{proxy}/query", self._query)
        app.router.add_get(f"{proxy}/query_range", self._range)
        app.router.add_get(f"{proxy}/label/{{name}}/values", self._nothing)
        app.router.add_get(f"{proxy}/metadata", self._described)
        app.router.add_get(f"{proxy}/status/buildinfo", self._described)
        app.router.add_post(f"{proxy}/series", self._nothing)
        return app

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.seen.append(request)
        if self.away:
            return web.Response(status=503)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"message": "Unauthorized"}, status=401)
        answered: web.StreamResponse = await handler(request)
        return answered

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"version": "11.2.0", "database": "ok"})

    async def _sources(self, _: web.Request) -> web.Response:
        return web.json_response(list(SOURCES))

    async def _settings(self, _: web.Request) -> web.Response:
        return web.json_response({"rendererAvailable": self.renders})

    async def _dashboard(self, request: web.Request) -> web.Response:
        found = self.dashboards.get(request.match_info["uid"])
        if found is None:
            return web.json_response({"message": "Dashboard not found"}, status=404)
        return web.json_response({"dashboard": found, "meta": {}})

    async def _render(self, request: web.Request) -> web.Response:
        if not request.query.get("panelId", "").isdecimal():
            return web.json_response({"message": "bad panel"}, status=400)
        return web.Response(body=PNG, content_type="image/png")

    async def _query(self, request: web.Request) -> web.Response:
        rows = self.answers.get(request.query["query"], [])
        found = [{"metric": labels, "value": [float(request.query["time"]), str(value)]} for labels, value in rows]
        if request.query["query"] == "vector(1)":
            found = [{"metric": {}, "value": [float(request.query["time"]), "1"]}]
        return _success({"resultType": "vector", "result": found})

    async def _range(self, request: web.Request) -> web.Response:
        start, end, step = (float(request.query[name]) for name in ("start", "end", "step"))
        at = [start + number * step for number in range(int((end - start) / step) + 1)]
        rows = self.answers.get(request.query["query"], [])
        found = [{"metric": labels, "values": [[one, str(value)] for one in at]} for labels, value in rows]
        return _success({"resultType": "matrix", "result": found})

    async def _nothing(self, _: web.Request) -> web.Response:
        return _success([])

    async def _described(self, _: web.Request) -> web.Response:
        return _success({})


def _success(data: Any) -> web.Response:
    return web.json_response({"status": "success", "data": data})


@asynccontextmanager
async def serving(grafana: Grafana) -> AsyncIterator[Grafana]:
    """At an address with a path, as behind a proxy."""
    server = TestServer(grafana.app())
    await server.start_server()
    grafana.url = f"{str(server.make_url('')).rstrip('/')}/grafana"
    try:
        yield grafana
    finally:
        await server.close()
