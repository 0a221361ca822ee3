"""Issues of the tenant as they change, for a socket that wants them (row WS-10)."""

import asyncio
import contextlib

from bot.model.errors import Problem
from bot.model.issue import Issue
from bot.ports.incidents import Wanted
from handlers.api.route import Call
from handlers.api.socket_line import Line

EVERY = 2.0  # seconds, as the live view of log events does
MOST = 100


class IssueTopic:
    def __init__(self, call: Call, line: Line) -> None:
        self._call, self._line = call, line
        self._wanted = asyncio.Event()
        self._known: dict[str, int] = {}

    def want(self, *, on: bool) -> None:
        """Those that are open are told at once; then each that changes."""
        if on:
            self._wanted.set()
        else:
            self._wanted.clear()
            self._known.clear()

    async def run(self) -> None:
        while not self._line.closed:
            await self._wanted.wait()
            with contextlib.suppress(Problem):  # the next look may find it again
                await self._look()
            await self._line.clock.sleep(EVERY)

    async def _look(self) -> None:
        found = await self._call.desks.incidents.find(self._call.tenant, Wanted(limit=MOST))
        first = not self._known
        news = [one for one in found if self._known.get(one.id) != one.revision]
        self._known = {one.id: one.revision for one in found}
        for one in reversed(news):
            if one.open or not first:
                await self._line.send(frame(one))


def frame(one: Issue) -> dict[str, object]:
    return {
        "type": "issue_update", "topic": "issues", "id": one.id, "title": one.title, "severity": one.severity.value,
        "status": one.status.value, "services": list(one.services), "firing": one.firing, "revision": one.revision,
        "updatedAt": one.updated_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
