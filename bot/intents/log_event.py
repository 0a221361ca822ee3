"""Log events that broke a threshold, and one event with all there is to show of it."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked, named
from bot.model.errors import Missing
from bot.model.log_event import EventId, LogEvent
from bot.model.reply import Block, Button, Choices, Code, Fact, Facts, Option, Reply, Text, Tone
from bot.pipeline import event_words, thresholds
from bot.ports.events import WantedEvents
from bot.ports.tools import Tools

SHOWN, OFFERED, STACK_LINES = 20, 10, 12
EVENT_ID = re.compile(r"\bEVT-\d{1,13}-[A-Za-z0-9]{1,40}\b")
_SAID = (
    r"(?:show |list )?(?:me )?(?:the |all )?flagged(?: log)? events(?: of (?P<of>[\w.-]+))?",
    r"(?:which|what)(?: log)? events (?:are|were) flagged",
    r"(?:show |list )?(?:me )?(?:the )?(?:log )?events (?:above|over|beyond|that broke) (?:a |the |their )?thresholds?",
)


class Flagged(BaseModel, frozen=True):
    service: str = Field("", max_length=200, title="Service", description="None: all of them")


class ShowEvent(BaseModel, frozen=True):
    event: str = Field(min_length=1, max_length=100, title="Event", description="Its id, such as EVT-1773835200-a1b2c3")


async def flagged(ask: Flagged, tools: Tools) -> Reply:
    turn, of = tools.turn, f" of {ask.service}" if ask.service else ""
    found = await tools.desks.events.find(turn.tenant, WantedEvents(flagged=True, service=ask.service, limit=SHOWN))
    row = (Button("Pipeline", "pipeline"), Button("Thresholds", "thresholds"))
    if not found:
        state = await tools.desks.events.state(turn.tenant)
        seen = f"{state.seen} log events" if state.seen else "no log events"
        tone: Tone = "good" if state.seen else "neutral"
        return Reply(f"No event{of} broke a threshold; {seen} came in.", buttons=row, title="Flagged events", tone=tone)
    critical = sum(one.critical for one in found)
    latest = "The latest event" if len(found) == 1 else f"The latest {len(found)} events"
    summary = f"{latest}{of} that broke a threshold; {critical or 'none'} of them critical."
    options = tuple(Option(event_words.option(one), one.id) for one in found[:OFFERED])
    blocks: tuple[Block, ...] = (event_words.table(found), Choices("Show one", options, "event", "event"))
    return Reply(summary, blocks, row, title="Flagged events", tone="bad" if critical else "warning")


async def show(ask: ShowEvent, tools: Tools) -> Reply:
    found = await tools.desks.events.get(tools.turn.tenant, EventId(ask.event))
    if found is None:
        raise Missing(
            f"There is no event {ask.event}.", advice="Events are kept for 30 days. Say `flagged` for the latest."
        )
    return page(found)


def page(event: LogEvent) -> Reply:
    broke = tuple(event_words.breach(one) for one in event.breaches)
    measured = tuple(
        Fact(event_words.title(name), event_words.written(name, value))
        for name, value in event.metrics.items()
        if name not in {one.metric for one in event.breaches}
    )
    about = (
        Fact("Service", event.service), Fact("Type", event_words.sign(event)), Fact("Region", event.region),
        Fact("Customer", event.customer), Fact("Says of itself", event.level), Fact("Endpoint", event.endpoint),
        Fact("Browser", event.agent), Fact("At", f"{event.at:%Y-%m-%d %H:%M:%S} UTC"),
    )  # fmt: skip
    blocks: list[Block] = [Facts((*broke, *measured, *(one for one in about if one.value)))]
    if event.message:
        blocks.insert(0, Text((event.message,)))
    blocks += [Text((Code(line),)) for line in event.stack.splitlines()[:STACK_LINES] if line.strip()]
    severity = thresholds.severity(event)
    state = f"{event_words.mark(event)}, {severity}: " if severity else ""
    return Reply(
        f"{state}{event_words.key_metric(event)} in {event.service}.",
        tuple(blocks),
        (Button("Flagged events", "flagged", {"service": event.service}), Button("Thresholds", "thresholds")),
        title=f"Event {event.id}",
        tone=severity.tone if severity else "neutral",
    )


def _reads_flagged(question: Question) -> Reading | None:
    found = asked(question.text, _SAID)
    if found is None:
        return None
    of = found.groupdict().get("of")
    return Reading("flagged", {"service": of} if of else {}, 0.96)


def _words_flagged(question: Question) -> Mapping[str, Any] | None:
    name = named(question.text.removeprefix("of "))
    return {"service": name} if name and " " not in name else None


def _reads_event(question: Question) -> Reading | None:
    found = EVENT_ID.search(question.text)
    return Reading("event", {"event": found[0]}, 0.97) if found and len(question.text.split()) <= 6 else None


def _words_event(question: Question) -> Mapping[str, Any] | None:
    found = EVENT_ID.fullmatch(question.text.strip(" ?.!`"))
    return {"event": found[0]} if found else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "flagged", "Log events that broke a threshold, the latest first.", ("flagged", "flagged checkout"),
        Flagged, flagged, _reads_flagged,
        title="Flagged events", command="flagged", words=_words_flagged, submit="Show", remembered=False,
    ),
    Intent(
        "event", "One log event: what it measured, which threshold it broke, what is normal.",
        ("event EVT-1773835200-a1b2c3",), ShowEvent, show, _reads_event,
        title="Show an event", command="event", words=_words_event, submit="Show", remembered=False,
    ),
)  # fmt: skip
