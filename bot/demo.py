"""`nightdesk demo`: the bot as in production, and beside it doubles of both chats and a page that shows them."""

import logging
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import main
from bot.clock import SystemClock
from bot.intents.catalog import BY_COMMAND
from bot.settings import Environment
from handlers.catalog import PLATFORMS
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.doubles.teams.double import TeamsDouble
from handlers.playground.gallery import gallery as in_every_look
from handlers.playground.server import create_app
from handlers.web import server

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
KEPT = Path(".data/demo")
SEED = "7"


async def run(env: Environment, *, port: int, bot_port: int, fresh: bool = False) -> None:
    if fresh:
        shutil.rmtree(KEPT, ignore_errors=True)
    page_url, bot_url = f"http://{LOOPBACK}:{port}", f"http://{LOOPBACK}:{bot_port}"
    bus, faults, clock = Bus(), Faults(), SystemClock()
    slack = SlackDouble(
        bus, faults, clock, bot_url=bot_url,
        signing_secret=secrets.token_hex(16), token=_token("xoxb"), app_token=_token("xapp"),
    )  # fmt: skip
    teams = TeamsDouble(
        bus, faults, clock, bot_url=bot_url,
        app_id="4f4c1f2e-0000-4000-8000-6e6967687464", app_password=secrets.token_urlsafe(24),
        tenant="7d0a1b2c-0000-4000-8000-6e6967687464", commands=teams_commands(),
    )  # fmt: skip
    bot_env = {
        **_without_platforms(env),
        "DATABASE_URL": f"sqlite+aiosqlite:///{KEPT}/nightdesk.sqlite3",
        "NIGHTDESK_HOST": LOOPBACK,
        "NIGHTDESK_PORT": str(bot_port),
        "NIGHTDESK_PUBLIC_URL": bot_url,
        "DEMO_SEED": env.get("DEMO_SEED", SEED),
        **slack.settings(page_url),
        **teams.settings(page_url),
    }
    app = create_app(slack, teams, bus, faults, gallery)
    page = await server.serve_plain(app, LOOPBACK, port)
    print(
        f"\n  Nightdesk demo: {page_url}\n\n  Slack and Teams, simulated on this machine. Stop with Ctrl+C.\n",
        flush=True,
    )
    try:
        await main.serve(bot_env)
    finally:
        await page.cleanup()


def gallery() -> Sequence[Mapping[str, Any]]:
    """Every example in every look."""
    return in_every_look({kind.name: kind.render for kind in PLATFORMS})


def teams_commands() -> list[dict[str, str]]:
    """What Teams offers while somebody types to the bot, as the app's manifest lists it."""
    return [{"title": verb, "description": intent.help} for verb, intent in BY_COMMAND.items()]


def _token(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(12)}"


def _without_platforms(env: Environment) -> dict[str, str]:
    """A demo beside a real set-up talks to the doubles alone, and reads the demo world alone."""
    prefixes = tuple(f"{name.upper()}_" for name in main.KINDS)
    return {name: value for name, value in env.items() if not name.startswith(prefixes)}
