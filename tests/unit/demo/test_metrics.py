import asyncio
import math
from datetime import timedelta

import aiohttp
import pytest
from pydantic import ValidationError

from bot.model.errors import Rejected
from bot.ports.tools import MetricsSource
from integrations.demo.integration import INTEGRATION, DemoIntegration, Settings
from integrations.demo.metrics import DemoMetrics
from integrations.demo.world import DemoWorld
from integrations.integration import Integration, Parts
from tests.fakes import NOON, DrivenClock

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def metrics(delay: float = 0, clock: DrivenClock | None = None) -> DemoMetrics:
    return DemoMetrics(DemoWorld(1), clock or DrivenClock(), timedelta(seconds=delay))


async def test_an_instant_is_one_point_a_series_with_its_name_and_labels() -> None:
    source: MetricsSource = metrics()

    found = await source.instant('queue_depth{queue="orders"}', NOON)

    assert [series.name for series in found] == ["queue_depth"]
    assert found[0].labels == {"queue": "orders", "env": "prod"}
    assert [point.at for point in found[0].points] == [NOON]


async def test_a_number_is_a_series_without_labels() -> None:
    (series,) = await metrics().instant("1 + 1", NOON)

    assert (series.name, series.labels, series.points[0].value) == ("1 + 1", {}, 2.0)


async def test_no_data_is_not_zero() -> None:
    assert await metrics().instant("nothing_of_the_kind", NOON) == ()


async def test_nan_is_data() -> None:
    (series,) = await metrics().instant("vector(0) / vector(0)", NOON)

    assert math.isnan(series.points[0].value)


async def test_a_range_has_both_ends() -> None:
    (series,) = await metrics().range('up{service="auth",env="staging"}', NOON - MINUTE, NOON, MINUTE / 4)

    assert [point.at for point in series.points] == [NOON - MINUTE + n * MINUTE / 4 for n in range(5)]


@pytest.mark.parametrize("step", [timedelta(0), -MINUTE])
async def test_a_step_that_leads_nowhere_is_refused(step: timedelta) -> None:
    with pytest.raises(Rejected):
        await metrics().range("up", NOON - MINUTE, NOON, step)


async def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Rejected):
        await metrics().range("up", NOON, NOON - MINUTE, MINUTE)


async def test_it_says_what_there_is_to_ask_for() -> None:
    source = metrics()

    assert {"http_requests_total", "up", "ai_cost_usd_total"} <= {metric.name for metric in await source.metrics()}
    assert "checkout" in await source.values("service")
    assert source.link("up", NOON, NOON) == ""


async def test_it_can_be_slow_on_purpose() -> None:
    clock = DrivenClock()
    asked = asyncio.create_task(metrics(delay=7, clock=clock).instant("up", NOON))

    await asyncio.sleep(0)
    await clock.advance(6.9)
    assert not asked.done()
    await clock.advance(0.2)
    assert await asked


async def test_a_question_over_much_of_the_world_is_answered_for_all_of_it() -> None:
    source = metrics()
    fifty = 'rate(http_requests_total{env="prod",region="us-east-1"}[5m]) or up{env="prod",region!="us-east-1"}'
    assert len(await source.instant(fifty, NOON)) >= 50
    assert len(await source.instant('process_resident_memory_bytes{env="prod",service=~"checkout|auth"}', NOON)) == 6


async def test_the_loop_stays_free_while_a_long_question_is_worked_out() -> None:
    asked = asyncio.create_task(metrics().range("sum(rate(http_requests_total[1h]))", NOON - 14 * DAY, NOON, DAY / 30))
    turns = 0
    while not asked.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert turns > 20  # on the loop itself it would be one or two


async def test_the_integration_offers_the_world() -> None:
    async with aiohttp.ClientSession() as session:
        built: Integration = INTEGRATION.build(Settings(seed=7), Parts(session, DrivenClock()))

        await built.start()
        assert isinstance(built, DemoIntegration)
        assert built.world.seed == 7
        assert built.metrics.title == "demo world"
        assert "seed 7" in await built.check()
        await built.stop()


@pytest.mark.parametrize(
    "given", [{}, {"delay": 1}, {"seed": "x"}, {"seed": 1, "delay": -1}, {"seed": 1, "delay": 999}]
)
def test_settings_are_checked(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(given)
