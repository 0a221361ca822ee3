"""Prompts that grew: tokens a call in the last week against four weeks before, and what that costs a month. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from bot.analysis.model_tiers import price
from bot.analysis.savings import SMALL_SUM, Prices, usd
from bot.model.charge import Charged, by_tool
from bot.model.spend import Advice

WEEK, BEFORE, MONTH = 7, 28, 30  # days
FEW = 50  # calls whose tokens are known, in either time
GROWN = Decimal("1.2")
MILLION = 1_000_000


def found(week: Sequence[Charged], before: Sequence[Charged], prices: Prices) -> tuple[Advice, ...]:
    """Both by tool and model. Of a model without a price nobody knows what its growth costs."""
    usual, grown = by_tool(before), []
    for tool, mine in by_tool(week).items():
        now, then = _a_call(mine), _a_call(usual.get(tool, ()))
        if now is None or then is None or now < GROWN * then:
            continue
        more = now - then
        a_week = sum((_cost(one, prices) * one.counted * more / MILLION for one in mine), Decimal(0))
        saves = a_week * MONTH / WEEK
        if saves >= SMALL_SUM:
            grown.append(_advice(tool, now, then, sum(one.counted for one in mine), saves))
    return tuple(grown)


def _advice(tool: str, now: Decimal, then: Decimal, calls: int, saves: Decimal) -> Advice:
    return Advice(
        "growth", tool, "Make the prompts shorter again",
        (
            f"A call read {now:,.0f} tokens in the last {WEEK} days, and {then:,.0f} in the {BEFORE} days before.",
            f"With {calls:,} calls a week the growth costs {usd(saves)} a month, by the table of prices.",
        ),
        saves, False, "immediate", "small",
        "That what was added to the prompts is not needed for the answers.",
        f"Look what was added to the prompts of {tool}, take it out, and watch the tokens a call.",
        calls,
    )  # fmt: skip


def _a_call(sums: Sequence[Charged]) -> Decimal | None:
    counted = sum(one.counted for one in sums)
    return Decimal(sum(one.read for one in sums)) / counted if counted >= FEW else None


def _cost(one: Charged, prices: Prices) -> Decimal:
    known = price(one.of[1], prices)
    return known.read if known else Decimal(0)
