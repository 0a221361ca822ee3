import json
import random

import pytest

from bot.analysis.novelty import FIRST, KEPT, TAIL, Tail, View


@pytest.fixture
def dice() -> random.Random:
    return random.Random(7)


def fed(values, **more) -> View:
    view = View(**more)
    for value in values:
        view.take(value)
    return view


def test_nothing_is_said_before_there_is_something_to_compare_with():
    view = View()
    assert [view.take(value) for value in (1.0, 900.0, -4.0)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (50.0, 0, 0),  # seen before
        (101.0, 0, 1.7),  # a record, and no news
        (300.0, 1.7, 9),
        (-300.0, 1.7, 9),
    ],
)
def test_what_is_far_from_everything_seen_is_rare(value, least, most, dice):
    values = [dice.uniform(0, 100) for _ in range(2000)]
    assert least <= fed([*values, 50.0]).take(value) <= most


def test_what_lies_in_a_hole_between_two_levels_is_rare_too(dice):
    view = fed([dice.choice((0, 100)) + dice.gauss(0, 1) for _ in range(2000)])
    assert view.take(50.0) > 2


@pytest.mark.parametrize(("side", "high", "low"), [(1, True, False), (-1, False, True), (0, True, True)])
def test_a_side_that_is_not_looked_at_is_never_rare(side, high, low, dice):
    values = [dice.gauss(0, 1) for _ in range(500)]
    assert (fed(values, side=side).take(40.0) > 2) is high
    assert (fed(values, side=side).take(-40.0) > 2) is low


def test_what_a_delay_keeps_back_is_not_yet_seen(dice):
    early, late = fed([dice.gauss(0, 1) for _ in range(500)]), fed([dice.gauss(0, 1) for _ in range(500)], delay=12)
    assert early.take(40.0) > 1
    assert late.take(40.0) > 1
    assert early.take(40.01) == 0
    assert late.take(40.01) > 1


def test_the_milder_of_two_tails_is_taken(dice):
    calm, wild = Tail(), Tail()
    for _ in range(4000):
        calm.take(dice.expovariate(1))
        wild.take(dice.paretovariate(1))
    assert wild.take(30.0) < 2 < calm.take(30.0)


def test_distances_that_belong_together_are_one():
    apart, each = Tail(share=0.5, apart=10), Tail(share=0.5)
    for _ in range(200):
        for distance in (0.0, 3.0, 4.0, 5.0):
            apart.take(distance)
            each.take(distance)
    assert len(apart.top) < 3 < len(each.top)


def test_what_is_kept_has_an_end_and_the_ends_are_kept(dice):
    values = [dice.gauss(0, 1) for _ in range(3 * KEPT)]
    view = fed(values)
    assert len(view.seen) <= KEPT
    assert len(view.tail.top) <= TAIL
    assert (view.seen[0], view.seen[-1]) == (min(values), max(values))
    assert list(view.seen) == sorted(view.seen)


def test_it_goes_on_from_what_was_kept_as_if_nothing_had_been(dice):
    first = fed([dice.gauss(0, 1) for _ in range(300)], delay=3)
    second = View(delay=3)
    second.restore(json.loads(json.dumps(first.kept())))
    ahead = [dice.gauss(0, 2) for _ in range(FIRST * 20)]
    first.tail.changes = second.tail.changes
    assert [first.take(value) for value in ahead] == [second.take(value) for value in ahead]
