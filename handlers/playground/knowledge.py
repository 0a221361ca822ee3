"""The page of knowledge: searched with filters, read, and how the pages of the web are."""

from collections.abc import Mapping
from typing import Any, Protocol

from aiohttp import web

from bot.model.errors import Problem
from handlers.playground.answers import answered, body_of, refuse


class Knowledge(Protocol):
    """Each raises a Problem for what cannot be done."""

    async def search(self, given: Mapping[str, Any]) -> Mapping[str, Any]: ...
    async def show(self, document: str) -> Mapping[str, Any]: ...
    async def pages(self) -> Mapping[str, Any]: ...


def knowledge_routes(knowledge: Knowledge | None) -> list[web.RouteDef]:
    doors = _Doors(knowledge)
    return [
        web.post("/control/knowledge/search", doors.search),
        web.get("/control/knowledge/pages", doors.pages),
        web.get("/control/knowledge/documents/{id}", doors.show),
    ]


class _Doors:
    def __init__(self, knowledge: Knowledge | None) -> None:
        self._knowledge = knowledge

    async def search(self, request: web.Request) -> web.Response:
        given = await body_of(request)
        try:
            return answered(await self._known().search(given))
        except Problem as problem:
            refuse(problem.says)

    async def show(self, request: web.Request) -> web.Response:
        try:
            return answered(await self._known().show(request.match_info["id"]))
        except Problem as problem:
            refuse(problem.says, status=404)

    async def pages(self, _: web.Request) -> web.Response:
        return answered(await self._known().pages())

    def _known(self) -> Knowledge:
        if self._knowledge is None:
            refuse("There is no knowledge base behind these chats.", status=404)
        return self._knowledge
