"""Who is on duty: by the table for what people agree on, by property for what must always hold."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import rotas
from bot.model.plan import WEEKDAYS, Hours, Layer, Rota
from bot.ports.incidents import Cover

VIENNA = "Europe/Vienna"
ZONES = (
    VIENNA, "UTC", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Cairo", "Asia/Kathmandu",
    "America/Santiago", "Europe/Dublin", "Pacific/Apia", "Africa/Casablanca", "America/Havana",
)  # fmt: skip
ABC = ("anna@example.com", "ben@example.com", "carla@example.com")
ANNA, BEN, CARLA = ABC
MONDAY = date(2026, 3, 2)


def vienna(day: int, hour: int = 12, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(VIENNA)).astimezone(UTC)


def weekly(*people: str, **more: object) -> Layer:
    return Layer.model_validate({"people": people or ABC, "since": MONDAY, **more})


def rota(*layers: Layer, zone: str = VIENNA) -> Rota:
    return Rota(zone=zone, layers=layers or (weekly(),))


def cover(person: str, start: datetime, end: datetime, instead_of: str = "", name: str = "c1") -> Cover:
    return Cover(name, "primary", person, start, end, instead_of)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (vienna(2, 8, 59), None),  # before the first hand-over nobody is
        (vienna(2, 9, 0), ANNA),
        (vienna(9, 8, 59), ANNA),
        (vienna(9, 9, 0), BEN),
        (vienna(16, 9, 0), CARLA),
        (vienna(23, 9, 0), ANNA),
        # 29 March 2026, 02:00: the clocks go forward. Nine stays nine.
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), ANNA),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), BEN),
        # 25 October 2026, 03:00: and back. In winter nine is eight UTC.
        (datetime(2026, 10, 26, 7, 59, tzinfo=UTC), ANNA),
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), BEN),
    ],
)
def test_a_week_each_from_nine_to_nine(at: datetime, expected: str | None) -> None:
    assert rotas.who(rota(), (), at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 28, 1, 30, tzinfo=UTC), BEN),  # 02:30 the day before, as every day
        (datetime(2026, 3, 29, 1, 29, tzinfo=UTC), BEN),  # there is no 02:30 on this day:
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), CARLA),  # it counts as if the clocks had not been changed yet
        (datetime(2026, 10, 25, 0, 29, tzinfo=UTC), BEN),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), CARLA),  # 02:30 comes twice: the first one counts
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), CARLA),  # the second one does not
    ],
)
def test_a_hand_over_on_the_day_on_which_the_clocks_change(at: datetime, expected: str) -> None:
    start = date(2026, 3, 27) if at.month == 3 else date(2026, 10, 23)
    daily = Layer(people=ABC, since=start, handover=time(2, 30), every="day")
    assert rotas.who(rota(daily), (), at) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (vienna(3, 12), ANNA),
        (vienna(3, 22), "night@example.com"),
        (vienna(4, 5, 59), "night@example.com"),
        (vienna(4, 6), ANNA),
    ],
)
def test_later_layers_cover_earlier_ones_within_their_hours(at: datetime, expected: str) -> None:
    night = weekly("night@example.com", only=Hours(start=time(22), end=time(6), zone=VIENNA))
    assert rotas.who(rota(weekly(), night), (), at) == expected


COVERS = {
    "instead of whoever it is": ((cover(CARLA, vienna(4), vienna(5)),), CARLA),
    "instead of the right one": ((cover(CARLA, vienna(4), vienna(5), ANNA),), CARLA),
    "written in another way": ((cover(CARLA, vienna(4), vienna(5), "Anna@Example.com"),), CARLA),
    "instead of somebody else": ((cover(CARLA, vienna(4), vienna(5), BEN),), ANNA),
    "over": ((cover(CARLA, vienna(3), vienna(4)),), ANNA),
    "not yet": ((cover(CARLA, vienna(4, 13), vienna(5)),), ANNA),
    "a chain": ((cover(BEN, vienna(4), vienna(5), ANNA), cover(CARLA, vienna(4), vienna(5), BEN, "c2")), CARLA),
    "a chain, told backwards": (
        (cover(CARLA, vienna(4), vienna(5), BEN, "c1"), cover(BEN, vienna(4), vienna(5), ANNA, "c2")),
        CARLA,
    ),
    "a day within a week": ((cover(BEN, vienna(2), vienna(9)), cover(CARLA, vienna(4), vienna(5), name="c2")), CARLA),
    "there and back": ((cover(BEN, vienna(4), vienna(5), ANNA), cover(ANNA, vienna(4), vienna(5), BEN, "c2")), ANNA),
}


@pytest.mark.parametrize(("covers", "expected"), COVERS.values(), ids=COVERS)
def test_covers(covers: tuple[Cover, ...], expected: str) -> None:
    assert rotas.who(rota(), covers, vienna(4)) == expected


def test_a_cover_fills_a_gap() -> None:
    assert rotas.who(rota(), (cover(BEN, vienna(1), vienna(2, 9)),), vienna(1)) == BEN


def test_a_swap_is_two_covers() -> None:
    covers = (cover(BEN, vienna(2, 9), vienna(9, 9), ANNA), cover(ANNA, vienna(9, 9), vienna(16, 9), BEN, "c2"))
    found = rotas.shifts(rota(), covers, vienna(2, 9), vienna(23, 9))
    assert [(shift.person, shift.instead_of) for shift in found] == [(BEN, ANNA), (ANNA, BEN), (CARLA, "")]


def test_shifts_begin_where_they_are_asked_for_and_name_who_is_stood_in_for() -> None:
    covers = (cover(CARLA, vienna(4), vienna(5), ANNA), cover(CARLA, vienna(6), vienna(7), BEN, "of no effect"))
    assert rotas.shifts(rota(), covers, vienna(3), vienna(12)) == [
        rotas.Shift(vienna(3), vienna(4), ANNA),
        rotas.Shift(vienna(4), vienna(5), CARLA, ANNA),
        rotas.Shift(vienna(5), vienna(9, 9), ANNA),
        rotas.Shift(vienna(9, 9), vienna(12), BEN),
    ]


def test_one_person_alone_has_a_shift_for_every_turn_but_no_change() -> None:
    alone = rota(weekly(ANNA))
    assert [shift.start for shift in rotas.shifts(alone, (), vienna(2, 9), vienna(20))] == [
        vienna(2, 9), vienna(9, 9), vienna(16, 9)
    ]  # fmt: skip
    assert rotas.next_change(alone, (), vienna(3), vienna(20)) == vienna(20)


def test_only_hours_leave_gaps() -> None:
    office = rota(weekly(ANNA, only=Hours(start=time(9), end=time(17), days=WEEKDAYS[:5], zone=VIENNA)))
    found = rotas.shifts(office, (), vienna(5, 0), vienna(10, 0))  # Thursday to Tuesday
    assert [(shift.start, shift.end) for shift in found] == [
        (vienna(day, 9), vienna(day, 17)) for day in (5, 6, 9)
    ]  # fmt: skip
    assert rotas.next_change(office, (), vienna(6, 12), vienna(20)) == vienna(6, 17)
    assert rotas.next_change(office, (), vienna(6, 17), vienna(20)) == vienna(9, 9)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("every", "turns"), [("week", 1), ("week", 2), ("day", 1), ("day", 3)])
def test_hand_overs_are_at_their_wall_time_over_ten_years(zone: str, every: str, turns: int) -> None:
    layer = Layer.model_validate({"people": ABC, "since": date(2020, 1, 6), "every": every, "turns": turns})
    start = datetime(2020, 1, 6, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = rotas.shifts(rota(layer, zone=zone), (), start, start + timedelta(days=3652))
    days = turns * (7 if every == "week" else 1)
    assert len(found) == -(-3652 // days)
    for number, shift in enumerate(found):
        local = shift.start.astimezone(ZoneInfo(zone))
        assert (local.time(), local.date()) == (time(9), date(2020, 1, 6) + timedelta(days=number * days))
        assert shift.person == ABC[number % 3]


layers = st.builds(
    Layer,
    people=st.lists(st.sampled_from((*ABC, "dora@example.com")), min_size=1, max_size=4).map(tuple),
    since=st.dates(date(2025, 12, 1), date(2026, 2, 20)),
    handover=st.times().map(lambda at: at.replace(microsecond=0)),
    every=st.sampled_from(["day", "week"]),
    turns=st.integers(1, 4),
)
spans = st.builds(Hours, start=st.times(), end=st.times(), zone=st.sampled_from(ZONES))
limited = st.builds(lambda layer, only: layer.model_copy(update={"only": only}), layers, spans)
instants = st.integers(0, 370_000).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes))
covers = st.builds(
    lambda name, person, start, hours, instead_of: cover(
        person, start, start + timedelta(hours=hours), instead_of, name
    ),
    st.uuids().map(str), st.sampled_from(ABC), instants, st.integers(1, 400), st.sampled_from(["", *ABC]),
)  # fmt: skip


@given(
    base=layers,
    more=st.lists(st.one_of(layers, limited), max_size=2),
    covers=st.lists(covers, max_size=5),
    zone=st.sampled_from(ZONES),
    start=instants,
    days=st.integers(1, 40),
    looks=st.lists(st.integers(0, 9_999), min_size=1, max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_one_person_at_each_instant_and_no_gap(
    base: Layer, more: list[Layer], covers: list[Cover], zone: str, start: datetime, days: int, looks: list[int]
) -> None:
    whole = rota(base, *more, zone=zone)
    end = start + timedelta(days=days)
    found = rotas.shifts(whole, covers, start, end)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(before.end == after.start for before, after in pairwise(found))
    for look in looks:
        at = start + (end - start) * look / 10_000
        holding = [shift.person for shift in found if shift.start <= at < shift.end]
        assert holding == [rotas.who(whole, covers, at)]
    change = rotas.next_change(whole, covers, start, end)
    assert {shift.person for shift in found if shift.start < change} == {found[0].person}
    assert change == end or rotas.who(whole, covers, change) != found[0].person
