"""Tickets told to systems outside, by the outbox: once, in order, shown by their name there, and never in the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp

from bot.desk import automatic
from bot.model.message import Place
from bot.model.parcel import Receipt
from bot.model.reply import Link
from bot.model.tenant import DEFAULT_TENANT
from integrations.integration import Parts
from integrations.jira.integration import JiraIntegration, Settings
from storage.storage import SqlStorage
from tests.integration.desk.scene import BEN, FakeChat, LeapingClock, an_issue
from tests.integration.desk.ticket_scene import BILLING, PLAN, Desk, a_desk, thread
from tests.integration.jira.server import API_TOKEN, EMAIL, FakeJira, says, serving


class Other(FakeChat):
    """Another system, which tickets are told to behind Jira."""

    place = Place("tickets", "webhook", "desk.example")

    def __init__(self, clock: LeapingClock) -> None:
        super().__init__("tickets", clock)

    def named(self, receipt: Receipt) -> Link:
        return Link("REQ-7", "https://desk.example/REQ-7")


@asynccontextmanager
async def with_jira(
    storage: SqlStorage, clock: LeapingClock, jira: FakeJira, *others: Other, token: str = API_TOKEN
) -> AsyncIterator[Desk]:
    async with serving(jira), aiohttp.ClientSession() as session:
        settings = Settings.model_validate({"url": jira.url, "project": "OPS", "email": EMAIL, "api_token": token})
        outlet = JiraIntegration(settings, Parts(session, clock)).outlet
        desk = await a_desk(storage, clock, (outlet, *others))
        async with desk.working():
            yield desk


async def test_a_ticket_is_an_issue_in_jira_and_its_card_leads_there(storage: SqlStorage, clock: LeapingClock) -> None:
    jira = FakeJira(clock)
    async with with_jira(storage, clock, jira) as desk:
        ticket = (await desk.ask(thread(1), body="See invoice 4711.")).ticket
        await desk.passes(timedelta(seconds=10))
        card = desk.reads(f"ticket:{ticket.id}")
        (page,) = [button for button in card.buttons if button.url]
        assert (page.label, page.url) == ("OPS-1", f"{jira.url}/browse/OPS-1")
        assert "See invoice 4711." in jira.issues["OPS-1"].fields["description"]

        await desk.claim(ticket, BEN)
        await desk.passes(timedelta(seconds=10))
        await desk.tickets.resolve(await desk.actor(BEN, BILLING.in_thread("9")), ticket.id)
        await desk.passes(timedelta(seconds=10))
        assert [button.label for button in desk.reads(f"ticket:{ticket.id}").buttons] == ["OPS-1"]
        kept = await desk.kept(ticket)
    assert (kept.outside, kept.link) == ("OPS-1", f"{jira.url}/browse/OPS-1")
    assert len(jira.issues) == 1
    assert jira.issues["OPS-1"].status == "Done"
    told = [comment.splitlines()[1] for comment in jira.issues["OPS-1"].comments]
    assert told == [f"{ticket.id} is claimed by Ben Ortner.", f"{ticket.id} is resolved."]
    assert [entry.act for entry in await desk.trail()].count("ticket.outside") == 1


async def test_a_critical_issue_goes_to_jira_with_the_highest_priority(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    jira = FakeJira(clock)
    async with with_jira(storage, clock, jira) as desk:
        for _ in range(2):
            async with storage.work(DEFAULT_TENANT) as work:
                made = await automatic.ticket(work, an_issue(clock), PLAN, desk.telling)
        await desk.passes(timedelta(seconds=10))
    (issue,) = jira.issues.values()
    assert issue.fields["summary"] == f"{made}: Critical issue: Checkout latency is high"
    assert issue.fields["priority"] == {"name": "Highest"}
    assert "Customer email: monitor@system.internal" in issue.fields["description"]


async def test_an_answer_that_was_lost_makes_no_second_issue(storage: SqlStorage, clock: LeapingClock) -> None:
    """Claimed meanwhile: the news waits behind, and becomes a comment of the one issue."""
    jira = FakeJira(clock, lag=timedelta(seconds=40), lost=["2/issue"])
    async with with_jira(storage, clock, jira) as desk:
        ticket = (await desk.ask(thread(1))).ticket
        await desk.passes(timedelta(seconds=10))
        assert len(jira.issues) == 1
        await desk.claim(ticket, BEN)
        await desk.passes(timedelta(minutes=8))
        assert [one.label for one in desk.reads(f"ticket:{ticket.id}").buttons if one.url] == ["OPS-1"]
    assert len(jira.issues) == 1
    assert len(jira.issues["OPS-1"].comments) == 1
    assert jira.asked.count("POST 2/issue") == 1


async def test_faults_that_pass_are_waited_out(storage: SqlStorage, clock: LeapingClock) -> None:
    faults: list[Any] = [says(429, Retry_After="20"), says(503), says(500)]
    jira = FakeJira(clock, faults=faults)
    async with with_jira(storage, clock, jira) as desk:
        await desk.ask(thread(1))
        await desk.passes(timedelta(minutes=8))
    assert len(jira.issues) == 1


async def test_a_jira_that_refuses_keeps_nothing_else_from_working(storage: SqlStorage, clock: LeapingClock) -> None:
    jira, other = FakeJira(clock), Other(clock)
    async with with_jira(storage, clock, jira, other, token="expired") as desk:
        ticket = (await desk.ask(thread(1))).ticket
        await desk.passes(timedelta(seconds=20))
        assert [one.label for one in desk.reads(f"ticket:{ticket.id}").buttons] == ["Claim", "REQ-7"]
        assert "number 1 in the queue" in desk.reads(f"ticketcard:{ticket.id}").summary
        async with storage.work(DEFAULT_TENANT) as work:
            (dead,) = await work.parcels.dead(10)
            assert await work.timers.of_kind("ticketlink") == []  # nobody looks for ever
    assert dead.place.platform == "jira"
    assert "JIRA" not in dead.error
    assert "does not let me" in dead.error


async def test_the_first_system_gives_the_name_also_when_it_answers_last(
    storage: SqlStorage, clock: LeapingClock
) -> None:
    jira, other = FakeJira(clock, faults=[says(429, Retry_After="60")]), Other(clock)
    async with with_jira(storage, clock, jira, other) as desk:
        ticket = (await desk.ask(thread(1))).ticket
        await desk.passes(timedelta(seconds=10))
        assert (await desk.kept(ticket)).outside == "REQ-7"
        await desk.passes(timedelta(minutes=4))
        assert (await desk.kept(ticket)).outside == "OPS-1"
        assert [one.label for one in desk.reads(f"ticket:{ticket.id}").buttons] == ["Claim", "OPS-1"]
