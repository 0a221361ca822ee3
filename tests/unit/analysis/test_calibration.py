import pytest

from bot.analysis.calibration import ALARM, COUNTS, DISCOUNT, GROWN, STRANGE, WEEKS, YOUNG, Calibration, score

OLD = GROWN + 1


@pytest.mark.parametrize(
    ("level", "alarm", "least", "most"),
    [
        (0.0, False, 0, 0),
        (0.5, False, 0.4, 0.6),
        (5.0, False, 0.9, 0.9899),  # strange, and told before
        (1.0, True, ALARM, ALARM),
        (2.0, True, 0.991, 1),
        (9.0, True, 0.9999, 1),
    ],
)
def test_an_alarm_is_at_099_and_nothing_else_is(level, alarm, least, most):
    assert least <= score(level, alarm) <= most


def test_who_wants_fewer_false_alarms_asks_for_stranger_values():
    assert [Calibration(weeks).threshold for weeks in (1, WEEKS, 40)] == sorted(
        Calibration(weeks).threshold for weeks in (1, WEEKS, 40)
    )
    assert Calibration().threshold == STRANGE


def test_a_young_series_counts_for_less():
    levels = [Calibration().level(STRANGE, age) for age in (0, YOUNG, (YOUNG + GROWN) / 2, GROWN, OLD)]
    assert levels == pytest.approx([DISCOUNT, DISCOUNT, (1 + DISCOUNT) / 2, 1, 1])


@pytest.mark.parametrize(
    ("peaks", "level", "weeks_old", "allowed"),
    [
        ((), 1.2, 0, True),
        ((1.5, 1.6, 1.7), 1.2, 0, True),
        ((1.5, 1.6, 1.7, 1.8), 1.2, 0, False),  # this series has been as strange time and again
        ((1.0, 1.0, 1.0, 1.0), 1.2, 0, False),  # or nearly
        ((1.5, 1.6, 1.7, 1.8), 2.2, 0, True),
        ((1.5, 1.6, 1.7, 1.8), 1.2, 4, True),  # once in four weeks is what was asked for
    ],
)
def test_what_a_series_has_shown_time_and_again_is_no_alarm(peaks, level, weeks_old, allowed):
    assert Calibration(peaks=list(peaks)).allows(level, weeks_old * 604800) is allowed


def test_one_peak_that_grows_is_one():
    calibration = Calibration()
    calibration.remember(1.2, None, OLD)
    calibration.remember(1.9, 1.2, OLD)
    calibration.remember(1.4, 1.9, OLD)
    assert calibration.peaks == [1.9]


def test_what_was_new_because_everything_was_is_not_held_against_later_values():
    calibration = Calibration()
    calibration.remember(5.0, None, COUNTS - 1)
    assert calibration.peaks == []
