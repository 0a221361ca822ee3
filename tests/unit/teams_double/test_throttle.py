import pytest

from handlers.playground.doubles.teams.throttle import Operation, Throttle
from tests.fakes import DrivenClock

LANE: tuple[Operation, str] = ("send", "19:a")


def take(throttle: Throttle, lane: tuple[Operation, str] = LANE, count: int = 1) -> int:
    return throttle.take({lane: count})


@pytest.mark.parametrize(
    ("operation", "allowed"), [("send", 7), ("create", 7), ("read", 14), ("reaction", 2), ("stream", 1), ("tenant", 50)]
)
def test_first_second(operation: Operation, allowed: int) -> None:
    throttle = Throttle(DrivenClock())
    assert [take(throttle, (operation, "x")) for _ in range(allowed)] == [0] * allowed
    assert take(throttle, (operation, "x")) == 1
    assert take(throttle, (operation, "y")) == 0  # another conversation has its own count


async def test_two_seconds_hold_eight() -> None:
    clock = DrivenClock()
    throttle = Throttle(clock)
    for _ in range(7):
        take(throttle)
    await clock.advance(1)
    assert take(throttle) == 0
    assert take(throttle) == 1
    await clock.advance(1)
    assert take(throttle) == 0


@pytest.mark.parametrize(("window", "limit", "pause"), [(30, 60, 0.4), (3600, 1800, 1)])
async def test_long_windows(window: int, limit: int, pause: float) -> None:
    clock = DrivenClock()
    throttle = Throttle(clock)
    taken = 0
    while True:
        wait = take(throttle)
        if wait > 2:
            break
        taken += not wait
        await clock.advance(pause)
    assert taken == limit
    await clock.advance(wait)
    assert take(throttle) == 0


def test_refused_calls_do_not_count() -> None:
    throttle = Throttle(DrivenClock())
    assert throttle.take({LANE: 8}) > 0
    assert throttle.take({LANE: 7, ("tenant", "t"): 51}) > 0
    assert throttle.take({LANE: 7}) == 0
