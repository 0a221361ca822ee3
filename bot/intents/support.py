"""Trouble with something that is connected, or is not: what is known of it here, and what to do next."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents import human
from bot.intents.account import known_page
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.errors import Missing, Problem
from bot.model.reply import Button, Fact, Facts, Reply, Text
from bot.model.source import Datasource
from bot.ports.tools import Tools

LONGEST = 1000
_NAME = r"(?P<name>[\w .&+-]{2,60}?)"
_KINDS = r"(?P<kind>integration|connection|connector|datasource|data source|api|account|sync)"
_TROUBLE = re.compile(
    rf"\b(?:trouble|problems?|issues?|difficult(?:y|ies)) (?:with|connecting(?: to)?) (?:my |our |the )?"
    rf"{_NAME} {_KINDS}\b"
    rf"|\b(?:my|our|the) {_NAME.replace('name', 'other')} {_KINDS.replace('kind', 'what')} "
    r"(?:is (?:broken|down|not working|failing)|(?:does not|doesn't|won't|will not) (?:work|connect|sync)"
    r"|fails|broke)\b"
)
_PROBLEMS = (
    ("access", r"\b(?:log ?in|sign ?in|password|permission|denied|401|403|token|key)\b"),
    ("missing data", r"\b(?:no data|missing|empty|sync)\b"),
)


class Support(BaseModel, frozen=True):
    name: str = Field(min_length=1, max_length=60, title="What is it about?", description="Such as Google Ads")
    words: str = Field("", max_length=LONGEST, title="What happens?")


async def answer(ask: Support, tools: Tools) -> Reply:
    source = await _source(ask.name, tools)
    page = await known_page(ask.words or f"{ask.name} integration", tools)
    facts = Facts((Fact("About", ask.name), Fact("Kind of problem", _problem(ask.words)), Fact("Urgency", "medium")))
    steps = (
        Text(("Look up how it is set up.",), listed=True),
        Text(("Test the connection, if it is one of the datasources here.",), listed=True),
        Text(("Ask a person, who gets what you wrote.",), listed=True),
    )
    return Reply(
        _said(ask, source),
        (facts, *page, *steps),
        _buttons(ask, source),
        title=f"Trouble with {ask.name}",
        tone="bad" if source and source.state == "down" else "warning",
    )


async def _source(name: str, tools: Tools) -> Datasource | None:
    try:
        return await tools.desks.sources.find(tools.turn.tenant, name)
    except (Missing, Problem):
        return None


def _said(ask: Support, source: Datasource | None) -> str:
    if source is None:
        return f"{ask.name} is not connected here, so I cannot see how it is."
    health = source.health
    if health is None:
        return f"{source.name} is connected and has not been looked at yet."
    return f"{source.name} is {source.state}, looked at {figures.clock(health.at)}."


def _problem(words: str) -> str:
    low = words.lower()
    return next((kind for kind, phrase in _PROBLEMS if re.search(phrase, low)), "connection")


def _buttons(ask: Support, source: Datasource | None) -> tuple[Button, ...]:
    test = Button("Test it", "test_datasource", {"source": source.name}) if source else None
    given = {"reason": ask.words or f"Trouble with {ask.name}", "category": "technical"}
    return (
        Button("How to set it up", "kb", {"query": f"{ask.name} integration"}),
        test or Button("Datasources", "datasources"),
        Button("Ask a person", "human", given, asks=human.ASKS),
    )


def reads(question: Question) -> Reading | None:
    text = " ".join(question.text.split())[:LONGEST]
    found = _TROUBLE.search(text.lower().replace("\u2019", "'"))
    if found is None:
        return None
    name = found["name"] or found["other"]
    at = text.lower().find(name)
    spelt = text[at : at + len(name)] if at >= 0 else name
    return Reading("support", {"name": spelt, "words": text}, 0.93)


def words(question: Question) -> Mapping[str, Any] | None:
    text = question.text.strip(" ?.!")
    return {"name": text[:60]} if len(text.split()) <= 5 else None


INTENT = Intent(
    name="support",
    help="Trouble with an integration: what is known of it here, and what to do.",
    examples=("I'm having trouble with my Google Ads integration",),
    asks=Support,
    answer=answer,
    reads=reads,
    title="Trouble with an integration",
    command="support",
    words=words,
    remembered=False,
)
