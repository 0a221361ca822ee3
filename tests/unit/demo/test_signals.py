"""The figures' own properties: they hold for every seed, so they are tried on many."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.demo.signals import HOUR, SECOND, WEEK, Instants, Rhythm, Stream, draw, noise, week_of, week_start

KEYS = st.integers(0, 2**63)


@given(KEYS, st.integers(2900, 2999))
@settings(max_examples=30, deadline=None)
def test_a_stream_never_runs_backwards_and_keeps_its_pace(key: int, week: int) -> None:
    stream = Stream(key, 5.0, Rhythm(0.6), wobble=0.3)

    counts = stream.count(Instants(week, np.arange(0, WEEK, 15 * SECOND)))

    assert (np.diff(counts) > 0).all()
    assert abs((counts[-1] - counts[0]) / (5.0 * WEEK / SECOND) - 1) < 0.02


@given(KEYS, st.integers(1, 10_000_000))
@settings(max_examples=50, deadline=None)
def test_noise_is_bounded_and_smooth(key: int, start: int) -> None:
    values = noise(key, np.arange(start, start + 600_000, 1000), 60_000)

    assert np.abs(values).max() <= 1
    assert np.abs(np.diff(values)).max() <= 3 * 1000 / 60_000 + 1e-9


def test_the_area_of_a_rhythm_is_the_integral_of_its_pace() -> None:
    rhythm = Rhythm(0.5, zone=-5)
    at = np.arange(0, WEEK, HOUR / 60)

    summed = np.cumsum((rhythm.pace(at)[:-1] + rhythm.pace(at)[1:]) / 2 * HOUR / 60)

    assert np.allclose(rhythm.area(at)[1:], summed, rtol=1e-9)


def test_values_do_not_depend_on_what_else_is_asked() -> None:
    stream = Stream(12345, 3.0, Rhythm(0.4), 0.2)
    at = np.arange(0, 1000) * 15_000 + 77

    whole = stream.count(Instants(2950, at))

    assert all(stream.count(Instants(2950, at[i : i + 1]))[0] == whole[i] for i in range(0, 1000, 37))


def test_weeks_begin_on_monday() -> None:
    monday = 1_773_619_200_000  # 2026-03-16 00:00 UTC

    assert week_start(week_of(monday)) == monday
    assert week_of(monday - 1) == week_of(monday) - 1


def test_draws_are_the_same_in_every_process() -> None:
    assert round(draw(1, "checkout", "start"), 6) == round(draw(1, "checkout", "start"), 6)
    assert len({draw(1, n) for n in range(100)}) == 100
    assert draw(1, "a") != draw(2, "a")
