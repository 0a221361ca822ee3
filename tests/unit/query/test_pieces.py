"""A long range in pieces gives the points that the whole would have given, each once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.errors import Rejected
from bot.model.series import Point, Series
from bot.query.pieces import Sizes, cut, merge, stretches, wide_enough
from tests.fakes import NOON

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SIZES = Sizes()


@pytest.mark.parametrize(
    ("length", "step", "pieces", "wide"),
    [
        (HOUR, 30 * SECOND, 1, 30 * SECOND),
        (7 * DAY, HOUR, 1, HOUR),
        (7 * DAY, MINUTE, 1, 2 * MINUTE),  # 10,081 points are one more than may be
        (7 * DAY - MINUTE, MINUTE, 1, 2 * MINUTE),
        (7 * DAY - 81 * MINUTE, MINUTE, 1, MINUTE),
        (8 * DAY, HOUR, 2, HOUR),
        (31 * DAY, 6 * HOUR, 5, 6 * HOUR),
        (31 * DAY, MINUTE, 5, 5 * MINUTE),
        (timedelta(0), MINUTE, 1, MINUTE),
    ],
)
def test_what_is_over_a_limit_is_cut_or_made_coarser(length, step, pieces, wide):
    found = cut(NOON - length, NOON, step, SIZES)
    assert (len(found.pieces), found.step) == (pieces, wide)
    assert len(found.said) == (pieces > 1) + (wide != step)


def test_what_is_not_as_it_was_asked_is_said():
    found = cut(NOON - 30 * DAY, NOON, MINUTE, SIZES)
    assert found.said == ("one point every 5 min, not every 1 min", "read in 5 pieces")


@pytest.mark.parametrize(
    ("start", "end", "step", "says"),
    [
        (NOON, NOON - HOUR, MINUTE, "an end after its start"),
        (NOON - HOUR, NOON, timedelta(0), "a step above zero"),
        (NOON - 32 * DAY, NOON, HOUR, "31 d at most"),
    ],
)
def test_what_cannot_be_read_is_refused(start, end, step, says):
    with pytest.raises(Rejected, match=says):
        cut(start, end, step, SIZES)


@given(
    length=st.integers(0, 4000),
    step=st.integers(1, 500),
    span=st.integers(1, 900),
    points=st.integers(2, 600),
)
def test_pieces_hold_every_point_of_the_whole_once(length, step, span, points):
    start, end = NOON - length * SECOND, NOON
    found = cut(start, end, step * SECOND, Sizes(span * SECOND, DAY, points))
    asked = []
    for piece in found.pieces:
        assert piece.end - piece.start <= span * SECOND
        asked += _grid(piece.start, piece.end, found.step)
    assert asked == _grid(start, end, found.step)
    assert len(asked) <= points or found.step == step * SECOND


@given(length=st.integers(1, 40 * 86400), step=st.integers(1, 3600), points=st.integers(2, 11_000))
def test_a_wider_step_is_never_narrower_and_keeps_under_the_limit(length, step, points):
    wide = wide_enough(length * SECOND, step * SECOND, points)
    assert wide >= step * SECOND
    assert length * SECOND // wide + 1 <= points


def test_series_that_come_and_go_are_put_together():
    def of(name, *minutes):
        return Series("up", tuple(Point(NOON + m * MINUTE, float(m)) for m in minutes), labels={"job": name})

    merged = merge([[of("a", 0, 1), of("b", 0)], [of("c", 2), of("a", 1, 2, 3)], []])
    assert [(one.labels["job"], [point.value for point in one.points]) for one in merged] == [
        ("a", [0, 1, 2, 3]),
        ("b", [0]),
        ("c", [2]),
    ]


def _grid(start, end, step):
    points = []
    while start <= end:
        points.append(start)
        start += step
    return points


@given(length=st.integers(0, 3000), span=st.integers(1, 900))
def test_stretches_meet_and_leave_nothing_out(length, span):
    found = stretches(NOON - length * SECOND, NOON, Sizes(span * SECOND))
    assert (found[0].start, found[-1].end) == (NOON - length * SECOND, NOON)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(piece.end - piece.start <= span * SECOND for piece in found)
    assert len(found) == max(1, -(-length // span))
