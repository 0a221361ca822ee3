"""What one reads on in the demo world: runbooks, dashboards and graphs, as replies for whoever serves them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import promql_parser as syntax

from bot.model import figures
from bot.model.errors import Malformed, Missing, Problem, Rejected
from bot.model.reply import Chart, Query, Reply, Text
from bot.model.series import Series
from bot.model.text import many
from bot.ports.services import Clock
from bot.query.measures import BY_NAME, Measure, write
from integrations.demo.links import LAST_HOUR
from integrations.demo.metrics import DemoMetrics
from integrations.demo.runbooks import RUNBOOKS
from integrations.demo.town import SERVICES, TEAM, TOOLS

MOST_SERIES = 12
LONGEST_SPAN = timedelta(days=14)
STEPS = 120  # points of a curve
COMPARED = (">", "<", ">=", "<=", "==", "!=")
_SPAN = re.compile(r"([0-9]{1,8})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Papers:
    def __init__(self, metrics: DemoMetrics, clock: Clock) -> None:
        self._metrics, self._clock = metrics, clock

    def runbook(self, name: str) -> Reply:
        """Raises Missing where there is none."""
        book = RUNBOOKS.get(name)
        if book is None:
            raise Missing("There is no such runbook.")
        steps = tuple(Text((step,), listed=True) for step in book.steps)
        return Reply(book.says, steps, title=book.title, footer=f"{TEAM} is a demo world; its runbooks are short.")

    async def dashboard(self, name: str) -> Reply:
        """Of a service or an AI tool; raises Missing for others."""
        if name in {service.name for service in SERVICES}:
            label, measures = "service", ("latency", "errors", "traffic")
        elif name in {tool.name for tool in TOOLS}:
            label, measures = "tool", ("tokens", "cost", "calls")
        else:
            raise Missing("There is no such dashboard.")
        where = {"service": name, "env": "prod"} if label == "service" else {"tool": name}
        end = self._clock.now()
        charts = [await self._chart(BY_NAME[one], where, end) for one in measures]
        return Reply(
            f"{name} in production, the last three hours.",
            tuple(charts),
            title=name,
            footer=f"Read {figures.clock(end)}",
        )

    async def _chart(self, measure: Measure, where: dict[str, str], end: datetime) -> Chart:
        span = timedelta(hours=3)
        found = await self._metrics.range(write(measure, where), end - span, end, span / STEPS)
        return Chart(measure.title, tuple(replace(one, name=measure.title, unit=measure.unit) for one in found))

    async def graph(self, query: str, span: str = "", until: str = "") -> Reply:
        """A query over time. Of a condition, as rules are, what it compares; raises Malformed or Rejected."""
        start, end = self._range(span, until)
        shown, below = _compared(query)
        step = timedelta(seconds=max(15, round((end - start).total_seconds() / STEPS)))
        try:
            found = await self._metrics.range(shown, start, end, step)
        except Problem as problem:
            raise Rejected(problem.says) from problem
        count = many(len(found), "series", "series")
        says = f"{count}, {figures.clock(start)} to {figures.clock(end)}." if found else "No data in that time."
        if len(found) > MOST_SERIES:
            says = f"{says} Those {MOST_SERIES} with the {'lowest' if below else 'highest'} latest value are drawn."
        condition = (Text((f"An alert fires where this holds: {query}",)),) if shown != query else ()
        drawn = (Chart("Value", _first(found, lowest=below)),) if found else ()
        asked = Query(self._metrics.title, "promql", shown, start, end, step, self._clock.now())
        return Reply(says, (*drawn, asked, *condition), title="Graph")

    def _range(self, span: str, until: str) -> tuple[datetime, datetime]:
        length = _SPAN.fullmatch(span) if span else None
        if span and length is None:
            raise Malformed("g0.range_input", "is not a length of time such as 1h")
        back = timedelta(seconds=int(length[1]) * _SECONDS[length[2]]) if length else LAST_HOUR
        now = self._clock.now()
        try:
            end = datetime.strptime(until, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if until else now
        except ValueError:
            raise Malformed("g0.end_input", "is not a time such as 2026-03-18 12:00:00") from None
        end = min(end, now)
        return end - max(timedelta(minutes=1), min(back, LONGEST_SPAN)), end


def _compared(query: str) -> tuple[str, bool]:
    """The left side of a comparison, anything else as it is; and whether low values are what counts."""
    try:
        node = syntax.parse(query)
    except ValueError:
        return query, False  # whoever works it out says what is wrong
    if isinstance(node, syntax.BinaryExpr) and str(node.op) in COMPARED:
        return str(node.lhs), str(node.op).startswith("<")
    return query, False


def _first(found: Sequence[Series], *, lowest: bool) -> tuple[Series, ...]:
    ordered = sorted(found, key=lambda one: one.points[-1].value, reverse=not lowest)[:MOST_SERIES]
    return tuple(replace(one, name=", ".join(one.labels.values()) or "value") for one in ordered)
