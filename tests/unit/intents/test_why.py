"""Why something is slow and what an incident did, held against the stories behind the demo world's figures."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.intents import impact, why
from bot.intents.impact import Impact
from bot.intents.why import Why
from bot.model import plain
from bot.model.errors import Missing, Unavailable
from bot.model.issue import Status
from bot.model.reply import Table
from tests.builders import FakeMetrics
from tests.desks import Incidents, desks, issue
from tests.fakes import NOON
from tests.unit.demo.truth import DAY, MINUTE, WORLD, grown, moment, stories, tools

pytestmark = pytest.mark.slow
TUESDAY = NOON.replace(day=17)
MONDAY_NIGHT = NOON.replace(day=16, hour=23, minute=30)


def last(kind, before=NOON):
    """The latest story of this kind that had begun."""
    return stories(kind, before - 3 * DAY, before)[-1]


def since(summary, day):
    hour, minute = map(int, re.search(r"since (\d\d):(\d\d) UTC", summary).groups())
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def tables(reply):
    return {block.caption: block.rows for block in reply.blocks if isinstance(block, Table)}


@pytest.mark.parametrize(
    ("ask", "kind", "at", "coincides"),
    [
        ({"service": "checkout"}, "bad deploy", NOON, "a deploy of checkout at"),
        ({"service": "checkout", "about": "errors"}, "bad deploy", NOON, "a deploy of checkout at"),
        ({"service": "payments"}, "provider outage", NOON.replace(hour=6), "stripe, which did not answer from"),
        ({"service": "catalog"}, "pool exhaustion", TUESDAY.replace(hour=23, minute=30), "database pool in use 100 %"),
        ({"service": "auth"}, "regional slowdown", TUESDAY.replace(hour=18), "other services, here only in us-east-1"),
        ({"tool": "support-bot"}, "prompt bloat", MONDAY_NIGHT, "prompt tokens a request"),
    ],
)  # fmt: skip
async def test_what_is_behind_it_comes_first(ask, kind, at, coincides):
    began, _ = last(kind, at)

    reply = await why.answer(Why(**ask), tools(at=at))

    assert coincides in reply.summary
    if "tool" not in ask:  # asked a few times an hour, which tells no minutes
        # Averages over five minutes see a thing a little late; a roll-out and a ramp come on top.
        assert timedelta(0) <= since(reply.summary, at) - began <= 8 * MINUTE
    assert reply.tone in ("warning", "bad")


async def test_hours_that_are_always_bad_are_no_measure_of_what_is_well():
    at = NOON.replace(hour=13, minute=30)
    days = [NOON - n * DAY for n in range(1, 8)]
    bad = sum(bool(stories("bad deploy", day.replace(hour=12), day.replace(hour=13))) for day in days)
    assert bad == 5

    reply = await why.answer(Why(service="checkout"), tools(at=at))

    assert f"it was as bad on {bad} of the last 7 days" in plain.render(reply)
    assert "times)" in reply.summary


async def test_what_is_as_usual_is_said_so():
    reply = await why.answer(Why(service="search"), tools())
    assert reply.summary.startswith("search in prod is not slower than usual, the last 2 h: at most 20")
    assert reply.tone == "neutral"
    assert "Not measured: p95 of database queries" in plain.render(reply)


async def test_asked_of_nobody_it_is_the_one_that_is_farthest_off():
    reply = await why.answer(Why(about="errors"), tools())
    assert reply.summary.startswith("checkout in prod fails more often since")
    calm = await why.answer(Why(), tools(at=NOON.replace(hour=10)))
    assert calm.summary == "No service is slower than usual, the last 2 h."


async def test_no_data_is_not_well():
    reply = await why.answer(Why(service="checkout"), tools(source=FakeMetrics(lambda query, at: [])))
    assert reply.summary == "There is no data on checkout in prod, the last 2 h."


async def test_it_stands_without_the_issues():
    class Away(Incidents):
        async def find(self, tenant, wanted):
            raise Unavailable("The database")

    reply = await why.answer(Why(service="checkout"), tools(desks(incidents=Away())))
    assert "deploy of checkout" in reply.summary


async def test_issues_of_that_time_are_evidence():
    now = issue("ISS-1-checkout", opened_at=NOON - 30 * MINUTE)
    old = issue("ISS-2-checkout", opened_at=NOON - DAY, resolved_at=NOON - DAY + MINUTE, status=Status.RESOLVED)
    reply = await why.answer(Why(service="checkout"), tools(desks(now, old)))
    text = plain.render(reply)
    assert "ISS-1-checkout" in text
    assert "ISS-2-checkout" not in text


def an_incident(kind, service, before=NOON, **more):
    began, ended = next(one for one in reversed(stories(kind, before - 3 * DAY, before)) if one[1] < before)
    return issue(
        services=(service,), title=f"{service} has trouble", opened_at=began + 5 * MINUTE, resolved_at=ended,
        status=Status.RESOLVED, updated_at=ended, **more,
    )  # fmt: skip


async def test_an_incident_is_looked_at_in_its_own_time():
    one = an_incident("provider outage", "payments")
    failed = grown('http_requests_total{service="payments",env="prod",status="500"}', one.opened_at, one.resolved_at)
    requests = grown('http_requests_total{service="payments",env="prod"}', one.opened_at, one.resolved_at)

    reply = await impact.answer(Impact(), tools(desks(one)))

    assert reply.summary.startswith(f"Yes, payments was affected from {one.opened_at:%H:%M} UTC to")
    assert "Its machines were as usual." in reply.summary
    assert "With it moved: checkout." in reply.summary
    text = plain.render(reply)
    told = re.search(r"([\d,]+) of ([\d,]+) requests failed", text)
    assert int(told[1].replace(",", "")) == pytest.approx(failed, rel=0.01)
    assert int(told[2].replace(",", "")) == pytest.approx(requests, rel=0.01)
    assert "stripe did not answer" in text
    assert "not measurable" in text
    assert {row[0] for row in tables(reply)["How far it reached"]} == {
        "checkout", "us-east-1", "us-east-2", "eu-west-1",
    }  # fmt: skip


async def test_what_moved_first_is_told_first():
    one = an_incident("pool exhaustion", "catalog")
    reply = await impact.answer(Impact(issue=one.id), tools(desks(one)))
    rows = next(rows for caption, rows in tables(reply).items() if caption.startswith("catalog"))
    moved = [row[0] for row in rows if row[4] != "–"]
    assert moved[0] in ("database pool in use", "p95 of database queries")
    assert "p95 latency" in moved
    times = [row[4] for row in rows if row[4] != "–"]
    assert times == sorted(times)
    assert all(cell for row in rows for cell in row)  # Teams refuses a card with an empty cell


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ("reach", "Besides checkout, 1 service moved, in eu-west-1, us-east-1, us-east-2: frontend."),
        ("users", "How many people were affected is not measurable: nothing I read counts them. "),
    ],
)
async def test_how_far_it_reached(about, says):
    one = an_incident("bad deploy", "checkout")
    reply = await impact.answer(Impact(about=about), tools(desks(one)))
    assert reply.summary.startswith(says)


async def test_a_time_can_be_named_instead_of_an_incident():
    reply = await impact.answer(Impact(service="checkout", window="last 2 hours"), tools())
    assert "checkout in prod was affected from 10:00 UTC until now" in reply.summary


async def test_without_an_incident_it_says_what_to_ask():
    with pytest.raises(Missing, match="I know of no incident") as problem:
        await impact.answer(Impact(), tools())
    assert "impact checkout last 2 hours" in problem.value.advice
    with pytest.raises(Missing, match="There is no issue ISS-9"):
        await impact.answer(Impact(issue="ISS-9"), tools())


async def test_an_incident_nothing_is_measured_of():
    one = replace(an_incident("bad deploy", "checkout"), services=("mainframe",))
    reply = await impact.answer(Impact(), tools(desks(one), source=FakeMetrics(lambda query, at: [])))
    assert reply.summary.endswith("so its impact is not measurable.")
    assert "Requests are not measured either." in plain.render(reply)


async def test_deploys_are_found_to_the_minute():
    reply = await why.answer(Why(service="checkout"), tools())
    (known,) = [moment(one.at) for one in WORLD.deploys("checkout", NOON - 2 * timedelta(hours=2), NOON)][-1:]
    told = re.search(r"a deploy of checkout at (\d\d):(\d\d)", reply.summary)
    assert (
        timedelta(0) <= known.replace(hour=int(told[1]), minute=int(told[2]), second=0) - known + MINUTE <= 2 * MINUTE
    )
