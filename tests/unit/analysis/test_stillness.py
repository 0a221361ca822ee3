import pytest

from bot.analysis.stillness import LEAST, MOVES, TIMES, Stillness


def stood(moves: int, longest: int, run: int) -> list[int]:
    """After so many moves, and a stand of `longest` points, the points of another stand at which it is strange."""
    stillness = Stillness()
    for _ in range(moves - 1):
        stillness.take(False)
    for _ in range(longest - 1):
        stillness.take(True)
    stillness.take(False)
    told = []
    for point in range(2, run + 1):
        stillness.take(True)
        if stillness.strange:
            told.append(point)
    return told


@pytest.mark.parametrize(
    ("moves", "longest", "run", "told"),
    [
        (MOVES, 1, LEAST - 1, []),
        (MOVES, 1, 10 * LEAST, [LEAST]),  # once of each stand
        (MOVES, 10, TIMES * 10 - 1, []),
        (MOVES, 10, TIMES * 10, [TIMES * 10]),
        (MOVES - 1, 1, 10 * LEAST, []),  # it seldom moves
    ],
)
def test_a_stand_is_strange_that_is_far_longer_than_any_before(moves, longest, run, told):
    assert stood(moves, longest, run) == told


def test_a_hole_is_no_stand():
    stillness = Stillness()
    for _ in range(MOVES):
        stillness.take(False)
    for _ in range(LEAST - 2):
        stillness.take(True)
    stillness.pause()
    stillness.take(True)
    assert not stillness.strange
