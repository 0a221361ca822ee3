"""The desk of AI spend on real databases: whose calls are looked at, how many, and for how long that holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.desk.office import Office
from bot.desk.spending import PAGE, Spending
from bot.model.charge import Charge
from bot.model.errors import Rejected
from bot.model.issue import By
from bot.model.spend import Ahead
from bot.model.spend_limits import Amounts
from bot.model.tenant import DEFAULT_TENANT, Tenant, TenantId
from bot.model.usage import PRICES, Tokens
from bot.ports.actor import Actor
from tests.fakes import NOON
from tests.spend_months import calls, daily

ANNA = Actor(DEFAULT_TENANT, By("Anna Berger"), "letter 1")
OTHER = TenantId("other")


@pytest.fixture
async def desk(storage, clock) -> Spending:
    await storage.directory.save_tenant(Tenant(DEFAULT_TENANT, "Default", "Europe/Vienna"))
    await storage.directory.save_tenant(Tenant(OTHER, "Other"))
    await clock.advance(3600)
    return Spending(storage, clock, Office(storage, clock), lambda: PRICES)


async def keep(storage, charges: list[Charge], tenant: TenantId = DEFAULT_TENANT) -> None:
    async with storage.work(tenant) as work:
        await work.charges.add(charges)


def short(count: int) -> list[Charge]:
    """All at one instant, which pages may cut through."""
    one = calls("Chatbot", [NOON - timedelta(days=1)], tokens=Tokens(400, 40))[0]
    return [replace(one, id=f"{number}") for number in range(count)]


async def test_each_call_is_looked_at_once_over_pages_and_no_other_tenants(desk, storage):
    spread = [NOON - timedelta(minutes=3 * number) for number in range(PAGE + 50)]
    await keep(storage, calls("Search", spread, tokens=Tokens(400, 40)))
    await keep(storage, short(60))
    await keep(storage, short(900), OTHER)
    found = await desk.advised(DEFAULT_TENANT)
    assert (found.calls, found.left_out) == (PAGE + 110, 0)
    assert {one.tool: one.calls for one in found.advice if one.kind == "model"} == {"Search": PAGE + 50, "Chatbot": 60}
    assert found.cost == Decimal("0.05") * (PAGE + 110)


async def test_what_was_looked_at_holds_while_little_is_new(desk, storage, clock):
    await keep(storage, short(200))
    first = await desk.advised(DEFAULT_TENANT)
    await keep(storage, calls("Chatbot", [clock.now() - timedelta(minutes=1)]))
    assert (await desk.advised(DEFAULT_TENANT)).until == first.until
    await keep(storage, [replace(one, id=f"more {one.id}") for one in short(50)])
    assert (await desk.advised(DEFAULT_TENANT)).calls == 251
    await clock.advance(301)
    assert (await desk.advised(DEFAULT_TENANT)).until > first.until


async def test_advice_can_be_switched_off(desk):
    await desk.recommend(ANNA, on=False)
    with pytest.raises(Rejected, match="Advice on costs is switched off here"):
        await desk.advised(DEFAULT_TENANT)
    await desk.recommend(ANNA, on=True)
    assert (await desk.advised(DEFAULT_TENANT)).calls == 0


async def test_months_are_those_of_the_tenants_zone(desk, storage, clock):
    await keep(storage, daily(NOON, 40))
    before = await desk.ahead(DEFAULT_TENANT, with_record=False)
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # in Vienna it is March
    await keep(storage, calls("Chatbot", [late], cost=Decimal(7)))
    after = await desk.ahead(DEFAULT_TENANT, with_record=False)
    assert isinstance(before, Ahead)
    assert isinstance(after, Ahead)
    assert after.spent - before.spent == pytest.approx(7)
    assert (after.month.first.month, after.zone, after.record) == (3, "Europe/Vienna", None)


async def test_proposals_follow_the_budget(desk, storage):
    await keep(storage, daily(NOON, 40))
    (one,) = (await desk.advised(DEFAULT_TENANT)).proposals
    assert one.reason.startswith("No budget is set")
    amounts = Amounts(warning=Decimal(one.warning), critical=Decimal(one.critical))
    await desk.set_budget(ANNA, "", amounts)
    assert (await desk.advised(DEFAULT_TENANT)).proposals == ()
