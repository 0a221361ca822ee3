"""What the instances of a service measure: CPU, memory, requests, errors and latency, beside the day before."""

import math
import re
from dataclasses import replace
from typing import Any

from pydantic import Field

from bot.desk.comparison import figures_over
from bot.intents import about_service
from bot.intents.about_service import AboutService
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.reply import Button, Reply, Table, Text
from bot.model.text import capital
from bot.ports.tools import Tools
from bot.query import spans
from bot.query.measures import BY_NAME
from bot.query.vitals import ERRORS

OWN_WORDS = frozenset("check server servers host hosts infrastructure instance instances metrics metric vitals".split())
_ASKED = re.compile(
    r"^\W*(?:check|show|what are|how are)? ?(?:me )?(?:the |its )?"
    r"(?:servers?|hosts?|infrastructure|instances?) (?:metrics|vitals)\b"
)
MEASURES = (BY_NAME["cpu"], BY_NAME["memory"], BY_NAME["traffic"], ERRORS, BY_NAME["latency"])


class ServerMetrics(AboutService, frozen=True):
    window: str = Field("last 1 h", max_length=200, title="Over")


async def answer(ask: ServerMetrics, tools: Tools) -> Reply:
    subject = await about_service.exactly(ask, tools)
    before = spans.earlier(subject.range, "the day before")
    await tools.step(f"Reading what the instances of {subject.name} measure")
    now = await figures_over(subject.source, MEASURES, subject.where, subject.range)
    then = await figures_over(subject.source, MEASURES, subject.where, before)
    rows = tuple(
        (
            capital(one.title),
            *(figures.measured(value, one.unit) for value in (a, b)),
            figures.against(a, b),
        )
        for one, a, b in zip(MEASURES, now, then, strict=True)
    )
    known = [f"{one.title} {figures.measured(value, one.unit)}" for one, value in zip(MEASURES, now, strict=True)
             if not math.isnan(value)]  # fmt: skip
    if not known:
        return Reply(f"There is no data on the instances of {subject.name}, {subject.range.words}.", tone="warning")
    given = {name: value for name in about_service.SCOPE if (value := getattr(ask, name))}
    return Reply(
        title=f"Server metrics of {subject.name}",
        summary=f"{subject.name}, {subject.range.words}: {', '.join(known)}.",
        blocks=(
            Table(("What", subject.range.words.capitalize(), "The day before", "Change"), rows),
            Text(("What nothing is known of is not zero.",)),
        ),
        buttons=(Button("Health", "health", given), Button("Trends", "trends", {**given, "metric": "cpu"})),
        rateable=True,
    )


def reads(question: Question) -> Reading | None:
    """In a thread about a service it is that one."""
    if not _ASKED.search(question.text.lower()):
        return None
    before = question.memory.get("arguments", {})
    named = {name: before[name] for name in about_service.SCOPE if before.get(name)}
    if "service" not in named and (app := before.get("app") or before.get("of")):
        named["service"] = app
    reading = about_service.read(question, "server_metrics", OWN_WORDS, 0.94, {})
    return replace(reading, arguments={**named, **reading.arguments})


def words(question: Question) -> dict[str, Any] | None:
    return about_service.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="server_metrics",
    help="What the instances of a service measure, beside the day before.",
    examples=("check server metrics", "server metrics checkout"),
    asks=ServerMetrics,
    answer=answer,
    reads=reads,
    title="Server metrics",
    command="server metrics",
    words=words,
    by_clock=True,
)
