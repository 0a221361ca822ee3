"""The composition root: builds every adapter, hands it to the core, starts and stops the process."""

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import BaseModel

from bot import incidents, sourcing, tab_door
from bot import settings as settings_
from bot.clock import SystemClock
from bot.conversation.engine import Engine
from bot.conversation.golden import EXAMPLES
from bot.conversation.hearing import Hearing
from bot.conversation.inbox import Inbox, InboxWorker
from bot.conversation.planner import Planner
from bot.conversation.previewing import Previewer
from bot.conversation.roles import by_settings
from bot.conversation.warming import Warmer
from bot.delivery.drain import Drain
from bot.desk.answers import KeptAnswers
from bot.desk.catalogs import Catalogs
from bot.desk.feedback import KeptFeedback
from bot.desk.keeping import Room
from bot.desk.queries import Queries
from bot.desk.reader import Readership
from bot.desk.readers import Readers
from bot.incidents import NightDesk
from bot.model.errors import Misconfigured, Problem
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.ports.billing import Biller
from bot.ports.events import EventMaker
from bot.ports.model import LanguageModel
from bot.ports.outlet import Outlet
from bot.ports.platform import Platform
from bot.ports.services import Clock
from bot.ports.silencer import Silencer
from bot.ports.storage import Storage
from bot.query.limits import Limits
from bot.query.pieces import Sizes
from bot.settings import Environment, Settings
from bot.sourcing import Sourcing
from handlers.api import routes as api
from handlers.api.chat import Chat
from handlers.api.conversations import Conversations
from handlers.api.signing_keys import keys_of
from handlers.api.tokens import Rules, Tokens
from handlers.catalog import PLATFORMS
from handlers.platform import Means, PlatformKind, Surface
from handlers.press.press import MatplotlibPress
from handlers.web import application, server, webhooks
from handlers.web.links import Links
from handlers.web.meters import Meters
from handlers.web.webhook_answers import EVENTS, HEARTBEAT, USAGE
from integrations.catalog import INTEGRATIONS, SOURCES, WEBHOOKS
from integrations.integration import Arrived, Bills, Integration, MakesEvents, Parts, WritesWords
from integrations.networks import Networks
from integrations.opener import Opener
from integrations.web_pages.pages import WebPages
from scheduler.jobs import jobs
from scheduler.runner import Runner
from storage.storage import SqlStorage, open_storage

log = logging.getLogger(__name__)

CHATS = frozenset({"slack", "teams"})
OUTBOUND_CONNECTIONS = 100
SWITCH_SECONDS = 0.0005  # how long a finished commit waits for a busy loop; the usual 5 ms are more than the disk takes
NOTICE = timedelta(seconds=1)  # /readyz says no for that long before the listeners close
WAITED_FOR = timedelta(seconds=29)  # by a request, which itself may last half a minute
LAST_WORDS = timedelta(seconds=10)  # for what was answered and not said yet; the rest is said by the next process
KINDS: Mapping[str, type[BaseModel]] = {
    **{kind.name: kind.settings for kind in PLATFORMS},
    **{kind.name: kind.settings for kind in INTEGRATIONS},
}


@dataclass(slots=True)
class House:
    """Everything that was built for one process."""

    settings: Settings
    clock: Clock
    meters: Meters
    storage: SqlStorage
    app: web.Application
    engine: Engine
    desk: NightDesk
    sources: Sourcing
    catalogs: Catalogs
    hearing: Hearing
    surfaces: dict[str, Surface] = field(default_factory=dict)
    integrations: dict[str, Integration] = field(default_factory=dict)
    switched_off: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Mapping[str, Integration | Surface]:
        return {**self.integrations, **self.surfaces}


@contextlib.asynccontextmanager
async def house(env: Environment) -> AsyncIterator[House]:
    """Built and connected; nothing listens and nothing works yet."""
    settings, clock, meters = settings_.read(env), SystemClock(), Meters()
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(_session())
        opened = await stack.enter_async_context(open_storage(settings.database_url, keys=settings.keys, clock=clock))
        storage: Storage = opened
        await _first_tenant(storage, settings)
        parts = Parts(session, clock)
        integrations = _integrations(env, parts)
        links = Links(opened.link_secret, settings.public_url, opened.former_link_secrets)
        inbox, hearing = Inbox(storage, clock, meters), Hearing()
        press = MatplotlibPress()
        means = Means(
            inbox, storage, clock, session, links.linker(clock), settings.public_url, settings.command, press
        )  # fmt: skip
        surfaces = {kind.name: kind.build(section, means) for kind, section in _switched_on(env)}
        platforms = {name: surface.platform for name, surface in surfaces.items()}
        opener = await stack.enter_async_context(Opener(SOURCES, Networks.of(settings.allowed_networks), clock))
        pages = await stack.enter_async_context(
            WebPages(settings.knowledge_sites, Networks.of(settings.allowed_networks), clock)
        )
        sources = sourcing.build(storage, clock, opener, integrations, settings.tenant_label)
        stack.push_async_callback(sources.registry.close)
        catalogs = Catalogs(clock)
        queries = Queries(
            storage, clock, catalogs, sources.reading,
            a_minute=settings.data_queries_per_minute, limits=Limits(timedelta(hours=settings.query_range_hours)),
        )  # fmt: skip
        readers = Readers(sources.reading, _readership(settings, clock, meters))
        outlets = _outlets(integrations)
        desk = incidents.build(
            settings, storage, clock, meters, platforms, _silencers(integrations), sources, outlets, queries,
            _maker(integrations), readers, _language(integrations), pages, _billers(integrations),
        )  # fmt: skip
        engine = Engine(
            clock=clock,
            sources=readers,
            catalogs=catalogs,
            feedback=KeptFeedback(storage),
            questions_a_minute=settings.questions_per_minute,
            patience=settings.response_timeout,
            meters=meters,
            desks=desk.desks,
            answers=KeptAnswers(storage),
            press=press,
            planner=Planner(desk.consults) if desk.consults else None,
        )
        desk.rules.reads, desk.rules.examples = engine.read_as, EXAMPLES
        roles = by_settings(settings.admins, settings.default_role)
        inbox.desks = desk.desks
        inbox.previewer = Previewer(storage, engine, settings.zone, roles=roles)
        app = application.build(
            storage=storage, clock=clock, links=links, meters=meters,
            ready=lambda: _ready(storage), figures=lambda: _figures(opened, clock),
            metrics_token=settings.metrics_token,
        )  # fmt: skip
        for surface in surfaces.values():
            surface.routes(app)
            if surface.framed:
                tab_door.register(app, surface.framed, desk.desks, storage, roles)
        door = webhooks.register(
            app, sources={one.name: one for one in WEBHOOKS}, accept=desk.pipeline.accept, beat=desk.pipeline.beat,
            keys=storage.keys, plans=desk.pipeline.plan, arrived=Arrived, parts=parts, clock=clock, meters=meters,
        )  # fmt: skip
        api.register(
            app, keys=storage.keys, tenants=storage.directory.tenant, desks=desk.desks, clock=clock,
            sources=[*(one.name for one in WEBHOOKS), HEARTBEAT, EVENTS, USAGE], take=door.post,
            conversations=Conversations(storage, clock), readers=readers, understands=engine,
            chat=Chat(
                storage, clock, inbox, hearing, a_minute=settings.questions_per_minute,
                patience=min(settings.response_timeout + NOTICE, WAITED_FOR),
            ),
            origins=(settings.public_url, *settings.origins), tokens=_tokens(settings, session, clock),
        )  # fmt: skip
        off = [name for name in KINDS if name not in {*surfaces, *integrations}]
        gc.collect()
        gc.freeze()  # what was built stays; a collection need not look through it while somebody waits for an answer
        yield House(
            settings, clock, meters, opened, app, engine, desk, sources, catalogs, hearing, surfaces, integrations, off
        )


async def serve(env: Environment, *, told: "asyncio.Event | None" = None) -> None:
    """The whole process, until it is told to stop."""
    sys.setswitchinterval(SWITCH_SECONDS)
    async with house(env) as built:
        await work(built, told=told)
    log.info("stopped")


async def work(built: House, *, told: "asyncio.Event | None" = None) -> None:
    """What was built, until it is told to stop: then no more is taken in, and what was begun is finished."""
    if not CHATS & built.surfaces.keys():
        raise Misconfigured("Neither Slack nor Teams is set up.", advice="Try `nightdesk demo`, or see .env.example.")
    clock, meters, storage, desk = built.clock, built.meters, built.storage, built.desk
    platforms: dict[str, Platform] = {name: surface.platform for name, surface in built.surfaces.items()}
    roles = by_settings(built.settings.admins, built.settings.default_role)
    worker = InboxWorker(
        storage, clock, built.engine, platforms, built.settings.zone, roles=roles, hearing=built.hearing
    )
    outlets = {outlet.name: outlet for outlet in _outlets(built.integrations)}
    programs = {Conversations.name: Conversations(storage, clock, built.hearing)}
    drain = Drain(storage, clock, {**platforms, **outlets, **programs}, meters, desk.owner.told)
    ahead = built.settings.prefetch and bool(built.settings.query_cache)  # what is not kept need not be read ahead
    warmer = Warmer(storage, built.engine, meters, on=ahead)
    runner = Runner(
        jobs(storage, desk, built.sources.health, built.catalogs, warmer, desk.watching), storage.leadership, clock
    )
    async with contextlib.AsyncExitStack() as stack:
        for part in built.parts.values():
            await part.start()
            stack.push_async_callback(part.stop)
        await desk.start()
        stack.push_async_callback(desk.stop)
        await runner.start()
        stack.push_async_callback(runner.stop)
        serving = await server.serve(built.app, built.settings.host, built.settings.port)
        keepers = {"timers": desk.timekeeper, "afterthoughts": desk.afterthoughts}
        workers = {"inbox": worker.run(), **{name: one.run() for name, one in keepers.items()}, "drain": drain.run()}
        working = [asyncio.create_task(work, name=name) for name, work in workers.items()]
        warming = asyncio.create_task(warmer.begin(), name="warming")  # nothing waits for it, and its end ends nothing
        stack.callback(warming.cancel)
        log.info("ready", extra={"port": serving.port, "platforms": sorted(platforms), "off": built.switched_off})
        await _until(told, working)
        await serving.drain(NOTICE)
        worker.stop()
        for keeper in keepers.values():
            keeper.stop()
        await asyncio.gather(*working[:-1])
        drain.finish()
        await asyncio.wait(working, timeout=LAST_WORDS.total_seconds())
        drain.stop()
        await asyncio.gather(*working)


async def _until(told: "asyncio.Event | None", working: list["asyncio.Task[None]"]) -> None:
    """A worker that ends by itself is a fault: the process ends with it, and is started anew by its keeper."""
    waiting = asyncio.create_task(told.wait() if told else server.until_told())
    done, _ = await asyncio.wait([waiting, *working], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for task in done:
        if task is not waiting:
            task.result()


def _switched_on(env: Environment) -> list[tuple[PlatformKind, Any]]:
    found = [(kind, settings_.section(kind.name, kind.settings, env)) for kind in PLATFORMS]
    return [(kind, section) for kind, section in found if section is not None]


def _integrations(env: Environment, parts: Parts) -> dict[str, Integration]:
    built = {}
    for kind in INTEGRATIONS:
        section = settings_.section(kind.name, kind.settings, env)
        if section is not None:
            built[kind.name] = kind.build(section, parts)
    return built


def _silencers(integrations: Mapping[str, Integration]) -> Mapping[str, Silencer]:
    """By the door that its alerts come through: rulers feed an Alertmanager, too."""
    found = next((one.silencer for one in integrations.values() if one.silencer is not None), None)
    return {"alertmanager": found, "ruler": found} if found else {}


def _outlets(integrations: Mapping[str, Integration]) -> Sequence[Outlet]:
    """The ticket systems outside; a ticket is called there what the first of them calls it."""
    return [one.outlet for one in integrations.values() if one.outlet is not None]


def _maker(integrations: Mapping[str, Integration]) -> EventMaker | None:
    return next((one.events for one in integrations.values() if isinstance(one, MakesEvents)), None)


def _language(integrations: Mapping[str, Integration]) -> LanguageModel | None:
    return next((one.language for one in integrations.values() if isinstance(one, WritesWords)), None)


def _billers(integrations: Mapping[str, Integration]) -> Sequence[Biller]:
    return [one.billing for one in integrations.values() if isinstance(one, Bills)]


def _readership(settings: Settings, clock: Clock, meters: Meters) -> Readership:
    most = settings.query_results
    sizes = Sizes(timedelta(hours=settings.query_range_hours), points=most, series=most)
    return Readership(clock, meters, sizes, Room(fresh=settings.query_cache), tenant_label=settings.tenant_label)


def _tokens(settings: Settings, session: aiohttp.ClientSession, clock: Clock) -> Tokens | None:
    keys = keys_of(settings, session, clock)
    return Tokens(Rules.of(settings), keys, clock) if keys else None


async def _first_tenant(storage: Storage, settings: Settings) -> None:
    if await storage.directory.tenant(DEFAULT_TENANT) is None:
        await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default", settings.zone))


async def _ready(storage: Storage) -> Mapping[str, bool]:
    try:
        await storage.check()
    except Problem:
        return {"database": False}
    return {"database": True}


async def _figures(storage: SqlStorage, clock: Clock) -> Mapping[str, float]:
    now = clock.now()
    waiting, oldest = await storage.parcels.waiting(now)
    counts = await storage.counts(now)
    return {
        "parcels_waiting": waiting,
        "parcels_oldest_seconds": oldest.total_seconds(),
        "issues_open": sum(counts.open_issues.values()),
        "issues_critical": counts.open_issues[Severity.CRITICAL],
        "dead_letters": counts.dead_letters,
        "timers_late": counts.timers_past_due,
    }


def _session() -> aiohttp.ClientSession:
    """Pooled and shared; every call gives its own time limits, these are the last resort."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=OUTBOUND_CONNECTIONS, limit_per_host=0),
        timeout=aiohttp.ClientTimeout(total=timedelta(seconds=60).total_seconds(), connect=5),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
