"""An incident that a visitor starts in the demo world is told by a watch in both chats, listed, and ends."""

import json
from datetime import timedelta

import pytest

from bot.intents import anomalies, watch, watches
from bot.model.issue import By
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.pipeline.incidents import Incidents as IncidentsDesk
from bot.pipeline.watch_desk import WatchesDesk
from bot.pipeline.watching import Watching
from bot.ports.actor import Actor
from handlers.catalog import PLATFORMS
from integrations.demo.incidents import Incidents
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from tests.builders import FixedSources, turn
from tests.desks import desks, tools
from tests.integration.pipeline.flow import the_issue

DAYS = timedelta(days=4)
RENDER = {kind.name: kind.render for kind in PLATFORMS if kind.name in ("slack", "teams")}


def no_link(*_):
    return ""


async def no_apps(_):
    return ()


async def no_ticket(*_):
    raise AssertionError("nobody asks for one")


@pytest.fixture
async def world(storage, clock) -> DemoWorld:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
    await clock.advance(26 * 3600)  # a day and an hour at which nothing else goes on in payments
    return DemoWorld(7)


async def in_both(storage, clock, issue) -> dict[str, str]:
    """What stands in each chat, as it is drawn there."""
    parcels = await storage.parcels.claim(1000, 1000, clock.now())
    await storage.parcels.release({parcel.place.lane: clock.now() for parcel in parcels})
    mine = [one for one in parcels if one.subject == f"issue:{issue.id}"]
    return {
        one.place.platform: json.dumps(RENDER[one.place.platform](one.reply, no_link).payload, ensure_ascii=False)
        for one in mine
    }


async def test_a_forced_incident_is_told_with_its_parts_listed_and_resolved(storage, clock, pipeline, meters, world):
    sources = FixedSources(clock, DemoMetrics(world, clock))

    async def merge(work, signals):
        await pipeline.merge(work, signals, clock.now())

    at_desk = WatchesDesk(storage, clock, sources, merge, no_apps)
    proposed = await at_desk.proposed(DEFAULT_TENANT)
    assert {"p95 latency", "error rate", "request rate", "database pool in use"} <= {one.name for one in proposed}
    errors = [one for one in proposed if one.kind == "error ratio"]
    await at_desk.make(Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1"), errors)
    assert errors[0].query not in {one.query for one in await at_desk.proposed(DEFAULT_TENANT)}

    built = Watching(storage, clock, meters, sources, pipeline.accept, learns=DAYS)
    await built.sweep(clock.now())
    await built.learnt()
    visitor = Incidents(world, clock, lambda: None)
    await clock.advance(360)
    visitor.start("failing-payments")  # it began five and a half minutes ago
    assert (await built.sweep(clock.now())).told == 1
    issue = await the_issue(storage)
    assert (issue.services, issue.severity) == (("payments",), "medium")
    told = await in_both(storage, clock, issue)
    assert set(told) == {"slack", "teams"}
    for shown in told.values():
        for part in ("error rate of payments", "usually 0.197 %", "points", "times the usual spread", "since ",
                     "of the excess is region eu-west-1", "Confidence: ", "why does payments fail?"):  # fmt: skip
            assert part in shown
        assert "aused by" not in shown

    asked = tools(
        desks(incidents=IncidentsDesk(storage, clock, meters, no_ticket), watches=at_desk), turn(at=clock.now())
    )
    listed = await anomalies.answer(anomalies.Anomalies(), asked)
    assert listed.summary == "1 anomaly is open: 0 HIGH, 1 MEDIUM, 0 LOW."
    facts = {fact.label: fact.value for block in listed.blocks if block.kind == "facts" for fact in block.rows}
    assert set(facts) == {
        "Severity", "Where", "Now", "Normal", "Started", "Likely cause", "Impact", "Suggested", "Status",
    }  # fmt: skip
    assert "region eu-west-1" in facts["Where"]
    assert facts["Normal"].startswith("0.197 %")
    assert (await watches.answer(watches.Watches(), asked)).summary == "1 watch, 1 of them strange now."

    visitor.stop("failing-payments")
    for _ in range(25):
        await clock.advance(60)
        await built.sweep(clock.now())
    assert not (await the_issue(storage)).open
    later = tools(asked.desks, turn(at=clock.now()))
    assert (await anomalies.answer(anomalies.Anomalies(), later)).summary == "No anomaly is open."
    resolved = await anomalies.answer(anomalies.Anomalies(which="resolved"), later)
    assert resolved.summary == "1 anomaly was resolved in the last 7 days."
    trends = await anomalies.answer(anomalies.Anomalies(which="trends"), later)
    assert "Most of them: error ratio of payments." in trends.summary


async def test_what_is_to_be_watched_is_shown_with_what_it_would_have_told(storage, clock, pipeline, world):
    async def merge(work, signals):
        await pipeline.merge(work, signals, clock.now())

    at_desk = WatchesDesk(storage, clock, FixedSources(clock, DemoMetrics(world, clock)), merge, no_apps)
    asked = tools(desks(watches=at_desk), turn(at=clock.now()))
    query = 'sum by (service) (rate(http_requests_total{env="prod",service="payments"}[5m]))'
    shown = await watch.answer(watch.Watch(query=query, name="traffic", unit="req/s", limit="above 500"), asked)
    assert shown.summary.startswith("I would watch traffic: 1 series. In the last 7 days it would have told ")
    assert [block.kind for block in shown.blocks] == ["text", "text", "chart"]
    assert [button.label for button in shown.buttons] == ["Watch it", "Change…", "Cancel"]
    assert await at_desk.every(DEFAULT_TENANT) == []
    made = await watch.answer(watch.Watch(**shown.buttons[0].arguments), asked)
    assert made.summary == "W1 watches traffic from now on."
    (kept,) = await at_desk.every(DEFAULT_TENANT)
    assert (kept.watch.kind, kept.watch.above, kept.standing.state) == ("traffic", 500.0, "learning")
