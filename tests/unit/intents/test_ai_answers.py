"""Answers about AI usage and cost, over a ledger whose sums are known: the month of the first teams' own example."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from bot.conversation.engine import Engine
from bot.desk.ledger import Ledgers
from bot.desk.spending import Spending
from bot.model import plain
from bot.model.charge import Charge
from bot.model.message import PersonId, Role
from bot.model.plan import Plan
from bot.model.reply import Buttons, Chart, Table
from bot.model.spend_limits import AiBudget, Amounts
from bot.model.tenant import DEFAULT_TENANT
from bot.model.usage import PRICES, Outcome, Tokens, Usage
from bot.ports.storage import Said
from storage.storage import SqlStorage, open_storage
from tests.builders import CHANNEL, FakeMetrics, FixedSources, person
from tests.conftest import KEY
from tests.desks import Office, desks
from tests.fakes import NOON, DrivenClock
from tests.unit.conversation.test_engine import ask, engine
from tests.usage import month, slow_chatbot, spread

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIRST = NOON.replace(day=1, hour=0)
BEFORE = FIRST - timedelta(days=28)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqlStorage]:
    file = tmp_path_factory.mktemp("ai") / "nightdesk.db"
    shutil.copy(sqlite_template, file)
    async with open_storage(f"sqlite:///{file}", keys=[KEY], clock=DrivenClock()) as opened:
        async with opened.work(DEFAULT_TENANT) as work:
            scoring = spread("Lead Scoring", "gpt-4o-mini", 120, 12_000, Decimal("3.00"), BEFORE, FIRST)
            await work.charges.add([*month(FIRST, NOON), *scoring])
            budget = AiBudget().with_amounts("", Amounts(warning=100, critical=150))
            await work.plans.save(Plan(ai_budget=budget), NOON)
        yield opened


def asked_of(storage: SqlStorage, metrics: FakeMetrics | None = None) -> Engine:
    clock = DrivenClock()
    office = Office()
    on = desks(
        ledgers=Ledgers(storage, clock), spending=Spending(storage, clock, office, lambda: PRICES), office=office
    )
    return engine(sources=FixedSources(clock, metrics), on=on, clock=clock, a_minute=1000)


async def answered(storage: SqlStorage, text: str, **more: object) -> str:
    found = await ask(asked_of(storage), text, **more)
    return plain.render(found.reply)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "What's our current AI spending this month?",
            [
                "AI spend, this month: $ 47.23, projected $", "Document Analyzer $ 23.45 (49.7 %)",
                "Chatbot $ 15.32 (32.4 %)", "Content Generator $ 8.46 (17.9 %)", "$ 2.62, over 18 days",
                "% of the $ 100.00 warning, within budget", "Document Analyzer    156  89,450  23.45     49.7 %",
                "Chatbot              892  45,230  15.32     32.4 %", "1,091 calls",
                "from http", "Last 24 h: 60 calls",
            ],
        ),
        (
            "What's our most expensive AI tool?",
            ["is Document Analyzer: $ 23.45, 49.7 % of $ 47.23", "Next is Chatbot with $ 15.32 (32.4 %)."],
        ),
        ("AI cost by model", ["gpt-4", "31.91", "67.6 %", "gpt-4o", "15.32", "32.4 %"]),
        ("cost by person", ["mei.tanaka@example.com", "kim.lee@example.com"]),
        ("what did the chatbot cost yesterday?", ["AI spend of Chatbot, yesterday: $ 0."]),
        ("AI cost last month", ["last month: $ 3.00", "Lead Scoring"]),
        ("AI cost in January", ["AI usage is known from 2026-02-01 00:00 UTC on; of January 2026 nothing is known."]),
        ("cost per call", ["$ 0.04 a call", "$ 0.29 for 1,000 tokens", "$ 47.23 for 1,091 calls"]),
        ("Show me today's usage summary", ["AI usage, today: 30 calls", "100.0 % succeeded", "Document Analyzer"]),
        ("usage 30d", ["the last 30 d", "Lead Scoring", "failed"]),
        (
            "How does this week compare to last week?",
            ["This week  Last week", "up to the same hour: 2026-03-16 00:00 to 2026-03-18 12:00, and 2026-03-09 00:00"],
        ),
        ("compare AI cost this month with last month", ["This month", "$ 47.23 against $ "]),
        ("Show me usage trends for lead scoring", ["AI calls of Lead Scoring, the last 28 d", "a day"]),
        ("When do we typically have peak usage?", ["Most calls come between", "Mon", "21–24"]),
        ("cost of the translator", ["I know no AI tool “translator”.", "Document Analyzer"]),
    ],
)  # fmt: skip
async def test_figures_are_those_of_the_ledger(storage: SqlStorage, text: str, told: list[str]) -> None:
    said = await answered(storage, text)
    for part in told:
        assert part in said


async def test_shares_and_costs_of_the_table_add_up(storage: SqlStorage) -> None:
    found = await ask(asked_of(storage), "AI cost this month")
    table = next(block for block in found.reply.blocks if isinstance(block, Table))
    assert sum(Decimal(row[3]) for row in table.rows) == Decimal("47.23")
    assert round(sum(float(row[4].removesuffix(" %")) for row in table.rows), 6) == 100.0
    chart = next(block for block in found.reply.blocks if isinstance(block, Chart))
    assert round(sum(point.value for point in chart.series[0].points), 2) == 47.23


async def test_every_sum_is_named_with_who_told_it(storage: SqlStorage) -> None:
    found = await ask(asked_of(storage), "AI cost this month")
    assert "ai usage: sum by tool, 2026-03-01 00:00 to 2026-03-18 12:00 UTC, 1,091 calls, from http" in {
        one.text for one in found.queries
    }
    assert {one.source for one in found.queries} == {"AI usage"}
    assert all(one.language == "usage" and "from http" in one.text for one in found.queries)
    assert "read at 2026-03-18 12:00 UTC" in found.reply.footer


async def test_periods_know_which_answer_they_change(storage: SqlStorage) -> None:
    found = await ask(asked_of(storage), "usage")
    row = next(block for block in found.reply.blocks if isinstance(block, Buttons))
    assert [one.label for one in row.buttons] == ["24h", "7d", "30d"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slow(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqlStorage]:
    file = tmp_path_factory.mktemp("slow") / "nightdesk.db"
    shutil.copy(sqlite_template, file)
    async with open_storage(f"sqlite:///{file}", keys=[KEY], clock=DrivenClock()) as opened:
        async with opened.work(DEFAULT_TENANT) as work:
            await work.charges.add(slow_chatbot(NOON))
        yield opened


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "The chatbot seems slow. What's going on?",
            [
                "Chatbot is degraded, the last 24 h", "average 3.2", "(normal 1.5 s)", "P95 5.8 s (normal 2.5 s)",
                "peak 8.1 s at 01:18 UTC", "its prompts are longer, 2,400 tokens a call against 800 normally (3 times)",
                "gpt-4 for all calls", "Primary (“longer prompts”)", "Contributing (“one model for all calls”)",
                "Immediate:", "Short term:", "Long term:", "Its queue is not connected.",
            ],
        ),
        (
            "What's causing the high error rate?",
            [
                "4.0 % of calls failed (normal 0.0 %)", "Most at /api/chat: 4.0 % of 100 calls",
                "Mostly rate_limit: 100.0 % of failures",
            ],
        ),
        ("Why is the chatbot slow today?", ["degraded, today", "2,400 tokens a call"]),
    ],
)  # fmt: skip
async def test_what_moved_is_told_with_its_normal(slow: SqlStorage, text: str, told: list[str]) -> None:
    said = await answered(slow, text)
    for part in told:
        assert part in said


async def test_what_is_unpriced_or_uncounted_is_said(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "nightdesk.db")
    async with open_storage(f"sqlite:///{tmp_path}/nightdesk.db", keys=[KEY], clock=DrivenClock()) as opened:
        priced = Charge(
            "a", "http", NOON - timedelta(hours=2), "Chatbot", "gpt-4", tokens=Tokens(10, 5), cost=Decimal(2)
        )
        async with opened.work(DEFAULT_TENANT) as work:
            await work.charges.add([priced, replace(priced, id="b", model="own-model", tokens=None, cost=None)])
        said = await answered(opened, "AI cost by model this month")
        assert "1 call of 2 have no known price, so their cost is not in it." in said
        assert "The tokens of 1 call were not counted." in said
        assert "own-model      1  not counted  no price  –" in said
        nothing = await answered(opened, "usage yesterday")
        assert "of yesterday nothing is known" in nothing


@pytest.mark.parametrize(
    ("slowly", "first", "beside"),
    [
        (False, "No service fails more often than usual", "Of AI tools: AI calls did not fail more than usual: 3.3 %"),
        (True, "AI calls failed more than usual: 4.0 %", "Of services: No service fails more often than usual"),
    ],
)
async def test_what_fails_is_looked_for_among_services_and_ai_tools(
    storage: SqlStorage, slow: SqlStorage, *, slowly: bool, first: str, beside: str
) -> None:
    asked = asked_of(slow if slowly else storage, FakeMetrics(lambda *_: []))
    found = await ask(asked, "What's causing the high error rate?")
    assert found.reply.summary.startswith(first)
    assert beside in plain.render(found.reply)


async def test_a_day_that_is_known_from_its_noon_on_is_not_drawn_as_a_quiet_one(storage: SqlStorage):
    found = await ask(asked_of(storage), "usage trends last 14 d")
    assert found.reply is not None
    [chart] = [one for one in found.reply.blocks if isinstance(one, Chart)]
    assert chart.series[0].points[0].at == (NOON - timedelta(days=13)).replace(hour=0)


@pytest.mark.parametrize("text", ["cost", "usage", "usage trends", "usage compare", "usage why"])
async def test_without_a_ledger_it_is_said_that_none_is_connected(text: str) -> None:
    found = await ask(engine(sources=FixedSources(DrivenClock(), None)), text)
    assert found.reply.summary == "No AI usage is connected, so I know neither calls nor costs of AI tools."


async def test_administrators_see_what_our_own_sessions_cost(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "nightdesk.db")
    async with open_storage(f"sqlite:///{tmp_path}/nightdesk.db", keys=[KEY], clock=DrivenClock()) as opened:
        async with opened.work(DEFAULT_TENANT) as work:
            made = await work.conversations.at(CHANNEL, PersonId("anna"), NOON - timedelta(hours=3))
            at = NOON - timedelta(hours=2)
            lines = (Said("user", "Why?", at, about="answer:1"), Said("assistant", "So.", at, about="answer:1"))
            await work.conversations.add(made.id, *lines)
            call = Usage(at, "talk", "talk/1", "m", Outcome.OK, timedelta(seconds=1), Tokens(9, 1), Decimal("0.25"))
            for usage in (replace(call, about="answer:1"), call):
                await work.usages.add(usage)
        said = await answered(opened, "usage assistant", who=person(Role.ADMIN))
        row = rf"{made.id[-8:]} +not chosen +0\.25 +1 +2 +2026-03-18 09:00 UTC"
        for part in ("Own cost, today: $ 0.50", "Sessions, today: 1", "Messages, today: 2", "Dearest sessions"):
            assert part in said
        assert re.search(row, said)
        for text, role in (("usage assistant", Role.OPERATOR), ("usage", Role.ADMIN)):
            assert "Sessions, today" not in await answered(opened, text, who=person(role))
        yesterday = await answered(opened, "usage assistant yesterday", who=person(Role.ADMIN))
        assert "No session asked a model, yesterday." in yesterday
