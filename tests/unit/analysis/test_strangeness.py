import random

from bot.analysis.hours import DAY
from bot.analysis.strangeness import A_WHILE, NAMES, Strangeness

STEP = 300.0
A_DAY = int(DAY / STEP)


def after(days: float, day=lambda _: 0.0) -> Strangeness:
    dice, strangeness = random.Random(9), Strangeness()
    for index in range(int(days * A_DAY)):
        strangeness.take(index * STEP, 100 + day(index % A_DAY) + dice.gauss(0, 2))
    return strangeness


def parts(strangeness: Strangeness, value: float, days: float) -> dict[str, float]:
    strangeness.take(int(days * A_DAY) * STEP, value)
    return dict(zip(NAMES, strangeness.parts, strict=True))


def test_views_of_the_hour_come_with_the_days():
    spoken = {days: {name for name, rarity in parts(after(days), 400.0, days).items() if rarity} for days in (1, 4, 9)}
    assert spoken == {
        1: {"value", "change", "while"},
        4: {"value", "change", "day", "while"},
        9: {"value", "change", "day", "week", "while"},
    }


def test_what_is_usual_at_noon_is_strange_at_midnight():
    def busy(index: int) -> float:
        return 60.0 if 120 <= index < 170 else 0.0

    found = parts(after(9, busy), 160.0, 9)
    assert found["value"] == 0
    assert found["day"] > 2
    assert found["week"] > 2


def test_what_goes_on_is_stranger_than_what_happens_once():
    once, going_on = after(4), after(4)
    for index in range(5):
        for one in (once, going_on):
            one.take(4 * DAY + index * STEP, 400.0 + 150.0 * index)
    once.lately = 0.0
    assert going_on.take(4 * DAY + 5 * STEP, 3000.0) > once.take(4 * DAY + 5 * STEP, 3000.0) + 0.1


def test_after_a_hole_the_value_before_it_is_not_the_one_before():
    strangeness = after(4)
    strangeness.pause()
    found = parts(strangeness, 400.0, 4)
    assert found["change"] == found["while"] == 0
    assert len(strangeness.window) == 1 < A_WHILE
