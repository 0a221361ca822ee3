"""The control calls by which a visitor makes something happen in the world behind the chats."""

from collections.abc import Sequence
from typing import Any, Protocol

from aiohttp import web

from bot.model.errors import Problem
from handlers.playground.answers import answered, body_of, refuse


class Incidents(Protocol):
    """`start` and `stop` raise a Problem where there is no such incident; False: it is so already."""

    def list(self) -> Sequence[dict[str, Any]]:
        """Each with `id`, `title`, `says` and `running`."""
        ...

    def start(self, incident: str) -> bool: ...
    def stop(self, incident: str) -> bool: ...
    def stop_all(self) -> int: ...


def incident_routes(incidents: Incidents | None) -> list[web.RouteDef]:
    doors = _Doors(incidents)
    return [
        web.get("/control/incidents", doors.list),
        web.delete("/control/incidents", doors.stop_all),
        web.post("/control/incidents/{id}", doors.start),
        web.delete("/control/incidents/{id}", doors.stop),
    ]


class _Doors:
    def __init__(self, incidents: Incidents | None) -> None:
        self._incidents = incidents

    async def list(self, _: web.Request) -> web.Response:
        """`available` is false where nothing behind the chats can be made to fail."""
        return answered({"available": self._incidents is not None, "incidents": self._all()})

    async def start(self, request: web.Request) -> web.Response:
        await body_of(request)
        return self._done(self._known().start, request)

    async def stop(self, request: web.Request) -> web.Response:
        return self._done(self._known().stop, request)

    async def stop_all(self, _: web.Request) -> web.Response:
        self._known().stop_all()
        return answered({"ok": True, "incidents": self._all()})

    def _done(self, act: Any, request: web.Request) -> web.Response:
        try:
            changed = act(request.match_info["id"])
        except Problem as problem:
            refuse(problem.says, status=404)
        return answered({"ok": True, "changed": changed, "incidents": self._all()})

    def _all(self) -> Sequence[dict[str, Any]]:
        return self._incidents.list() if self._incidents else ()

    def _known(self) -> Incidents:
        if self._incidents is None:
            refuse("There is no world behind these chats that could fail.", status=404)
        return self._incidents
