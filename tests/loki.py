"""A double of Loki over real HTTP: its API on our evaluator, refusing what the real one refuses, in its own words."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from aiohttp import web

from bot.model.errors import Rejected
from bot.query.logql import tree
from bot.query.logql.check import check
from bot.query.logql.parse import parse
from integrations.demo.logql.evaluate import lines, numbers
from integrations.demo.logql.streams import Stream, selected
from integrations.demo.promql.aggregate import written
from integrations.demo.promql.vectors import Ints, Labels, Value, Vector

SECOND = 10**9
MAX_ENTRIES = 5000
MAX_SERIES = 500
MAX_STEPS = 11_000
MAX_LENGTH = 721 * 3600 * SECOND
USUAL_LIMIT = 100
ONE = "fake"  # the tenant of a Loki that knows no tenants

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    def __init__(self, says: str, status: int = 400) -> None:
        super().__init__(says)
        self.says = says
        self.status = status


@dataclass
class Loki:
    streams: Mapping[str, Sequence[Stream]]  # by tenant
    auth_enabled: bool = False
    faults: list[Fault] = field(default_factory=list)  # one a request, before it works again
    seen: list[web.Request] = field(default_factory=list)
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door])
        for path, handle in (
            ("query_range", self._query_range),
            ("query", self._query),
            ("labels", self._labels),
            ("label/{name}/values", self._values),
            ("series", self._series),
            ("format_query", self._format_query),
        ):
            app.router.add_route("GET", f"/loki/api/v1/{path}", handle)
            app.router.add_route("POST", f"/loki/api/v1/{path}", handle)
        return app

    @web.middleware
    async def _door(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.seen.append(request)
        if self.faults:
            return await self.faults.pop(0)(request)
        if self.auth_enabled and "X-Scope-OrgID" not in request.headers:
            return web.Response(status=401, text="no org id\n")
        try:
            return await handler(request)
        except Refused as refused:
            return web.Response(status=refused.status, text=refused.says + "\n")

    def _of(self, request: web.Request) -> Sequence[Stream]:
        return self.streams.get(request.headers.get("X-Scope-OrgID", ONE) if self.auth_enabled else ONE, ())

    async def _query_range(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        expression = _read(asked.get("query", ""))
        start, end = _instant(asked, "start"), _instant(asked, "end")
        if (end <= start and isinstance(expression, tree.Logs)) or end < start:
            raise Refused("end timestamp must not be before or equal to start time")
        if end - start > MAX_LENGTH:
            raise Refused(f"the query time range exceeds the limit (query length: {end - start}, limit: 30d1h)")
        if isinstance(expression, tree.Logs):
            return self._streams(request, expression, asked, start, end)
        step = round(float(asked.get("step") or max(1, (end - start) / SECOND / 250)) * SECOND)
        if step <= 0:
            raise Refused("zero or negative query resolution step widths are not accepted. Try a positive integer")
        if (end - start) / step > MAX_STEPS:
            raise Refused(
                "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step"
                " parameter"
            )
        value, at = _worked_out(expression, self._of(request), start, end, step)
        return _answer("matrix", _matrix(value, at))

    def _streams(
        self, request: web.Request, expression: tree.Logs, asked: Mapping[str, str], start: int, end: int
    ) -> web.Response:
        limit = int(asked.get("limit", USUAL_LIMIT))
        if limit > MAX_ENTRIES:
            raise Refused(f"max entries limit per query exceeded, limit > max_entries_limit ({limit} > {MAX_ENTRIES})")
        direction: Literal["forward", "backward"] = "forward" if asked.get("direction") == "forward" else "backward"
        found: dict[Labels, list[list[str]]] = {}
        try:
            for entry in lines(expression, self._of(request), start, end, limit, direction):
                found.setdefault(entry.shown(), []).append([str(entry.at), entry.line])
        except Rejected as problem:
            raise Refused(problem.says) from problem
        return _answer("streams", [{"stream": dict(labels), "values": values} for labels, values in found.items()])

    async def _query(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        expression = _read(asked.get("query", ""))
        if isinstance(expression, tree.Logs):
            raise Refused(
                "log queries are not supported as an instant query type, please change your query to a range query type"
            )
        at = _instant(asked, "time")
        value, _ = _worked_out(expression, self._of(request), at, at, 1)
        if not isinstance(value, Vector):
            return _answer("scalar", [at / SECOND, written(float(value[0]))])
        rows = zip(value.labels, value.values[:, 0], value.present[:, 0], strict=True)
        found = [
            {"metric": dict(labels), "value": [at / SECOND, written(float(one))]}
            for labels, one, there in rows
            if there
        ]
        return _answer("vector", found)

    async def _labels(self, request: web.Request) -> web.Response:
        return _names({name for stream in self._of(request) for name in stream.labels})

    async def _values(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return _names({stream.labels[name] for stream in self._of(request) if name in stream.labels})

    async def _series(self, request: web.Request) -> web.Response:
        found: list[dict[str, str]] = []
        asked = [*request.query.getall("match[]", []), *request.query.getall("match", [])]
        if not asked:
            raise Refused("0 matcher groups")
        for text in asked:
            expression = _read(text)
            if not isinstance(expression, tree.Logs) or expression.stages:
                raise Refused("only label matchers are supported")
            found += [dict(one.labels) for one in selected(expression.matchers, self._of(request))]
        return web.json_response(
            {"status": "success", "data": [one for n, one in enumerate(found) if one not in found[:n]]}
        )

    async def _format_query(self, request: web.Request) -> web.Response:
        query = (await _asked(request)).get("query", "")
        try:
            _read(query)
        except Refused as refused:
            return web.json_response({"status": "invalid-query", "error": refused.says}, status=400)
        return web.json_response({"status": "success", "data": query})


async def _asked(request: web.Request) -> Mapping[str, str]:
    form = await request.post() if request.method == "POST" else {}
    return {**{name: str(value) for name, value in form.items()}, **request.query}


def _instant(asked: Mapping[str, str], name: str) -> int:
    """Nanoseconds as a whole number, or seconds with a fraction."""
    text = asked.get(name, "")
    try:
        return int(text) if text.isdecimal() and len(text) > 10 else round(float(text) * SECOND)
    except ValueError:
        raise Refused(
            f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00": cannot parse "{text}" as "2006"'
        ) from None


def _read(query: str) -> tree.Expression:
    try:
        expression = parse(query)
        check(expression)
    except Rejected as problem:
        raise Refused(f"parse error : {problem.says}") from problem
    return expression


def _worked_out(
    expression: tree.Metric, streams: Sequence[Stream], start: int, end: int, step: int
) -> tuple[Value, Ints]:
    try:
        value, at = numbers(expression, streams, start, end, step)
    except Rejected as problem:
        raise Refused(problem.says) from problem
    if isinstance(value, Vector) and len(value.labels) > MAX_SERIES:
        raise Refused(f"maximum of series ({MAX_SERIES}) reached for a single query")
    return value, at


def _matrix(value: Value, at: Ints) -> list[Any]:
    if not isinstance(value, Vector):
        value = Vector(((),), value[None], np.ones((1, len(at)), dtype=bool))
    return [
        {
            "metric": dict(labels),
            "values": [[int(at[i]) / SECOND, written(float(row[i]))] for i in np.flatnonzero(there)],
        }
        for labels, row, there in zip(value.labels, value.values, value.present, strict=True)
        if there.any()
    ]


def _answer(kind: str, result: object) -> web.Response:
    data = {"resultType": kind, "result": result, "stats": {"summary": {"execTime": 0.001}}}
    return web.json_response({"status": "success", "data": data})


def _names(names: set[str]) -> web.Response:
    """Without any, Loki leaves `data` out."""
    return web.json_response({"status": "success", **({"data": sorted(names)} if names else {})})


# Faults


def says(status: int, text: str = "", **headers: str) -> Fault:
    async def fault(_: web.Request) -> web.Response:
        return web.Response(
            status=status, text=text, headers={name.replace("_", "-"): v for name, v in headers.items()}
        )

    return fault


def sends(body: object) -> Fault:
    return says(200, body if isinstance(body, str) else json.dumps(body))


async def breaks(request: web.Request) -> web.StreamResponse:
    """Promises more than it sends, and goes away."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"status":"succ')
    assert request.transport is not None
    request.transport.abort()
    return response


@asynccontextmanager
async def serving(loki: Loki) -> AsyncIterator[Loki]:
    runner = web.AppRunner(loki.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    loki.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield loki
    finally:
        await runner.cleanup()
