"""From what a model says to an outcome as the rules have it, or to why it cannot be so. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.errors import Problem
from bot.query.limits import Limits
from bot.query.logql.build import logql
from bot.query.logql.check import checked as checked_logql
from bot.query.meant import saying
from bot.query.meant.figures import LONGEST, figure
from bot.query.meant.lines import COUNTED, lines
from bot.query.meant.names import MistakenError, metric
from bot.query.meant.shape import Figure, Lines, Meant
from bot.query.plan import Matcher, Plan, Span
from bot.query.promql.build import UnwritableError, promql
from bot.query.promql.check import checked as checked_promql
from bot.query.words.choosing import Prepared
from bot.query.words.index import Index
from bot.query.words.outcome import Clarify, Outcome, Planned, Unsupported
from bot.query.words.times import When

SURE = 0.7  # no more than that, whatever a model says of itself
HOUR = timedelta(hours=1)
ASKS = "I am not sure what is meant. Did you mean one of these?"
_WHY = {
    "not measured": "Neither the rules nor the model found anything here that measures that.",
    "in the future": "I can show what was measured, and not what will be.",
    "no such thing": "Neither the rules nor the model found what is meant among what is here.",
}


@dataclass(frozen=True)
class Put:
    """What was asked, when, and what there is."""

    now: datetime
    zone: str
    ground: Prepared

    @property
    def index(self) -> Index:
        return self.ground.index


def outcome(meant: Meant, put: Put) -> Outcome:
    """Raises MistakenError."""
    if meant.kind == "figure" and meant.figure is not None:
        return _of_metrics(meant.figure, put)
    if meant.kind == "lines" and meant.lines is not None:
        return _of_logs(meant.lines, put)
    if meant.kind == "ask":
        return Clarify(ASKS, _choices(meant.choices, put.index))
    if meant.kind == "impossible" and meant.why:
        return Unsupported(_WHY[meant.why])
    raise MistakenError(f"“{meant.kind}” is said, and what belongs to it is missing.")


def _choices(given: Sequence[str], index: Index) -> tuple[str, ...]:
    """They become buttons, so they are names of what there is and nothing else."""
    services = {known.service for known in index.catalog.logs}
    found = tuple(dict.fromkeys(one if one in services else metric(one, index).name for one in given))
    if len(found) < 2:
        raise MistakenError("To ask back, give two to four names of metrics or services in “choices”.")
    return found


def _of_metrics(meant: Figure, put: Put) -> Planned:
    made = figure(meant, put.now, put.zone, put.index)
    _check(lambda: checked_promql(promql(made.expr), put.index.catalog, Limits(LONGEST)))
    names = tuple(one.name for one in made.metrics)
    plan = Plan(
        "promql", made.expr, saying.of_figure(meant, made.when),
        _span(made.when, put.now) if meant.graph else None, frame="share" if made.share else meant.of.read,
        filters=_filters(made.matchers),
    )  # fmt: skip
    return Planned(plan, SURE, metrics=names, by="model")


def _of_logs(meant: Lines, put: Put) -> Planned:
    made = lines(meant, put.now, put.zone, put.index.catalog)
    listed = meant.read == "lines"
    _check(lambda: checked_logql(logql(made.expr), put.index.catalog, Limits(COUNTED)))
    spanned = meant.graph or (listed and made.when.window)
    plan = Plan(
        "logql", made.expr, saying.of_lines(meant, made.when),
        _span(made.when, put.now) if spanned else None, limit=meant.newest if listed else None,
        frame=meant.read, filters=_filters(made.stream),
    )  # fmt: skip
    return Planned(plan, SURE, metrics=(), by="model")


def _check(check: Callable[[], object]) -> None:
    """As every query is checked before it runs."""
    try:
        found = check()
    except UnwritableError as problem:
        raise MistakenError(f"That cannot be written as a query: {problem}.") from problem
    if isinstance(found, Problem):
        raise MistakenError(f"{found.says} {found.advice}".strip())


def _span(when: When, now: datetime) -> Span:
    if when.start is not None and when.end is not None and when.calendar:
        return Span(start=when.start, end=when.end if when.ago else None)
    if when.window and when.ago:
        return Span(start=now - when.ago - when.window, end=now - when.ago)
    return Span(last=when.window or HOUR)


def _filters(where: tuple[Matcher, ...]) -> dict[str, str]:
    return {one.label: one.value for one in where if one.op == "="}
