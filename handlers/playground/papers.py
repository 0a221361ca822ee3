"""Runbooks, dashboards and graphs of the demo world, as pages that the buttons under an issue open."""

from typing import Protocol

from aiohttp import web

from bot.model.errors import Missing, Problem
from bot.model.reply import File, Reply
from handlers.playground import pages
from handlers.playground.markup import text

_PAGE = """<!doctype html>
<html lang="en" data-theme="light">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title} · Nightdesk demo</title>
  <link rel="stylesheet" href="/page/tokens.css">
  <link rel="stylesheet" href="/page/app.css">
  <link rel="stylesheet" href="/page/reply.css">
  <link rel="stylesheet" href="/page/paper.css">
  <script src="/page/theme.js"></script>
</head>
<body class="paper">
  <header class="top">
    <p class="brand">Nightdesk</p>
    <p class="banner"><strong>Simulation.</strong> {kind} of the demo world.</p>
    <nav class="tools" aria-label="Tools"><a class="tool" href="/">Playground</a></nav>
  </header>
  <main>{content}</main>
</body>
</html>
"""


class Papers(Protocol):
    """Raise a Problem: Missing where there is no such thing, others where it cannot be shown."""

    def runbook(self, name: str) -> Reply: ...
    async def dashboard(self, name: str) -> Reply: ...
    async def graph(self, query: str, span: str = "", until: str = "") -> Reply: ...


def paper_routes(papers: Papers | None) -> list[web.RouteDef]:
    if papers is None:
        return []
    doors = _Doors(papers)
    return [
        web.get("/demo/runbook/{name}", doors.runbook),
        web.get("/demo/dashboard/{name}", doors.dashboard),
        web.get("/demo/graph", doors.graph),
    ]


class _Doors:
    def __init__(self, papers: Papers) -> None:
        self._papers = papers

    async def runbook(self, request: web.Request) -> web.Response:
        try:
            return _paper("A runbook", self._papers.runbook(request.match_info["name"]))
        except Problem as problem:
            return _refused("A runbook", problem)

    async def dashboard(self, request: web.Request) -> web.Response:
        try:
            return _paper("A dashboard", await self._papers.dashboard(request.match_info["name"]))
        except Problem as problem:
            return _refused("A dashboard", problem)

    async def graph(self, request: web.Request) -> web.Response:
        given = request.query
        span, until = given.get("g0.range_input", ""), given.get("g0.end_input", "")
        try:
            return _paper("A graph", await self._papers.graph(given.get("g0.expr", ""), span, until))
        except Problem as problem:
            return _refused("A graph", problem)


def _paper(kind: str, reply: Reply, status: int = 200) -> web.Response:
    content = pages.page(reply, _no_files)
    page = _PAGE.format(title=text(reply.title), kind=kind, content=content)
    return web.Response(text=page, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})


def _refused(kind: str, problem: Problem) -> web.Response:
    missing = isinstance(problem, Missing)
    return _paper(kind, Reply(problem.says, title="Nothing to show", tone="warning"), 404 if missing else 400)


def _no_files(_: File) -> str:
    return ""
