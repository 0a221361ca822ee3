"""What a visitor makes happen shows in the figures at once, breaks the rules, and is over when it is stopped."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.errors import Missing
from bot.query.measures import BY_NAME, write
from integrations.demo.incidents import LASTS, PREPARED, Incidents
from integrations.demo.metrics import DemoMetrics
from integrations.demo.ruler import Broken, Ruler
from integrations.demo.rules import RULES
from integrations.demo.world import DemoWorld
from tests.fakes import DrivenClock

QUIET = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)  # no story of the calendar is near
FINDS = {
    "slow-checkout": {"HighLatency"},
    "failing-payments": {"ErrorRatioOverSlo"},
    "full-pool": {"DatabasePoolNearlyUsedUp"},
    "lost-shipping": {"ServiceDown"},
    "storm": {"PodNotReady"},
}


class Town:
    def __init__(self) -> None:
        self.clock, self.world, self.changes = DrivenClock(QUIET), DemoWorld(seed=7), 0
        self.incidents = Incidents(self.world, self.clock, self._changed)
        self.ruler, self.metrics = Ruler(self.world), DemoMetrics(self.world, self.clock)

    def _changed(self) -> None:
        self.changes += 1

    def found(self) -> list[Broken]:
        return [broken for rule in RULES for broken in self.ruler.look(rule, self.clock.now())]

    def running(self) -> set[object]:
        return {one["id"] for one in self.incidents.list() if one["running"]}

    async def latency(self, service: str) -> float:
        query = write(BY_NAME["latency"], {"service": service, "env": "prod"})
        (series,) = await self.metrics.instant(query, self.clock.now())
        return series.points[-1].value


def test_every_prepared_incident_is_known_here() -> None:
    assert {one.id for one in PREPARED} == set(FINDS)


@pytest.mark.parametrize("one", FINDS)
def test_its_rule_fires_at_once_and_is_quiet_once_it_is_stopped(one: str) -> None:
    town = Town()
    assert not town.found()

    assert town.incidents.start(one)
    found = town.found()
    assert {broken.rule.name for broken in found} == FINDS[one]
    assert all(broken.since <= QUIET for broken in found)
    assert town.running() == {one}

    assert town.incidents.stop(one)
    assert not town.found()
    assert town.running() == set()
    assert town.changes == 2


def test_a_storm_is_three_hundred_alerts() -> None:
    town = Town()
    town.incidents.start("storm")

    found = town.found()

    assert len(found) == 300
    assert len({one.labels["namespace"] for one in found}) == 60
    assert len({one.labels["pod"] for one in found}) == 300


async def test_the_alert_says_the_number_that_an_answer_says() -> None:
    town = Town()
    before = await town.latency("checkout")
    town.incidents.start("slow-checkout")

    (alert,) = town.found()

    assert alert.value == pytest.approx(await town.latency("checkout"))
    assert alert.value > 3 * before
    assert alert.usual == pytest.approx(before, rel=0.3)
    assert await town.latency("auth") < 0.2
    town.incidents.stop("slow-checkout")
    assert await town.latency("checkout") == pytest.approx(before, rel=0.05)


async def test_nothing_but_its_own_span_changes() -> None:
    town, other = Town(), Town()
    town.incidents.start("slow-checkout")
    query = write(BY_NAME["latency"], {"service": "checkout", "env": "prod"})
    start = QUIET - timedelta(hours=1)

    (bent,) = await town.metrics.range(query, start, QUIET - timedelta(minutes=6), timedelta(minutes=1))
    (straight,) = await other.metrics.range(query, start, QUIET - timedelta(minutes=6), timedelta(minutes=1))

    assert bent.points == straight.points


async def test_it_ends_by_itself() -> None:
    town = Town()
    town.incidents.start("slow-checkout")

    await town.clock.advance((LASTS - timedelta(seconds=30)).total_seconds())
    assert town.running() == {"slow-checkout"}
    assert town.found()
    await town.clock.advance(60)
    assert town.running() == set()
    await town.clock.advance(timedelta(minutes=6).total_seconds())
    assert not town.found()


def test_pressing_twice_is_pressing_once() -> None:
    town = Town()

    assert [town.incidents.start("storm"), town.incidents.start("storm")] == [True, False]
    assert [town.incidents.stop("storm"), town.incidents.stop("storm")] == [True, False]
    assert town.changes == 2


def test_stopping_all_of_it() -> None:
    town = Town()
    for one in FINDS:
        town.incidents.start(one)

    assert town.incidents.stop_all() == len(FINDS)
    assert not town.found()
    assert town.incidents.stop_all() == 0


def test_what_is_not_prepared_is_refused() -> None:
    with pytest.raises(Missing):
        Town().incidents.start("earthquake")
    with pytest.raises(Missing):
        Town().incidents.stop("earthquake")


def test_the_world_tells_what_is_behind_the_figures() -> None:
    town = Town()
    town.incidents.start("slow-checkout")

    (told,) = [one for one in town.world.stories(QUIET - timedelta(hours=1), QUIET) if one.kind == "slow database"]

    assert "orders-db" in told.title
