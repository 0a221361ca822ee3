from bot.analysis.vigil import CALM, SILENT, Vigil


def lived(*events: float | None, refused: bool = False) -> list[str | None]:
    """A number is a strange point, None a usual one."""
    vigil = Vigil()
    return [vigil.tick() if one is None else vigil.strange(one, not refused) for one in events]


def test_an_issue_opens_once_and_is_silent_until_something_far_stranger():
    assert lived(1.2, 1.1, 1.7, 1.9, 2.5) == ["opened", None, None, "worse", None]


def test_it_ends_after_a_while_of_calm_and_not_with_the_first_usual_point():
    assert lived(1.2, *[None] * CALM)[-2:] == [None, "resolved"]
    assert lived(1.2, None, None, 1.1, *[None] * (CALM - 1)) == ["opened", *[None] * (CALM + 2)]


def test_after_its_end_the_silence_lasts():
    assert lived(1.2, *[None] * CALM, 1.7, 1.9)[-2:] == [None, "opened"]


def test_when_the_silence_is_over_it_is_news_again():
    assert lived(1.2, *[None] * SILENT, 1.1)[-1] == "opened"


def test_what_is_not_allowed_is_no_news():
    assert lived(1.2, 1.9, refused=True) == [None, None]


def test_strange_points_that_lie_close_together_are_one_peak():
    vigil = Vigil()
    assert vigil.same is None
    vigil.strange(1.2, True)
    vigil.strange(1.1, True)
    vigil.tick(near=0.9)
    assert vigil.same == 1.2
    for _ in range(SILENT):
        vigil.tick()
    assert vigil.same is None
