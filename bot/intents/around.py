"""What a metric was before, at and after the moment an alert fired."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from pydantic import BaseModel, Field

from bot.desk import issue_scope
from bot.intents import drawing, issue_meant
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import issue_in
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.issue import Issue
from bot.model.reply import Button, Moment, Reply, Table, Text
from bot.model.series import Point, Series
from bot.model.text import capital
from bot.pipeline import phrases
from bot.ports.tools import Tools
from bot.query.measures import BY_NAME, MEASURES, Measure, spoken, write
from bot.query.vitals import ERRORS

BESIDE = timedelta(minutes=30)  # before and after the moment
STEP = timedelta(minutes=1)
_ASKED = re.compile(
    r"\b(?:when|as|before|after|around the time) (?:the|this|that|it|its)?\s*"
    r"(?:last )?(?:alert|incident|issue|alarm)?s?\s*(?:fired|went off|started|began|opened|triggered|rang)\b"
)


class Around(BaseModel, frozen=True):
    metric: str = Field("errors", max_length=200, title="Metric", examples=list(BY_NAME))
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the last one")
    service: str = Field("", max_length=200)


@dataclass(frozen=True, slots=True)
class Values:
    """Means before and after, and the value at the moment; NaN where the source has nothing."""

    before: float
    at: float
    after: float


async def answer(ask: Around, tools: Tools) -> Reply:
    measure = ERRORS if ask.metric == "errors" else BY_NAME.get(ask.metric)
    if measure is None or measure.over:
        known = ", ".join(one.name for one in MEASURES if not one.over)
        raise Rejected(f"I cannot tell “{ask.metric[:80]}” at an instant.", advice=f"I can tell {known}.")
    issue = await issue_meant.meant(ask.issue, ask.service, tools)
    source, where = tools.source(), issue_scope.where(issue)
    if "env" not in where and "prod" in await source.values("env"):
        where["env"] = "prod"
    where = {label: value for label, value in where.items() if label in measure.labels}
    fired, end = issue.opened_at, min(issue.opened_at + BESIDE, tools.turn.at)
    found = await source.range(write(measure, where), fired - BESIDE, end, STEP)
    points = found[0].points if found else ()
    values = _around(points, fired)
    name = f"{measure.title} of {where.get('service', 'everything')}"
    if all(map(math.isnan, (values.before, values.at, values.after))):
        return Reply(f"There is no data for {name} around {phrases.when(fired, tools.turn.at)}.", tone="warning")
    return Reply(
        summary=_summary(name, measure, values, fired, tools.turn.at),
        blocks=(
            Table(("When", capital(measure.title)), _rows(measure, values, end > fired), name),
            drawing.chart(f"{name}, 30 min before and after", [Series(measure.title, points, measure.unit)]),
            Text(("Fired at ", Moment(fired), f": {phrases.capped(issue.title, 160)} ({issue.id}).")),
        ),
        buttons=_next_steps(issue),
        rateable=True,
    )


def _around(points: Sequence[Point], fired: datetime) -> Values:
    known = [one for one in points if not math.isnan(one.value)]
    at = [one.value for one in known if one.at <= fired and fired - one.at < 2 * STEP]
    before = [one.value for one in known if one.at < fired]
    after = [one.value for one in known if one.at > fired]
    return Values(
        fmean(before) if before else math.nan, at[-1] if at else math.nan, fmean(after) if after else math.nan
    )


def _summary(name: str, measure: Measure, values: Values, fired: datetime, now: datetime) -> str:
    at, before = figures.measured(values.at, measure.unit), figures.measured(values.before, measure.unit)
    after = "" if math.isnan(values.after) else f", {figures.measured(values.after, measure.unit)} after it"
    change = "" if math.isnan(values.at + values.before) else f" ({figures.change(values.at, values.before)})"
    when = phrases.when(fired, now)
    return f"{capital(name)} was {at} when it fired at {when}: {before} on average before{change}{after}."


def _rows(measure: Measure, values: Values, over: bool) -> tuple[tuple[str, str], ...]:
    after = figures.measured(values.after, measure.unit) if over else "not yet"
    return (
        ("30 min before, mean", figures.measured(values.before, measure.unit)),
        ("When it fired", figures.measured(values.at, measure.unit)),
        ("30 min after, mean", after),
    )


def _next_steps(issue: Issue) -> tuple[Button, ...]:
    about: dict[str, Any] = {"issue": issue.id}
    return (
        Button("Latency then", "around", {**about, "metric": "latency"}),
        Button("Impact", "impact", about),
        Button("Open issue", "show_issue", about),
    )


def reads(question: Question) -> Reading | None:
    text = question.text.lower()
    metric = _metric(text)
    if not metric or not _ASKED.search(text):
        return None
    return Reading("around", {**metric, **_given(question)}, 0.94)


def words(question: Question) -> dict[str, str] | None:
    return {**_metric(question.text.lower()), **_given(question)}


def _given(question: Question) -> dict[str, str]:
    issue, service = issue_in(question.text), question.names.find(question.text).get("service", "")
    return {"issue": issue} if issue else {"service": service} if service else {}


def _metric(text: str) -> dict[str, str]:
    name = spoken(text)
    return {"metric": name} if name else {}


INTENT = Intent(
    name="around",
    help="What a metric was before, at and after the moment an alert fired.",
    examples=("around errors", "what were the error rates when the alert fired?"),
    asks=Around,
    answer=answer,
    reads=reads,
    title="Around an alert",
    command="around",
    words=words,
)
