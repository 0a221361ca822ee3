"""`nightdesk demo`: the bot as in production, and beside it doubles of both chats and a page that shows them."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot import main
from bot import settings as settings_
from bot.clock import SystemClock
from bot.demo_knowledge import DemoKnowledge
from bot.demo_plan import ADMIN, PLACE, plan
from bot.desk.office import Office, terminal
from bot.event_page import EventPage
from bot.incidents import NightDesk
from bot.intents.catalog import BY_COMMAND
from bot.model.document import Document, id_of
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.services import Clock
from bot.settings import Environment
from handlers.catalog import PLATFORMS
from handlers.playground.doubles.bus import Bus, Faults
from handlers.playground.doubles.slack.double import SlackDouble
from handlers.playground.doubles.teams.double import TeamsDouble
from handlers.playground.gallery import gallery as in_every_look
from handlers.playground.server import create_app
from handlers.web import server
from integrations.demo.integration import DemoIntegration
from integrations.demo.links import Links
from integrations.demo.runbooks import RUNBOOKS
from storage.storage import open_storage

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
KEPT = Path(".data/demo")
SEED = "7"
WATCHED = frozenset({"latency", "error ratio", "traffic"})
BRIEFLY = "20"  # seconds that figures are kept: a visitor makes something happen and looks at once
READY_AGAIN = 0.05  # seconds


async def run(env: Environment, *, port: int, bot_port: int) -> None:
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
    for wanted in (port, bot_port):  # before anything is thrown away: another demo may be running
        await (await server.serve_plain(web.Application(), LOOPBACK, wanted)).cleanup()
    # The doubles begin empty, and what was kept of an earlier demo would be about messages that are gone.
    shutil.rmtree(KEPT, ignore_errors=True)
    bot_env = {
        **_without_platforms(env),
        "DATABASE_URL": f"sqlite+aiosqlite:///{KEPT}/nightdesk.sqlite3",
        "NIGHTDESK_HOST": LOOPBACK,
        "NIGHTDESK_PORT": str(bot_port),
        "NIGHTDESK_PUBLIC_URL": bot_url,
        "NIGHTDESK_ADMINS": ADMIN,
        "QUERY_CACHE_TTL_SECONDS": env.get("QUERY_CACHE_TTL_SECONDS", BRIEFLY),
        "DEMO_SEED": env.get("DEMO_SEED", SEED),
        "DEMO_PAGES_URL": page_url,
        **slack.settings(page_url),
        **teams.settings(page_url),
    }
    keys = await prepare(bot_env, plan(slack.state(), teams.state(), clock.now()))
    bot_env["DEMO_ALERTS_URL"] = f"{bot_url}/webhooks/alertmanager/{keys['alertmanager']}"
    bot_env |= {"DEMO_USAGE_URL": f"{bot_url}/api/ai/usage", "DEMO_USAGE_KEY": keys["usage"]}
    async with main.house(bot_env) as built:
        demo = built.integrations["demo"]
        assert isinstance(demo, DemoIntegration)

        async def behind(receipt: str) -> Reply | None:
            async with built.storage.work(DEFAULT_TENANT) as work:
                return await work.parcels.behind(receipt)

        app = create_app(
            slack, teams, bus, faults, gallery,
            incidents=demo.incidents, papers=demo.papers, pictures=bot_url, behind=behind,
            log_events=EventPage(built.desk.desks),
            knowledge=DemoKnowledge(built.desk.desks),
        )  # fmt: skip
        await built.desk.watch.start(terminal(DEFAULT_TENANT, "demo"))
        page = await server.serve_plain(app, LOOPBACK, port)
        print(
            f"\n  Nightdesk demo: {page_url}\n\n  Slack and Teams, simulated on this machine. Stop with Ctrl+C.\n",
            flush=True,
        )
        beside = [
            asyncio.create_task(introduce(teams, bot_url, clock), name="introduction"),
            asyncio.create_task(watch(built.desk, clock), name="first watches"),
        ]
        try:
            await main.work(built)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await page.cleanup()


async def introduce(teams: TeamsDouble, bot_url: str, clock: Clock) -> None:
    """Teams tells a bot once, on installation, where it may write; this one begins without a memory."""
    async with aiohttp.ClientSession() as session:
        while not await _ready(session, f"{bot_url}/readyz"):
            await clock.sleep(READY_AGAIN)
    places = teams.state()["conversations"]
    for kind, name in (("channel", PLACE), ("personal", "")):
        place = next(one for one in places if one["kind"] == kind and name in ("", one["name"]))
        await teams.control("install", {"conversation": place["id"]})


async def watch(desk: NightDesk, clock: Clock) -> None:
    """The golden signals of its world are watched from the beginning."""
    proposed = await desk.desks.watches.proposed(DEFAULT_TENANT)
    wanted = [one for one in proposed if one.kind in WATCHED]
    await desk.desks.watches.make(terminal(DEFAULT_TENANT, "demo"), wanted)
    await desk.watching.sweep(clock.now())


async def _ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def prepare(env: Environment, decided: Plan) -> Mapping[str, str]:
    """Keeps the plan, and makes the keys by which the demo world's alerts and its use of AI come in."""
    settings, clock = settings_.read(env), SystemClock()
    async with open_storage(settings.database_url, keys=settings.keys, clock=clock) as storage:
        if await storage.directory.tenant(DEFAULT_TENANT) is None:
            await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default", settings.zone))
        async with storage.work(DEFAULT_TENANT) as work:
            await work.plans.save(decided, clock.now())
            await work.documents.save(runbooks(env.get("DEMO_PAGES_URL", ""), clock.now()))
        office, us = Office(storage, clock), terminal(DEFAULT_TENANT, "demo")
        return {source: (await office.new_key(us, source, "demo world"))[1] for source in ("alertmanager", "usage")}


def runbooks(pages_url: str, now: datetime) -> Sequence[Document]:
    """The demo world's own, to be looked up with `kb`."""
    links = Links(pages_url)
    return [
        Document(
            id_of("demo", name), one.title, "\n".join((one.says, "", *(f"1. {step}" for step in one.steps))), now,
            "upload", "runbooks", ("runbook",), links.runbook(name),
        )
        for name, one in RUNBOOKS.items()
    ]  # fmt: skip


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
    prefixes = (*(f"{name.upper()}_" for name in main.KINDS), "NIGHTDESK_PLAN")
    return {name: value for name, value in env.items() if not name.startswith(prefixes)}
