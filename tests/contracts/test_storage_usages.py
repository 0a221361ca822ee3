"""What models were asked: kept whole, summed exactly, each tenant its own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.model.message import PersonId, Place
from bot.model.session import SessionKind
from bot.model.usage import DearSession, Outcome, Spent, Tokens, Usage
from bot.ports.storage import Said
from storage.storage import SqlStorage
from storage.upkeep import KEEP_USAGE
from tests.contracts.incidents import ACME, OTHER
from tests.fakes import NOON

WHOLE = Usage(
    NOON, "analysis", "analysis/1", "gpt-4o-mini", Outcome.OK, timedelta(milliseconds=1234), Tokens(900, 80, 512, True),
    Decimal("0.000143250"), "none", "ISS-1-checkout", PersonId("anna"), "chatbot", "api.openai.com",
)  # fmt: skip
UNKNOWN = Usage(NOON + timedelta(hours=1), "mail", "mail/1", "local", Outcome.TIMEOUT, timedelta(seconds=20))
DAY = timedelta(days=1)


async def test_a_row_with_all_there_is_and_one_with_nothing(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.usages.add(WHOLE)
        await work.usages.add(UNKNOWN)
    async with storage.work(ACME) as work:
        assert await work.usages.latest(9) == [UNKNOWN, WHOLE]
        assert await work.usages.latest(1) == [UNKNOWN]
    async with storage.work(OTHER) as work:
        assert await work.usages.latest(9) == []


async def test_sums_are_exact_and_say_what_nobody_knows(storage: SqlStorage):
    ours = replace(WHOLE, tool="nightdesk", cost=Decimal("0.000000100"), tokens=Tokens(1, 1))
    async with storage.work(ACME) as work:
        for _ in range(30):
            await work.usages.add(ours)
        for one in (UNKNOWN, WHOLE, replace(ours, at=NOON + DAY), replace(ours, at=NOON - timedelta(seconds=1))):
            await work.usages.add(one)
        assert await work.usages.spent("nightdesk", NOON, NOON + DAY) == Spent(31, 60, Decimal("0.000003"), unpriced=1)
        assert await work.usages.spent("chatbot", NOON, NOON + DAY) == Spent(1, 980, Decimal("0.00014325"))
        assert await work.usages.spent("none", NOON, NOON + DAY) == Spent()


async def test_what_is_old_is_forgotten(storage: SqlStorage):
    async with storage.work(ACME) as work:
        await work.usages.add(replace(WHOLE, at=NOON - KEEP_USAGE - DAY))
        await work.usages.add(WHOLE)
    assert (await storage.upkeep.forget(NOON))["model_usage"] == 1
    async with storage.work(ACME) as work:
        assert await work.usages.latest(9) == [WHOLE]


async def test_what_was_asked_for_one_answer_is_found_alone(storage: SqlStorage):
    mine = replace(WHOLE, about="answer:1")
    later = replace(mine, at=NOON + timedelta(seconds=3), task="talk")
    async with storage.work(ACME) as work:
        for one in (later, mine, WHOLE, replace(mine, about="answer:12"), replace(mine, at=NOON - DAY)):
            await work.usages.add(one)
        assert await work.usages.about("answer:1", NOON) == [mine, later]
        assert await work.usages.about("answer:2", NOON - DAY) == []


async def test_sessions_cost_what_the_calls_for_their_answers_did(storage: SqlStorage):
    anna, until = PersonId("anna"), NOON + DAY
    async with storage.work(ACME) as work:
        made = [await work.conversations.at(Place("slack", "T", "C", f"{one}.1"), anna, NOON) for one in range(3)]
        await work.conversations.save(replace(made[1], kind=SessionKind.ANALYTICS))
        for number, one in enumerate(made):
            about = f"answer:{number}"
            await work.conversations.add(
                one.id, Said("user", "Why?", NOON, anna, about=about), Said("assistant", "So.", NOON, about=about)
            )
        dear = replace(WHOLE, about="answer:1", cost=Decimal("0.5"))
        unknown = replace(UNKNOWN, about="answer:1")
        before = replace(dear, about="answer:2", at=NOON - DAY)
        for usage in (replace(dear, about="answer:0", cost=Decimal("0.25")), dear, dear, unknown, before, WHOLE):
            await work.usages.add(usage)
    async with storage.work(ACME) as work:
        found = await work.usages.dearest(NOON, until, 9)
        assert found == [
            DearSession(made[1].id, SessionKind.ANALYTICS, Decimal(1), 3, 2, 2, NOON),
            DearSession(made[0].id, None, Decimal("0.25"), 1, 1, 2, NOON),
        ]
        assert await work.usages.dearest(NOON, until, 1) == found[:1]
        assert await work.conversations.counted(NOON, until) == (3, 6)
        assert await work.conversations.counted(NOON - DAY, NOON) == (0, 0)
    async with storage.work(OTHER) as work:
        assert await work.usages.dearest(NOON, until, 9) == []
        assert await work.conversations.counted(NOON, until) == (0, 0)
