"""Why an AI tool is slow or fails: its calls now and normally, named rules that explain it, and what to do."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from bot.desk import usage_signs, usage_sums
from bot.desk.usage_signs import Cause, Signs
from bot.desk.usage_sums import Part
from bot.intents import about_usage, ai_words, diagnosing, why
from bot.intents import usage_why_words as told
from bot.intents.about_usage import AboutUsage, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.intents.usage_why_words import Endpoint
from bot.model.charge import By, Charged, together
from bot.model.errors import Problem
from bot.model.reply import Button, Reply, Text
from bot.ports.tools import Tools

OWN_WORDS = why.OWN_WORDS | {"how", "fast", "average", "p95", "right", "tool"}
NORMAL = timedelta(days=28)  # what is usual is learnt from so long before
MOST = 5_000  # single calls that are looked at
_ASKED = re.compile(
    r"^\W*why\b|\bwhy (?:is|are|was|were|does|do|did)\b|\b(?:investigate|diagnose)\b|\broot cause\b"
    r"|\b(?:what(?:'s| is| was)|whats) (?:causing|behind|going on with)\b"
    r"|\b(?:is|seems|feels|was) (?:very |so |too )?(?:slow|failing|broken)\b"
)
_ERRORS = re.compile(r"\b(?:errors?|fail(?:s|ing|ures?|ed)?|broken)\b")
_TROUBLE = re.compile(r"\b(?:slow\w*|sluggish|latency|errors?|fail\w*|broken|performance|degraded|bad|wrong)\b")


class UsageWhy(AboutUsage, frozen=True):
    intent = "usage_why"
    window: str = Field("last 24 h", max_length=200, title="Over")
    about: Literal["latency", "errors"] = Field("latency", title="What is wrong")


@dataclass(frozen=True, slots=True)
class Found:
    subject: Subject
    whole: Charged
    signs: Signs
    causes: tuple[Cause, ...]
    errors: tuple[Part, ...]
    endpoints: tuple[Endpoint, ...]


async def answer(ask: UsageWhy, tools: Tools) -> Reply:
    await diagnosing.admit(tools)
    subject = await about_usage.exactly(ask, tools)
    if isinstance(subject, Reply):
        return subject
    await tools.step(f"Reading the calls{subject.of or ' of AI tools'}, {subject.range.words}")
    found = await _found(ask, subject)
    if ask.tool or ask.model:
        return about_usage.nothing(subject) if not found.whole.calls else _reply(ask, found)
    return await _with_services(ask, found, tools)


async def _found(ask: UsageWhy, subject: Subject) -> Found:
    span = subject.range
    before = max(span.start - NORMAL, subject.first)
    step = usage_sums.DAY if subject.zone == "UTC" else usage_sums.grain(subject.zone, span.end)
    models, errors, endpoints, single = await asyncio.gather(
        subject.sums(span.start, span.end, (By.MODEL,)),
        subject.sums(span.start, span.end, (By.ERROR,)),
        subject.sums(span.start, span.end, (By.ENDPOINT,)),
        subject.each(span.start, span.end, MOST),
    )
    days, earlier, single_before = await asyncio.gather(
        subject.sums(before, span.start, (), step),
        subject.sums(before, span.start, (By.ENDPOINT,)),
        subject.each(before, span.start, MOST),
    )
    whole = together(models)
    hours = span.length / timedelta(hours=1)
    by_day = usage_sums.by_day(days, subject.zone)
    usual = {one.name: one.sum for one in usage_sums.parts(earlier)}
    signs = usage_signs.read(whole, hours, by_day, usage_sums.parts(models), single, single_before, subject.zone)
    return Found(
        subject,
        whole,
        signs,
        usage_signs.causes(signs, ask.about),
        _by_failures(errors),
        tuple(Endpoint(one.name, one.sum, usual.get(one.name, Charged())) for one in _by_failures(endpoints)),
    )


def _by_failures(sums: Sequence[Charged]) -> tuple[Part, ...]:
    failed = [one for one in usage_sums.parts(sums) if one.sum.failed]
    return tuple(sorted(failed, key=lambda one: (-one.sum.failed, one.name)))


async def _with_services(ask: UsageWhy, found: Found, tools: Tools) -> Reply:
    """Asked of nothing in particular it may be a service as well: both are looked at, and what is wrong comes first."""
    wrong = found.whole.calls > 0 and found.signs.state(ask.about) in ("risen", "degraded", "far")
    other: Reply | None = None
    if tools.metrics is not None:
        try:
            other = await why.answer(why.Why.model_validate({"about": ask.about}), tools)
        except Problem as problem:
            other = Reply(problem.says)
    if not found.whole.calls:
        return other or about_usage.nothing(found.subject)
    mine = _reply(ask, found)
    if not wrong:
        beside = Text((f"Of AI tools: {mine.summary}",))
        return replace(other, blocks=(*other.blocks, beside)) if other else mine
    if other is None:
        return mine
    blocks = (*mine.blocks, Text((f"Of services: {other.summary}",)))
    return replace(mine, blocks=blocks, buttons=(*mine.buttons, Button("Services", "why", {"about": ask.about})))


def _reply(ask: UsageWhy, found: Found) -> Reply:
    subject, signs = found.subject, found.signs
    return Reply(
        title=f"What the calls{subject.of or ' of AI tools'} tell",
        summary=told.summary(ask.about, subject, signs, found.causes, found.errors, found.endpoints),
        blocks=(
            told.signs_table(signs, subject),
            *told.models(signs),
            *told.failures(found.whole, found.errors, found.endpoints),
            *told.causes(found.causes, signs),
            *told.steps(found.causes, found.errors),
            Text((told.basis(signs, found.whole),)),
        ),
        buttons=_next_steps(ask),
        tone=told.tone(signs.state(ask.about)),
        rateable=True,
    )


def _next_steps(ask: UsageWhy) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    other = "errors" if ask.about == "latency" else "latency"
    about = {"tool": ask.tool} if ask.tool else {}
    return (
        Button(f"And its {other}?", "usage_why", {**given, "about": other}),
        Button("Trend of latency", "usage_trends", {**about, "metric": "latency"}),
        Button("By operation", "usage", {**about, "by": "operation", "window": ask.window}),
        Button("Escalate to a person", "human", asks=("reason", "category", "priority")),
    )


def reads(question: Question) -> Reading | None:
    text = ai_words.plain(question.text)
    if not _ASKED.search(text):
        return ai_words.follow(question, "usage_why", OWN_WORDS)
    told_ = ai_words.said(question, OWN_WORDS)
    if not ai_words.connected(question) or (not _TROUBLE.search(text) and "tool" not in told_.arguments):
        return None
    return ai_words.read(question, "usage_why", told_, 0.95, _about(text)) if not told_.unknown else None


def words(question: Question) -> dict[str, Any] | None:
    given = ai_words.behind_verb(question, OWN_WORDS)
    return None if given is None else {**given, **_about(ai_words.plain(question.text))}


def _about(text: str) -> dict[str, str]:
    return {"about": "errors"} if _ERRORS.search(text) and "slow" not in text else {}


INTENT = Intent(
    name="usage_why",
    help="Why an AI tool is slow or fails: its calls now and normally, and what to do.",
    examples=("why is the chatbot slow today?", "investigate the document analyzer performance"),
    asks=UsageWhy,
    answer=answer,
    reads=reads,
    title="Why an AI tool is slow",
    command="usage why",
    words=words,
)
