"""The smallest chat that the playground's server can serve: it writes down what it is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.model.errors import Missing, Unavailable

SLACK_STATE: dict[str, Any] = {
    "team": {"id": "T0NIGHT", "name": "Harbour"},
    "me": "U0ANNA",
    "bot": {"user": "U0BOT", "id": "B0BOT", "name": "Nightdesk"},
    "users": {
        "U0ANNA": {"id": "U0ANNA", "name": "anna", "real_name": "Anna Berger", "email": "anna@example.com"},
        "U0BOT": {"id": "U0BOT", "name": "nightdesk", "real_name": "Nightdesk", "email": ""},
    },
    "channels": [
        {"id": "C0OPS", "name": "ops", "kind": "channel"},
        {"id": "D0ANNA", "name": "Nightdesk", "kind": "im"},
    ],
    "messages": {"C0OPS": [{"ts": "1773835200.000100", "user": "U0ANNA", "text": "Good evening."}], "D0ANNA": []},
    "home": {},
    "views": [],
    "status": {},
    "prompts": {},
    "commands": [{"command": "/ops", "description": "Ask Nightdesk"}],
    "shortcuts": [],
}
TEAM = {"id": "19:harbour@thread.tacv2", "name": "Harbour"}
TEAMS_STATE: dict[str, Any] = {
    "tenant": "harbour",
    "me": "29:anna",
    "team": TEAM,
    "bot": {"id": "28:nightdesk", "name": "Nightdesk"},
    "users": {"29:anna": {"id": "29:anna", "name": "Anna Berger"}},
    "conversations": [
        {"id": "19:ops@thread.tacv2", "name": "Operations", "kind": "channel", "team": TEAM},
        {"id": "a:anna", "name": "Nightdesk", "kind": "personal"},
    ],
    "activities": {
        "19:ops@thread.tacv2": [
            {
                "id": "1773835200100",
                "type": "message",
                "from": {"id": "29:anna", "name": "Anna Berger"},
                "text": "Good evening.",
                "textFormat": "plain",
                "timestamp": "2026-03-18T12:00:00Z",
                "root": "1773835200100",
            }
        ],
        "a:anna": [],
    },
    "typing": {},
    "commands": [],
    "suggested": {},
}


class RecordingDouble:
    def __init__(self, chat: str, state: Mapping[str, Any]) -> None:
        self.chat = chat
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._state = state

    def routes(self, app: web.Application) -> None:
        app.router.add_get(f"/{self.chat}/api/ping", self._ping)

    async def control(self, name: str, body: dict[str, Any]) -> Mapping[str, Any]:
        self.calls.append((name, body))
        match name:
            case "message":
                return {"ts": "1.0"}
            case "submit":
                return {"ok": False, "errors": {"window": "This is not a length of time."}}
            case "needs":
                return {"got": body["channel"]}
            case "refuse":
                raise ValueError("There is no channel C0NONE.")
            case "away":
                raise Unavailable("The bot")
            case "answer":
                return {"ok": False, "error": "The view has been closed."}
            case "crash":
                raise RuntimeError("a defect of the double")
            case _:
                raise LookupError(f"There is no call “{name}”.")

    def state(self) -> Mapping[str, Any]:
        return self._state

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})


def recording_doubles() -> tuple[RecordingDouble, RecordingDouble]:
    return RecordingDouble("slack", SLACK_STATE), RecordingDouble("teams", TEAMS_STATE)


class TwoIncidents:
    """The smallest world that can fail."""

    def __init__(self) -> None:
        self.running = {"fire": False, "flood": False}

    def list(self) -> Sequence[dict[str, Any]]:
        return [{"id": name, "title": name.title(), "says": "", "running": on} for name, on in self.running.items()]

    def start(self, incident: str) -> bool:
        return self._set(incident, True)

    def stop(self, incident: str) -> bool:
        return self._set(incident, False)

    def stop_all(self) -> int:
        return sum([self.stop(incident) for incident in self.running])

    def _set(self, incident: str, to: bool) -> bool:
        if incident not in self.running:
            raise Missing(f"There is no prepared incident “{incident}”.")
        changed, self.running[incident] = self.running[incident] is not to, to
        return changed
