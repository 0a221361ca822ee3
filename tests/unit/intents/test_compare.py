"""Comparisons, trends and the values around an alert, held against the counters of the demo world."""

import math
import re
from datetime import timedelta
from statistics import fmean

import pytest

from bot.conversation.understanding import understand
from bot.intents import around, compare, trends
from bot.intents.around import Around
from bot.intents.compare import Compare
from bot.intents.trends import Trends
from bot.model import plain
from bot.model.errors import Rejected
from bot.model.reply import Chart, Table
from bot.query import spans
from bot.query.ranges import Range
from tests.builders import FakeMetrics, question
from tests.desks import CHECKOUT, desks, issue
from tests.fakes import NOON
from tests.unit.demo.truth import DAY, MINUTE, grown, stories, tools

HOUR, WEEK, MONDAY = timedelta(hours=1), timedelta(days=7), NOON.replace(day=16, hour=0)


def rows(reply):
    return {row[0]: row[1:] for row in next(block for block in reply.blocks if isinstance(block, Table)).rows}


def number(text):
    return float(text.split(" ")[0].replace(",", ""))


async def test_half_a_week_is_held_against_half_a_week():
    now = grown('http_requests_total{env="prod",service="checkout"}', MONDAY, NOON)
    then = grown('http_requests_total{env="prod",service="checkout"}', MONDAY - WEEK, NOON - WEEK)

    reply = await compare.answer(Compare(service="checkout", window="this week", against="last week"), tools())

    requests = rows(reply)["Requests"]
    assert number(requests[0]) == pytest.approx(now, rel=0.002)
    assert number(requests[1]) == pytest.approx(then, rel=0.002)
    assert "2026-03-09 00:00 UTC to 2026-03-11 12:00 UTC" in plain.render(reply)
    (drawn,) = [block for block in reply.blocks if isinstance(block, Chart)]
    assert [line.name for line in drawn.series] == ["this week", "last week"]
    assert {point.at for point in drawn.series[1].points} == {point.at for point in drawn.series[0].points}


async def test_two_environments_side_by_side():
    def share(env):
        where = f'env="{env}"'
        failed = grown(f'http_requests_total{{{where},status="500"}}', NOON - DAY, NOON)
        return failed / grown(f"http_requests_total{{{where}}}", NOON - DAY, NOON) * 100

    reply = await compare.answer(Compare(metric="errors", between=("prod", "staging")), tools())

    prod, staging, change = rows(reply)["Error rate"]
    assert number(prod) == pytest.approx(share("prod"), rel=0.02)
    assert number(staging) == pytest.approx(share("staging"), rel=0.02)
    assert change == "+89 %"
    assert reply.summary == f"prod and staging, the last 24 h: error rate {prod} against {staging} (+89 %)."


@pytest.mark.parametrize(
    ("length", "back"),
    [(HOUR, DAY), (DAY, DAY), (3 * DAY, WEEK), (WEEK, WEEK), (10 * DAY, 2 * WEEK)],
)
def test_the_span_before_lies_at_the_same_hours(length, back):
    before = spans.earlier(Range(NOON - length, NOON, "x"), "before")
    assert (before.start, before.end) == (NOON - length - back, NOON - back)


async def test_no_data_is_not_the_same():
    reply = await compare.answer(Compare(), tools(source=FakeMetrics(lambda query, at: [])))
    assert reply.summary == "There is no data to compare the last 24 h and before."
    half = FakeMetrics(lambda query, at: [({}, 5.0)] if at > NOON - DAY else [])
    told = await compare.answer(Compare(metric="traffic"), tools(source=half))
    assert rows(told)["Request rate"] == ("5 req/s", "no data", "no data to compare")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"metric": "nonsense"}, "I cannot compare by “nonsense”."),
        ({"against": "when pigs fly"}, "I do not know the time “when pigs fly”."),
        ({"between": ("prod", "eu-west-1")}, "“prod” and “eu-west-1” are not two of a kind that I know."),
        ({"between": ("prod",)}, "I compare two at a time."),
    ],
)
async def test_what_cannot_be_compared_is_said(ask, says):
    with pytest.raises(Rejected) as problem:
        await compare.answer(Compare(**ask), tools(source=FakeMetrics(lambda query, at: [({}, 1.0)])))
    assert problem.value.says == says


async def test_the_busiest_hour_of_a_week():
    by_hour: dict[int, list[float]] = {}
    selector = 'http_requests_total{env="prod",service="auth"}'
    for n in range(1, 169):
        at = NOON - n * HOUR
        by_hour.setdefault(at.hour, []).append(grown(selector, at, at + HOUR) / 3600)
    busiest = max(by_hour, key=lambda hour: fmean(by_hour[hour]))
    quietest = min(by_hour, key=lambda hour: fmean(by_hour[hour]))

    reply = await trends.answer(Trends(service="auth"), tools())

    assert f"Most between {busiest:02}:00 and {busiest + 1:02}:00" in reply.summary
    assert f"least between {quietest:02}:00 and {quietest + 1:02}:00" in reply.summary
    assert len(rows(reply)) == 7


async def test_a_day_tells_no_weekday():
    reply = await trends.answer(Trends(service="auth", window="since 2am"), tools())
    assert "days" not in reply.summary
    assert not [block for block in reply.blocks if isinstance(block, Table)]
    none = await trends.answer(Trends(), tools(source=FakeMetrics(lambda query, at: [({}, math.nan)])))
    assert none.summary == "There is no data for request rate of everything in prod, the last 7 d."


async def test_before_at_and_after_an_alert():
    ((began, _),) = stories("bad deploy", NOON - HOUR, NOON)
    fired = began + 10 * MINUTE
    selector, window = 'http_requests_total{env="prod",service="checkout"%s}', (fired - 5 * MINUTE, fired)
    share = grown(selector % ',status="500"', *window) / grown(selector % "", *window) * 100

    reply = await around.answer(Around(), tools(desks(issue(opened_at=fired))))

    told = {when: number(value) for when, (value,) in rows(reply).items()}
    assert told["When it fired"] == pytest.approx(share, rel=0.1)
    assert told["30 min before, mean"] < 1 < told["30 min after, mean"]
    assert re.match(rf"Error rate of checkout was [\d.]+ % when it fired at {fired:%H:%M} UTC", reply.summary)


async def test_after_has_not_come_yet():
    reply = await around.answer(Around(metric="latency"), tools(desks(issue(opened_at=NOON))))
    assert rows(reply)["30 min after, mean"] == ("not yet",)
    nothing = FakeMetrics(lambda query, at: [])
    none = await around.answer(Around(), tools(desks(issue(opened_at=NOON)), source=nothing))
    assert none.summary == "There is no data for error rate of checkout around 12:00 UTC."
    with pytest.raises(Rejected, match="at an instant"):
        await around.answer(Around(metric="cost"), tools(desks(issue())))


LATENCY = {"intent": "ask_metric", "arguments": {"metric": "latency", "service": "checkout"}}
HEALTH = {"intent": "health", "arguments": {"service": "checkout", "window": "yesterday"}}


@pytest.mark.parametrize(
    ("text", "intent", "arguments"),
    [
        ("Compare error rates between production and staging", "compare",
         {"between": ["prod", "staging"], "metric": "errors"}),
        ("How does this week compare to last week?", "compare", {"window": "this week", "against": "last week"}),
        ("compare checkout and payments", "compare", {"between": ["checkout", "payments"]}),
        ("p95 latency of checkout today vs yesterday", "compare",
         {"service": "checkout", "metric": "latency", "window": "today", "against": "yesterday"}),
        ("compare us-east-1 with eu-west-1 last 7 days", "compare",
         {"between": ["us-east-1", "eu-west-1"], "window": "last 7 d"}),
        ("latency of checkout compared to usual", "ask_metric", {"metric": "latency", "service": "checkout"}),
        ("When do we typically have peak usage?", "trends", {}),
        ("Show me CPU usage trends for service checkout", "trends", {"metric": "cpu", "service": "checkout"}),
        ("trends support-bot", "trends", {"tool": "support-bot"}),
        ("What were the error rates when the alert fired?", "around", {"metric": "errors"}),
        ("latency of search when the incident started", "around", {"metric": "latency", "service": "search"}),
        (f"around latency {CHECKOUT}", "around", {"metric": "latency", "issue": CHECKOUT}),
    ],
)  # fmt: skip
def test_reads(text, intent, arguments):
    reading = understand(question(text))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments), reading.asks_back) == (intent, arguments, None)


@pytest.mark.parametrize(
    ("text", "memory", "arguments"),
    [
        ("compare with yesterday", LATENCY,
         {"metric": "latency", "service": "checkout", "window": "last hour", "against": "yesterday"}),
        ("Compare that to last week", HEALTH,
         {"service": "checkout", "window": "yesterday", "against": "last week"}),
        ("compare today", HEALTH, {"service": "checkout", "window": "today"}),
    ],
)  # fmt: skip
def test_a_comparison_takes_the_rest_from_its_thread(text, memory, arguments):
    reading = understand(question(text, memory=memory))
    assert reading is not None
    assert (reading.intent, dict(reading.arguments)) == ("compare", arguments)
