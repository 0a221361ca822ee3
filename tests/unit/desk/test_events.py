import pytest

from bot.desk.events import Counted, Slice, percents
from bot.model.series import Point
from tests.fakes import NOON
from tests.unit.demo.truth import MINUTE


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((95, 35, 12), (67, 25, 8)),  # row HIST-10
        ((1, 1, 1), (34, 33, 33)),
        ((999, 1), (100, 0)),
        ((7,), (100,)),
        ((0, 0), (0, 0)),
        ((), ()),
    ],
)
def test_shares_make_a_hundred(counts, shares):
    assert percents(counts) == shares
    assert sum(shares) in (0, 100)


def course(*counts: float) -> Counted:
    points = tuple(Point(NOON + number * MINUTE, count) for number, count in enumerate(counts))
    return Counted((Slice("error", round(sum(counts)), points),), MINUTE, "")


@pytest.mark.parametrize(
    ("counts", "peak", "since", "stands_out"),
    [
        ((1, 2, 40, 3), 2, 1, True),
        ((1, 2, 25, 40, 38), 3, 1, True),  # it rose before it was at its most
        ((20, 22, 24, 21), 2, -1, False),  # it was never otherwise
        ((0, 1, 6, 1), 2, 1, False),  # few
    ],
)
def test_the_peak_and_since_when(counts, peak, since, stands_out):
    found = course(*counts).peak
    assert found is not None
    assert (found.end, found.count) == (NOON + peak * MINUTE, counts[peak])
    assert (found.since, found.stands_out) == (NOON + since * MINUTE, stands_out)


@pytest.mark.parametrize("counts", [(), (5,), (0, 0, 0)])
def test_without_a_course_there_is_no_peak(counts):
    assert course(*counts).peak is None
