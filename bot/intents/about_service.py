"""Questions about one service over some time: how they are read, and made exact."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from bot.analysis.objectives import DEFAULTS, Objective
from bot.intents import applications
from bot.intents.intent import Question, Reading
from bot.intents.metric_words import FILLERS, FOLLOW_UP
from bot.model.errors import Missing, Rejected
from bot.model.reply import Button, Reply
from bot.ports.tools import MetricsSource, Tools
from bot.query import application, ranges
from bot.query.names import Names, telling

SCOPE = ("service", "region", "env")
ALSO_TOOLS = (*SCOPE, "tool")
_NOW = re.compile(r"\b(?:right now|just now|at the moment|currently)\b")
_SAYS_NOTHING = frozenset("application app apps services svc server system systems platform".split())


class AboutService(BaseModel, frozen=True):
    service: str = Field("", max_length=200, title="Service")
    region: str = Field("", max_length=200)
    env: str = Field("", max_length=200, title="Environment")
    window: str = Field(
        "last 24 hours",
        max_length=200,
        title="Over",
        description="Such as 24h, yesterday, this month",
        examples=["last hour", "last 24 hours", "yesterday", "last 7 days", "this month"],
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says of place and time, and the words that say nothing we know."""

    arguments: Mapping[str, str]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about, as queries and sentences name it."""

    where: Mapping[str, str]
    range: ranges.Range
    now: bool  # the time reaches to this moment
    source: MetricsSource
    objectives: tuple[Objective, ...] = DEFAULTS

    @property
    def name(self) -> str:
        place = "".join(f" in {self.where[label]}" for label in ("region", "env") if label in self.where)
        return f"{self.where.get('service') or self.where.get('tool', 'everything')}{place}"


def said(question: Question, own_words: frozenset[str], scope: Sequence[str] = SCOPE) -> Said:
    text = question.text.lower().replace("\u2019", "'")
    found = ranges.find(text, question.at, question.zone)
    rest = found.rest if found else text
    arguments: dict[str, str] = {k: v for k, v in question.names.find(rest).items() if k in scope}
    if "service" not in arguments and (app := question.names.app(rest)):
        arguments["service"] = app
    for value in arguments.values():
        rest = re.sub(rf"(?<![\w-]){re.escape(value.lower())}(?![\w-])", " ", rest)
    unknown: list[str] = []
    for word in telling(_NOW.sub(" ", rest)):
        if len(word) > 1 and word in FILLERS | own_words | _SAYS_NOTHING:
            continue
        meant = _meant(word, question.names, scope)
        if meant is None:
            unknown.append(word)
        else:
            arguments.setdefault(*meant)
    if found:
        arguments["window"] = found.range.words.removeprefix("the ")
    elif _NOW.search(text):
        arguments["window"] = "last 1 h"
    return Said(arguments, tuple(unknown))


def behind_verb(question: Question, own_words: frozenset[str]) -> dict[str, str] | None:
    """None where a word is left that nobody knows."""
    told = said(question, own_words)
    return None if told.unknown else dict(told.arguments)


def _meant(word: str, names: Names, scope: Sequence[str]) -> tuple[str, str] | None:
    """A typo of a name, or the beginning of exactly one region or environment: “eu”, “production”."""
    begun = [
        (label, value)
        for label in ("region", "env")
        for value in names.values.get(label, ())
        if value.lower().startswith(f"{word}-") or (label == "env" and len(word) > 2 and word.startswith(value.lower()))
    ]
    if len(begun) == 1:
        return begun[0]
    meant = names.meant(word)
    return meant if meant and meant[0] in scope else None


def read(
    question: Question,
    intent: str,
    own_words: frozenset[str],
    sure: float,
    given: Mapping[str, Any],
    scope: Sequence[str] = SCOPE,
) -> Reading:
    """A question of this intent; a name in it that nobody knows is asked back."""
    told = said(question, own_words, scope)
    arguments = {**told.arguments, **given}
    if told.unknown:
        return Reading(intent, arguments, sure, _asked_back(told.unknown[0], intent, arguments, question.names, scope))
    return Reading(intent, arguments, sure)


def follow(
    question: Question, intent: str, own_words: frozenset[str] = frozenset(), scope: Sequence[str] = SCOPE
) -> Reading | None:
    """“and yesterday?”, “only eu”, “for search”: the same again, with what is new."""
    if question.memory.get("intent") != intent:
        return None
    told = said(question, own_words, scope)
    short = FOLLOW_UP.search(question.text.lower()) or len(question.text.split()) <= 4
    if told.unknown or not told.arguments or not short:
        return None
    return Reading(intent, {**question.memory.get("arguments", {}), **told.arguments}, 0.88)


def _asked_back(word: str, intent: str, arguments: Mapping[str, Any], names: Names, scope: Sequence[str]) -> Reply:
    """With the nearest names of services and tools, else with some of them."""
    known = {name: label for label in ("tool", "service") if label in scope for name in names.values.get(label, ())}
    near = [name for name in names.near(word) if name in known]
    near = near or [name for name, label in known.items() if label == "service"][:4]
    ask = "Did you mean one of these?" if near else "I know no service yet: is a metrics source connected?"
    row = tuple(Button(name, intent, {**arguments, known[name]: name}) for name in near)
    return Reply(f"I do not know “{word[:80]}”. {ask}", tone="warning", buttons=row)


async def exactly(ask: AboutService, tools: Tools) -> Subject:
    """With the environment people mean unless they say otherwise; it is named in the answer."""
    turn = tools.turn
    app = await applications.of(ask.service, tools)
    source = await tools.source_of(app.datasource or "" if app else "")
    found = ranges.find(ask.window.lower(), turn.at, turn.zone)
    if found is None:
        raise Rejected(f"I do not know the time “{ask.window}”.", advice="Say it like 24h, yesterday, or this month.")
    where = {label: value for label in ALSO_TOOLS if (value := getattr(ask, label, ""))}
    if app and "service" in where:
        where["service"] = applications.service(app, ask.service, await source.values("service"))
    for label, value in where.items():
        known = await source.values(label)
        if value not in known:
            shown = ", ".join(list(known)[:8]) or "none"
            raise Missing(f"I know no {label} “{value[:80]}”.", advice=f"There are: {shown}.")
    usual = application.environment(app) or "prod"
    if not ask.env and "tool" not in where and usual in await source.values("env"):
        where["env"] = usual
    return Subject(where, found.range, found.range.end >= turn.at, source, applications.objectives(app))
