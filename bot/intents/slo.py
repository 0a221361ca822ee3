"""Which services keep their objectives; of one, its error budget and how long that lasts."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field

from bot.analysis.objectives import DEFAULTS, PERIOD, Objective, burning, lasts
from bot.desk.health import Burn, Measured, burn, measured
from bot.intents import about_service, applications
from bot.intents.about_service import AboutService, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.reply import Block, Button, Fact, Facts, Reply, Table, Text, Tone
from bot.ports.tools import Tools
from bot.query import application

OWN_WORDS = frozenset(
    """slo slos sla objectives objective compliance compliant error budget budgets burn burning burned rate left
    remaining used until up run out long it's""".split()
)
_ASKED = re.compile(r"\b(?:slos?|slo compliance|service level|error budgets?|burn rates?)\b")
HOUR = timedelta(hours=1)
_REACH = f"Counted over the last {PERIOD.days} days, or as far back as the source reaches."


class Slo(AboutService, frozen=True):
    everything: bool = Field(False, description="Not only what this channel is about")


async def answer(ask: Slo, tools: Tools) -> Reply:
    subject = await about_service.exactly(ask, tools)
    await tools.step("Reading objectives")
    return await (_one(ask, subject) if ask.service else _all(ask, subject, tools))


async def _all(ask: Slo, subject: Subject, tools: Tools) -> Reply:
    found = await measured(subject.source, subject.where, subject.range, "service")
    found.pop("", None)
    here = None if ask.everything else await applications.at(tools)
    its = application.its(here, "service", tuple(found)) if here else ()
    found = {name: found[name] for name in its} if its else found
    about = here.name if here and its else ""
    objectives = await applications.objectives_of(found, tools)
    if not found:
        return Reply(f"There is no data on any service, {subject.range.words}.", tone="warning")
    failing = [name for name, one in found.items() if missed(one, objectives[name])]
    failing.sort(key=lambda name: -len(missed(found[name], objectives[name])))
    rest = sorted(name for name in found if name not in failing)
    place = "".join(f" in {subject.where[label]}" for label in ("region", "env") if label in subject.where)
    kept = f"{len(rest)} of {len(found)} services{place} keep all their objectives, {subject.range.words}"
    told = "; ".join(f"{name}: {', '.join(missed(found[name], objectives[name]))}" for name in failing[:4])
    return Reply(
        title="SLO compliance",
        summary=f"{kept}. Not kept: {told}." if failing else f"{kept}.",
        blocks=(
            *((applications.taken(about),) if about else ()),
            Table(
                ("Service", "availability %", "errors %", "p95 ms", "Result"),
                tuple(_row(name, found[name], objectives[name]) for name in (*failing, *rest)),
                f"Objectives, {subject.range.words}",
            ),
            *_targets(objectives),
        ),
        tone="bad" if failing else "good",
        buttons=(
            *(Button(f"{name}: health", "health", {**_given(ask), "service": name}) for name in failing[:2]),
            *(() if "7" in ask.window else (Button("Last 7 days", "slo", {**_given(ask), "window": "last 7 days"}),)),
            Button("Change range", "slo", _given(ask), asks=("window",)),
            *((applications.not_only(about, "slo", _given(ask)),) if about else ()),
        ),
        rateable=True,
    )


def missed(one: Measured, objectives: Sequence[Objective]) -> list[str]:
    values = ((objective, one.of(objective.kind)) for objective in objectives)
    return [o.title.lower() for o, value in values if not math.isnan(value) and not o.met(value)]


def _row(name: str, one: Measured, objectives: Sequence[Objective]) -> tuple[str | float, ...]:
    unknown = [o.title.lower() for o in objectives if math.isnan(one.of(o.kind))]
    failed = missed(one, objectives)
    result = f"fail: {', '.join(failed)}" if failed else "not measured in full" if unknown else "pass"
    return (name, _cell(one.availability, 100), _cell(one.error_rate, 100), _cell(one.p95_latency, 1000), result)


def _cell(value: float, factor: float) -> str | float:
    return (
        "no data" if math.isnan(value) else float(f"{value * factor:.5g}" if value > 0.9 else f"{value * factor:.3g}")
    )


def _targets(objectives: Mapping[str, Sequence[Objective]]) -> tuple[Block, ...]:
    """Those that hold for most; then the services that have their own."""
    own = {name: [one for one in found if not one.default] for name, found in objectives.items()}
    blocks: list[Block] = [
        Text((f"{name} has its own: {_told(found)}.",), listed=True) for name, found in own.items() if found
    ]
    return (Text((f"Where nobody set an objective, these defaults hold: {_told(DEFAULTS)}.",)), *blocks)


def _told(objectives: Sequence[Objective]) -> str:
    return ", ".join(
        f"{o.title.lower()} at {'least' if o.at_least else 'most'} {figures.measured(o.target, o.unit)}"
        for o in objectives
    )


async def _one(ask: Slo, subject: Subject) -> Reply:
    objective = next(one for one in subject.objectives if one.kind == "error_rate")
    found = await burn(subject.source, subject.where, objective, subject.range.end)
    if math.isnan(found.used):
        return Reply(f"There are no requests of {subject.name} to hold an objective against.", tone="warning")
    pace, left = burning(found.rates), 1 - found.used
    tone: Tone = "bad" if pace or left <= 0 else "warning" if left < 0.25 else "good"
    return Reply(
        title=f"Error budget of {ask.service}",
        summary=_left(subject, found, left),
        blocks=(_facts(found, objective), _rates(found.rates), *_alarm(found), Text((_REACH,))),
        tone=tone,
        buttons=(
            Button("Health", "health", {key: value for key, value in _given(ask).items() if key != "window"}),
            Button("All services", "slo", {"everything": True}),
        ),
        rateable=True,
    )


def _left(subject: Subject, found: Burn, left: float) -> str:
    month = figures.span(PERIOD)
    if left <= 0:
        used = figures.measured(found.used, "ratio")
        return f"The error budget of {subject.name} is used up: {used} of what {month} allow."
    says = f"{subject.name} has {figures.measured(left, 'ratio')} of its error budget of {month} left"
    rate = found.rates.get(HOUR, math.nan)
    time = lasts(left, rate)
    if time is None or time > PERIOD:
        return f"{says}, and does not use it up at the pace of the last hour."
    return f"{says}. At the pace of the last hour it is used up in {figures.span(time)}."


def _facts(found: Burn, objective: Objective) -> Facts:
    return Facts(
        (
            Fact("Objective", f"error rate at most {figures.measured(objective.target, objective.unit)}"),
            Fact("Requests, 30 d", figures.plain(round(found.requests))),
            Fact("Failed", figures.plain(round(found.failed))),
            Fact("May fail", figures.plain(round(found.requests * objective.allowed))),
        )
    )


def _rates(rates: Mapping[timedelta, float]) -> Table:
    rows = tuple(
        (f"last {figures.span(window)}", float(f"{rate:.3g}"), _lasting(rate)) for window, rate in rates.items()
    )
    return Table(("Window", "Burn rate", "A whole budget would last"), rows, "1 uses up a budget in exactly 30 days")


def _lasting(rate: float) -> str:
    time = lasts(1.0, rate)
    return "no data" if math.isnan(rate) else figures.span(time) if time else "for good"


def _alarm(found: Burn) -> tuple[Block, ...]:
    pace = burning(found.rates)
    if pace is None:
        return ()
    short, long = figures.span(pace.short), figures.span(pace.long)
    return (Text((f"Burns fast: {pace.rate:g} times or more, over {short} and over {long}.",)),)


def _given(ask: Slo) -> dict[str, Any]:
    return dict(ask.model_dump(exclude_defaults=True))


def reads(question: Question) -> Reading | None:
    if not _ASKED.search(question.text.lower()):
        return about_service.follow(question, "slo", OWN_WORDS)
    return about_service.read(question, "slo", OWN_WORDS, 0.96, {})


def words(question: Question) -> dict[str, str] | None:
    return about_service.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="slo",
    help="Which services keep their objectives; of one, its error budget and how long it lasts.",
    examples=("slo", "show me SLO compliance", "error budget of checkout"),
    asks=Slo,
    answer=answer,
    reads=reads,
    title="SLO compliance",
    command="slo",
    words=words,
    by_clock=True,
)
