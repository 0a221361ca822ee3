"""How is this metric, against what is usual at this hour, and how did it get there."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean, median
from typing import Literal

from pydantic import BaseModel, Field

from bot.intents import applications
from bot.intents.intent import Intent
from bot.intents.metric_words import reads
from bot.model import figures
from bot.model.chart import Mark
from bot.model.errors import Missing, Rejected
from bot.model.profile import Profile
from bot.model.reply import Block, Button, Chart, Fact, Facts, Moment, Reply, Table, Text, Tone
from bot.model.series import Metric, Series
from bot.model.text import capital
from bot.ports.incidents import Wanted
from bot.ports.tools import MetricsSource, Tools
from bot.query import application, measures, ranges
from bot.query.measures import BY_NAME, Measure
from bot.query.names import Names

WEEK, DAY = timedelta(days=7), timedelta(days=1)
DRAWN = 6  # series in one chart; a table holds them all
MARKED = 10  # issues in one chart, the latest
NO_DATA = ("no data", "no data")
USUAL_ENV = "prod"  # what people mean unless they say otherwise
WARN_FROM, BAD_FROM = 1.0, 2.0  # change against the usual: twice, three times (row THV-02)


class AskMetric(BaseModel, frozen=True):
    metric: str = Field(title="Metric", description="As your team calls it", examples=list(BY_NAME))
    service: str = ""
    region: str = ""
    env: str = Field("", title="Environment")
    tool: str = Field("", title="AI tool")
    model: str = ""
    by: str = Field("", title="Split by", description="A label, such as service or region")
    window: str = Field(
        "last hour",
        title="Over",
        description="Such as 24h, today, yesterday, since 2pm",
        examples=["last hour", "last 24 hours", "today", "yesterday", "last 7 days"],
    )

    app: str = Field("", title="Application", description="A name of one, which stands for its services")
    everything: bool = Field(False, description="Not only what this channel is about")

    @property
    def where(self) -> dict[str, str]:
        given = {label: getattr(self, label) for label in measures.SCOPE}
        return {label: value for label, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it will be answered: measure, scope and time made exact."""

    measure: Measure
    where: dict[str, str]
    by: str
    range: ranges.Range
    zone: str = "UTC"
    app: str = ""  # whose services these are, for the channel is about it
    services: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        scope = " ".join(value for label, value in self.where.items() if label != "env") or self.app
        env = f" in {self.where['env']}" if "env" in self.where else ""
        split = f" by {self.by}" if self.by else ""
        return f"{self.measure.title}{f' of {scope}' if scope else ''}{env}{split}"

    def query(self, window: timedelta = measures.WINDOW) -> str:
        services = {"service": self.services} if self.services else {}
        return measures.write(self.measure, {**self.where, **services}, self.by, window)


async def answer(ask: AskMetric, tools: Tools) -> Reply:
    app = await _application(ask, tools)
    source = await tools.source_of(app.datasource or "" if app else "")
    asked = await _exactly(ask, tools, source, app)
    await tools.step(f"Reading {asked.name}")
    reply = await (_total(asked, source) if asked.measure.over else _course(asked, source, tools))
    about = (applications.taken(asked.app),) if asked.app and not ask.app else ()
    return replace(reply, blocks=(*about, *reply.blocks), buttons=_next_steps(ask, asked), rateable=True)


async def _application(ask: AskMetric, tools: Tools) -> Profile | None:
    """The one that is named; else that of the channel, where nothing else is named."""
    if ask.app:
        return await tools.desks.profiles.find(tools.turn.tenant, ask.app)
    named = ask.service or ask.tool or ask.model or ask.everything
    return None if named else await applications.at(tools)


async def _exactly(ask: AskMetric, tools: Tools, source: MetricsSource, app: Profile | None) -> Asked:
    turn = tools.turn
    found = ranges.find(ask.window.lower(), turn.at, turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, today, or since 2pm.")
    measure = BY_NAME.get(ask.metric) or _named(ask.metric, await source.metrics())
    where = ask.where
    usual = application.environment(app) or USUAL_ENV
    if "env" in measure.labels and not ask.env and usual in await source.values("env"):
        where["env"] = usual  # said in the answer
    for label in [*where, *([ask.by] if ask.by else [])]:
        if label not in measure.labels:
            known = ", ".join(measure.labels)
            raise Rejected(f"{measure.title.capitalize()} is not kept by {label}.", advice=f"It is kept by {known}.")
    services: tuple[str, ...] = ()
    if app and "service" in measure.labels:
        services = application.its(app, "service", await source.values("service"))
    if app and ask.app and not services:
        raise Missing(f"I find no {measure.title} of {app.name} alone.", advice="It may be kept under another name.")
    return Asked(measure, where, ask.by, found.range, turn.zone, app.name if app and services else "", services)


def written(ask: AskMetric, names: Names) -> str:
    """The query of one value; empty where an application decides what belongs to it, or the whole range is counted."""
    measure = BY_NAME.get(ask.metric) or _named(ask.metric, tuple(names.metrics.values()))
    where = ask.where
    if "env" in measure.labels and not ask.env and USUAL_ENV in names.values.get("env", ()):
        where["env"] = USUAL_ENV
    return "" if ask.app or measure.over else measures.write(measure, where, ask.by)


def _named(name: str, known: Sequence[Metric]) -> Measure:
    for metric in known:
        if metric.name == name:
            return measures.of_metric(metric)
    raise Rejected(f"There is no metric named “{name}”.", advice="Ask for help to see what I can read.")


async def _course(asked: Asked, source: MetricsSource, tools: Tools) -> Reply:
    """A value that goes up and down: now against the usual, and its course over the range."""
    range_, query = asked.range, asked.query()
    step = range_.step()
    series, before, marks = await asyncio.gather(
        source.range(query, range_.start, range_.end, step),
        source.range(query, range_.end - WEEK, range_.end - DAY, DAY),
        _marks(asked, tools),
    )
    lines = [replace(one, name=_label(one, asked), unit=asked.measure.unit) for one in series if one.known]
    if not lines:
        return _no_data(asked)
    usual = {_label(one, asked): median(one.known) for one in before if one.known}
    if asked.by:
        return _split(asked, lines, usual)
    line, normal = lines[0], usual.get(lines[0].name)
    is_now = range_.end >= tools.turn.at
    now = line.known[-1]
    tone = _tone(asked.measure, now, normal)
    shown = figures.measured(now, asked.measure.unit)
    against = ""
    if normal is not None:
        usually = figures.measured(normal, asked.measure.unit)
        against = f" (usually {usually} at this hour, {figures.change(now, normal)})"
    if is_now:
        summary = f"{capital(asked.name)} is {shown}{against}."
    else:
        mean = figures.measured(fmean(line.known), asked.measure.unit)
        summary = f"{capital(asked.name)} was {mean} on average {range_.words}."
    drawn = replace(_chart(f"{capital(asked.name)}, {range_.words}", [line], zone=asked.zone), marks=marks)
    return Reply(
        summary,
        (
            *_facts(line, normal, asked, is_now),
            drawn,
        ),
        tone=tone,
    )


async def _marks(asked: Asked, tools: Tools) -> tuple[Mark, ...]:
    """The issues of the service that began within the range: what was alerted on stands in the chart."""
    service, range_ = asked.where.get("service", ""), asked.range
    if not service:
        return ()
    wanted = Wanted(service=service, since=range_.start, limit=MARKED)
    found = await tools.desks.incidents.find(tools.turn.tenant, wanted)
    within = sorted(
        (one for one in found if range_.start <= one.opened_at <= range_.end), key=lambda one: one.opened_at
    )
    return tuple(Mark(one.opened_at, one.title, "alert") for one in within)


def _facts(line: Series, normal: float | None, asked: Asked, is_now: bool) -> tuple[Block, ...]:
    unit = asked.measure.unit
    values = line.known
    most = max((point for point in line.points if not math.isnan(point.value)), key=lambda point: point.value)
    rows = [Fact("Now" if is_now else "At the end", figures.measured(values[-1], unit))]
    if normal is not None:
        rows.append(Fact("Usual at this hour", figures.measured(normal, unit)))
    rows += [
        Fact("Mean", figures.measured(fmean(values), unit)),
        Fact("Least", figures.measured(min(values), unit)),
        Fact("Most", figures.measured(most.value, unit)),
    ]
    return Facts(tuple(rows)), Text(("Highest at ", Moment(most.at), "."))


def _split(asked: Asked, lines: list[Series], usual: dict[str, float]) -> Reply:
    unit = asked.measure.unit
    downward = asked.measure.worse == "lower"
    lines.sort(key=lambda line: line.known[-1], reverse=not downward)
    rows = []
    for line in lines:
        now, normal = line.known[-1], usual.get(line.name)
        against = (figures.measured(normal, unit), figures.change(now, normal)) if normal is not None else NO_DATA
        rows.append((line.name, figures.measured(now, unit), *against))
    first = lines[0]
    extreme = "lowest" if downward else "highest"
    tones = [_tone(asked.measure, line.known[-1], usual.get(line.name)) for line in lines]
    return Reply(
        f"{capital(asked.name)}: {extreme} is {first.name} with {figures.measured(first.known[-1], unit)}.",
        (
            Table((asked.by.capitalize(), "Now", "Usual", "Change"), tuple(rows), f"{capital(asked.name)}, now"),
            _chart(f"{capital(asked.name)}, {asked.range.words}", lines, zone=asked.zone),
        ),
        tone=max(tones, key=("neutral", "good", "warning", "bad").index),
    )


async def _total(asked: Asked, source: MetricsSource) -> Reply:
    """An amount over the range, against the same length of time before it."""
    range_, unit = asked.range, asked.measure.unit
    query, length = asked.query(asked.range.length), asked.range.length
    bucket = range_.step(24)
    now, before, course = await asyncio.gather(
        source.instant(query, range_.end),
        source.instant(query, range_.start),
        source.range(asked.query(bucket), range_.start + bucket, range_.end, bucket),
    )
    if not now:
        return _no_data(asked)
    lines = [replace(one, name=_label(one, asked), unit=unit) for one in course if one.known]
    earlier = {_label(one, asked): one.known[0] for one in before if one.known}
    totals = sorted(((_label(one, asked), one.known[0]) for one in now if one.known), key=lambda pair: -pair[1])
    whole, whole_before = sum(value for _, value in totals), sum(earlier.values())
    against = f" ({figures.change(whole, whole_before)} against the {figures.span(length)} before)" if earlier else ""
    blocks: list[Block] = []
    if asked.by:
        rows = tuple(
            (name, figures.measured(value, unit), f"{figures.plain(value / whole * 100 if whole else 0.0)} %")
            for name, value in totals
        )
        blocks.append(Table((asked.by.capitalize(), capital(asked.measure.title), "Share"), rows))
    if lines:
        blocks.append(_chart(f"{capital(asked.name)}, every {figures.span(bucket)}", lines, "bar", zone=asked.zone))
    return Reply(f"{capital(asked.name)}, {range_.words}: {figures.measured(whole, unit)}{against}.", tuple(blocks))


def _chart(caption: str, lines: Sequence[Series], shape: Literal["line", "bar"] = "line", *, zone: str) -> Chart:
    return Chart(caption, tuple(lines[:DRAWN]), shape, zone=zone, more=len(lines) - len(lines[:DRAWN]))


def _no_data(asked: Asked) -> Reply:
    return Reply(
        f"There is no data for {asked.name}, {asked.range.words}.",
        (Text(("No data is not zero: the source answered, and has nothing for this. Try a wider range.",)),),
        tone="warning",
    )


def _next_steps(ask: AskMetric, asked: Asked) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    steps = []
    if asked.range.length < DAY:
        steps.append(Button("Last 24 h", "ask_metric", {**given, "window": "last 24 hours"}))
    if not asked.by and asked.measure.labels:
        free = [label for label in asked.measure.labels if label not in asked.where]
        steps += [Button(f"By {label}", "ask_metric", {**given, "by": label}) for label in free[:1]]
    steps.append(Button("Change range", "ask_metric", given, asks=("window",)))
    if asked.app and not ask.app:
        steps.append(applications.not_only(asked.app, "ask_metric", given))
    return tuple(steps)


def _tone(measure: Measure, now: float, usual: float | None) -> Tone:
    if usual is None or not usual or math.isnan(usual) or measure.worse == "neither":
        return "neutral"
    worse_by = now / usual - 1 if measure.worse == "higher" else usual / now - 1 if now else math.inf
    return "bad" if worse_by >= BAD_FROM else "warning" if worse_by >= WARN_FROM else "neutral"


def _label(series: Series, asked: Asked) -> str:
    return series.labels.get(asked.by) or "none" if asked.by else asked.name


INTENT = Intent(
    name="ask_metric",
    help="How a metric is, against what is usual.",
    examples=(
        "latency of checkout",
        "error rate by service",
        "AI spend today by tool",
        "memory of search last 24 hours",
    ),
    asks=AskMetric,
    answer=answer,
    reads=reads,
    title="Ask about a metric",
    command="metric",
    by_clock=True,
    written=written,
)
