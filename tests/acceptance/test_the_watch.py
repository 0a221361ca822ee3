"""The watch over log events whole: one process, both chats, and the live page in Chromium as the tab in Teams.

The six cases are basic flow, flagging, analysis and knowledge, critical path, live updates, clearing; the edges are
stop and start, clearing while it runs, no model or a bad one, impatient fingers.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from bot.model.issue import IssueId
from bot.model.tenant import DEFAULT_TENANT
from bot.model.ticket import TicketId
from bot.ports.storage import Entry, Trail
from tests.acceptance.browser import DESKTOP
from tests.acceptance.doors import new_key, send
from tests.acceptance.hands import ANNA, EMAIL, MEI, Hands, words
from tests.acceptance.incidents import Incidents, incidents

SHOWN_MS = 15_000
NUMBERS, SECONDS = count(100), count(1)
ADMINS = "anna.berger@example.com,ben.ortner@example.com"
PLAN: Mapping[str, Any] = {
    "mails": {
        "engineering": {"to": ["ops@example.com"], "automatic": ["critical"]},
        "customer": {"automatic": ["critical"]},
    }
}

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(90)
]  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory, mood: str) -> AsyncIterator[Incidents]:
    """Anna and Ben are administrators, Mei may look."""
    settings = {"NIGHTDESK_ADMINS": ADMINS, "NIGHTDESK_DEFAULT_ROLE": "viewer"}
    async with incidents(tmp_path_factory.mktemp("watch"), plan=PLAN, mood=mood, **settings) as built:
        yield built
        log = built.rig.log.read_text()
        assert "Traceback" not in log, log[log.index("Traceback") - 500 :][:3000]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def key(world: Incidents) -> str:
    """Both are met in the chat first: a role that hangs on an address is known from there."""
    for who in (ANNA, MEI):
        await world.rig.teams_answer(await Hands(world).say_teams("@Nightdesk pipeline", who=who))
    return (await new_key(world, "events"))[1]


@pytest.fixture
def hands(world: Incidents, key: str) -> Hands:
    return Hands(world)


class Watch:
    """The page, as it stands in Teams' window."""

    def __init__(self, page: Page, world: Incidents) -> None:
        self.page, self.world = page, world
        self.tab: FrameLocator = page.frame_locator("#tab")
        self.events, self.issues = self.rows("events"), self.rows("issues")

    async def open(self, who: str = ANNA) -> "Watch":
        await self.page.goto(f"{self.world.rig.url}/teams/tab?user={EMAIL[who]}")
        await expect(self.tab.get_by_role("heading", name="Log Monitoring")).to_be_visible()
        await expect(self.tab.locator("#thresholds tr").first).to_be_attached(timeout=SHOWN_MS)
        return self

    def rows(self, name: str) -> Locator:
        return self.tab.get_by_test_id(name).get_by_role("listitem")

    def of(self, service: str, rows: str = "events") -> Locator:
        return self.rows(rows).filter(has_text=service)

    def button(self, name: str) -> Locator:
        return self.tab.get_by_role("button", name=name, exact=True)

    async def says(self, text: str) -> None:
        await expect(self.tab.locator("#state-words")).to_contain_text(text, timeout=SHOWN_MS)


@pytest_asyncio.fixture(loop_scope="session")
async def watch(page: Page, world: Incidents, key: str) -> Watch:
    return await Watch(page, world).open()


def made(service: str, said: str) -> list[dict[str, Any]]:
    """`x` breaks the threshold of latency, `.` does not."""
    now = datetime.now(UTC)
    return [
        {
            "event_id": f"EVT-{next(SECONDS)}-{service.replace('-', '').lower()}",
            "timestamp": (now + timedelta(milliseconds=place)).isoformat(),
            "event_type": "api", "service_name": service, "region": "us-east-1", "customer_id": "acme",
            "message": "slow <b>and</b> *bold*", "metrics": {"latency_ms": 650 if sign == "x" else 120},
        }
        for place, sign in enumerate(said)
    ]  # fmt: skip


async def post(world: Incidents, key: str, events: list[dict[str, Any]], *, new: int | None = None) -> list[str]:
    """The ids of these events; `new`: how many of them were not there yet, all where it is not said."""
    answer = await send(world, "/api/monitoring/ingest", {"events": events}, headers={"Authorization": f"Bearer {key}"})
    count = len(events)
    assert (answer.status, answer.told) == (202, {"accepted": count, "new": count if new is None else new})
    return [one["event_id"] for one in events]


async def in_teams(world: Incidents, text: str) -> Mapping[str, Any]:
    return await world.rig.teams_answer(await world.rig.ask_teams(f"@Nightdesk {text}"))


async def test_basic_flow_and_stop_and_start(watch: Watch, hands: Hands) -> None:
    """Begun in Slack, seen on the page, ended in Teams; what runs cannot be begun, and what stands cannot be ended."""
    await watch.says("Stopped")
    assert "Started." in words(await hands.command("pipeline start seed=3 rate=600"))
    await watch.says("Running, 600 a minute")
    await expect(watch.events).to_have_count(50, timeout=SHOWN_MS)
    signs = set(await watch.tab.locator("#events .sign").all_inner_texts())
    assert signs == {"⇄ api", "▤ database", "▣ frontend", "⚙ infrastructure"}
    card = await in_teams(hands.world, "pipeline")
    assert "running, 600 a minute, seed 3" in words(card)
    assert "running already" in words(await hands.command("pipeline start"))
    await hands.press_teams(card, "Stop")
    await watch.says("Stopped")
    assert "is not running" in words(await hands.command("pipeline stop"))
    await watch.button("Start").click()
    await watch.says("Running, 600 a minute")
    await watch.button("Stop").click()
    await watch.says("Stopped")
    seen = int((await watch.tab.locator("#seen").inner_text()).replace(",", ""))
    assert f"{seen} log events" in words(await hands.command("pipeline")).replace(",", "")


async def test_flagging(watch: Watch, hands: Hands, key: str) -> None:
    """One that breaks a threshold is flagged, in both chats and on the page; two in a row make no issue."""
    service = f"Slow-{next(NUMBERS)}"
    ids = await post(hands.world, key, made(service, ".....xx.xx"))
    await expect(watch.of(service)).to_have_count(10, timeout=SHOWN_MS)
    await expect(watch.of(service).get_by_text("FLAGGED", exact=True)).to_have_count(4)
    await expect(watch.of(service).get_by_text("CRITICAL", exact=True)).to_have_count(0)
    await expect(watch.of(service).first).to_contain_text("API latency 650 ms")
    for answer in (await hands.command(f"flagged {service}"), await in_teams(hands.world, f"flagged {service}")):
        assert "latest 4 events" in words(answer)
    for answer in (await hands.command(f"event {ids[-1]}"), await in_teams(hands.world, f"event {ids[-1]}")):
        assert "650 ms, +441 %" in words(answer), "against what is normal here"
        assert "above 500 ms" in words(answer)
    assert not [one for one in await hands.world.issues() if service in one.title]


async def test_critical_path_and_what_is_learnt_without_a_model(watch: Watch, hands: Hands, key: str) -> None:
    """Three in a row: one issue, one ticket, two drafts, told once in each chat; once resolved, an entry."""
    world, service = hands.world, f"Checkout-{next(NUMBERS)}"
    await post(world, key, made(service, ".....xxx"))
    await world.until_both(service, "Critical", "650 ms, +441 %", "above 500 ms", "MON-")
    await expect(watch.of(service).get_by_text("CRITICAL", exact=True)).to_have_count(1, timeout=SHOWN_MS)
    issue = watch.of(service, "issues")
    await expect(issue).to_contain_text("650 ms, +441 % against the normal 120 ms")
    await issue.get_by_text("Details").click()
    await expect(issue).to_contain_text("MON-")
    await post(world, key, made(service, "xxxx"))
    [found] = [one for one in await world.issues() if service in one.title]
    assert await ticket_of(world, found.id) == found.ticket

    await watch.tab.get_by_role("tab", name="Drafts").click()
    drafts = watch.rows("drafts").filter(has=watch.tab.get_by_text(found.id))
    await expect(drafts).to_have_count(2, timeout=SHOWN_MS)
    await expect(drafts.filter(has_text="Customer notice")).to_have_count(1)
    for answer in (await hands.command("drafts"), await in_teams(world, "drafts")):
        assert words(answer).count(f"{found.id}") >= 2

    await world.rig.slack.control("home", {"tab": "home", "user": ANNA})
    await hands.until(
        lambda: "wait to be looked at" in words(world.rig.slack.state()["home"].get(ANNA, {})), "App Home"
    )
    for answer in (world.rig.slack.state()["home"][ANNA], await in_teams(world, "home")):
        assert [
            one for one in ("Log events", "Critical now:", "Drafts", "thresholds") if one not in words(answer)
        ] == []

    slack, _ = await world.both(service)
    await hands.press_slack(slack, "Acknowledge")
    await world.until_both(service, "Anna Berger has it")
    await hands.say_slack("@Nightdesk workaround roll back release 7", slack)
    await world.until_both(service, "roll back release 7")
    await hands.press_slack((await world.both(service))[0], "Resolve")
    await world.until_both(service, "Resolved")
    entry = watch.rows("drafts").filter(has_text="Written from the issue").filter(has_text=service)
    await expect(entry).to_have_count(1, timeout=SHOWN_MS)
    await entry.get_by_text("Read it").click()
    await expect(entry).to_contain_text("roll back release 7")
    for answer in (await hands.command(f"kb {service} latency"), await in_teams(world, f"kb {service} latency")):
        assert service in words(answer)
    assert (len(world.slack_roots(service)), len(world.teams_roots(service))) == (1, 1)


async def test_live_updates(watch: Watch, hands: Hands, key: str, browser: Browser) -> None:
    """What one does all see, wherever they do it; whoever may only look can press nothing."""
    service = f"Live-{next(NUMBERS)}"
    other = await browser.new_context(viewport=DESKTOP)
    try:
        mei = await Watch(await other.new_page(), hands.world).open(MEI)
        for one in ("Start", "Force an anomaly", "Clear logs"):
            await expect(mei.button(one)).to_be_disabled()
        await post(hands.world, key, made(service, "xxx"))
        for page in (watch, mei):
            await expect(page.of(service, "issues")).to_contain_text("investigating", timeout=SHOWN_MS)
        _, teams = await hands.world.both(service)
        await post(hands.world, key, made(service, "....."))
        for page in (watch, mei):
            await expect(page.of(service, "issues")).to_contain_text("resolved", timeout=SHOWN_MS)
        await hands.world.until_both(service, "Resolved")
        assert [one["id"] for one in hands.world.teams_roots(service)] == [teams["id"]]
    finally:
        await other.close()


async def test_outside_of_teams_the_page_tells_nothing(page: Page, world: Incidents) -> None:
    await page.goto(f"{world.rig.bot_url}/tab/log-events")
    await expect(page.get_by_text("Open this page as a tab in Teams.")).to_be_visible(timeout=SHOWN_MS)
    await expect(page.get_by_test_id("events").get_by_role("listitem")).to_have_count(0)


async def test_live_where_people_talk(hands: Hands, key: str) -> None:
    """One message in the channel of each chat, written anew, and ended by its button."""
    world, service = hands.world, f"Told-{next(NUMBERS)}"
    await hands.say_slack("@Nightdesk watch the events here")
    await hands.say_teams("@Nightdesk live for 1 hour")
    both = await hands.until(lambda: _live(world), "live in both chats")
    await post(world, key, made(service, "xx"))
    await hands.until(lambda: all(service in words(one) for one in _live(world) or ["-"]), "written anew in both")
    again = _live(world)
    assert again
    assert [one.get("ts") or one["id"] for one in again] == [one.get("ts") or one["id"] for one in both]
    await hands.press_slack(again[0], "Stop")
    await hands.press_teams(again[1], "Stop")
    await hands.until(lambda: _live(world, "No longer live: Anna Berger stopped it"), "ended in both")


def _live(world: Incidents, said: str = "Log events, live") -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    slack = next((one for one in world.slack_messages() if said in words(one)), None)
    teams = next((one for one in world.teams_messages() if said in words(one)), None)
    return (slack, teams) if slack and teams else None


async def test_what_is_old_is_never_shown_as_now(hands: Hands, browser: Browser, key: str) -> None:
    """The bot is killed: the page says so; it comes back: the page goes on by itself, and nothing is lost."""
    world, service = hands.world, f"Killed-{next(NUMBERS)}"
    context = await browser.new_context(viewport=DESKTOP)
    try:
        watch = await Watch(await context.new_page(), world).open()
        twice = made(service, "xx")
        await post(world, key, twice)
        await expect(watch.of(service)).to_have_count(2, timeout=SHOWN_MS)
        await world.rig.kill_bot()
        await expect(watch.tab.locator("#connection")).to_contain_text("does not answer", timeout=SHOWN_MS)
        await world.rig.start_bot()
        await expect(watch.tab.locator("#connection")).to_be_hidden(timeout=SHOWN_MS)
        for _ in range(3):
            await post(world, key, twice, new=0)
        assert not [one for one in await world.issues() if service in one.title], "what is sent again counts once"
        await post(world, key, made(service, "x"))
        await expect(watch.of(service).get_by_text("CRITICAL", exact=True)).to_have_count(1, timeout=SHOWN_MS)
        await world.until_both(service, "Critical")
        assert len(world.slack_roots(service)) == 1
    finally:
        await context.close()


async def test_clearing_while_it_runs_under_impatient_fingers(watch: Watch, hands: Hands, key: str) -> None:
    """Pressed again and again, in a chat and on the page at once: begun once, cleared, and what was learnt stays."""
    world, service = hands.world, f"Cleared-{next(NUMBERS)}"
    await post(world, key, made(service, "xxx"))
    await world.until_both(service, "Critical")
    begun = len(await acts(world, "events.start"))
    start = watch.button("Start")
    await start.evaluate("one => { for (let n = 0; n < 5; n++) one.click(); }")
    await watch.says("Running")
    assert "running already" in words(await hands.command("pipeline start"))
    card = await in_teams(world, "pipeline clear")
    await watch.button("Clear logs").click()
    await watch.button("Keep").click()
    await expect(watch.of(service, "issues")).to_have_count(1)
    await watch.button("Clear logs").click()
    await watch.button("Clear").click()
    await hands.press_teams(card, "Clear")
    await world.until_both(service, "Resolved")
    await expect(watch.of(service, "issues")).to_have_count(0, timeout=SHOWN_MS)
    await expect(watch.of(service)).to_have_count(0)
    assert "Stopped." in words(await hands.command("pipeline stop"))
    await watch.says("Stopped")
    await watch.button("Clear logs").click()
    await watch.button("Clear").click()
    await expect(watch.tab.get_by_text("No events yet.")).to_be_visible(timeout=SHOWN_MS)
    await expect(watch.tab.get_by_text("No issues.")).to_be_visible()
    for answer in (await hands.command("pipeline"), await in_teams(world, "pipeline")):
        assert "No log events came in since the clearing" in words(answer)
    for answer in (await hands.command(f"kb {service} latency"), await in_teams(world, f"kb {service} latency")):
        assert service in words(answer), "what was learnt is no event"
    cleared = await acts(world, "events.clear")
    assert [one.details["name"] for one in cleared] == ["Anna Berger"] * 3
    assert len(await acts(world, "events.start")) == begun + 1, "once, however often it was pressed"


async def acts(world: Incidents, act: str) -> Sequence[Entry]:
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        return await work.audit.find(Trail(act=act))


async def ticket_of(world: Incidents, issue: IssueId) -> TicketId | None:
    async with world.storage() as storage, storage.work(DEFAULT_TENANT) as work:
        found = [one for one in await work.tickets.unresolved() if one.issue == issue]
    assert len(found) <= 1, "one, however long it goes on"
    return found[0].id if found else None
