"""How everything is: services, use of AI, outside services; each area stands alone when another cannot be read."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from pydantic import BaseModel

from bot.intents import ai_status
from bot.intents.acting import titles
from bot.intents.intent import ANEW, Intent, Question, Reading
from bot.model import figures
from bot.model.charge import together
from bot.model.errors import Problem
from bot.model.reply import Block, Button, Fact, Facts, Reply, Table, Text, Tone
from bot.model.series import Series
from bot.ports.incidents import Wanted
from bot.ports.tools import MetricsSource, Tools
from bot.query.measures import BY_NAME, write

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SLOW_FROM, VERY_SLOW_FROM = 2.0, 3.0  # times the usual (row THV-02)
ERRORS_FROM, ERRORS_BAD_FROM = 0.01, 0.02  # share of requests (row THV-04)
ISSUES = 100  # so many are counted
RANK: tuple[Tone, ...] = ("neutral", "good", "warning", "bad")


class StatusOverview(BaseModel, frozen=True):
    pass


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    traffic: float = math.nan
    errors: float = math.nan
    latency: float = math.nan
    usual: float = math.nan

    @property
    def state(self) -> tuple[str, Tone]:
        """Decided from the figures alone; the first that applies."""
        if self.errors >= ERRORS_BAD_FROM:
            return "failing", "bad"
        if self.latency / self.usual >= VERY_SLOW_FROM:
            return "very slow", "bad"
        if self.errors >= ERRORS_FROM:
            return "errors", "warning"
        if self.latency / self.usual >= SLOW_FROM:
            return "slow", "warning"
        if math.isnan(self.traffic) and math.isnan(self.latency):
            return "no data", "warning"
        return "healthy", "good"


async def answer(_: StatusOverview, tools: Tools) -> Reply:
    source = tools.source()
    await tools.step("Reading services, AI use and outside services")
    areas = await asyncio.gather(
        _services(source, tools),
        _ai_use(source, tools),
        _outside(source, tools),
        _issues(tools),
        return_exceptions=True,
    )
    for area in areas:
        if isinstance(area, BaseException) and not isinstance(area, Problem):
            raise area
    services, ai_use, outside, issues = areas
    if isinstance(services, BaseException):
        raise services
    told = _told(services, _area("AI use, last 24\u00a0h", ai_use), _area("Outside services", outside))
    return told if issues is None or isinstance(issues, BaseException) else _with_issues(told, issues)


def _told(services: Sequence[Service], ai_use: Block | None, outside: Block | None) -> Reply:
    if not services:
        return Reply("The source has no data on any service.", _present(ai_use, outside), tone="warning")
    troubled = [service for service in services if service.state[1] != "good"]
    blocks: tuple[Block, ...] = (
        _table(services),
        *(_line(service) for service in troubled[:5]),
        *_present(ai_use, outside),
    )
    tone = max((service.state[1] for service in services), key=RANK.index)
    return Reply(
        title="System status",
        summary=_summary(services, troubled),
        blocks=blocks,
        tone=tone,
        buttons=(
            *(
                Button(f"Why {service.name}?", "why", {"service": service.name, **_about(service)})
                for service in troubled[:2]
            ),
            Button("Refresh", "status_overview", {ANEW: True}),
            Button("Deploys today", "ask_metric", {"metric": "deploys", "by": "service", "window": "today"}),
        ),
        rateable=True,
        footer="Last 5 minutes",
    )


def _summary(services: Sequence[Service], troubled: Sequence[Service]) -> str:
    if not troubled:
        return f"All services are healthy: {len(services)} of {len(services)}."
    told = "; ".join(f"{service.name}: {service.state[0]}" for service in troubled[:3])
    more = f"; {len(troubled) - 3} more" if len(troubled) > 3 else ""
    return f"{len(services) - len(troubled)} of {len(services)} services are healthy. {told}{more}."


def _table(services: Sequence[Service]) -> Table:
    """Units stand in the head, so that a row fits a phone."""
    rows = tuple(
        (
            service.name,
            service.state[0],
            _cell(service.traffic),
            _cell(service.errors * 100),
            _cell(service.latency * 1000),
            _cell(service.usual * 1000),
        )
        for service in services
    )
    return Table(("Service", "State", "req/s", "errors %", "p95 ms", "usual ms"), rows, "Services in prod")


def _cell(value: float) -> str | float:
    return "no data" if math.isnan(value) else float(f"{value:.3g}")


def _about(service: Service) -> dict[str, str]:
    return {"about": "errors"} if service.state[0] in ("failing", "errors") else {}


def _line(service: Service) -> Text:
    change = figures.change(service.latency, service.usual)
    latency = f"p95 {figures.measured(service.latency, 'seconds')}, {change} against the usual at this hour"
    return Text((f"{service.name}: {latency}; {figures.measured(service.errors, 'ratio')} errors.",), listed=True)


async def _services(source: MetricsSource, tools: Tools) -> list[Service]:
    now = tools.turn.at
    env = {"env": "prod"} if "prod" in await source.values("env") else {}
    latency = write(BY_NAME["latency"], env, "service")
    traffic, errors, late, before = await asyncio.gather(
        source.instant(write(BY_NAME["traffic"], env, "service"), now),
        source.instant(write(BY_NAME["errors"], env, "service"), now),
        source.instant(latency, now),
        source.range(latency, now - WEEK, now - DAY, DAY),
    )
    by_name = [_by_service(series) for series in (traffic, errors, late, before)]
    names = sorted(set().union(*by_name))
    services = [Service(name, *(one.get(name, math.nan) for one in by_name)) for name in names]
    # A service that had no failed request has no series for failures: that is zero errors, for its traffic is known.
    services = [
        Service(
            one.name,
            one.traffic,
            0.0 if math.isnan(one.errors) and one.traffic > 0 else one.errors,
            one.latency,
            one.usual,
        )
        for one in services
    ]
    return sorted(services, key=lambda one: (-RANK.index(one.state[1]), one.name))


def _by_service(series: Sequence[Series]) -> dict[str, float]:
    return {
        one.labels["service"]: median(values)
        for one in series
        if one.labels.get("service") and (values := [p.value for p in one.points if not math.isnan(p.value)])
    }


async def _ai_use(source: MetricsSource, tools: Tools) -> Facts | None:
    """From the ledger where usage is told, else from the metrics."""
    now, rows = tools.turn.at, []
    if await tools.used().known():
        return ai_status.facts(together(await tools.used().sums(now - DAY, now)), "24\u00a0h")
    found = await asyncio.gather(*(source.instant(write(BY_NAME[name], {}, "", DAY), now) for name in _AI))
    for name, series in zip(_AI, found, strict=True):
        if series and series[0].points:
            measure = BY_NAME[name]
            rows.append(Fact(f"{measure.title}, 24\u00a0h", figures.measured(series[0].points[-1].value, measure.unit)))
    return Facts(tuple(rows)) if rows else None


_AI = ("calls", "tokens", "cost")


async def _outside(source: MetricsSource, tools: Tools) -> Facts | None:
    series = await source.instant("external_service_up", tools.turn.at)
    rows = tuple(_up(one.labels, one.points[-1].value) for one in series if one.points)
    return Facts(tuple(sorted(rows, key=lambda row: row.label))) if rows else None


def _up(labels: Mapping[str, str], value: float) -> Fact:
    return Fact(labels.get("provider", "unnamed"), "up" if value else "down", "neutral" if value else "bad")


async def _issues(tools: Tools) -> Text | None:
    """One line, where any is open."""
    found = await tools.desks.incidents.find(tools.turn.tenant, Wanted(open=True, limit=ISSUES))
    if not found:
        return None
    ordered = sorted(found, key=lambda one: -one.severity.rank)
    count = "1 issue is open" if len(found) == 1 else f"{len(found)} issues are open"
    count = f"{ISSUES} or more issues are open" if len(found) == ISSUES else count
    return Text((f"{count}: {titles(ordered)}.",))


def _with_issues(told: Reply, line: Text) -> Reply:
    tone: Tone = "warning" if RANK.index(told.tone) < RANK.index("warning") else told.tone
    buttons = (*told.buttons, Button("Open issues", "issues"))
    return replace(told, blocks=(line, *told.blocks), buttons=buttons, tone=tone)


def _area(name: str, found: Facts | BaseException | None) -> Block | None:
    if isinstance(found, Problem):
        return Text((f"{name}: {found.says}",))
    return found if isinstance(found, Facts) else None


def _present(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


_ASKED = (
    "status", "health", "healthy", "how are things", "how is everything", "how are we", "what is broken",
    "what's broken", "anything broken", "anything wrong", "what is wrong", "what's wrong", "overview", "everything ok",
    "all good", "is everything", "systems up", "what is down", "what's down", "anything down", "how are the services",
    "going on", "any problems", "any issues", "performance issues", "should i know about", "should i worry",
)  # fmt: skip


def _reads(question: Question) -> Reading | None:
    text = question.text.lower().replace("\u2019", "'")
    if not any(words in text for words in _ASKED):
        return None
    return Reading("status_overview", {}, 0.6 if question.names.find(text) else 0.92)


INTENT = Intent(
    name="status_overview",
    help="How everything is right now.",
    examples=("what's the current system status?", "is anything broken?"),
    asks=StatusOverview,
    answer=answer,
    reads=_reads,
    command="status",
    by_clock=True,
)
