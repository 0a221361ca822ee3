"""What is gathered around an issue and made of it, held against the stories behind the demo world's figures."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.analysis.diagnosis import diagnose
from bot.model.analysis import Context
from bot.model.errors import Unavailable
from bot.model.issue import Issue
from bot.model.log_event import Breach, LogEvent
from bot.model.severity import Severity
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline import agent_context
from bot.pipeline.agent_budget import budget
from bot.pipeline.agent_context import Kept
from tests.builders import FakeMetrics
from tests.desks import Incidents, issue
from tests.fakes import NOON
from tests.unit.analysis.contexts import event
from tests.unit.demo.truth import DAY, MINUTE, stories, tools

TUESDAY = NOON.replace(day=17)


def began(kind: str, before: datetime) -> datetime:
    return stories(kind, before - 3 * DAY, before)[-1][0]


async def read(of: Issue, source: Any, now: datetime) -> Context:
    measured = await agent_context.measured(source, Incidents([of]), DEFAULT_TENANT, of, now)
    return agent_context.context(DEFAULT_TENANT, Kept(of), measured, now)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "story", "before", "more", "kind", "cause"),
    [
        ("checkout", "bad deploy", NOON, {}, "deploy", "a deploy of checkout at"),
        ("payments", "provider outage", NOON.replace(hour=6), {}, "outage", "stripe, which did not answer from"),
        ("catalog", "pool exhaustion", TUESDAY.replace(hour=23, minute=30), {}, "dependency", "database pool in use"),
        (
            "auth", "regional slowdown", TUESDAY.replace(hour=18), {"regions": ("us-east-1",)},
            "dependency", "the same in 6 other services",
        ),
        (
            "", "regional slowdown", TUESDAY.replace(hour=18), {"regions": ("us-east-1",)},
            "dependency", "the same in 7 services",
        ),
    ],
)  # fmt: skip
async def test_what_is_behind_a_story_is_named(
    service: str, story: str, before: datetime, more: Mapping[str, Any], kind: str, cause: str
):
    """A few minutes after it began, as an alert finds it."""
    start = began(story, before)
    of = issue("ISS-1-x", services=(service,) if service else (), opened_at=start + 4 * MINUTE, **more)
    context = await read(of, tools(at=start + 6 * MINUTE).metrics, start + 6 * MINUTE)
    found = diagnose(context)
    assert (found.kind, found.unread) == (kind, ())
    assert cause in found.cause
    assert timedelta(0) <= context.since - start <= 5 * MINUTE
    assert [one.since for one in context.moved] == sorted(one.since for one in context.moved)
    assert all(one.query for one in context.moved)


@pytest.mark.parametrize(
    ("source", "unread"),
    [
        (FakeMetrics(lambda query, at: _away()), "test source"),
        (None, "metrics (no source is connected)"),
    ],
)
async def test_a_source_that_is_down_is_named_and_nothing_is_said_of_it(source: Any, unread: str):
    context = await read(issue(), source, NOON)
    assert context.unread == (unread,)
    found = diagnose(context)
    assert found.kind == "unclear"
    assert "could not be read" in found.cause


def _away() -> Any:
    raise Unavailable("Prometheus")


async def test_nothing_measured_is_no_data_and_not_well():
    context = await read(issue(), FakeMetrics(lambda query, at: []), NOON)
    assert (context.moved, context.calm, context.unread) == ((), (), ())
    assert "there is no data on" in diagnose(context).cause


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (0.4, "The error budget of 2 % burns 20 times as fast as it lasts, over 1 h."),
        (0.16, "The error budget of 2 % burns 8 times as fast as it lasts, over 6 h."),
        (0.02, ""),
        (None, ""),
    ],
)
async def test_an_error_budget_that_burns_is_told_with_its_query(share: float | None, says: str):
    source = FakeMetrics(lambda query, at: [] if share is None else [({}, share)])
    found = await budget(source, {"service": "checkout"}, NOON)
    assert (found.says if found else "") == says
    assert found is None or found.query in source.asked


def flagged(number: int, *breaches: Breach) -> LogEvent:
    return replace(event(number=number), breaches=breaches)


def test_what_the_flagged_events_broke_is_counted_with_the_figures_of_the_latest():
    slow = Breach("query_time_ms", 912, 300, 80, Severity.MEDIUM)
    before = Breach("query_time_ms", 650, 300, 80, Severity.MEDIUM)
    cpu = Breach("cpu_percent", 91, 80, None, Severity.MEDIUM)
    unknown = Breach("of_a_newer_version", 1, 0, None, Severity.MEDIUM)
    found = agent_context.broken([flagged(3, slow, unknown), flagged(2, cpu), flagged(1, before)])
    assert [(one.metric, one.count) for one in found] == [("query_time_ms", 2), ("cpu_percent", 1)]
    assert found[0].says.startswith("Query time 912 ms, +1,040 % against the normal 80 ms")
