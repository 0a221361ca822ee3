"""What would have cost less, from calls that were really made: each finding with its figures. Pure.

Nothing is said without calls that show it, nor of a small sum. Findings may be about the same calls: their effects are
not added up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from bot.analysis.model_tiers import BATCHES, maker, price, smaller
from bot.model.charge import Charge
from bot.model.spend import Advice
from bot.model.usage import Price

Prices: TypeAlias = Mapping[str, Price]
Calls: TypeAlias = Sequence[Charge]  # of one tool, the oldest first

CENT = Decimal("0.01")
SMALL_SUM = Decimal(1)  # US dollars a month: less is not worth a sentence
FEW = 20  # calls: fewer show nothing
READ, WRITTEN = 1_500, 300  # tokens of a call that asks little and is told little
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AT_ONCE, BURST = timedelta(seconds=10), 5  # so many of one operation, none later than that after the one before
LONG = 1_024  # tokens: makers keep no shorter beginnings of prompts
SELDOM_CACHED = 10  # per cent


def found(calls: Iterable[Charge], prices: Prices) -> tuple[Advice, ...]:
    """The largest effect first."""
    by_tool: dict[str, list[Charge]] = defaultdict(list)
    for call in calls:
        by_tool[call.tool].append(call)
    every = [
        advice
        for tool, mine in by_tool.items()
        for find in FINDERS
        for advice in find(tool, sorted(mine, key=lambda one: one.at), prices)
        if advice.saves >= SMALL_SUM
    ]
    return tuple(sorted(every, key=lambda one: (-one.saves, one.name)))


def _models(tool: str, calls: Calls, prices: Prices) -> Iterable[Advice]:
    by_model: dict[str, list[Charge]] = defaultdict(list)
    every = Counter[str]()
    for one in calls:
        every[one.model] += one.calls
        if one.tokens and _single(one) and one.tokens.read <= READ and one.tokens.written <= WRITTEN:
            by_model[one.model].append(one)
    for model, mine in by_model.items():
        other = smaller(model, prices)
        if other is None or len(mine) < FEW:
            continue
        name, cheaper = other
        now = _cost(mine)
        then = sum((cheaper.of(one.tokens) for one in mine if one.tokens), Decimal(0))
        tokens = sum(one.tokens.all for one in mine if one.tokens)
        yield Advice(
            "model", tool, f"Ask {name} instead of {model} where little is asked",
            (
                f"{len(mine):,} of {every[model]:,} calls to {model} read at most {READ:,} tokens and wrote at most "
                f"{WRITTEN:,}: {tokens:,} tokens in all.",
                f"They cost {usd(now)}; {name} would have cost {usd(then)}, {_less(now, then)} % less.",
            ),
            now - then, False, "short-term", "medium",
            f"That {name} answers them well enough. Nobody has tried it: quality comes first.",
            f"Send one call in ten of {tool} to {name} for a week, and compare the answers.",
            len(mine), now, then, model,
        )  # fmt: skip


def _repeats(tool: str, calls: Calls, _: Prices) -> Iterable[Advice]:
    """Asked again within a day of an answer: what a cache that forgets after a day would have known."""
    answered: dict[tuple[str, str], Charge] = {}
    again = []
    for one in calls:
        if not one.prompt or one.calls != 1 or one.failed:
            continue
        first = answered.get((one.model, one.prompt))
        if first is not None and one.at - first.at < DAY:
            again.append(one)
        else:
            answered[one.model, one.prompt] = one
    marked = sum(bool(one.prompt) for one in calls)
    if len(again) >= FEW:
        now = _cost(again)
        yield Advice(
            "repeats", tool, "Keep answers for a day, and give them again",
            (
                f"{len(again):,} of {marked:,} calls with a mark of their prompt asked what had been answered within a "
                "day before them.",
                f"They cost {usd(now)}.",
            ),
            now, False, "long-term", "medium",
            "That the same question may have the same answer for a day.",
            "Keep answers by the mark of the prompt, and watch the number of calls fall.",
            len(again), now, Decimal(0),
        )  # fmt: skip


def _caching(tool: str, calls: Calls, prices: Prices) -> Iterable[Advice]:
    """What all prompts of an operation could share is at most the shortest of them."""
    by_operation: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for one in calls:
        if one.tokens and _single(one):
            by_operation[one.model, one.operation].append(one)
    for (model, operation), mine in by_operation.items():
        cost, tokens = price(model, prices), [one.tokens for one in mine if one.tokens]
        shared, read, cached = (
            min(one.read for one in tokens), sum(one.read for one in tokens), sum(one.cached for one in tokens)
        )  # fmt: skip
        if not cost or len(mine) < FEW or shared < LONG or 100 * cached > SELDOM_CACHED * read:
            continue
        rest = max(shared * len(mine) - cached, 0)
        saves = (cost.read - cost.cached) * rest / 1_000_000
        of = f" of “{operation}”" if operation else ""
        yield Advice(
            "caching", tool, f"Let {model} keep the beginning of the prompts{of}",
            (
                f"{len(mine):,} calls{of} read {read:,} tokens; {100 * cached // read} % of them came from the maker's "
                "cache.",
                f"The shortest prompt has {shared:,} tokens. If all began with the same {shared:,}, reading them from "
                f"the cache would have cost {usd(saves)} less.",
            ),
            saves, True, "short-term", "small",
            "That prompts begin alike; how far they do, nobody told. What differs has to stand last.",
            f"Put what never changes first, and watch the share of cached tokens of {tool}.",
            len(mine), _cost(mine), _cost(mine) - saves, f"{model} {operation}",
        )  # fmt: skip


def _batching(tool: str, calls: Calls, _: Prices) -> Iterable[Advice]:
    by_operation: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for one in calls:
        if _single(one) and not one.person and maker(one.model) in BATCHES:
            by_operation[one.model, one.operation].append(one)
    for (model, operation), mine in by_operation.items():
        bursts = [burst for burst in _bursts(mine) if len(burst) >= BURST]
        many = [one for burst in bursts for one in burst]
        if len(many) < FEW:
            continue
        now, of = _cost(many), f" of “{operation}”" if operation else ""
        yield Advice(
            "batching", tool, f"Send what comes in bursts{of} as batches",
            (
                f"{len(many):,} of {len(mine):,} calls{of} to {model} came in {len(bursts):,} bursts of {BURST} or "
                f"more, each at most {AT_ONCE.seconds} s after the one before, and for no person that is known.",
                f"They cost {usd(now)}; its maker takes half for batches.",
            ),
            now / 2, False, "long-term", "large",
            "That nobody waits for these answers: a batch may take a day.",
            f"Ask who reads the answers of {tool}{of}, and when.",
            len(many), now, now / 2, f"{model} {operation}",
        )  # fmt: skip


def _waste(tool: str, calls: Calls, _: Prices) -> Iterable[Advice]:
    """What was paid for failures, and for asking the same again within a minute after one."""
    failed = [one for one in calls if one.failed and one.calls == one.failed]
    tries = [two for one, two in _alike(calls) if one.failed and two.at - one.at <= MINUTE]
    retried = [one for one in tries if not one.failed]
    count = sum(one.failed for one in failed)
    if count < FEW:
        return
    now = _cost(failed)
    kinds = Counter[str]()
    for one in failed:
        kinds[one.error or "of no known kind"] += one.failed
    kind, most = kinds.most_common(1)[0]
    again = f" {len(tries):,} were asked again within a minute, {len(retried):,} of them with success." if tries else ""
    yield Advice(
        "waste", tool, f"Find out why calls fail: mostly “{kind[:80]}”",
        (
            f"{count:,} of {_count(calls):,} calls failed, {100 * most // count} % of them with “{kind[:80]}”.{again}",
            f"The failed ones cost {usd(now)}.",
        ),
        now, False, "immediate", "medium",
        "That what fails can be made not to fail, or not to be asked.",
        f"Watch the failed calls of {tool} and what they cost.",
        count, now, Decimal(0),
    )  # fmt: skip


def _bursts(calls: Calls) -> Iterable[list[Charge]]:
    burst = list(calls[:1])
    for before, one in pairwise(calls):
        if one.at - before.at > AT_ONCE:
            yield burst
            burst = []
        burst.append(one)
    yield burst


def _alike(calls: Calls) -> Iterable[tuple[Charge, Charge]]:
    """Each call with the next one of the same prompt."""
    last: dict[tuple[str, str], Charge] = {}
    for one in calls:
        if one.prompt and one.calls == 1:
            if before := last.get((one.model, one.prompt)):
                yield before, one
            last[one.model, one.prompt] = one


def _single(call: Charge) -> bool:
    return call.calls == 1 and not call.failed and call.cost is not None


def _cost(calls: Iterable[Charge]) -> Decimal:
    return sum((one.cost for one in calls if one.cost is not None), Decimal(0))


def _count(calls: Iterable[Charge]) -> int:
    return sum(one.calls for one in calls)


def _less(now: Decimal, then: Decimal) -> int:
    return int(100 * (now - then) / now) if now else 0


def usd(cost: Decimal) -> str:
    return f"$ {cost:,.2f}" if cost == 0 or cost >= CENT / 2 else "less than a cent"


FINDERS: tuple[Callable[[str, Calls, Prices], Iterable[Advice]], ...] = (
    _models, _repeats, _caching, _batching, _waste,
)  # fmt: skip
