"""The default metrics of one application over the last hour, each with its query."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from bot.desk.app_metrics import read
from bot.intents.intent import AnyIntent, Intent, Question
from bot.intents.sentences import named
from bot.model import figures
from bot.model.profile import Read
from bot.model.reply import Block, Button, Chart, Reply, Text
from bot.ports.tools import Tools

CHARTS = 4
WINDOW = timedelta(hours=1)


class AppMetrics(BaseModel, frozen=True):
    app: str = Field(min_length=1, max_length=200, title="Application", description="Its name, or an alias")


async def answer(ask: AppMetrics, tools: Tools) -> Reply:
    profile = await tools.desks.profiles.find(tools.turn.tenant, ask.app)
    await tools.step(f"Reading the metrics of {profile.name}")
    source = await tools.source_of(profile.datasource or "")
    found = await read(profile, source, tools.turn.at - WINDOW, tools.turn.at)
    drawn = [one for one in found if one.series]
    blocks: list[Block] = [Chart(one.metric, tuple(_with_unit(one))) for one in drawn[:CHARTS]]
    blocks += [Text((f"{one.metric}: {one.problem}",), listed=True) for one in found if one.problem]
    told = ", ".join(_latest(one) for one in drawn)
    says = f"{profile.name}, now: {told}." if drawn else f"{profile.name} has no data for its metrics in the last hour."
    about = Button("Show the application", "app", {"app": profile.id})
    again = Button("Refresh", "app_metrics", {"app": profile.id})
    return Reply(says, tuple(blocks), (again, about), title=profile.name, tone="neutral" if drawn else "warning")


def _latest(one: Read) -> str:
    points = one.series[0].points
    return f"{one.metric} {figures.measured(points[-1].value, _unit(one))}" if points else f"{one.metric} no data"


def _with_unit(one: Read) -> list[Any]:
    return [replace(series, name=series.name or one.metric, unit=_unit(one)) for series in one.series]


def _unit(one: Read) -> str:
    """A rate counts by the second, whatever is counted."""
    return "per second" if one.query.startswith("sum(rate(") else one.unit


def _words(question: Question) -> Mapping[str, Any] | None:
    name = named(question.text)
    return {"app": name} if name else None


INTENT: AnyIntent = Intent(
    name="app_metrics",
    help="The metrics of an application over the last hour.",
    examples=("app metrics abc-app",),
    asks=AppMetrics,
    answer=answer,
    title="Metrics of an application",
    command="app metrics",
    words=_words,
    submit="Show",
    remembered=False,
)
