"""What the language model may spend, and has."""

from datetime import datetime

from pydantic import Field

from bot.model.budget import Level
from handlers.api.asked import Nothing
from handlers.api.route import AnyRoute, Call, Given, Route, simple
from handlers.api.shape import Shape

TAG = "Budget"


class Counter(Shape):
    scope: str = Field(description="`day`: the tenant's; `background`: of it what nobody waits for; `person`: yours.")
    since: datetime
    until: datetime = Field(description="When it begins anew.")
    limit_usd: float = Field(description="0: no limit.")
    limit_tokens: int = Field(description="0: no limit.")
    spent_usd: float
    spent_tokens: int
    reserved_usd: float = Field(description="For calls that are under way.")
    reserved_tokens: int
    calls: int
    unpriced: int = Field(description="Calls whose cost nobody knows.")
    refused: int
    refused_at: datetime | None


class Budget(Shape):
    model: str = Field(description="Empty: there is none.")
    cheaper: str = Field(description="What answers from 80 % of a limit on; empty: none.")
    tier: str = Field(description="Who answers now: `usual`, `cheaper`, `rules`.")
    unpriced: list[str] = Field(description="Models without a price, for which only tokens are a limit.")
    in_file: bool = Field(description="The plan is kept in a file, so that limits are changed there.")
    counters: list[Counter]


async def show(call: Call) -> Given:
    found = await call.desks.budgets.state(call.tenant, call.actor.by.person)
    return Budget(
        model=found.model, cheaper=found.cheaper, tier=found.tier.value, unpriced=list(found.unpriced),
        in_file=found.in_file, counters=[_counter(level) for level in found.levels],
    )  # fmt: skip


def _counter(level: Level) -> Counter:
    pot, one = level.limit.pot, level.counted
    return Counter(
        scope=pot.scope.value, since=pot.since, until=pot.until, limit_usd=float(level.limit.cost),
        limit_tokens=level.limit.tokens, spent_usd=float(one.cost), spent_tokens=one.tokens,
        reserved_usd=float(one.held_cost), reserved_tokens=one.held_tokens, calls=one.calls, unpriced=one.unpriced,
        refused=one.refused, refused_at=one.refused_at,
    )  # fmt: skip


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET", path="/api/budget", says="What the language model may spend, and has.", tag=TAG,
        asks=Nothing, gives=Budget, act=simple(show),
    ),
)  # fmt: skip
