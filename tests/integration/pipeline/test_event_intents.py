"""What is said of log events, with the real desk behind it: the card, what is flagged, one event, the thresholds."""

from dataclasses import replace

import pytest

from bot.intents import log_event, thresholds
from bot.intents import pipeline as cards
from bot.model.errors import Missing, Rejected
from bot.model.log_event import Kind
from bot.model.reply import Reply
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.event_keeping import Keeping
from bot.pipeline.event_watch import Watch
from bot.ports.tools import Tools
from integrations.demo.log_events import LogEvents
from storage.storage import open_storage
from tests.conftest import KEY
from tests.desks import desks, tools
from tests.integration.pipeline.test_event_watch import events


@pytest.fixture
async def storage(sqlite_url, clock):
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        yield opened


@pytest.fixture
def watch(storage, clock, meters, pipeline) -> Watch:
    return Watch(storage, clock, meters, Keeping(pipeline.merge), LogEvents(7))


@pytest.fixture
def at_hand(watch) -> Tools:
    return tools(replace(desks(), events=watch))


def labels(reply: Reply) -> list[str]:
    return [one.label for one in reply.buttons]


async def test_the_card_when_nothing_came_yet(at_hand: Tools):
    card = await cards.show(cards.Pipeline(), at_hand)
    assert card.summary == "No log events came in yet."
    assert labels(card) == ["Start", "Force an anomaly…", "Watch here", "Flagged events", "Thresholds", "Refresh"]


async def test_the_card_of_a_service_in_trouble(at_hand: Tools, watch: Watch):
    await watch.take(DEFAULT_TENANT, [*events("." * 17), *events("xxx", 17), *events(".x", 0, "search")])
    card = await cards.show(cards.Pipeline(), at_hand)
    assert card.summary == "22 log events came in, 4 of them flagged (18.2 %)."
    assert card.tone == "bad"
    assert card.blocks[1].rows == (("checkout", 20, 3, "critical"), ("search", 2, 1, "1 of 3 in a row"))
    assert labels(card)[-1] == "Clear"
    assert card.buttons[-1].confirm


async def test_begun_ended_and_cleared(at_hand: Tools, watch: Watch):
    begun = await cards.start(cards.Start(seed=9, rate=60), at_hand)
    assert (begun.summary, labels(begun)[0]) == ("Started. No log events came in yet.", "Stop")
    assert begun.blocks[0].rows[0].value == "running, 60 a minute, seed 9"
    with pytest.raises(Rejected, match="running already"):
        await cards.start(cards.Start(), at_hand)
    assert (await cards.stop(cards.Pipeline(), at_hand)).summary.startswith("Stopped. ")
    with pytest.raises(Rejected, match="not running"):
        await cards.stop(cards.Pipeline(), at_hand)
    await watch.take(DEFAULT_TENANT, events("x"))
    asked = await cards.clear(cards.Clear(), at_hand)
    assert [(one.intent, one.arguments) for one in asked.buttons] == [("clear_pipeline", {"sure": True})]
    assert (await watch.state(DEFAULT_TENANT)).seen == 1, "asked is not done"
    done = await cards.clear(cards.Clear(sure=True), at_hand)
    assert done.summary == "Cleared: 1 event is gone. No log events came in since the clearing."


async def test_forced(at_hand: Tools):
    made = await cards.force(cards.Force(type="frontend", critical=True), at_hand)
    assert made.summary.startswith("Made: 3 events of ")
    assert made.summary.endswith("It is critical, so an issue tells of it.")
    assert sorted(row[-1] for row in made.blocks[0].rows) == ["CRITICAL", "FLAGGED", "FLAGGED"]


async def test_what_is_flagged(at_hand: Tools, watch: Watch):
    nothing = await log_event.flagged(log_event.Flagged(), at_hand)
    assert (nothing.summary, nothing.tone) == ("No event broke a threshold; no log events came in.", "neutral")
    await watch.take(DEFAULT_TENANT, [*events(".....xxx"), *events(".x", 0, "search")])
    found = await log_event.flagged(log_event.Flagged(), at_hand)
    assert (found.summary, found.tone) == ("The latest 4 events that broke a threshold; 1 of them critical.", "bad")
    assert [row[2] for row in found.blocks[0].rows] == ["checkout", "checkout", "checkout", "search"]
    assert found.blocks[0].rows[0][3] == "API latency 650 ms"
    assert found.blocks[1].options[0].value == "EVT-7-checkout"
    one = await log_event.flagged(log_event.Flagged(service="search"), at_hand)
    assert one.summary == "The latest event of search that broke a threshold; none of them critical."


async def test_one_event(at_hand: Tools, watch: Watch):
    stack = "TypeError: <!channel>\n    at a.js:1"
    last = replace(events("x", 30)[0], kind=Kind.FRONTEND, stack=stack, message="<b>it broke</b>", customer="acme")
    await watch.take(DEFAULT_TENANT, [*events("." * 9), last])
    page = await log_event.show(log_event.ShowEvent(event=last.id), at_hand)
    assert page.summary == "FLAGGED, medium: API latency 650 ms in checkout."
    rows = {one.label: one.value for one in page.blocks[1].rows}
    assert rows["API latency"] == "650 ms, +441 % against the normal 120 ms (threshold: above 500 ms)"
    assert (rows["Customer"], rows["Type"]) == ("acme", "▣ frontend")
    assert [block.parts[0].text for block in page.blocks[2:]] == stack.splitlines()
    calm = await log_event.show(log_event.ShowEvent(event="EVT-3-checkout"), at_hand)
    assert (calm.summary, calm.tone) == ("API latency 120 ms in checkout.", "neutral")
    with pytest.raises(Missing, match="EVT-9-none"):
        await log_event.show(log_event.ShowEvent(event="EVT-9-none"), at_hand)


async def test_the_thresholds_and_their_change(at_hand: Tools):
    shown = await thresholds.answer(thresholds.Thresholds(), at_hand)
    assert shown.summary == "Log events are held against 18 thresholds."
    assert shown.blocks[0].rows[0] == ("API latency", "latency_ms", "above 500 ms", "above 500 ms")
    changed = await thresholds.change(thresholds.ChangeThreshold(metric="latency_ms", limit=700), at_hand)
    assert changed.summary == "API latency is flagged from now on when above 700 ms."
    off = await thresholds.change(thresholds.ChangeThreshold(metric="cpu_percent", use="none"), at_hand)
    assert off.summary == "CPU is not flagged any more."
    shown = await thresholds.answer(thresholds.Thresholds(), at_hand)
    assert shown.summary.endswith("2 of them changed here (*).")
    limits = {row[1]: row[2] for row in shown.blocks[0].rows}
    assert (limits["latency_ms"], limits["cpu_percent"]) == ("above 700 ms *", "off *")
    back = await thresholds.change(thresholds.ChangeThreshold(metric="cpu_percent", use="the default"), at_hand)
    assert back.summary == "CPU is flagged from now on when above 80 %, as by default."
    with pytest.raises(Rejected, match="No limit"):
        await thresholds.change(thresholds.ChangeThreshold(metric="cpu_percent"), at_hand)
    with pytest.raises(Rejected, match="between 0 and 100"):
        await thresholds.change(thresholds.ChangeThreshold(metric="cpu_percent", limit=120), at_hand)
