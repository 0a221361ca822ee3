"""What models took for one answer: exactly the calls that were made for it, whoever else asked at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.desk.budget_words import money
from bot.model.parcel import Subject
from bot.model.plan import Plan
from bot.model.reply import Reply
from bot.model.usage import Outcome, Usage
from bot.ports.storage import UnitOfWork

SKEW = timedelta(minutes=5)  # by so much the clocks of two replicas may differ
UNHEARD = frozenset({Outcome.LIMITED, Outcome.AWAY})


@dataclass(frozen=True, slots=True)
class Took:
    """Sums of what is known; `counted` and `priced`: nothing is missing from them."""

    tokens: int
    cost: Decimal
    counted: bool
    priced: bool
    estimated: bool = False


async def calls_for(work: UnitOfWork, answer: Subject, since: datetime) -> Sequence[Usage]:
    return await work.usages.about(answer, since - SKEW)


def took(calls: Sequence[Usage]) -> Took:
    tokens = [one.tokens for one in calls if one.tokens is not None]
    costs = [one.cost for one in calls if one.cost is not None]
    return Took(
        sum(one.all for one in tokens),
        sum(costs, Decimal(0)),
        len(tokens) == len(calls),
        len(costs) == len(calls),
        any(one.estimated for one in tokens),
    )


def words(calls: Sequence[Usage]) -> str:
    """Empty where no model was reached."""
    if all(one.tokens is None and one.outcome in UNHEARD for one in calls):
        return ""
    whole, has_price = took(calls), any(one.cost is not None for one in calls)
    if not whole.tokens:
        return "What the model took is not known"
    missing = not whole.counted or (has_price and not whole.priced)
    near = "at least " if missing else "about " if whole.estimated else ""
    return f"{near}{whole.tokens:,} tokens, {money(whole.cost) if has_price else 'cost not known'}"


async def with_cost(work: UnitOfWork, reply: Reply, answer: Subject, since: datetime) -> Reply:
    """In small print, where a model was asked and the tenant wants to see it."""
    calls = await calls_for(work, answer, since)
    if not calls or not (await work.plans.get() or Plan()).model.show_cost:
        return reply
    return replace(reply, footer=" · ".join(filter(None, (reply.footer, words(calls)))))
