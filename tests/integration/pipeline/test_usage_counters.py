"""Counters of AI usage in Prometheus: each closed stretch once, caught up where the source was away."""

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from bot.desk.asking import Patience
from bot.desk.charges import Charges
from bot.model.charge import By
from bot.model.errors import Unavailable
from bot.model.plan import AiCounters, Plan
from bot.model.series import Point, Series
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.usage import PRICES, Tokens
from bot.pipeline.usage_counters import STRETCH, Remainders, UsageCounters, charges, queries
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from storage.storage import SqlStorage, open_storage
from tests.builders import FakeMetrics, FixedSources, NoMeters
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
COUNTERS = AiCounters(calls='ai_requests_total{env="prod"}', tokens_in="ai_tokens_in_total", cost="ai_cost", tool="app")
CHATBOT = {"app": "chatbot", "model": "gpt-4o"}


class World:
    """Two calls in every stretch since `begin`, of 900 tokens each; `away` where told."""

    def __init__(self) -> None:
        self.away = False
        self.begin = NOON - timedelta(hours=1)

    def answer(self, query: str, at: datetime) -> Sequence[tuple[Mapping[str, str], float]]:
        if self.away:
            raise Unavailable("Prometheus")
        if at <= self.begin:
            return []
        figure = 2.04 if "requests" in query else 1800.0 if "tokens" in query else 0.0123
        return [(CHATBOT, figure), ({"app": "", "model": ""}, float("nan"))]


@pytest.fixture
async def storage(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        await opened.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        async with opened.work(DEFAULT_TENANT) as work:
            await work.plans.save(Plan.model_validate({"ai_usage": {"counters": {"llm": COUNTERS}}}), NOON)
        yield opened


def reading(storage: SqlStorage, world: World) -> UsageCounters:
    clock = DrivenClock()
    sources = FixedSources(clock, FakeMetrics(world.answer), patience=Patience(attempts=1))
    return UsageCounters(storage, sources, Charges(storage, clock, NoMeters(), PRICES))  # type: ignore[arg-type]


async def calls(storage: SqlStorage) -> int:
    async with storage.work(DEFAULT_TENANT) as work:
        return sum(one.calls for one in await work.charges.sums(NOON - 20 * DAY, NOON + DAY, [By.TOOL]))


async def test_closed_stretches_are_read_once(storage: SqlStorage):
    world = World()
    counters = reading(storage, world)
    await counters.look(NOON + MINUTE)
    assert await calls(storage) == math.floor(2.04 * 11), "the last five minutes may still grow"
    await counters.look(NOON + 2 * MINUTE)
    await reading(storage, world).look(NOON + 3 * MINUTE)
    assert await calls(storage) == math.floor(2.04 * 12)
    async with storage.work(DEFAULT_TENANT) as work:
        [newest, *_] = await work.charges.each(NOON - DAY, NOON, 99)
    assert (newest.at, newest.span, newest.tool, newest.model) == (NOON - STRETCH, STRETCH, "chatbot", "gpt-4o")
    assert (newest.tokens, newest.cost, newest.source) == (Tokens(1800, 0), Decimal("0.0123"), "prometheus/llm")


async def test_a_source_that_was_away_is_caught_up(storage: SqlStorage):
    world = World()
    counters = reading(storage, world)
    await counters.look(NOON + 2 * MINUTE)
    world.away = True
    await counters.look(NOON + 32 * MINUTE)
    assert await calls(storage) == math.floor(2.04 * 12)
    world.away = False
    await counters.look(NOON + 62 * MINUTE)
    assert await calls(storage) == math.floor(2.04 * 24)


async def test_long_gaps_are_caught_up_in_steps(storage: SqlStorage):
    world = World()
    counters = reading(storage, world)
    await counters.look(NOON - 3 * DAY)
    world.begin = NOON - 3 * DAY - STRETCH
    for day in range(3):
        await counters.look(NOON + 2 * MINUTE)
        assert await calls(storage) == math.floor(2.04 * 288 * (day + 1))


def test_fractions_add_up_and_failures_are_never_more_than_calls():
    def series(*values: float) -> Sequence[Series]:
        points = tuple(Point(NOON + n * STRETCH, value) for n, value in enumerate(values))
        return [Series("", points, labels=CHATBOT)]

    remainders = Remainders({})
    found = {"calls": series(0.7, 0.7, 0.7, 0.9), "failed": series(1.0, 0.0, 0.7, 0.3)}
    made = charges("llm", COUNTERS, found, remainders)
    assert [(one.at - NOON, one.calls, one.failed) for one in made] == [
        (timedelta(0), 1, 1), (STRETCH, 1, 0), (2 * STRETCH, 1, 1),
    ]  # fmt: skip
    assert {of: pytest.approx(left) for of, left in remainders.left.items()} == {
        "chatbot gpt-4o calls": 0, "chatbot gpt-4o failed": 0,
    }  # fmt: skip


def test_what_is_asked():
    assert queries(COUNTERS) == {
        "calls": 'sum by (app, model) (increase(ai_requests_total{env="prod"}[5m]))',
        "tokens_in": "sum by (app, model) (increase(ai_tokens_in_total[5m]))",
        "cost": "sum by (app, model) (increase(ai_cost[5m]))",
    }


@pytest.mark.parametrize(
    "given", [{}, {"calls": "sum(x)"}, {"calls": "x[5m]"}, {"calls": "x", "tool": "a b"}, {"calls": "x} or y{"}]
)
def test_what_is_no_counter_is_refused(given: dict[str, str]):
    with pytest.raises(ValidationError):
        AiCounters.model_validate(given)


async def test_of_the_demo_world(storage: SqlStorage):
    """A world that speaks PromQL: what its counters grow by in a day, in stretches, is what they grow by at once."""
    clock, demo = DrivenClock(), DemoMetrics(DemoWorld(7), DrivenClock())
    told = {
        "calls": "ai_requests_total", "tokens_in": 'ai_tokens_total{direction="prompt"}',
        "cost": "ai_cost_usd_total", "tool": "tool",
    }  # fmt: skip
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(Plan.model_validate({"ai_usage": {"counters": {"town": told}}}), NOON)
    desk = Charges(storage, clock, NoMeters(), PRICES)
    await UsageCounters(storage, FixedSources(clock, demo), desk).look(NOON + 2 * MINUTE)  # type: ignore[arg-type]
    async with storage.work(DEFAULT_TENANT) as work:
        sums = await work.charges.sums(NOON - DAY, NOON, [By.TOOL])
    for counter, found in (("ai_cost_usd_total", "cost"), ("ai_requests_total", "calls"), (told["tokens_in"], "read")):
        whole = await demo.instant(f"sum by (tool) (increase({counter}[1d]))", NOON)
        expected = {one.labels["tool"]: pytest.approx(one.points[0].value, rel=0.05) for one in whole}
        assert {one.of[0]: float(getattr(one, found)) for one in sums} == expected
        assert len(whole) == 4
