"""The demo's log events: the kinds, the share that is wrong, regions, services in trouble together; always the same."""

from collections import Counter
from datetime import datetime, timedelta
from statistics import mean

import pytest

from bot.model.log_event import Kind, LogEvent
from bot.pipeline.thresholds import check, table
from integrations.demo import log_events
from integrations.demo.log_events import CASCADE_EVERY, REGIONS, SERVICES, LogEvents, cascade
from tests.fakes import NOON

LIMITS = table({})


def made(count: int, seed: int = 7, at: datetime = NOON) -> list[LogEvent]:
    maker = LogEvents(seed)
    return [maker.event(seed, n, at + n * timedelta(seconds=2)) for n in range(count)]


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_fifteen_in_a_hundred_are_flagged(seed):
    judged = [one.event for one in check(made(2000, seed), {}, LIMITS).verdicts]
    flagged = sum(one.flagged for one in judged) / 2000
    assert 0.13 <= flagged <= 0.17
    assert {one.kind for one in judged} == set(Kind) == {one.kind for one in judged if one.flagged}


def test_the_same_seed_is_the_same_story():
    assert made(50) == made(50)
    assert made(50) != made(50, seed=8)
    assert len({one.id for one in made(2000)}) == 2000


def test_values_stay_in_their_ranges():
    ranges = {
        "latency_ms": (50, 800), "query_time_ms": (10, 500), "pool_connections": (5, 50), "page_load_ms": (500, 8000),
        "cpu_percent": (20, 95), "memory_percent": (40, 98), "disk_io_mbps": (10, 500), "slow_queries": (0, 12),
        "js_errors": (0, 3),
    }  # fmt: skip
    events = made(2000)
    for metric, (low, high) in ranges.items():
        seen = [one.metrics[metric] for one in events if metric in one.metrics]
        assert low <= min(seen) <= max(seen) <= high, metric
    assert {one.metrics["status_code"] for one in events if one.kind is Kind.API} == {200, 201, 400, 500}
    assert all(one.stack for one in events if one.metrics.get("js_errors"))
    assert all(one.agent for one in events if one.kind is Kind.FRONTEND)


def test_services_in_trouble_together():
    inside = [n for n in range(CASCADE_EVERY) if cascade(7, n)]
    together = {one.name for one in cascade(7, inside[0])}
    assert len(together) >= 2
    judged = [one.event for one in check(made(CASCADE_EVERY), {}, LIMITS).verdicts]
    during = [judged[n] for n in inside]
    assert {one.service for one in during} == together
    assert sum(one.flagged for one in during) / len(during) > 0.5
    assert len({one.service for one in during if one.flagged}) >= 2


def test_a_region_is_slower_at_some_times():
    maker = LogEvents(7)

    def latency(minute: int) -> float:
        at = NOON.replace(minute=minute)
        found = (maker.event(7, n, at) for n in range(3000))
        fine = [one for one in found if one.region == REGIONS[0] and one.metrics.get("latency_ms", 999) < 500]
        return mean(one.metrics["latency_ms"] for one in fine)

    assert latency(30) > 1.2 * latency(5)


@pytest.mark.parametrize("kind", [None, *Kind])
def test_forced(kind):
    maker = LogEvents(7)
    [one] = maker.forced(7, 3, NOON, kind, critical=False)
    assert check([one], {}, LIMITS).verdicts[0].event.flagged
    several = maker.forced(7, 3, NOON, kind, critical=True)
    assert check(several, {}, LIMITS).verdicts[-1].event.critical
    assert {one.kind for one in several} <= ({kind} if kind else set(Kind))
    assert Counter(one.service for one in several).most_common(1)[0][1] == 3


def test_those_that_suffer_together_are_there():
    names = {one.name for one in SERVICES}
    assert all(set(one.near) <= names for one in SERVICES)
    assert 0 < log_events.BESIDE < log_events.WRONG
