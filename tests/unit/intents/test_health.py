"""Health and objectives, held against what the demo world was told to do."""

import math
import re
from datetime import timedelta

import pytest

from bot.conversation.understanding import understand
from bot.intents import health, slo
from bot.intents.health import Health
from bot.intents.slo import Slo
from bot.model import plain
from bot.model.errors import Missing, Rejected
from bot.model.reply import Chart, Facts, Table
from tests.builders import FakeMetrics, question
from tests.fakes import NOON
from tests.unit.demo.truth import DAY, MINUTE, grown, stories, tools

MIDNIGHT = NOON.replace(hour=0)
YESTERDAY = (MIDNIGHT - DAY, MIDNIGHT)


def table(reply):
    return next(block for block in reply.blocks if isinstance(block, Table)).rows


def facts(reply):
    return {row.label: row.value for block in reply.blocks if isinstance(block, Facts) for row in block.rows}


async def test_yesterday_was_broken_for_as_long_as_the_bad_deploy():
    ((began, ended),) = stories("bad deploy", *YESTERDAY)

    reply = await health.answer(Health(service="checkout", window="yesterday"), tools())

    rows = {row[0]: row for row in table(reply)}
    assert rows["Availability"][3] == "pass"
    assert rows["Error rate"][1:] == ("at most 2 %", rows["Error rate"][2], "pass, broken for a time")
    spans = [b for b in reply.blocks if getattr(b, "listed", False) and "rror rate" in b.parts[0]]
    (span,) = spans
    # Seen in averages over five minutes, at steps of five, after a roll-out and a ramp of some minutes.
    assert timedelta(0) <= span.parts[1].at - began <= 15 * MINUTE
    assert -5 * MINUTE <= span.parts[3].at - ended <= 15 * MINUTE
    assert "recovered after" in span.parts[-1]
    assert reply.tone == "warning"
    assert any(isinstance(block, Chart) for block in reply.blocks)


async def test_requests_and_failures_are_those_of_the_counters():
    place = 'service="checkout",env="prod"'
    requests = grown(f"http_requests_total{{{place}}}", *YESTERDAY)
    failed = grown(f'http_requests_total{{{place},status="500"}}', *YESTERDAY)

    reply = await health.answer(Health(service="checkout", window="yesterday"), tools())

    shown = facts(reply)
    assert float(shown["Requests"].replace(",", "")) == pytest.approx(requests, rel=0.002)
    assert float(shown["Failed"].replace(",", "")) == pytest.approx(failed, rel=0.002)
    rate = {row[0]: row for row in table(reply)}["Error rate"][2]
    assert float(rate.removesuffix(" %")) == pytest.approx(failed / requests * 100, abs=0.003)
    used = float(shown["Error budget of this time"].split(" ")[0])
    assert used == pytest.approx(failed / requests / 0.02 * 100, rel=0.01)


async def test_uptime_misses_what_the_crashes_took():
    start = NOON - 7 * DAY
    down = sum(((end - begin) for begin, end in stories("crash", start, NOON)), timedelta())
    assert down > timedelta(minutes=30)

    reply = await health.answer(Health(service="shipping", window="last 7 days"), tools())

    row = next(row for row in table(reply) if row[0] == "Availability")
    expected = 1 - down / (3 * 7 * DAY)  # one of three regions
    assert float(row[2].removesuffix(" %")) == pytest.approx(expected * 100, abs=0.06)
    assert row[3] == "fail"
    assert "99.8 % (at least 99.9 %)" in reply.summary
    assert reply.tone == "bad"


async def test_what_goes_on_comes_first():
    reply = await health.answer(Health(service="checkout", window="last 1 h"), tools())
    assert reply.summary.startswith("checkout in prod is not healthy: error rate up to 4.7")
    assert "since 11:2" in reply.summary
    assert "still on" in plain.render(reply)


async def test_a_long_time_is_read_in_pieces():
    on = FakeMetrics(lambda query, at: [({"le": "+Inf"}, 0.0)] if "le" in query else [({}, 1.0)])
    reply = await health.answer(Health(service="checkout", window="last 30 days"), tools(source=on))
    counted = [query for query in on.asked if "count_over_time" in query]
    assert [query.split("[")[1].split("]")[0] for query in counted] == ["604800s"] * 4 + ["172800s"]
    assert "in pieces of 7 d" in plain.render(reply)
    with pytest.raises(Rejected, match="at most 31 days"):
        await health.answer(Health(service="checkout", window="last 60 days"), tools(source=on))


@pytest.mark.parametrize("value", [None, math.nan])
async def test_no_data_is_not_healthy(value):
    on = FakeMetrics(lambda query, at: [] if value is None else [({}, value)])
    reply = await health.answer(Health(service="checkout"), tools(source=on))
    assert reply.summary == "There is no data on the health of checkout in prod, the last 24 h."
    assert reply.tone == "warning"


async def test_what_is_not_measured_is_said():
    """Requests, but neither scrapes nor buckets."""
    on = FakeMetrics(lambda query, at: [({}, 10.0)] if "http_requests_total" in query and "5.." not in query else [])
    reply = await health.answer(Health(service="checkout"), tools(source=on))
    assert [row[3] for row in table(reply)] == ["not measured", "pass", "not measured"]
    assert reply.tone == "warning"


async def test_an_unknown_service_is_named_with_those_there_are():
    with pytest.raises(Missing, match="I know no service “salzburg”") as problem:
        await health.answer(Health(service="salzburg"), tools())
    assert "checkout" in problem.value.advice
    asked = await health.answer(Health(), tools())
    assert asked.buttons[0].arguments == {"service": "auth"}


async def test_all_services_against_their_objectives():
    reply = await slo.answer(Slo(window="last 7 days"), tools())
    assert reply.summary == (
        "6 of 7 services in prod keep all their objectives, the last 7 d. Not kept: shipping: availability."
    )
    first = table(reply)[0]
    assert first[0] == "shipping"
    assert first[4] == "fail: availability"
    assert len(table(reply)) == 7


async def test_an_error_budget_is_what_is_left_of_the_month():
    place = 'service="checkout",env="prod"'
    month = (NOON - 14 * DAY, NOON)  # the world has two weeks of past
    requests = grown(f"http_requests_total{{{place}}}", *month)
    failed = grown(f'http_requests_total{{{place},status="500"}}', *month)
    used = failed / requests / 0.02

    reply = await slo.answer(Slo(service="checkout"), tools())

    left = float(reply.summary.split("has ")[1].split(" %")[0])
    assert left == pytest.approx((1 - used) * 100, abs=0.3)
    rates = {row[0]: row[1] for row in table(reply)}
    hour = (NOON - timedelta(hours=1), NOON)
    last_hour = grown(f'http_requests_total{{{place},status="500"}}', *hour) / grown(
        f"http_requests_total{{{place}}}", *hour
    )
    assert rates["last 1 h"] == pytest.approx(last_hour / 0.02, rel=0.02)
    days = (1 - used) / (last_hour / 0.02) * 30
    shown = re.search(r"used up in (\d+) d(?: (\d+) h)?\.$", reply.summary)
    assert shown
    assert int(shown[1]) + int(shown[2] or 0) / 24 == pytest.approx(days, rel=0.02)


async def test_a_budget_without_requests_is_not_full():
    reply = await slo.answer(Slo(service="checkout"), tools(source=FakeMetrics(lambda query, at: [])))
    assert "There are no requests of checkout in prod" in reply.summary


HEALTH = {"intent": "health", "arguments": {"service": "checkout", "window": "yesterday"}}


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("Was checkout app healthy yesterday?", "health", {"service": "checkout", "window": "yesterday"}),
        ("is service payments healthy right now?", "health", {"service": "payments", "window": "last 1 h"}),
        ("What’s the uptime for search this month?", "health", {"service": "search", "window": "this month"}),
        ("health chekout last 7 days in eu", "health",
         {"service": "checkout", "window": "last 7 d", "region": "eu-west-1"}),
        ("health", "health", {}),
        ("health checkout", "health", {"service": "checkout"}),
        ("Show me SLO compliance", "slo", {}),
        ("slo", "slo", {}),
        ("slo this month", "slo", {"window": "this month"}),
        ("error budget of checkout", "slo", {"service": "checkout"}),
        ("how long until the error budget of checkout is used up?", "slo", {"service": "checkout"}),
        ("is everything healthy?", "status_overview", {}),
        ("system health", "status_overview", {}),
    ],
)  # fmt: skip
def test_reads(text, intent, arguments):
    reading = understand(question(text))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("and today?", {"window": "today"}),
        ("only eu", {"region": "eu-west-1"}),
        ("for search", {"service": "search"}),
        ("what about staging?", {"env": "staging"}),
    ],
)
def test_follow_ups(text, changed):
    reading = understand(question(text, memory=HEALTH))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == ("health", {**HEALTH["arguments"], **changed})


def test_an_unknown_name_is_asked_back():
    reading = understand(question("was salzburg healthy yesterday?"))
    assert reading is not None
    assert reading.asks_back is not None
    assert "“salzburg”" in reading.asks_back.summary
    assert reading.asks_back.buttons[0].intent == "health"
