"""What was read serves again, is read once for all who ask, and never for those who may not see it."""

import asyncio
from datetime import timedelta

import pytest

from bot.desk.keeping import Keeping, Room
from bot.model.errors import Rejected, Unavailable
from tests.fakes import NOON, DrivenClock


class Source:
    """Answers when it is let, with how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.problem = 0, None
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self) -> str:
        self.asked += 1
        asked = self.asked
        await self.let.wait()
        if self.problem:
            raise self.problem
        return f"answer {asked}"


@pytest.fixture
def source() -> Source:
    return Source()


def keeping(clock: DrivenClock, **room: object) -> Keeping[str]:
    return Keeping(clock, len, Room(**room))


@pytest.mark.parametrize(
    ("after", "anew", "how", "asked"), [(299, False, "kept", 1), (300, False, "read", 2), (1, True, "read", 2)]
)
async def test_what_was_read_serves_for_a_while(clock, source, after, anew, how, asked):
    kept = keeping(clock)
    await kept.get("a", source)
    await clock.advance(after)
    found = await kept.get("a", source, anew=anew)
    assert (found.how, source.asked, found.value) == (how, asked, f"answer {asked}")
    assert found.read_at == (NOON if how == "kept" else NOON + timedelta(seconds=after))


async def test_two_who_ask_at_once_are_answered_by_one_reading(clock, source):
    kept = keeping(clock)
    source.let.clear()
    first, second = (asyncio.create_task(kept.get("a", source)) for _ in range(2))
    await clock.advance(0)
    await clock.advance(1)
    source.let.set()
    assert [(found.value, found.how, found.read_at) for found in (await first, await second)] == [
        ("answer 1", "read", NOON),
        ("answer 1", "shared", NOON),
    ]


@pytest.mark.parametrize("leaves", [0, 1])
async def test_whoever_leaves_takes_nothing_from_the_other(clock, source, leaves):
    kept = keeping(clock)
    source.let.clear()
    waiting = [asyncio.create_task(kept.get("a", source)) for _ in range(2)]
    await clock.advance(0)
    waiting.pop(leaves).cancel()
    await clock.advance(0)
    source.let.set()
    assert (await waiting[0]).value == "answer 1"


async def test_what_nobody_waits_for_any_more_is_given_up(clock, source):
    kept = keeping(clock)
    source.let.clear()
    left = asyncio.create_task(kept.get("a", source))
    await clock.advance(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    source.let.set()
    assert (await kept.get("a", source)).value == "answer 2"


async def test_an_old_reading_serves_while_the_source_is_away_and_says_so(clock, source):
    kept = keeping(clock)
    await kept.get("a", source)
    source.problem = Unavailable("Prometheus")
    await clock.advance(14 * 60)
    found = await kept.get("a", source)
    assert (found.value, found.how, found.read_at, found.why) == ("answer 1", "stale", NOON, source.problem)


@pytest.mark.parametrize(
    ("problem", "after"),
    [(Rejected("No."), 600), (Unavailable("Prometheus"), 3600)],  # a no is an answer; what is too old is none
)
async def test_nothing_old_hides_these(clock, source, problem, after):
    kept = keeping(clock)
    await kept.get("a", source)
    source.problem = problem
    await clock.advance(after)
    with pytest.raises(type(problem)):
        await kept.get("a", source)


async def test_all_who_wait_are_told_of_a_problem(clock, source):
    kept = keeping(clock)
    source.let.clear()
    source.problem = Unavailable("Prometheus")
    both = [asyncio.create_task(kept.get("a", source)) for _ in range(2)]
    await clock.advance(0)
    source.let.set()
    assert [type(one) for one in await asyncio.gather(*both, return_exceptions=True)] == [Unavailable] * 2
    assert source.asked == 1


@pytest.mark.parametrize(
    ("room", "kept"),
    [
        ({"entries": 2}, ["a", "c"]),  # a was used last, b longest ago
        ({"bytes": 20}, ["a", "c"]),  # ten bytes and less an answer
        ({"bytes": 7}, []),
    ],
)
async def test_memory_is_bounded(clock, source, room, kept):
    keep = keeping(clock, **room)
    for key in "abac":
        await keep.get(key, source)
    before = source.asked
    for key in "abc":
        found = await keep.get(key, source) if key in kept else None
        assert found is None or found.how == "kept"
    assert source.asked == before
    assert (await keep.get("b", source)).how == "read"
