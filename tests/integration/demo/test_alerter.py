"""The demo world's alerts over real HTTP: what begins is posted, what is over is posted, what is silenced is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.alertmanager.webhook import parse
from integrations.demo.alerter import REPEAT, Alerter
from integrations.demo.incidents import Incidents
from integrations.demo.integration import OPENING, DemoIntegration, Settings
from integrations.demo.links import Links
from integrations.demo.rules import RULES
from integrations.demo.world import DemoWorld
from integrations.integration import Arrived, Parts
from tests.fakes import DrivenClock

QUIET = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)  # no story of the calendar is near
HOME = "http://127.0.0.1:8080"


@dataclass
class Door:
    """The bot's webhook, as the alerter sees it."""

    url: str = ""
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.status == 200:
            self.posted.append(body)
            self.heard.set()
        return web.Response(status=self.status)

    def news(self) -> list[tuple[str, str, str]]:
        """And forgets it: rule, status, service of each alert."""
        posted, self.posted = self.posted, []
        alerts = [alert for body in posted for alert in body["alerts"]]
        return [(one["labels"]["alertname"], one["status"], one["labels"].get("service", "")) for one in alerts]


@dataclass
class Town:
    door: Door
    clock: DrivenClock
    alerter: Alerter
    incidents: Incidents

    async def round(self, after: timedelta = timedelta(seconds=15)) -> list[tuple[str, str, str]]:
        await self.clock.advance(after.total_seconds())
        await self.alerter.look(*RULES)
        await self.alerter.tell()
        return self.door.news()


@pytest_asyncio.fixture
async def door() -> AsyncIterator[Door]:
    door, app = Door(), web.Application()
    app.router.add_post("/webhooks/alertmanager/key", door.take)
    async with TestServer(app) as server:
        door.url = str(server.make_url("/webhooks/alertmanager/key"))
        yield door


@pytest_asyncio.fixture
async def town(door: Door) -> AsyncIterator[Town]:
    clock, world = DrivenClock(QUIET), DemoWorld(seed=7)
    async with aiohttp.ClientSession() as session:
        alerter = Alerter(world, clock, session, door.url, Links(HOME))
        yield Town(door, clock, alerter, Incidents(world, clock, alerter.wake))


async def test_what_begins_and_what_is_over_is_said_once(town: Town) -> None:
    assert await town.round() == []

    town.incidents.start("slow-checkout")
    assert await town.round() == [("HighLatency", "firing", "checkout")]
    assert await town.round() == []
    town.incidents.stop("slow-checkout")
    assert await town.round() == [("HighLatency", "resolved", "checkout")]
    assert await town.round() == []


async def test_what_fires_is_said_again_after_a_while(town: Town) -> None:
    town.incidents.start("lost-shipping")
    first = await town.round()

    assert await town.round(REPEAT - timedelta(seconds=30)) == []
    assert sorted(await town.round(timedelta(seconds=30))) == sorted(first)


async def test_the_payload_is_alertmanagers_and_the_bot_reads_it(town: Town) -> None:
    town.incidents.start("lost-shipping")
    await town.clock.advance(15)
    await town.alerter.look(*RULES)
    await town.alerter.tell()

    (body,) = town.door.posted
    assert (body["version"], body["status"]) == ("4", "firing")
    assert body["groupLabels"] == {"alertname": "ServiceDown", "service": "shipping"}
    assert body["groupKey"] == '{}:{alertname="ServiceDown", service="shipping"}'
    assert body["commonLabels"].keys() == {"alertname", "env", "job", "service", "severity"}
    signals = parse(Arrived(body, {}, {}, town.clock.now()))
    assert sorted(one.region for one in signals) == ["eu-west-1", "us-east-1", "us-east-2"]
    one = signals[0]
    assert (one.severity, one.status, one.title) == ("critical", "firing", "shipping is down")
    assert (one.measured, one.normal) == ("down", "up")
    assert (one.runbook, one.dashboard) == (f"{HOME}/demo/runbook/service-down", f"{HOME}/demo/dashboard/shipping")
    assert one.graph.startswith(f"{HOME}/demo/graph?g0.expr=up")
    assert one.expression == next(rule.expression for rule in RULES if rule.name == "ServiceDown")
    assert one.started_at <= town.clock.now()
    assert len({one.fingerprint for one in signals}) == 3


async def test_a_silenced_alert_is_not_sent_and_its_end_is_said_when_it_is_heard_again(town: Town) -> None:
    town.incidents.start("lost-shipping")
    await town.round()
    now = town.clock.now()
    quiet = await town.alerter.hush.create(('service="shipping"',), now, now + timedelta(hours=1), "Anna", "")

    assert await town.round(REPEAT) == []
    town.incidents.stop("lost-shipping")
    assert await town.round() == []
    await town.alerter.hush.expire(quiet)
    assert {status for _, status, _ in await town.round()} == {"resolved"}


async def test_what_was_silenced_from_the_beginning_was_never_there(town: Town) -> None:
    now = town.clock.now()
    await town.alerter.hush.create(('severity="warning"',), now, now + timedelta(hours=1), "Anna", "")

    town.incidents.start("slow-checkout")
    assert await town.round() == []
    (hidden,) = town.alerter.ringing()
    assert hidden[0] == "checkout answers slowly"
    town.incidents.stop("slow-checkout")
    assert await town.round() == []


async def test_part_of_a_group_may_be_silenced(town: Town) -> None:
    now = town.clock.now()
    await town.alerter.hush.create(('region="eu-west-1"',), now, now + timedelta(hours=1), "Anna", "")

    town.incidents.start("lost-shipping")

    assert len(await town.round()) == 2


@pytest.mark.parametrize("status", [503, 401])
async def test_what_was_not_heard_is_said_again(town: Town, status: int, caplog: pytest.LogCaptureFixture) -> None:
    town.door.status = status
    town.incidents.start("slow-checkout")
    assert await town.round() == []
    assert await town.round() == []

    town.door.status = 200
    assert await town.round() == [("HighLatency", "firing", "checkout")]
    assert caplog.text.count("demo_alerts_not_heard") == 1  # one line when it goes away


async def test_again_soon_after_it_was_over_is_news(town: Town) -> None:
    """The bot takes an older start for a late message; so the new one must be later than the end of the last."""
    town.incidents.start("slow-checkout")
    await town.round()
    town.incidents.stop("slow-checkout")
    await town.round()
    over = town.clock.now()
    town.incidents.start("slow-checkout")
    await town.clock.advance(15)
    await town.alerter.look(*RULES)
    await town.alerter.tell()

    (body,) = town.door.posted
    assert datetime.fromisoformat(body["alerts"][0]["startsAt"]) >= over


async def test_a_storm_comes_as_one_post_within_its_limit(town: Town) -> None:
    town.incidents.start("storm")
    await town.clock.advance(15)
    await town.alerter.look(*RULES)
    await town.alerter.tell()

    (body,) = town.door.posted
    assert len(body["alerts"]) == 300


async def test_the_world_makes_something_happen_when_nothing_does(door: Door) -> None:
    clock = DrivenClock(QUIET)
    async with aiohttp.ClientSession() as session:
        settings = Settings(seed=7, alerts_url=door.url, pages_url=HOME)
        demo = DemoIntegration(settings, Parts(session, clock))
        assert demo.silencer is not None
        await demo.start()
        async with asyncio.timeout(30):
            while not door.heard.is_set():
                await clock.advance(1)
                await asyncio.sleep(0.01)  # rules are worked out in a thread
        await demo.stop()

    assert door.news() == [("HighLatency", "firing", "checkout")]
    assert clock.now() - QUIET >= OPENING


async def test_without_an_address_it_tells_of_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        demo = DemoIntegration(Settings(seed=7), Parts(session, DrivenClock(QUIET)))
        assert demo.silencer is None
        await demo.start()
        await demo.stop()
