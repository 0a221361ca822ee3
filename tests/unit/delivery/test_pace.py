from datetime import timedelta

import pytest

from bot.delivery.pace import Bucket, backoff
from bot.ports.platform import Pace
from tests.fakes import NOON


def test_a_burst_then_one_a_second():
    bucket = Bucket(Pace(burst=3, every=1.0), NOON)
    assert [bucket.take(NOON) for _ in range(5)] == [0, 0, 0, 1, 2]


def test_silence_refills():
    bucket = Bucket(Pace(burst=2, every=1.0), NOON)
    bucket.take(NOON)
    assert not bucket.full(NOON)
    assert bucket.full(NOON + timedelta(seconds=1))


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 0), (1, 1), (2, 2), (4, 8), (9, 256), (10, 300), (99, 300)])
def test_waits_grow_to_five_minutes(attempts, seconds):
    assert backoff(attempts) == timedelta(seconds=seconds)
