import asyncio
from datetime import timedelta

import pytest

from bot.model.errors import Rejected, Unavailable
from integrations.transport import FAILURES, REST, Fuse, Guard, problem_of, retry_after
from tests.fakes import NOON, DrivenClock

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Rejected),
        (403, Rejected),
        (404, Rejected),
        (408, Unavailable),
        (422, Rejected),
        (429, Unavailable),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
def test_a_status_says_whether_later_may_help(status: int, kind: type[Exception]) -> None:
    assert type(problem_of("Loki", status, "", {}, NOON)) is kind


def test_the_servers_own_sentence_is_told() -> None:
    assert problem_of("Loki", 400, "parse error at 3", {}, NOON).says == "Loki says: parse error at 3"
    assert problem_of("Loki", 404, "", {}, NOON).says == "Loki says: HTTP 404"


def test_too_many_requests_certainly_did_nothing_and_say_when() -> None:
    problem = problem_of("Loki", 429, "", {"Retry-After": "7"}, NOON)

    assert isinstance(problem, Unavailable)
    assert problem.definite
    assert problem.retry_after == 7 * SECOND


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", timedelta(0)),
        ("30", 30 * SECOND),
        ("Wed, 18 Mar 2026 12:00:20 GMT", 20 * SECOND),
        ("Wed, 18 Mar 2026 11:00:00 GMT", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("99999999999999999999", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, wait: timedelta | None) -> None:
    assert retry_after({"retry-after": text}, NOON) == wait


def test_a_fuse_opens_after_failures_in_a_row_only() -> None:
    fuse = Fuse()
    for _ in range(FAILURES - 1):
        fuse = fuse.failed(NOON)
    assert fuse.worked().failed(NOON).wait(NOON) is None
    assert fuse.wait(NOON) is None

    opened = fuse.failed(NOON)

    assert opened.wait(NOON) == REST
    assert opened.wait(NOON + REST - SECOND) == SECOND
    assert opened.wait(NOON + REST) is None


def test_one_call_tries_and_the_others_wait() -> None:
    fuse = Fuse(FAILURES, NOON)

    trying = fuse.begun()

    assert trying.wait(NOON) == SECOND
    assert trying.worked().wait(NOON) is None
    assert trying.failed(NOON).wait(NOON) == REST
    assert trying.abandoned().wait(NOON) is None


def test_a_system_that_asks_to_wait_is_left_alone_for_so_long() -> None:
    fuse = Fuse().failed(NOON, 3 * SECOND)

    assert fuse.wait(NOON) == 3 * SECOND
    assert fuse.wait(NOON + 3 * SECOND) is None


class Calls:
    """Fails while it is told to, and counts."""

    def __init__(self, problem: Exception | None) -> None:
        self.problem, self.count = problem, 0

    async def __call__(self) -> str:
        self.count += 1
        if self.problem:
            raise self.problem
        return "answer"


async def test_a_guard_spares_a_system_that_is_away_and_notices_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    clock, call = DrivenClock(), Calls(Unavailable("Loki"))
    guard = Guard("Loki", clock)
    for _ in range(FAILURES + 3):
        with pytest.raises(Unavailable):
            await guard.run(call)
    assert call.count == FAILURES

    call.problem = None
    await clock.advance(REST.total_seconds())

    assert await guard.run(call) == "answer"
    assert await guard.run(call) == "answer"
    assert [record.message for record in caplog.records] == ["source is away", "source is back"]


async def test_what_is_not_called_certainly_did_not_happen() -> None:
    guard = Guard("Loki", DrivenClock())
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            await guard.run(Calls(Unavailable("Loki")))

    with pytest.raises(Unavailable) as refused:
        await guard.run(Calls(None))

    assert refused.value.definite
    assert refused.value.retry_after == REST
    assert refused.value.says == "Loki has not answered since 2026-03-18 12:00 UTC."


async def test_a_system_that_says_no_is_not_away() -> None:
    guard, no = Guard("Loki", DrivenClock()), Calls(Rejected("No."))

    for _ in range(FAILURES * 2):
        with pytest.raises(Rejected):
            await guard.run(no)

    assert no.count == FAILURES * 2


async def test_a_call_that_was_given_up_says_nothing() -> None:
    clock = DrivenClock()
    guard = Guard("Loki", clock)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            await guard.run(Calls(Unavailable("Loki")))
    await clock.advance(REST.total_seconds())

    async def for_ever() -> None:
        await asyncio.Event().wait()

    trying = asyncio.create_task(guard.run(for_ever))
    await asyncio.sleep(0)
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying

    assert await guard.run(Calls(None)) == "answer"
