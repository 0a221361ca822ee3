"""Looks into trouble of a service: the rules' own walk, further looks where a model is on, and what it comes to.

It ends when it is done, when its time is over, or when somebody says stop; each time with what is known by then.
"""

import asyncio
import re
from datetime import timedelta
from typing import Any

from bot.intents import about_service, diagnosing, investigation, looking_further
from bot.intents import investigation_words as told
from bot.intents.findings import Found
from bot.intents.intent import Intent, Question, Reading
from bot.intents.investigation import Investigate
from bot.intents.why import OWN_WORDS as OF_WHY
from bot.model.reply import Reply
from bot.ports.tools import Tools

LASTS = timedelta(seconds=75)
OWN_WORDS = OF_WHY | frozenset("dig deeper look into investigating further please again".split())
_ASKED = re.compile(r"\b(?:investigat(?:e|ing)|diagnose|dig (?:deeper|into)|look (?:deeper|further) into|look into)\b")
_DEEPER = re.compile(r"\b(?:dig deeper|go deeper|look (?:deeper|further)|investigate(?: (?:it|this|that|further))?)\b")
STOPPED = "Stopped: this is what was known until then."
TOO_LONG = "Its time was up: this is what was known until then."


async def answer(ask: Investigate, tools: Tools) -> Reply:
    await diagnosing.admit(tools)
    found = await investigation.subject(ask, tools)
    if found is None:
        return told.nothing(ask.window)
    note = await _bounded(ask, found, tools)
    return told.reply(found, tools.metrics, note)


async def _bounded(ask: Investigate, found: Found, tools: Tools) -> str:
    """Why it ended early; empty where it did not."""
    work = asyncio.ensure_future(_investigate(ask, found, tools))
    halt = asyncio.ensure_future(tools.halt() if tools.halt else asyncio.Event().wait())
    try:
        await asyncio.wait((work, halt), timeout=LASTS.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            return ""
        return STOPPED if halt.done() else TOO_LONG
    finally:
        work.cancel()
        halt.cancel()
        await asyncio.gather(work, halt, return_exceptions=True)


async def _investigate(ask: Investigate, found: Found, tools: Tools) -> None:
    await investigation.walk(ask, found, tools)
    consults = tools.desks.model
    if consults is None or not found.facts:
        return
    if await looking_further.further(found, consults, tools):
        await looking_further.tell(found, consults, tools)


def reads(question: Question) -> Reading | None:
    text = question.text.lower().replace("\u2019", "'")
    if "performance" in text:
        return None  # one measure of it: `why` says how it moved
    if _ASKED.search(text) and not _DEEPER.fullmatch(text.strip(" .!?")):
        reading = about_service.read(question, "investigate", OWN_WORDS, 0.96, {})
        return None if reading.asks_back else reading  # of an AI tool `why` knows more
    if not _DEEPER.search(text):
        return about_service.follow(question, "investigate", OWN_WORDS)
    before = question.memory.get("arguments", {})
    given = {name: before[name] for name in ("service", "region", "issue") if before.get(name)}
    return about_service.read(question, "investigate", OWN_WORDS, 0.95, given)


def words(question: Question) -> dict[str, Any] | None:
    given = about_service.said(question, OWN_WORDS)
    return None if given.unknown or "performance" in question.text.lower() else dict(given.arguments)


INTENT = Intent(
    name="investigate",
    help="Looks into trouble of a service: what moved, changes, error lines, what is known; causes and next steps.",
    examples=("investigate checkout", "dig deeper", "diagnose payments last 3 hours"),
    asks=Investigate,
    answer=answer,
    reads=reads,
    title="Investigate",
    command="investigate",
    words=words,
    patience=LASTS + timedelta(seconds=15),
)
