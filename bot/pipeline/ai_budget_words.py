"""What is said of AI spend unasked: a budget that will be passed or is, a day of far more calls. Pure."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.analysis.ai_budget import Stand
from bot.model import figures
from bot.model.harmless import clean
from bot.model.severity import Severity
from bot.model.signal import Signal
from bot.model.spend import Ahead, Budget, Limit, Move, PartAhead, Spike

SOURCE = "ai-budget"
EVERYTHING = "AI spend"  # the service of what is about all tools
TOP, LONGEST_TOOL, CENT = 3, 80, 0.01

_SEVERITY = {
    Stand.WARNING_AHEAD: Severity.MEDIUM,
    Stand.WARNING_PASSED: Severity.MEDIUM,
    Stand.CRITICAL_AHEAD: Severity.HIGH,
    Stand.CRITICAL_PASSED: Severity.CRITICAL,
}


def fingerprint(month: date, tool: str) -> str:
    return f"{month:%Y-%m}:{tool or '*'}"


def spike_fingerprint(spike: Spike) -> str:
    return f"{spike.day:%Y-%m-%d}:{spike.tool}"


def amounts(budget: Budget) -> str:
    """As it was told: other amounts are other news."""
    return " / ".join(f"{one.kind} {usd(one.amount)}" for one in budget.limits)


def budget(ahead: Ahead, one: Budget, stand: Stand, now: datetime) -> Signal:
    """It stands so from now on."""
    limit = _of(one, stand)
    passed = stand in (Stand.WARNING_PASSED, Stand.CRITICAL_PASSED)
    month, name = ahead.month.first, _tool(one.tool) or EVERYTHING
    verb = "has passed" if passed else "is expected to pass"
    word = "warning" if limit.kind == "warning" else "critical amount"
    return Signal(
        SOURCE, fingerprint(month, one.tool), "firing", _SEVERITY[stand],
        f"{_spend_of(one.tool)} in {month:%B %Y} {verb} its {word} of {usd(limit.amount)}",
        now, None, " ".join(_budget_says(ahead, one, limit)),
        {"alertname": f"AiBudget {month:%Y-%m}", "service": name, "stand": stand.value, "budget": amounts(one)},
        measured=f"{usd(one.spent)} spent" if passed else f"{usd(one.projected)} expected",
        normal=f"above {usd(limit.amount)}",
    )  # fmt: skip


def spike(one: Spike, now: datetime) -> Signal:
    """Likely harmless, so it is low: it stands in lists, and calls nobody."""
    above, tool = figures.risen(one.seen, one.average), _tool(one.tool)
    return Signal(
        SOURCE, spike_fingerprint(one), "firing", Severity.LOW,
        f"{tool}: {one.measure} of {one.day:%d %B} {above.removeprefix('+')} above the daily average", now, None,
        f"{_amount(one.seen, one.measure)} so far, against {_amount(one.average, one.measure)} on an average day of "
        f"the {one.days} before. A test, an import or a new user does that, too.\n"
        f"Next: See what {tool} is asked for, and by whom.",
        {"alertname": f"AiUsage {one.day:%Y-%m-%d}", "service": tool, "kind": "AI usage"},
        measured=_amount(one.seen, one.measure), normal=_amount(one.average, one.measure),
    )  # fmt: skip


def over(fingerprint_: str, title: str, began: datetime, now: datetime) -> Signal:
    return Signal(SOURCE, fingerprint_, "resolved", Severity.LOW, title, began, now)


def _of(one: Budget, stand: Stand) -> Limit:
    kind = "critical" if stand in (Stand.CRITICAL_AHEAD, Stand.CRITICAL_PASSED) else "warning"
    return next(limit for limit in one.limits if limit.kind == kind)


def _budget_says(ahead: Ahead, one: Budget, limit: Limit) -> Iterator[str]:
    yield f"{usd(one.spent)} spent, {usd(one.projected)} expected by the end of the month."
    if not one.tool:
        yield f"Four times in five it will be between {usd(ahead.month.p80.low)} and {usd(ahead.month.p80.high)}."
    if not limit.passed:
        yield f"It passes {usd(limit.amount)} with a probability of {chance(limit.crossing.probability)}{_when(limit)}."
    yield f"Method: {ahead.method}, from {history(ahead)}."
    if not one.tool and (top := _top(ahead)):
        yield f"Most of it: {top}."
    if ahead.moved and not one.tool and abs(ahead.moved.by) >= CENT:
        yield moved(ahead.moved)
    if ahead.unpriced:
        yield f"Of {ahead.unpriced:,} calls nobody knows the cost: they are in no figure."


def _when(limit: Limit) -> str:
    found = limit.crossing
    if found.on is None:
        return ""
    early, late = (f"{day:%d %B}" if day else "the month after" for day in (found.early, found.late))
    return f", on {found.on:%d %B} as expected (between {early} and {late} four times in five)"


def _top(ahead: Ahead) -> str:
    parts = sorted(ahead.parts.items(), key=lambda pair: -pair[1].month)[:TOP]
    return ", ".join(f"{_tool(name)} {usd(part.month)}" for name, part in parts if _told(part))


def _told(part: PartAhead) -> bool:
    return round(part.month, 2) > 0


def moved(move: Move) -> str:
    """What yesterday changed of the month's total."""
    sign = "+" if move.by >= 0 else "-"
    most = f", most of it {_tool(move.part)}" if move.part else ""
    more = "more" if move.surprise >= 0 else "less"
    own = f"the day cost {usd(abs(move.surprise))} {more} than was expected of it"
    return f"Yesterday moved the month by {sign}{usd(abs(move.by))}{most}: {own}."


def history(ahead: Ahead) -> str:
    if not ahead.history:
        return "what today has cost so far"
    return "1 day that is known" if ahead.history == 1 else f"{ahead.history} days that are known"


def chance(probability: float) -> str:
    """Never certain before it is."""
    if not 0.01 <= probability <= 0.99:
        return "over 99 %" if probability > 0.5 else "under 1 %"
    return f"{round(probability * 100)} %"


def usd(cost: float) -> str:
    return figures.measured(cost, "usd")


def _amount(value: float, measure: str) -> str:
    return usd(value) if measure == "cost" else f"{figures.plain(round(value, 1))} {measure}"


def _spend_of(tool: str) -> str:
    return f"AI spend of {_tool(tool)}" if tool else EVERYTHING


def _tool(name: str) -> str:
    return clean(name).strip()[:LONGEST_TOOL]
