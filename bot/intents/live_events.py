"""Log events live where people talk: begun, ended, and the latest of them whole."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.message import PlaceKind, Role
from bot.model.reply import Button, Reply
from bot.pipeline import event_words
from bot.pipeline.event_live_words import MINUTES
from bot.ports.events import WantedEvents
from bot.ports.tools import Tools

LONGEST, LATEST, SHOWN = 480, 50, 20
_EVENTS = r"(?:the |all |our )?(?:log )?events?"
_SAID = (rf"(?:watch|follow) {_EVENTS}(?: live)?(?: here)?", rf"(?:show |see )(?:me )?{_EVENTS} live(?: here)?")
_LATEST = (r"(?:show |list )?(?:me )?(?:the )?(?:latest|last|newest)(?: 50)? log events",)
_FOR = re.compile(r"(?:here ?)?(?:for )?(?:(?P<count>\d{1,3}) ?(?P<unit>m|min|minutes?|h|hours?))?", re.IGNORECASE)


class LiveEvents(BaseModel, frozen=True):
    minutes: int = Field(MINUTES, ge=1, le=LONGEST, title="Minutes")


class Nothing(BaseModel, frozen=True):
    pass


async def begin(ask: LiveEvents, tools: Tools) -> Reply | None:
    new = await tools.desks.events.show_live(tools.turn.actor, ask.minutes)
    here = "in this channel" if tools.turn.place.kind is PlaceKind.CHANNEL else "here"
    already = "" if new else "They are shown here already; "
    says = f"{already}{'t' if already else 'T'}he log events are shown live {here} for {_span(ask.minutes)}."
    return Reply(says, buttons=(Button("Stop", "stop_live"),))


async def stop(_: Nothing, tools: Tools) -> Reply | None:
    if await tools.desks.events.end_live(tools.turn.actor):
        return None  # the message says it
    return Reply("Log events are not shown live here.", buttons=(Button("Watch here", "live_events"),))


async def latest(_: Nothing, tools: Tools) -> Reply:
    found = await tools.desks.events.find(tools.turn.tenant, WantedEvents(limit=LATEST))
    row = (Button("Flagged events", "flagged"), Button("Pipeline", "pipeline"))
    if not found:
        return Reply("No log events came in yet.", buttons=row, title="Latest log events")
    flagged = sum(one.flagged for one in found)
    said = f"The latest {len(found)} log events" if len(found) > 1 else "The latest log event"
    table = event_words.table(found)
    return Reply(f"{said}; {flagged or 'none'} broke a threshold.", (table,), row, title="Latest log events")


def reading(text: str) -> Reading | None:
    """Also asked where a query is to be watched: “watch the events here” is no query."""
    return Reading("live_events", {}, 0.97) if asked(text, _SAID) else None


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"{hours} hours" if hours > 1 else "an hour"


def _words(question: Question) -> Mapping[str, Any] | None:
    """“here”, “for 2 hours”, “45m”."""
    found = _FOR.fullmatch(question.text.strip(" ?.!"))
    if found is None:
        return None
    if not found["count"]:
        return {}
    return {"minutes": int(found["count"]) * (60 if found["unit"].lower().startswith("h") else 1)}


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "live_events", "Show log events live in this place, in one message.", ("live", "watch the events here"),
        LiveEvents, begin, lambda question: reading(question.text), title="Watch the events here", command="live",
        words=_words, submit="Show them", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "stop_live", "Show them here no longer.", ("live stop",), Nothing, stop, command="live stop",
        needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "latest_events", "The latest log events, whether or not they broke a threshold.", ("latest log events",),
        Nothing, latest,
        lambda question: Reading("latest_events", {}, 0.96) if asked(question.text, _LATEST) else None,
        remembered=False,
    ),
)  # fmt: skip
