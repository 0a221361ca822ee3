"""How the months ahead of a tenant's AI spend are told: a sentence, a drawing, a table, and what it rests on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.model import figures
from bot.model.chart import Band, Threshold
from bot.model.reply import Block, Chart, Fact, Facts, Table, Text, Tone
from bot.model.series import Point, Series
from bot.model.spend import Ahead, Budget, Limit, Month
from bot.model.text import many
from bot.pipeline.ai_budget_words import CENT, chance, history, moved, usd

YOUNG = 14  # days of history: fewer, and the ranges are wide


def outlook(ahead: Ahead) -> str:
    month = ahead.month
    return (
        f"{month.first:%B %Y} will have cost {usd(month.total)}, four times in five between {usd(month.p80.low)} and "
        f"{usd(month.p80.high)}. {usd(ahead.spent)} is spent."
    )


def status(budget: Budget) -> str:
    """The projected month against the warning: 78.50 of 100 are 78 %."""
    against, spent = budget.against, _passed(budget)
    word = "warning" if against.kind == "warning" else "critical amount"
    if spent is not None:
        stands = f"the {spent.kind if spent.kind == 'warning' else 'critical amount'} is passed"
    else:
        stands = "within budget" if budget.projected <= against.amount else "beyond budget by the month's end"
    return f"{budget.share} % of the {usd(against.amount)} {word}, {stands}."


def tone(budgets: Iterable[Budget]) -> Tone:
    """Of the worst of them; neutral where there is none."""
    every = [(one.projected, limit) for one in budgets for limit in one.limits]
    beyond = {limit.kind for projected, limit in every if limit.passed or projected > limit.amount}
    if not every:
        return "neutral"
    return "bad" if "critical" in beyond else "warning" if beyond else "good"


def crossing(ahead: Ahead, limit: Limit) -> str:
    """When, and how sure that is."""
    amount, found = usd(limit.amount), limit.crossing
    if limit.passed:
        return f"{amount} is passed already: {usd(ahead.spent)} are spent."
    sure = f"Probability: {chance(found.probability)}."
    if found.on is None:
        return f"{ahead.month.first:%B} is not expected to pass {amount}. {sure}"
    early, late = (_day(one) for one in (found.early, found.late))
    return (
        f"{amount} is expected to be passed on {_day(found.on)}, four times in five between {early} and {late}. {sure}"
    )


def facts(ahead: Ahead) -> Facts:
    month, following = ahead.month, ahead.following
    rows = [
        Fact("Spent so far", usd(ahead.spent)),
        Fact(f"Expected, {month.first:%B}", usd(month.total)),
        Fact("80 % range", _range(month, 80)),
        Fact("95 % range", _range(month, 95)),
        Fact(f"Expected, {following.first:%B}", usd(following.total)),
        Fact(f"80 % range, {following.first:%B}", _range(following, 80)),
    ]
    rows += [Fact(f"Budget{f' of {one.tool}' if one.tool else ''}", status(one), tone([one]))
             for one in ahead.budgets]  # fmt: skip
    return Facts(tuple(rows))


def table(ahead: Ahead) -> Table:
    rows = tuple(
        (name or "without a name", usd(one.spent), usd(one.month), usd(one.following))
        for name, one in ahead.parts.items()
    )
    columns = ("Tool", "Spent", f"{ahead.month.first:%B}", f"{ahead.following.first:%B}")
    return Table(columns, rows, "Expected by tool, US dollars")


def basis(ahead: Ahead) -> tuple[Block, ...]:
    return tuple(Text((line,), listed=True) for line in _basis(ahead))


def _basis(ahead: Ahead) -> Iterator[str]:
    since = f", at this level since {ahead.since:%d %B}" if ahead.since else ""
    yield f"Method: {ahead.method}, from {history(ahead)}{since}."
    if ahead.history < YOUNG:
        yield "Few days are known: the ranges are wide, and it is little more than a guess."
    if ahead.unheard:
        days = "day" if ahead.unheard == 1 else f"{ahead.unheard} days"
        yield f"Of the last {days} no charge was told: what is expected of them is in the total."
    if ahead.moved and abs(ahead.moved.by) >= CENT:
        yield moved(ahead.moved)
    if ahead.record and ahead.record.tries:
        one = ahead.record
        held = f"the 80 % range held {one.held80} times, the 95 % range {one.held95}"
        yield (
            f"Track record: {one.tries} forecasts of the last whole months were off by {_percent(one.error)} on "
            f"average (the average so far: {_percent(one.run_rate)}); {held}."
        )
    if ahead.filled:
        days = many(ahead.filled, "day")
        yield f"Of {days} of the month nobody told the cost: estimated, and in the total."
    if ahead.unpriced:
        yield f"Of {ahead.unpriced:,} of {ahead.calls:,} calls this month nobody knows the cost: they are in no figure."


def chart(ahead: Ahead) -> Chart:
    """What has been spent day by day, and where it is going."""
    spent = tuple(accumulate(cost for _, cost in ahead.days))
    begun = spent[-1] if spent else 0.0
    known = Series("spent", tuple(_points(ahead, [day for day, _ in ahead.days], spent)), "usd", cumulative=True)
    lines = [known] if known.points else []
    whole = sum(cost for _, cost in ahead.coming)
    first = [ahead.days[-1][0]] if ahead.days else []
    for name, total in (("expected", ahead.month.total), ("80 % low", ahead.month.p80.low),
                        ("80 % high", ahead.month.p80.high)):  # fmt: skip
        times = max(total - begun, 0.0) / whole if whole > 0 else 0.0
        sums = accumulate((times * cost for _, cost in ahead.coming), initial=begun)
        days = [*first, *(day for day, _ in ahead.coming)]
        lines.append(Series(name, tuple(_points(ahead, days, [*sums][-len(days) :])), "usd", cumulative=True))
    end = _at(ahead, ahead.coming[-1][0]) if ahead.coming else ahead.at
    band = Band("95 % range", _at(ahead, ahead.coming[0][0]) if ahead.coming else ahead.at, end,
                ahead.month.p95.low, ahead.month.p95.high)  # fmt: skip
    limits = [limit for one in ahead.budgets if not one.tool for limit in one.limits]
    return Chart(
        f"AI spend of {ahead.month.first:%B %Y}, day by day, US dollars", tuple(lines), bands=(band,),
        thresholds=tuple(Threshold(one.amount, one.kind) for one in limits), zone=ahead.zone,
    )  # fmt: skip


def _points(ahead: Ahead, days: Sequence[date], sums: Sequence[float]) -> Iterator[Point]:
    return (Point(_at(ahead, day), round(value, 4)) for day, value in zip(days, sums, strict=True))


def _at(ahead: Ahead, day: date) -> datetime:
    """A day's sum is known when it ends; it is drawn at its noon."""
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(ahead.zone))


def _passed(budget: Budget) -> Limit | None:
    """The highest."""
    return next((one for one in reversed(budget.limits) if one.passed), None)


def _percent(share: float) -> str:
    return figures.measured(round(share, 3), "ratio")


def _range(month: Month, per_cent: int) -> str:
    one = month.p80 if per_cent == 80 else month.p95
    return f"{usd(one.low)} to {usd(one.high)}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B}" if day else "the month after"
