"""Silences of the demo world behave as Alertmanager's."""

from datetime import timedelta

import pytest

from bot.model.errors import Missing, Rejected
from bot.model.severity import Severity
from integrations.demo.hush import Hush
from tests.fakes import NOON, DrivenClock

HOUR = timedelta(hours=1)
SLOW = {"alertname": "HighLatency", "service": "checkout", "severity": "warning"}
DOWN = {"alertname": "ServiceDown", "service": "shipping", "severity": "critical"}


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def hush(clock: DrivenClock) -> Hush:
    return Hush(clock, lambda: [("checkout is slow", SLOW), ("shipping is down", DOWN)])


async def test_it_covers_what_fits_for_as_long_as_it_stands(hush: Hush, clock: DrivenClock) -> None:
    await hush.create(('service="checkout"', 'alertname=~"High.*"'), NOON, NOON + HOUR, "Anna", "known")

    assert hush.covers(SLOW, NOON)
    assert not hush.covers(DOWN, NOON)
    assert not hush.covers({**SLOW, "alertname": "TooHigh"}, NOON)
    assert not hush.covers(SLOW, NOON + HOUR)


async def test_one_that_begins_later_waits(hush: Hush, clock: DrivenClock) -> None:
    made = await hush.create(('service="checkout"',), NOON + HOUR, NOON + 2 * HOUR, "Anna", "")

    assert not hush.covers(SLOW, NOON)
    standing = await hush.get(made)
    assert standing is not None
    assert standing.state == "pending"
    await clock.advance(3600)
    assert hush.covers(SLOW, clock.now())


async def test_what_would_be_hidden_is_what_rings_and_is_not_hidden_yet(hush: Hush) -> None:
    (found,) = await hush.hidden_now(('severity="critical"',))
    assert (found.title, found.severity) == ("shipping is down", Severity.CRITICAL)

    await hush.create(('service="shipping"',), NOON, NOON + HOUR, "Anna", "")
    assert await hush.hidden_now(('severity="critical"',)) == ()


async def test_expiring_ends_it_once(hush: Hush, clock: DrivenClock) -> None:
    made = await hush.create(('service="checkout"',), NOON, NOON + HOUR, "Anna", "mark-7")

    assert [await hush.expire(made), await hush.expire(made), await hush.expire("unknown")] == [True, False, False]
    assert not hush.covers(SLOW, clock.now())
    assert await hush.silences() == ()
    (over,) = await hush.silences("mark-7")
    assert (over.state, over.by) == ("expired", "Anna")


async def test_extending_keeps_the_id_and_what_is_over_gets_another(hush: Hush, clock: DrivenClock) -> None:
    made = await hush.create(('service="checkout"',), NOON, NOON + HOUR, "Anna", "")

    assert await hush.extend(made, NOON + 2 * HOUR) == made
    assert hush.covers(SLOW, NOON + HOUR)
    await hush.expire(made)
    other = await hush.extend(made, NOON + 3 * HOUR)
    assert other != made
    assert hush.covers(SLOW, NOON + 2 * HOUR)
    with pytest.raises(Missing):
        await hush.extend("unknown", NOON + HOUR)


@pytest.mark.parametrize(("matchers", "ends_in"), [((), HOUR), (('a="b"',), -HOUR)])
async def test_what_hides_everything_or_nothing_is_refused(
    hush: Hush, matchers: tuple[str, ...], ends_in: timedelta
) -> None:
    with pytest.raises(Rejected):
        await hush.create(matchers, NOON - 2 * HOUR, NOON + ends_in, "Anna", "")
