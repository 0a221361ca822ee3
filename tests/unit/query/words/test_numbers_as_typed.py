"""Numbers and times as people type them: short, beside other words, in units of their own."""

from datetime import timedelta

import pytest

from bot.query.translate import Planned, Question, translate, written
from bot.query.words.asked import read as asked
from bot.query.words.masked import Masked
from bot.query.words.rephrasing import rephrased
from bot.query.words.times import read
from tests.unit.query.words.catalogs import READY
from tests.unit.query.words.test_lines_as_meant import VPN
from tests.unit.query.words.test_principles import HARBOUR, NOW
from tests.unit.query.words.test_said_otherwise import PLANT

BACKEND = READY["backend"]


def query(text: str, ground=HARBOUR) -> str:
    found = translate(Question(text, NOW), ground)
    assert isinstance(found, Planned), found
    return written(found)


@pytest.mark.parametrize(
    ("text", "plain", "ground"),
    [
        ("tickets sold past hr", "tickets sold in the last hour", HARBOUR),
        ("tickets sold so far today", "tickets sold today", HARBOUR),
        ("tickets sold today so far, all quays together", "tickets sold today in total", HARBOUR),
        ("tickets sold, past wk", "tickets sold in the last week", HARBOUR),
        ("nr of tickets sold in the last hour", "number of tickets sold in the last hour", HARBOUR),
        ("tickets sold since 9am til noon", "tickets sold since 9am until noon", HARBOUR),
        ("tickets sold, last 4 hours compared to the 4 before", "tickets sold, last 4 hours vs the 4 hours before",
         HARBOUR),
        ("tickets sold compared w/ the day before, last 24h", "tickets sold vs the day before, last 24h", HARBOUR),
        ("tickets sold: last 7 days over the 7 before", "tickets sold, last 7 days vs the 7 days before", HARBOUR),
        ("tickets sold since the 15th", "tickets sold since the 15th of this month", HARBOUR),
        ("tickets sold since opening, 8:30", "tickets sold since 8:30", HARBOUR),
        ("tickets sold over all quays", "tickets sold in total", HARBOUR),
        ("ferries faster than 22 km/h", "ferry speed above 22 kmh", HARBOUR),
        ("ferries slower than 8 knots", "ferry speed below 8 knots", HARBOUR),
        ("ferries faster than 12 knots", "ferry speed above 12 knots", HARBOUR),
        ("bottles filled by line, past 2 wks", "bottles filled by line, last 2 weeks", PLANT),
        ("sign_in_failed in auth, users top 3, last 4h", "top 3 users by sign_in_failed in auth, last 4h", VPN),
        ("acc. to auth logs sign_in_failed, last 4h", "in the auth logs sign_in_failed, last 4h", VPN),
        ("tail 50 of auth", "last 50 lines of auth", VPN),
        ("free space on /", 'free space on "/"', BACKEND),
        ("root partition free space", 'partition "/" free space', BACKEND),
        ("free space on /data in Gi", "free space on /data in GiB", BACKEND),
        ("free space on /data in Mi", "free space on /data in MiB", BACKEND),
        ("3 users with the most sign_in_failed in auth, last 4h",
         "top 3 users by sign_in_failed in auth, last 4h", VPN),
        ("2 countries with the most error lines in auth, last 3 days",
         "top 2 countries by error lines in auth, last 3 days", VPN),
    ],
)  # fmt: skip
def test_it_means_the_plain_way_to_say_it(text: str, plain: str, ground):
    assert query(text, ground) == query(plain, ground)


@pytest.mark.parametrize(
    ("text", "window", "ago"),
    [
        ("sales since tuesday lunch", timedelta(days=2, hours=2, minutes=30), timedelta()),
        ("sales since lunchtime", timedelta(hours=2, minutes=30), timedelta()),
        ("sales since yesterday lunch", timedelta(days=1, hours=2, minutes=30), timedelta()),
        ("rooms left for tonight", timedelta(), timedelta()),  # it lies ahead
        ("sales over the last wk", timedelta(days=7), timedelta()),
        ("sales 10am til noon", timedelta(hours=2), timedelta(hours=2, minutes=30)),
        ("sales since six", timedelta(hours=8, minutes=30), timedelta()),
        ("sales this morning since nine", timedelta(hours=5, minutes=30), timedelta()),
        ("sales from 8 this morning until now", timedelta(hours=6, minutes=30), timedelta()),
        ("sales since 1 this afternoon", timedelta(hours=1, minutes=30), timedelta()),
        ("sales since the first ferry (5am)", timedelta(hours=9, minutes=30), timedelta()),
        ("sales in rush hour today 7 to 9", timedelta(hours=2), timedelta(hours=5, minutes=30)),
        ("sales yesterday, 10-12", timedelta(hours=2), timedelta(days=1, hours=2, minutes=30)),
        ("sales over the weekend", timedelta(days=2), timedelta(days=3, hours=14, minutes=30)),
        ("sales at the last two quays", timedelta(), timedelta()),
        ("sales since two days", timedelta(days=2), timedelta()),
        ("coldest last night, 10pm til 6am", timedelta(hours=8), timedelta(hours=8, minutes=30)),
    ],
)
def test_when(text: str, window: timedelta, ago: timedelta):
    found = read(Masked(rephrased(text)), NOW, "UTC")

    assert (found.window, found.ago) == (window, ago)


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        ("less than a tenth of", 10),
        ("under a fifth of", 20),
        ("over two thirds of", 66.667),
        ("below half of", 50),
        ("at least three quarters of", 75),
    ],
)
def test_a_part_in_words(said: str, percent: float):
    found = asked(f"ships with {said} the seats taken", NOW, "UTC", HARBOUR.index.known)

    assert (found.threshold.value, found.threshold.unit.size) == (percent, 0.01)


@pytest.mark.parametrize(("hour", "window"), [(21, 3), (2, 8), (15, 0)])
def test_tonight_is_the_evening_that_is_or_the_one_to_come(hour: int, window: int):
    found = read(Masked("errors tonight"), NOW.replace(hour=hour, minute=0), "UTC")

    assert found.window == timedelta(hours=window)
    assert not found.ago


@pytest.mark.parametrize("text", ["ferries over 10 minutes late", "ferries more than 10 min late"])
def test_so_long_late_is_a_bound_and_no_span(text: str):
    found = asked(text, NOW, "UTC", HARBOUR.index.known)

    assert (found.threshold.value, found.threshold.unit.name) == (10, "min")
    assert not found.when.window
