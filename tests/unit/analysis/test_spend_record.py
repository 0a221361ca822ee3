from datetime import date

import pytest

from bot.analysis.spend import forecast
from bot.analysis.spend_record import by_part, moved, record
from tests.unit.analysis.test_spend import DAY, made, weekly

JANUARY, TODAY = date(2026, 1, 1), date(2026, 4, 10)


def test_its_record_is_what_it_would_have_told_of_the_months_before():
    found = record(weekly(JANUARY, TODAY))
    assert found.tries == 10  # January has too few days before it
    assert found.error < 0.02 < found.run_rate
    assert found.held80 == found.held95 == 10


def test_a_month_with_a_day_missing_is_no_record():
    costs = weekly(JANUARY, TODAY)
    del costs[date(2026, 3, 12)]
    assert record(costs).tries == 5
    assert record(weekly(date(2026, 4, 1), TODAY)).tries == 0


def test_ranges_that_held_are_counted():
    found = record(made("mixed", 5, size=150))
    assert found.tries > 0
    assert 0 <= found.held80 <= found.held95 <= found.tries


def test_what_moved_it_is_the_last_day_and_what_follows_from_it():
    costs = weekly(JANUARY, TODAY)
    costs[TODAY] += 100
    found = moved(costs)
    assert found is not None
    assert found.by == pytest.approx(found.surprise + found.ahead)
    assert found.surprise == pytest.approx(100, abs=1)
    assert abs(found.ahead) < 5  # once is no trend


def test_the_part_that_moved_it_most_is_named():
    chat, search = weekly(JANUARY, TODAY), weekly(JANUARY, TODAY, times=3)
    chat[TODAY] += 40
    whole = {day: chat[day] + search[day] for day in chat}
    found = moved(whole, parts={"chat": chat, "search": search})
    assert found is not None
    assert found.part == "chat"
    assert found.part_by == pytest.approx(40, abs=2)


def test_a_part_that_began_today_is_all_new():
    old = weekly(JANUARY, TODAY)
    whole = old | {TODAY: old[TODAY] + 50}
    found = moved(whole, parts={"old": old, "new": {TODAY: 50.0}})
    assert found is not None
    assert found.part == "new"


@pytest.mark.parametrize(
    "costs",
    [
        weekly(JANUARY, date(2026, 4, 1)),  # yesterday was another month
        {TODAY: 3.0},
        {day: cost for day, cost in weekly(JANUARY, TODAY).items() if day != TODAY - DAY},
    ],
)
def test_without_a_forecast_of_yesterday_nothing_moved(costs):
    assert moved(costs) is None


def test_parts_together_are_the_whole():
    chat = weekly(JANUARY, TODAY)
    gone = dict.fromkeys(weekly(JANUARY, date(2026, 2, 3)), 20.0)
    whole = {day: 4 * cost + gone.get(day, 0.0) for day, cost in chat.items()}
    parts = {"chat": chat, "search": weekly(JANUARY, TODAY, times=3), "gone": gone, "none": {}}
    found = by_part(parts, whole)
    assert sum(one.month for one in found.values()) == pytest.approx(forecast(whole).month.total)
    assert sum(one.following for one in found.values()) == pytest.approx(forecast(whole).following.total)
    assert found["search"].month == pytest.approx(3 * found["chat"].month)
    assert found["gone"].month < 0.1 * found["chat"].month  # it ended in February, and April is asked
    assert "none" not in found
