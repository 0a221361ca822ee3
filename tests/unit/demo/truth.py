"""What the demo world was told to do, to hold answers against: its stories and the counters it would expose."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.model.message import Person
from bot.ports.desks import Desks
from bot.ports.tools import MetricsSource, Tools
from integrations.demo.metrics import DemoMetrics
from integrations.demo.promql.evaluate import evaluate
from integrations.demo.promql.vectors import Vector
from integrations.demo.world import DemoWorld, milliseconds
from tests.builders import turn
from tests.desks import desks
from tests.fakes import NOON, DrivenClock

WORLD = DemoWorld(seed=1)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def stories(kind: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found = WORLD.stories(start, end)
    return [(moment(one.start), moment(one.end)) for one in found if one.kind == kind]


def samples(
    selector: str, start: datetime, end: datetime, world: DemoWorld = WORLD
) -> list[list[tuple[datetime, float]]]:
    """The bare samples of each series, as they were scraped, for arithmetic of the test's own."""
    step = 15_000
    value, at = evaluate(selector, world.at(end), milliseconds(start), milliseconds(end), step)
    assert isinstance(value, Vector)
    moments = [moment(one) for one in at.tolist()]
    return [
        [(when, float(one)) for when, one, there in zip(moments, row, present, strict=True) if there]
        for row, present in zip(value.values, value.present, strict=True)
    ]


def grown(selector: str, start: datetime, end: datetime, world: DemoWorld = WORLD) -> float:
    """What its counters grew by, resets counted as beginnings."""
    total, at = 0.0, start
    while at < end:
        for one in samples(selector, at, min(at + DAY, end), world):
            total += sum(later - (earlier if later >= earlier else 0) for (_, earlier), (_, later) in pairwise(one))
        at += DAY
    return total


class _NoFeedback:
    async def keep(self, *_: object, **__: object) -> None: ...


async def _silent(_: str) -> None:
    return


def tools(
    on: Desks | None = None, at: datetime = NOON, source: MetricsSource | None = None, person: Person | None = None
) -> Tools:
    clock = DrivenClock(at)
    return Tools(turn(at=at), clock, source or DemoMetrics(WORLD, clock), _NoFeedback(), _silent, on or desks())
