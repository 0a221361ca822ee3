"""The watch over log events as one card: how it stands, and what is begun, ended, forced and cleared by hand."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.log_event import Kind, Standing
from bot.model.message import Role
from bot.model.reply import Block, Button, Fact, Facts, Reply, Table, Text, Tone
from bot.pipeline import event_words
from bot.pipeline.thresholds import IN_A_ROW
from bot.ports.events import EventState
from bot.ports.tools import Tools

SHOWN = 12
_SURE = "Forget every log event? Issues that came of them are over; their story and what was learnt stay."
_NUMBER = re.compile(r"(?:--)?(seed|rate)[ =](\d{1,9})", re.IGNORECASE)


class Pipeline(BaseModel, frozen=True):
    pass


class Start(BaseModel, frozen=True):
    seed: int | None = Field(None, ge=0, le=2**31, title="Seed", description="The same number is the same story")
    rate: int | None = Field(None, ge=1, le=600, title="Events a minute")


class Clear(BaseModel, frozen=True):
    sure: bool = False


class Force(BaseModel, frozen=True):
    type: Literal["any", "api", "database", "frontend", "infrastructure"] = Field("any", title="Type")
    critical: bool = Field(default=False, title="Critical")


async def show(_: Pipeline, tools: Tools) -> Reply:
    return card(await tools.desks.events.state(tools.turn.tenant))


async def start(ask: Start, tools: Tools) -> Reply:
    await tools.desks.events.start(tools.turn.actor, seed=ask.seed, rate=ask.rate)
    return card(await tools.desks.events.state(tools.turn.tenant), "Started. ")


async def stop(_: Pipeline, tools: Tools) -> Reply:
    await tools.desks.events.stop(tools.turn.actor)
    return card(await tools.desks.events.state(tools.turn.tenant), "Stopped. ")


async def clear(ask: Clear, tools: Tools) -> Reply:
    if not ask.sure:
        return Reply(_SURE, buttons=(_clearing(),), tone="warning")
    count = await tools.desks.events.clear(tools.turn.actor)
    gone = "1 event is" if count == 1 else f"{figures.plain(count)} events are"
    return card(await tools.desks.events.state(tools.turn.tenant), f"Cleared: {gone} gone. ")


async def force(ask: Force, tools: Tools) -> Reply:
    kind = None if ask.type == "any" else Kind(ask.type)
    made = await tools.desks.events.force(tools.turn.actor, kind, critical=ask.critical)
    last = made[-1]
    many = f"{len(made)} events of {last.service} broke" if len(made) > 1 else f"An event of {last.service} breaks"
    after = " It is critical, so an issue tells of it." if last.critical else ""
    return Reply(
        f"Made: {many} a threshold.{after}",
        (event_words.table(made),),
        (Button("Show the event", "event", {"event": last.id}), Button("Flagged events", "flagged")),
        tone="warning",
    )


def card(state: EventState, before: str = "") -> Reply:
    if not state.seen:
        said = "No log events came in yet." if state.cleared_at is None else "No log events came in since the clearing."
    else:
        share = f"{state.flagged / state.seen * 100:.1f} %"
        flagged = f"{figures.plain(state.flagged)} of them flagged ({share})"
        said = f"{figures.plain(state.seen)} log events came in, {flagged}."
    facts = [
        Fact("Demo events", _running(state)),
        Fact("From outside", "taken in at all times"),
        Fact("Since", figures.clock(state.cleared_at) if state.cleared_at else "the beginning"),
        Fact("Waiting", figures.plain(state.waiting)),
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    if state.standings:
        blocks.append(_services(state.standings))
    else:
        blocks.append(Text(("Events are posted to /api/monitoring/ingest, or as OpenTelemetry logs to /v1/logs.",)))
    troubled = any(one.open for one in state.standings.values())
    tone: Tone = "bad" if troubled else "good" if state.seen else "neutral"
    return Reply(f"{before}{said}", tuple(blocks), _buttons(state), title="Log events", tone=tone)


def _running(state: EventState) -> str:
    if not state.can_run:
        return "none; only the demo makes them up"
    return f"running, {state.rate} a minute, seed {state.seed}" if state.running else "stopped"


def _services(standings: Mapping[str, Standing]) -> Table:
    ordered = sorted(standings.items(), key=lambda item: (not item[1].open, -item[1].flagged, item[0]))
    rows = tuple((name[:40], one.seen, one.flagged, _state(one)) for name, one in ordered)
    return Table(("Service", "Events", "Flagged", "Now"), rows, most=SHOWN if len(rows) > SHOWN else 0)


def _state(one: Standing) -> str:
    if one.open:
        return "critical"
    return f"{one.row} of {IN_A_ROW} in a row" if one.row else "calm"


def _buttons(state: EventState) -> tuple[Button, ...]:
    row: list[Button] = []
    if state.can_run:
        begin, end = Button("Start", "start_pipeline", style="primary"), Button("Stop", "stop_pipeline")
        row.append(end if state.running else begin)
        row.append(Button("Force an anomaly…", "force_anomaly", asks=("type", "critical")))
    row += [
        Button("Watch here", "live_events"),
        Button("Flagged events", "flagged"),
        Button("Thresholds", "thresholds"),
        Button("Refresh", "pipeline"),
    ]
    if state.seen:
        row.append(_clearing(confirm=_SURE))
    return tuple(row)


def _clearing(confirm: str = "") -> Button:
    return Button("Clear", "clear_pipeline", {"sure": True}, style="danger", confirm=confirm)


def _only_itself(question: Question) -> Mapping[str, Any] | None:
    return {} if question.text.strip(" ?.!").lower() in ("", "status", "card") else None


def _numbers(question: Question) -> Mapping[str, Any] | None:
    """“seed 7”, “--seed 7 rate=60”."""
    rest = _NUMBER.sub("", question.text).strip()
    return None if rest else {name.lower(): int(number) for name, number in _NUMBER.findall(question.text)}


def _forced(question: Question) -> Mapping[str, Any] | None:
    given: dict[str, Any] = {}
    for word in question.text.lower().strip(" ?.!").split():
        if word in tuple(Kind):
            given["type"] = word
        elif word == "critical":
            given["critical"] = True
        else:
            return None
    return given


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "pipeline", "The watch over log events: how it stands.", ("pipeline",), Pipeline, show,
        command="pipeline", words=_only_itself, remembered=False,
    ),
    Intent(
        "start_pipeline", "Let the demo make log events up.", ("pipeline start seed=7 rate=60",), Start, start,
        title="Start the demo's events", command="pipeline start", words=_numbers, submit="Start",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "stop_pipeline", "Let the demo make no more of them.", ("pipeline stop",), Pipeline, stop,
        command="pipeline stop", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "force_anomaly", "Let the demo make an event that breaks a threshold.", ("pipeline force database critical",),
        Force, force, title="Force an anomaly", command="pipeline force", words=_forced, submit="Make it",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "clear_pipeline", "Forget every log event.", ("pipeline clear",), Clear, clear,
        command="pipeline clear", needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
