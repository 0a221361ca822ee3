"""What the last hours were like, for whoever takes over."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import when
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.errors import Rejected
from bot.model.reply import Button, Reply
from bot.pipeline import shift
from bot.ports.incidents import Wanted
from bot.ports.tools import Tools
from bot.query import ranges

MOST = 500
LONGEST = timedelta(days=31)
NIGHT = "last night"
_TIME = (
    r"(?P<window>last night|overnight|tonight|today|yesterday|this morning|this week|(?:in )?the (?:last|past) [\w .]+"
    r"|(?:last|past) [\w .]+|since [\w :]+|while i was (?:away|asleep|off))"
)
_SAID = (
    rf"what (?:has )?happened {_TIME}",
    rf"what did i miss(?: {_TIME})?",
    rf"(?:show )?(?:me )?(?:the |a )?(?:shift|hand-?over) (?:summary|report|notes)(?: (?:of|for) {_TIME})?",
    r"hand ?-?over",
    rf"summari[sz]e (?:the )?(?:shift|night|{_TIME})",
)


class ShiftSummary(BaseModel, frozen=True):
    window: str = Field("last 8 h", max_length=60, title="Over", description="Such as 8h, last night, today, yesterday")


async def answer(ask: ShiftSummary, tools: Tools) -> Reply:
    turn = tools.turn
    start, end = _range(ask.window, turn.at, turn.zone)
    found = await tools.desks.incidents.find(turn.tenant, Wanted(since=start, limit=MOST))
    still = await tools.desks.incidents.find(turn.tenant, Wanted(open=True, limit=MOST))
    happened = await tools.desks.incidents.happened(turn.tenant, start, end)
    issues = list({one.id: one for one in (*found, *still)}.values())
    reply = shift.summary(issues, happened, start, end)
    row = (*reply.buttons, Button("Open issues", "issues"), Button("Who is on call", "oncall"))
    return Reply(reply.summary, reply.blocks, row, reply.title, reply.tone, reply.footer)


def _range(words: str, now: datetime, zone: str) -> tuple[datetime, datetime]:
    said = words.strip().lower()
    if re.search(r"night|asleep", said):
        evening, morning = when.local_hour(now, zone, 20, days=-1), when.local_hour(now, zone, 9)
        return evening, min(now, morning) if now > evening else now
    found = ranges.find("last 8 h" if "was" in said else said, now, zone)
    if found is None:
        raise Rejected(f"I do not know the time “{words}”.", advice="Say it like 8h, last night, or since 9am.")
    return max(found.range.start, now - LONGEST), found.range.end


def reads(question: Question) -> Reading | None:
    found = asked(question.text, _SAID)
    if found is None:
        return None
    window = found.groupdict().get("window")
    return Reading("shift_summary", {"window": window} if window else {}, 0.95)


def words(question: Question) -> Mapping[str, Any] | None:
    said = asked(question.text, (r"(?:summary )?(?:of |for )?(?P<window>.*)",))
    window = said["window"] if said else ""
    if not window:
        return {}
    known = re.search("night", window) or ranges.find(window, question.at, question.zone)
    return {"window": window} if known else None


INTENT = Intent(
    name="shift_summary",
    help="What happened in the last hours: for a hand-over.",
    examples=("what happened last night?", "shift 8h"),
    asks=ShiftSummary,
    answer=answer,
    reads=reads,
    title="Shift summary",
    command="shift",
    words=words,
    submit="Show",
    remembered=False,
    by_clock=True,
)
