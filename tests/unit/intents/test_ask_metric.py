"""Answers against a source whose values are known: the figures must be the ones computed by hand."""

from datetime import timedelta

import pytest

from bot.intents import ask_metric, status_overview
from bot.intents.ask_metric import AskMetric
from bot.intents.status_overview import Service, StatusOverview
from bot.model import plain
from bot.model.errors import Rejected, Unavailable
from bot.model.reply import Chart, Facts, Table
from bot.model.severity import Severity
from bot.ports.desks import Desks
from bot.ports.tools import Tools
from tests.builders import FakeMetrics, turn
from tests.desks import Incidents, desks, issue
from tests.fakes import NOON, DrivenClock

DAY = timedelta(days=1)


async def _silent(_: str) -> None:
    return


class _NoFeedback:
    async def keep(self, *_: object, **__: object) -> None: ...


def tools(metrics: FakeMetrics | None, on: Desks | None = None) -> Tools:
    return Tools(turn(), DrivenClock(), metrics, _NoFeedback(), _silent, on or desks())


def by_age(now: float, before: float):
    """`now` for today's instants, `before` for those of the days before."""
    return lambda query, at: [({}, now if at > NOON - DAY else before)]


async def test_a_value_is_told_against_the_usual_at_this_hour():
    reply = await ask_metric.answer(
        AskMetric(metric="latency", service="checkout"), tools(FakeMetrics(by_age(0.36, 0.12)))
    )
    assert reply.summary == "P95 latency of checkout in prod is 360 ms (usually 120 ms at this hour, +200 %)."
    assert reply.tone == "bad"
    assert [type(block) for block in reply.blocks][:1] == [Facts]
    assert any(isinstance(block, Chart) for block in reply.blocks)


async def test_what_was_alerted_on_within_the_range_is_marked():
    hour = timedelta(hours=1)
    on = desks(
        incidents=Incidents(
            [
                issue(opened_at=NOON - timedelta(minutes=20)),
                issue("ISS-2-old", opened_at=NOON - 3 * hour),
                issue("ISS-3-new", title="errors", opened_at=NOON - timedelta(minutes=40)),
            ]
        )
    )
    reply = await ask_metric.answer(
        AskMetric(metric="latency", service="checkout"), tools(FakeMetrics(by_age(0.36, 0.12)), on)
    )
    (chart,) = [block for block in reply.blocks if isinstance(block, Chart)]
    assert [(mark.at, mark.label, mark.about) for mark in chart.marks] == [
        (NOON - timedelta(minutes=40), "errors", "alert"),
        (NOON - timedelta(minutes=20), "checkout latency is high", "alert"),
    ]


@pytest.mark.parametrize(
    ("now", "tone"), [(0.12, "neutral"), (0.23, "neutral"), (0.24, "warning"), (0.35, "warning"), (0.36, "bad")]
)
async def test_the_tone_follows_the_change(now, tone):
    reply = await ask_metric.answer(AskMetric(metric="latency"), tools(FakeMetrics(by_age(now, 0.12))))
    assert reply.tone == tone


async def test_less_free_disk_is_worse():
    reply = await ask_metric.answer(AskMetric(metric="disk"), tools(FakeMetrics(by_age(0.1, 0.5))))
    assert reply.tone == "bad"


async def test_a_split_is_a_table_sorted_by_what_matters():
    def values(query, at):
        return [({"service": "catalog"}, 0.01), ({"service": "checkout"}, 0.04)]

    reply = await ask_metric.answer(AskMetric(metric="errors", by="service"), tools(FakeMetrics(values)))
    table = next(block for block in reply.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["checkout", "catalog"]
    assert "highest is checkout with 4 %" in reply.summary


async def test_an_amount_is_told_against_the_same_time_before():
    def values(query, at):
        return [({}, 12.0 if at > NOON - timedelta(hours=1) else 8.0)]

    reply = await ask_metric.answer(AskMetric(metric="cost"), tools(FakeMetrics(values)))
    assert reply.summary == "AI spend, the last 1 h: $ 12.00 (+50 % against the 1 h before)."


async def test_no_data_is_not_zero():
    reply = await ask_metric.answer(AskMetric(metric="latency"), tools(FakeMetrics(lambda query, at: [])))
    assert "no data" in reply.summary
    assert "0" not in reply.summary.replace("p95", "").replace("1 h", "")
    assert reply.tone == "warning"


async def test_nan_is_no_data():
    reply = await ask_metric.answer(AskMetric(metric="latency"), tools(FakeMetrics(lambda q, at: [({}, float("nan"))])))
    assert "no data" in reply.summary


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (AskMetric(metric="latency", window="when pigs fly"), "I do not know the time “when pigs fly”."),
        (AskMetric(metric="nonsense"), "There is no metric named “nonsense”."),
        (AskMetric(metric="disk", service="checkout"), "Free disk space is not kept by service."),
    ],
)
async def test_what_cannot_be_answered_is_said(ask, says):
    with pytest.raises(Rejected) as problem:
        await ask_metric.answer(ask, tools(FakeMetrics(by_age(1, 1))))
    assert problem.value.says == says


async def test_without_a_source_the_answer_says_what_to_set():
    with pytest.raises(Rejected) as problem:
        await ask_metric.answer(AskMetric(metric="latency"), tools(None))
    assert "PROMETHEUS_URL" in problem.value.advice


@pytest.mark.parametrize(
    ("service", "state"),
    [
        (Service("a", 10, 0.0, 0.1, 0.1), "healthy"),
        (Service("a", 10, 0.01, 0.1, 0.1), "errors"),
        (Service("a", 10, 0.02, 0.1, 0.1), "failing"),
        (Service("a", 10, 0.0, 0.2, 0.1), "slow"),
        (Service("a", 10, 0.0, 0.31, 0.1), "very slow"),
        (Service("a", 10, 0.0, 0.3), "healthy"),  # no usual to hold it against
        (Service("a"), "no data"),
    ],
)
def test_a_state_is_decided_by_the_figures(service, state):
    assert service.state[0] == state


async def test_the_overview_stands_when_one_area_is_away():
    def values(query, at):
        if query.startswith("sum (increase(ai_"):
            raise Unavailable("The source")
        if "external" in query:
            return [({"provider": "openai"}, 0.0)]
        if "status=~" in query:
            return []
        value = 0.31 if "histogram" in query and at > NOON - DAY else 0.1
        return [({"service": "checkout"}, value), ({"service": "search"}, 0.1)]

    reply = await status_overview.answer(StatusOverview(), tools(FakeMetrics(values)))
    said = plain.render(reply)
    assert reply.summary == "1 of 2 services are healthy. checkout: very slow."
    assert "AI use, last 24\u00a0h: The source does not answer at the moment." in said
    assert "openai: down" in said
    assert reply.tone == "bad"


async def test_all_is_well():
    values = {"status=~": [], "external": []}

    def answering(query, at):
        return next((found for part, found in values.items() if part in query), [({"service": "search"}, 0.1)])

    reply = await status_overview.answer(StatusOverview(), tools(FakeMetrics(answering)))
    assert (reply.summary, reply.tone) == ("All services are healthy: 1 of 1.", "good")


async def test_the_overview_names_open_issues_in_one_line():
    on = desks(issue(), issue("ISS-2-search", title="search is slow", severity=Severity.HIGH))
    reply = await status_overview.answer(StatusOverview(), tools(FakeMetrics(lambda *_: []), on))
    line = "2 issues are open: Critical: checkout latency is high; High: search is slow."
    assert line in plain.render(reply)
    assert reply.buttons[-1].intent == "issues"


async def test_the_overview_stands_without_the_issues():
    class Away(Incidents):
        async def find(self, tenant, wanted):
            raise Unavailable("The database")

    for on in (desks(), desks(incidents=Away())):
        reply = await status_overview.answer(StatusOverview(), tools(FakeMetrics(lambda *_: []), on))
        assert "issue" not in plain.render(reply)
