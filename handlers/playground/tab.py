"""The live page of log events in a chat's own window: the page, its parts, and its doors for whoever is let in."""

from collections.abc import Sequence

from aiohttp import web

from handlers.playground.log_events import Gate, LogEvents, log_event_routes
from handlers.playground.server import HEADERS, PAGE, sent

PATH = "/tab/log-events"
PARTS = (
    "tokens.css", "app.css", "log-events.css", "theme.js", "log-events.js", "dom.js", "notices.js", "stream.js",
    "teams-tab.js",
)  # fmt: skip


def register(app: web.Application, events: LogEvents, gate: Gate, ancestors: Sequence[str]) -> None:
    """The page itself says nothing; what it shows is asked for with word of who looks. `ancestors` may frame it."""
    policy = HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'self'", f"frame-ancestors {' '.join(ancestors)}"
    )

    async def page(_: web.Request) -> web.StreamResponse:
        response = sent(PAGE / "log-events.html")
        response.headers["Content-Security-Policy"] = policy
        return response

    async def part(request: web.Request) -> web.StreamResponse:
        return sent(PAGE / request.match_info["name"])

    names = "|".join(PARTS).replace(".", r"\.")
    app.add_routes(
        [
            web.get(PATH, page),
            web.get(f"/page/{{name:{names}}}", part),
            *log_event_routes(app, events, gate),
        ]
    )
