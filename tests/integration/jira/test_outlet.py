"""Tickets in Jira, over real HTTP: made once, commented once, closed, and every fault said so that it can be helped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.model.errors import Rejected, Unavailable
from bot.model.message import Place
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.model.ticket import Priority
from integrations.integration import Parts
from integrations.jira.connection import Access, Connection
from integrations.jira.integration import JiraIntegration, Settings
from integrations.jira.outlet import JiraOutlet
from tests.fakes import DrivenClock
from tests.integration.jira.server import API_TOKEN, EMAIL, TOKEN, FakeJira, says, serving
from tests.tickets import BEN, a_ticket, an_order, resolved

KEY = "ticket:TICKET-2026-000042#1"
MARKUP = "h1. look [~accountid:1] {noformat} { NoFormat } *bold* [x|http://evil.example] <!channel>"


@asynccontextmanager
async def outlet(jira: FakeJira, clock: DrivenClock, **more: Any) -> AsyncIterator[JiraOutlet]:
    async with serving(jira), aiohttp.ClientSession() as session:
        access = {"email": EMAIL, "api_token": API_TOKEN} if jira.cloud else {"token": TOKEN}
        settings = Settings.model_validate({"url": jira.url, "project": "OPS", **access, **more})
        yield JiraIntegration(settings, Parts(session, clock)).outlet


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data center"])
async def test_the_life_of_a_ticket(clock: DrivenClock, cloud: bool) -> None:
    jira = FakeJira(clock, cloud=cloud)
    async with outlet(jira, clock) as there:
        receipt = await there.send(an_order(a_ticket(), there.place))
        assert receipt.id == "OPS-1"
        fields = jira.issues["OPS-1"].fields
        assert fields["summary"] == "TICKET-2026-000042: I was charged twice"
        assert fields["priority"] == {"name": "High"}
        assert fields["labels"][0] == "nightdesk"
        assert "See invoice 4711." in fields["description"]
        assert "ticket.json" not in fields["description"]
        assert there.named(receipt).url == f"{jira.url}/browse/OPS-1"
        assert await there.find(DEFAULT_TENANT, there.place, KEY, clock.now()) == receipt

        claimed = a_ticket(status="claimed", claimed=BEN, revision=2)
        assert await there.send(an_order(claimed, there.place, "OPS-1")) == receipt
        assert "TICKET-2026-000042 is claimed by Ben Ortner." in jira.issues["OPS-1"].comments[0]
        assert jira.issues["OPS-1"].status == "To Do"

        await there.send(an_order(resolved(), there.place, "OPS-1"))
        assert len(jira.issues["OPS-1"].comments) == 2
        assert jira.issues["OPS-1"].status == "Done"
        await there.send(an_order(resolved(), there.place, "OPS-1"))  # the drain may repeat an update
        assert len(jira.issues["OPS-1"].comments) == 2
    assert len(jira.issues) == 1


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data center"])
async def test_a_lost_answer_is_found_and_not_posted_twice(clock: DrivenClock, cloud: bool) -> None:
    """As long as the search lags, nobody says that it is not there."""
    jira = FakeJira(clock, cloud=cloud, lag=timedelta(seconds=10), lost=["2/issue"])
    async with outlet(jira, clock) as there:
        began = clock.now()
        with pytest.raises(Unavailable) as problem:
            await there.send(an_order(a_ticket(), there.place))
        assert not problem.value.definite
        await clock.advance(1)
        with pytest.raises(Unavailable) as problem:
            await there.find(DEFAULT_TENANT, there.place, KEY, began)
        assert not problem.value.definite
        assert problem.value.retry_after
        await clock.advance(problem.value.retry_after.total_seconds())
        found = await there.find(DEFAULT_TENANT, there.place, KEY, began)
        assert found
        assert found.id == "OPS-1"
    assert len(jira.issues) == 1


async def test_another_tenants_ticket_of_the_same_number_is_another_ticket(clock: DrivenClock) -> None:
    jira, other = FakeJira(clock, cloud=False), TenantId("other")
    async with outlet(jira, clock) as there:
        await there.send(an_order(a_ticket(), there.place))
        with pytest.raises(Unavailable):
            await there.find(other, there.place, KEY, clock.now())
        await clock.advance(60)
        assert await there.find(other, there.place, KEY, clock.now() - timedelta(seconds=60)) is None
        await there.send(an_order(a_ticket(), there.place, tenant=other))
        found = await there.find(other, there.place, KEY, clock.now())
    assert found
    assert found.id == "OPS-2"


async def test_what_was_not_posted_is_known_not_to_be_there(clock: DrivenClock) -> None:
    jira = FakeJira(clock, lag=timedelta(seconds=10), faults=[says(502), says(502)])
    async with outlet(jira, clock) as there:
        began = clock.now()
        with pytest.raises(Unavailable):
            await there.send(an_order(a_ticket(), there.place))
        await clock.advance(121)
        assert await there.find(DEFAULT_TENANT, there.place, KEY, began) is None
        with pytest.raises(Unavailable):
            await there.send(an_order(a_ticket(), there.place))
        with pytest.raises(Unavailable):  # that second attempt may have arrived as well
            await there.find(DEFAULT_TENANT, there.place, KEY, began)
        await clock.advance(121)
        assert await there.find(DEFAULT_TENANT, there.place, KEY, began) is None
        assert (await there.send(an_order(a_ticket(), there.place))).id == "OPS-1"


async def test_a_comment_whose_answer_was_lost_is_not_made_again(clock: DrivenClock) -> None:
    jira = FakeJira(clock, lost=["2/issue/OPS-1/comment"])
    async with outlet(jira, clock) as there:
        await there.send(an_order(a_ticket(), there.place))
        claimed = an_order(a_ticket(status="claimed", claimed=BEN, revision=2), there.place, "OPS-1")
        with pytest.raises(Unavailable):
            await there.send(claimed)
        await there.send(claimed)
    assert len(jira.issues["OPS-1"].comments) == 1


async def test_nothing_in_a_ticket_is_markup(clock: DrivenClock) -> None:
    jira = FakeJira(clock)
    async with outlet(jira, clock) as there:
        await there.send(an_order(a_ticket(subject=MARKUP, body=MARKUP * 1000), there.place))
        await there.send(an_order(a_ticket(subject="x\ny" * 200, body=MARKUP, revision=2), there.place, "OPS-1"))
    issue = jira.issues["OPS-1"]
    for text in (issue.fields["description"], issue.comments[0].rpartition("\n")[0]):
        assert text.startswith("{noformat}\n")
        assert text.endswith("\n{noformat}")
        assert "noformat" not in text[10:-10].lower().replace("(noformat", "").replace("( noformat", "")


async def test_a_project_without_priorities_gets_its_tickets_without(clock: DrivenClock) -> None:
    jira = FakeJira(clock, priority_on_screen=False)
    async with outlet(jira, clock) as there:
        await there.send(an_order(a_ticket(), there.place))
        await there.send(an_order(a_ticket(id="TICKET-2026-000043", priority=Priority.URGENT), there.place))
    assert len(jira.issues) == 2
    assert jira.asked == ["POST 2/issue"] * 3
    assert "Priority: urgent" in jira.issues["OPS-2"].fields["description"]


@pytest.mark.parametrize(
    ("more", "status", "resolution"),
    [
        ({}, "Done", ""),
        ({"steps": (("41", "Declined", "done"), ("31", "Done", "done"))}, "Declined", ""),
        ({"resolutions": ("Won't Do", "Done")}, "Done", "Done"),
        ({"resolutions": ("Fixed",)}, "Done", "Fixed"),
        ({"steps": (("11", "In Progress", "indeterminate"),)}, "To Do", ""),
    ],
)
async def test_what_is_resolved_is_closed(
    clock: DrivenClock, more: dict[str, Any], status: str, resolution: str
) -> None:
    jira = FakeJira(clock, **more)
    async with outlet(jira, clock) as there:
        await there.send(an_order(a_ticket(), there.place))
        await there.send(an_order(resolved(), there.place, "OPS-1"))
    assert (jira.issues["OPS-1"].status, jira.issues["OPS-1"].resolution) == (status, resolution)
    assert len(jira.issues["OPS-1"].comments) == 1


async def test_the_named_status_is_taken_where_several_mean_done(clock: DrivenClock) -> None:
    jira = FakeJira(clock, steps=(("41", "Declined", "done"), ("31", "Done", "done")))
    async with outlet(jira, clock, resolved_status="done") as there:
        await there.send(an_order(a_ticket(), there.place))
        await there.send(an_order(resolved(), there.place, "OPS-1"))
        assert jira.issues["OPS-1"].status == "Done"


async def test_what_was_over_before_it_was_told_is_made_and_closed(clock: DrivenClock) -> None:
    jira = FakeJira(clock, resolutions=("Fixed",))
    jira.faults = [_pass, says(500)]
    async with outlet(jira, clock) as there:
        assert (await there.send(an_order(resolved(), there.place))).id == "OPS-1"  # its key is not lost to a fault
        await there.send(an_order(resolved(id="TICKET-2026-000043"), there.place))
    assert [issue.status for issue in jira.issues.values()] == ["To Do", "Done"]


async def _pass(_: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("fault", "told", "advice"),
    [
        (says(401), "Jira does not let me do this.", "JIRA_API_TOKEN"),
        (says(403, '{"errorMessages":["No permission."]}'), "No permission.", "permission"),
        (says(403, X_Authentication_Denied_Reason="CAPTCHA_CHALLENGE; login-url=x"), "does not let me", "captcha"),
        (says(400, '{"errors":{"customfield_1":"Team is required."}}'), "customfield_1: Team is required.", ""),
        (says(302, Location="https://login.example"), "is not Jira", "JIRA_URL"),
        (says(200, "<html>log in</html>"), "is not Jira", "JIRA_URL"),
        (says(201, "{}"), "is not Jira", "JIRA_URL"),
        (says(404, "<html>" + "x" * 5000), "HTTP 404", ""),
    ],
)
async def test_what_jira_refuses_is_told(clock: DrivenClock, fault: Any, told: str, advice: str) -> None:
    jira = FakeJira(clock, faults=[fault])
    async with outlet(jira, clock) as there:
        with pytest.raises(Rejected) as problem:
            await there.send(an_order(a_ticket(), there.place))
    assert told in problem.value.says
    assert advice in problem.value.advice
    assert "<html>" not in problem.value.says
    assert jira.issues == {}


async def test_an_unknown_project_is_named(clock: DrivenClock) -> None:
    async with outlet(FakeJira(clock), clock, project="XYZ") as there:
        with pytest.raises(Rejected, match="project: valid project is required"):
            await there.send(an_order(a_ticket(), there.place))
        with pytest.raises(Rejected, match="Jira knows no project XYZ") as problem:
            await there.check()
    assert "JIRA_PROJECT" in problem.value.advice


@pytest.mark.parametrize(
    ("fault", "definite"),
    [(says(429, Retry_After="7"), True), (says(503, Retry_After="7"), False), (says(500, Retry_After="7"), False)],
)
async def test_what_may_pass_is_tried_again(clock: DrivenClock, fault: Any, definite: bool) -> None:
    jira = FakeJira(clock, faults=[fault])
    async with outlet(jira, clock) as there:
        with pytest.raises(Unavailable) as problem:
            await there.send(an_order(a_ticket(), there.place))
        assert problem.value.definite is definite
        assert problem.value.retry_after == timedelta(seconds=7)
        with pytest.raises(Unavailable) as problem:  # left alone for as long as it asked
            await there.send(an_order(a_ticket(), there.place))
        assert problem.value.definite
        await clock.advance(7)
        assert (await there.send(an_order(a_ticket(), there.place))).id == "OPS-1"
    assert len(jira.asked) == 2


async def test_wrong_credentials(clock: DrivenClock) -> None:
    async with outlet(FakeJira(clock), clock, api_token="expired") as there:
        with pytest.raises(Rejected, match="does not let me") as problem:
            await there.check()
    assert problem.value.code == "401"
    assert "deprecated" not in problem.value.says


async def test_one_that_does_not_answer(clock: DrivenClock, unused_port: int) -> None:
    never = asyncio.Event()

    async def hang(_: Any) -> None:
        await never.wait()

    jira = FakeJira(clock, faults=[hang])
    async with serving(jira), aiohttp.ClientSession() as session:
        access, patience = Access(jira.url, EMAIL, API_TOKEN), aiohttp.ClientTimeout(total=0.3)
        reached = Connection(access, session, clock, patience)
        there = JiraOutlet(
            reached, Place("jira", "x", "OPS"), clock, issue_type="Task", resolved_status="", page=jira.url
        )
        with pytest.raises(Unavailable) as problem:
            await there.send(an_order(a_ticket(), there.place))
        never.set()
    assert not problem.value.definite
    async with outlet(jira, clock, url=f"http://127.0.0.1:{unused_port}") as there:
        with pytest.raises(Unavailable) as problem:
            await there.send(an_order(a_ticket(), there.place))
    assert problem.value.definite


async def test_the_check_says_where_tickets_go(clock: DrivenClock) -> None:
    async with outlet(FakeJira(clock), clock) as there:
        assert await there.check() == "Jira answers; tickets go to OPS as Task."
    async with outlet(FakeJira(clock), clock, issue_type="Bug") as there:
        with pytest.raises(Rejected, match="no issues of the type Bug") as problem:
            await there.check()
    assert "Task, Incident." in problem.value.advice
