"""Usage and cost as their makers tell them: read to the last page, replaced while they grow, never added up twice."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal

import aiohttp
import pytest
from aiohttp import web

from bot.desk.charges import Charges
from bot.model.charge import By
from bot.model.errors import Misconfigured, Rejected, Unavailable
from bot.model.tenant import DEFAULT_TENANT, Tenant
from bot.model.usage import PRICES, Tokens
from bot.pipeline.usage_bills import Bills
from bot.ports.billing import Biller
from bot.settings import section
from integrations.anthropic_usage import integration as anthropic
from integrations.integration import Parts
from integrations.openai_usage import integration as openai
from storage.storage import SqlStorage, open_storage
from tests.builders import NoMeters
from tests.conftest import KEY
from tests.fakes import NOON, DrivenClock
from tests.integration.billing.server import ANTHROPIC_KEY, OPENAI_KEY, FakeMakers, billed, serving, used

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TODAY = NOON.replace(hour=0)
YESTERDAY = TODAY - DAY
BY_TABLE = Decimal("0.0033")  # of 1,000 read and 80 written by gpt-4o


@pytest.fixture
async def makers() -> AsyncIterator[FakeMakers]:
    async with serving() as opened:
        yield opened


@pytest.fixture
async def parts(clock: DrivenClock) -> AsyncIterator[Parts]:
    async with aiohttp.ClientSession() as session:
        yield Parts(session, clock)


@pytest.fixture
async def storage(sqlite_url: str, clock: DrivenClock) -> AsyncIterator[SqlStorage]:
    async with open_storage(sqlite_url, keys=[KEY], clock=clock) as opened:
        await opened.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default"))
        yield opened


def of_openai(makers: FakeMakers, parts: Parts, key: str = OPENAI_KEY) -> openai.OpenAIUsage:
    settings = section("openai_usage", openai.Settings, {"OPENAI_USAGE_ADMIN_KEY": key, "OPENAI_USAGE_URL": makers.url})
    assert settings is not None
    return openai.OpenAIUsage(settings, parts)


def of_anthropic(makers: FakeMakers, parts: Parts, key: str = ANTHROPIC_KEY) -> anthropic.AnthropicUsage:
    env = {"ANTHROPIC_USAGE_ADMIN_KEY": key, "ANTHROPIC_USAGE_URL": f"{makers.url}/"}
    settings = section("anthropic_usage", anthropic.Settings, env)
    assert settings is not None
    return anthropic.AnthropicUsage(settings, parts)


def bills(storage: SqlStorage, *billers: Biller) -> Bills:
    charges = Charges(storage, DrivenClock(), NoMeters(), PRICES)
    return Bills(storage, charges, charges.priced, billers)


async def told(storage: SqlStorage, since: datetime, *by: By) -> dict[tuple[str, ...], tuple[int, int, Decimal, int]]:
    """Calls, tokens, cost, and of how many calls nobody knows the cost."""
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.charges.sums(since, since + DAY, by)
    return {one.of: (one.calls, one.tokens, one.cost, one.unpriced) for one in found}


async def test_a_day_costs_what_was_billed_and_an_hour_what_the_table_says(
    storage: SqlStorage, makers: FakeMakers, parts: Parts
):
    makers.completions = [used(YESTERDAY + 9 * HOUR, 2, 1000, 80), used(TODAY + 9 * HOUR, 4, 1000, 80)]
    makers.completions += [used(YESTERDAY + 10 * HOUR, 7, 5, 5, model="o9", project_id=None)]
    makers.costs = [
        billed(YESTERDAY, "0.0020", "gpt-4o-2024-08-06, input"), billed(YESTERDAY, 0.003, "gpt-4o-2024-08-06, output"),
        billed(YESTERDAY, 0.5, "o9, input", project=""), billed(YESTERDAY, 0.25, "web search"),
        billed(TODAY, 0.0001, "gpt-4o-2024-08-06, input"),
    ]  # fmt: skip
    await bills(storage, of_openai(makers, parts)).look(NOON)
    assert await told(storage, YESTERDAY, By.TOOL, By.MODEL) == {
        ("OpenAI", "o9"): (7, 10, Decimal("0.5"), 0),
        ("proj_docs", "gpt-4o-2024-08-06"): (2, 1080, Decimal("0.005"), 0),
        ("proj_docs", "web search"): (0, 0, Decimal("0.25"), 0),
    }
    assert (await told(storage, TODAY))[()] == (4, 1080, BY_TABLE, 0), "a bill of a day that is not over is none"
    async with storage.work(DEFAULT_TENANT) as work:
        [hour] = await work.charges.sums(YESTERDAY + 9 * HOUR, YESTERDAY + 10 * HOUR)
    assert hour.cost == BY_TABLE


async def test_what_grows_is_replaced_and_asked_for_hourly(storage: SqlStorage, makers: FakeMakers, parts: Parts):
    reading = bills(storage, of_openai(makers, parts))
    makers.completions = [used(TODAY + 11 * HOUR, 2, 1000, 80)]
    await reading.look(NOON)
    makers.completions = [used(TODAY + 11 * HOUR, 5, 2000, 160, 900)]
    count = len(makers.asked)
    await reading.look(NOON + 59 * MINUTE)
    assert len(makers.asked) == count
    for _ in range(2):
        await bills(storage, of_openai(makers, parts)).look(NOON + HOUR)
        assert (await told(storage, TODAY))[()][:2] == (5, 2160)
    makers.costs = [billed(TODAY, 1, "gpt-4o-2024-08-06, input")]
    await reading.look(NOON + DAY)
    assert (await told(storage, TODAY))[()] == (5, 2160, Decimal(1), 0), "the bill came"
    makers.costs = [billed(TODAY, 1.5, "gpt-4o-2024-08-06, input")]
    await reading.look(NOON + 2 * DAY)
    assert (await told(storage, TODAY))[()] == (5, 2160, Decimal("1.5"), 0), "and was corrected"


async def test_anthropic_tells_cents_and_no_calls(storage: SqlStorage, makers: FakeMakers, parts: Parts):
    tokens = {
        "uncached_input_tokens": 100, "cache_read_input_tokens": 50, "output_tokens": 20, "server_tool_use": {},
        "cache_creation": {"ephemeral_1h_input_tokens": 7, "ephemeral_5m_input_tokens": 3},
        "workspace_id": "wrkspc_1", "model": "claude-sonnet-4-20250514",
    }  # fmt: skip
    line = {
        "amount": "123.45", "currency": "USD", "workspace_id": "wrkspc_1", "model": tokens["model"],
        "cost_type": "tokens", "description": "Claude Sonnet 4 Usage - Input Tokens",
    }  # fmt: skip
    search = {**line, "model": None, "cost_type": "web_search", "description": "Web Search Usage", "amount": "10"}
    makers.messages = [(YESTERDAY + HOUR, tokens)]
    makers.cost_report = [(YESTERDAY, line), (YESTERDAY, search)]
    biller = of_anthropic(makers, parts)
    await bills(storage, biller).look(NOON)
    assert await told(storage, YESTERDAY, By.MODEL) == {
        ("claude-sonnet-4-20250514",): (0, 180, Decimal("1.2345"), 0),
        ("web_search",): (0, 0, Decimal("0.1"), 0),
    }
    [usage] = (await biller.read(YESTERDAY, TODAY)).usage
    assert usage.tokens == Tokens(160, 20, 50)
    assert "can be read" in await biller.check()


async def test_every_page_is_read(makers: FakeMakers, parts: Parts):
    makers.completions = [used(NOON - hours * HOUR, 1, 1, 1) for hours in range(30 * 24)]
    found = await of_openai(makers, parts).read(TODAY - 31 * DAY, NOON + HOUR)
    assert len({one.id for one in found.usage}) == 30 * 24
    assert makers.asked.count("/v1/organization/usage/completions") == 5


@pytest.mark.parametrize("which", ["openai", "anthropic"])
async def test_faults_are_said(makers: FakeMakers, parts: Parts, clock: DrivenClock, which: str):
    def biller(key: str = "") -> openai.OpenAIUsage | anthropic.AnthropicUsage:
        given = (key,) if key else ()
        return of_openai(makers, parts, *given) if which == "openai" else of_anthropic(makers, parts, *given)

    with pytest.raises(Rejected, match="does not let me read its reports") as refused:
        await biller("sk-of-a-person-0123456789").check()
    assert f"{which.upper()}_USAGE_ADMIN_KEY" in refused.value.advice
    assert "can be read" in await biller().check()
    makers.faults = [lambda: web.Response(status=429, headers={"Retry-After": "7"})]
    with pytest.raises(Unavailable) as busy:
        await biller().read(YESTERDAY, NOON)
    assert busy.value.retry_after == timedelta(seconds=7)
    makers.faults = [lambda: web.Response(text="<html>log in</html>")]
    with pytest.raises(Rejected, match="What answers is not"):
        await biller().read(YESTERDAY, NOON)
    makers.costs = [billed(YESTERDAY, 1, "x", currency="eur")]
    makers.cost_report = [(YESTERDAY, {"amount": "1", "currency": "EUR"})]
    with pytest.raises(Rejected, match="kept in USD alone"):
        await biller().read(YESTERDAY, NOON)


async def test_one_that_is_away_holds_up_no_other_and_is_caught_up(
    storage: SqlStorage, makers: FakeMakers, parts: Parts
):
    makers.messages = [(YESTERDAY, {"uncached_input_tokens": 5, "model": "claude-x"})]
    makers.completions = [used(YESTERDAY, 3, 10, 1)]
    makers.faults = [lambda: web.Response(status=500)]
    reading = bills(storage, of_openai(makers, parts), of_anthropic(makers, parts))
    await reading.look(NOON)
    assert await told(storage, YESTERDAY, By.SOURCE) == {("anthropic",): (0, 5, Decimal(0), 0)}
    await reading.look(NOON + 5 * MINUTE)
    assert (await told(storage, YESTERDAY, By.SOURCE))["openai",][:2] == (3, 11)


@pytest.mark.parametrize("kind", ["openai_usage", "anthropic_usage"])
def test_settings_are_whole_or_say_what_is_missing(kind: str):
    model = openai.Settings if kind == "openai_usage" else anthropic.Settings
    assert section(kind, model, {}) is None
    with pytest.raises(Misconfigured, match=f"{kind.upper()}_ADMIN_KEY is missing"):
        section(kind, model, {f"{kind.upper()}_URL": "https://proxy.example.com"})
    with pytest.raises(Misconfigured, match="must begin with"):
        section(kind, model, {f"{kind.upper()}_URL": "proxy", f"{kind.upper()}_ADMIN_KEY": "k"})
