"""What AI costs: so far and as projected, split by tool, model, operation or person; the dearest; what a call costs."""

import asyncio
import math
import re
from typing import Any, Literal

from pydantic import Field

from bot.desk import usage_sums, usage_words
from bot.desk.usage_sums import Part
from bot.intents import about_usage, ai_words, cost_ahead, drawing
from bot.intents.about_usage import SPLITS, AboutUsage, Split, Subject
from bot.intents.cost_ahead import Outlook
from bot.intents.intent import Intent, Question, Reading
from bot.model.charge import Charged, together
from bot.model.reply import Block, Button, Chart, Fact, Facts, Reply, Table, Text
from bot.model.series import Series
from bot.ports.tools import Tools

OWN_WORDS = frozenset(
    """cost costs costing spend spending spent expensive dearest priciest bill billed pay paying paid money amount
    current currently per average unit thousand 1000 1,000 1k""".split()
)
_COST = re.compile(
    r"\b(?:cost(?:s|ing)?|spend(?:ing)?|spent|expensive|dearest|priciest|bill(?:ed)?|pay(?:ing)?|paid)\b"
)
_MOST = re.compile(r"\b(?:most expensive|dearest|priciest|costs? (?:us )?(?:the )?most|top spend\w*)\b")
_UNIT = re.compile(
    r"\b(?:cost|price|spend)s? (?:per|of (?:a|one)|for (?:a|one|each)) (?:call|request|1,?000|1k|thousand|token)"
    r"|\bunit costs?\b|\bper (?:call|request|1,?000 tokens|1k tokens)\b"
)
_PER = re.compile(
    r"\b(?:per|of a|of one|for a|for each) (?:call|request|1,?000 tokens|1k tokens|thousand tokens|token)s?\b"
)
NEXT = 3


class Cost(AboutUsage, frozen=True):
    intent = "cost"
    by: Split = Field("tool", title="By")
    about: Literal["spend", "most", "unit"] = Field("spend", description="The sum, the dearest, or what a call costs")


async def answer(ask: Cost, tools: Tools) -> Reply:
    subject = await about_usage.exactly(ask, tools)
    if isinstance(subject, Reply):
        return subject
    await tools.step(f"Reading what AI cost, {subject.range.words}")
    span, day = subject.range, subject.now - usage_sums.DAY
    sums, line, lately, outlook, tip = await asyncio.gather(
        subject.sums(span.start, span.end, (SPLITS[ask.by],)),
        _course(subject),
        subject.sums(day, subject.now),
        cost_ahead.outlook(subject, tools) if ask.about != "unit" else cost_ahead.nothing(),
        cost_ahead.tip(subject, tools) if ask.about == "spend" else cost_ahead.silence(),
    )
    parts, whole = usage_sums.parts(sums), together(sums)
    if not whole.calls:
        return about_usage.nothing(subject)
    return Reply(
        title=f"AI cost{subject.of}",
        summary=_summary(ask, subject, parts, whole, outlook),
        blocks=(
            _facts(subject, whole, outlook, together(lately)),
            _table(ask, subject, parts),
            *_chart(line, subject),
            *tip,
            *_notes(subject, whole, outlook),
        ),
        buttons=_next_steps(ask),
        tone=outlook.tone if outlook else "neutral",
        rateable=True,
    )


async def _course(subject: Subject) -> Series:
    span, zone = subject.range, subject.zone
    every = usage_sums.grain(zone, span.end)
    if span.length <= 2 * usage_sums.DAY:
        sums = await subject.sums(span.start, span.end, (), usage_sums.HOUR)
        points = usage_sums.hourly(sums, span.start, span.end, lambda one: float(one.cost))
        return Series("cost an hour", points, "usd")
    step = usage_sums.DAY if zone == "UTC" else every
    sums = await subject.sums(span.start, span.end, (), step)
    first = max(span.start, subject.first)
    return Series("cost a day", usage_sums.daily(sums, zone, first, span.end, lambda one: float(one.cost)), "usd")


def _summary(ask: Cost, subject: Subject, parts: tuple[Part, ...], whole: Charged, outlook: Outlook | None) -> str:
    when = subject.range.words
    if ask.about == "most":
        return _dearest(ask, parts, whole, when)
    if ask.about == "unit":
        per = f"{usage_words.usd(usage_sums.a_call(whole))} a call"
        thousand = usage_sums.a_thousand(whole)
        tokens = "" if math.isnan(thousand) else f" and {usage_words.usd(thousand)} for 1,000 tokens"
        return f"AI{subject.of} costs {per}{tokens}, {when}: {usage_words.spent(whole)} for {whole.calls:,} calls."
    said = f"AI spend{subject.of}, {when}: {usage_words.spent(whole)}"
    if outlook:
        said = f"{said}, projected {usage_words.usd(outlook.total)} by the end of the month"
    told = "; ".join(f"{one.name} {usage_words.usd(one.sum.cost)} ({usage_words.share(one)})" for one in _priced(parts))
    budget = f" {outlook.status}" if outlook and outlook.status else ""
    return f"{said}.{budget} {told}." if told and len(parts) > 1 else f"{said}.{budget}"


def _priced(parts: tuple[Part, ...]) -> list[Part]:
    return [one for one in parts if one.priced][:NEXT]


def _dearest(ask: Cost, parts: tuple[Part, ...], whole: Charged, when: str) -> str:
    told = _priced(parts)
    if not told:
        return f"Nobody knows what any {ask.by} cost, {when}: no call has a price."
    first, *others = told
    of = f"{usage_words.usd(first.sum.cost)}, {usage_words.share(first)} of {usage_words.usd(whole.cost)}"
    kind = "AI tool" if ask.by == "tool" else ask.by
    follows = f" Next is {others[0].name} with {usage_words.usd(others[0].sum.cost)} ({usage_words.share(others[0])})."
    return f"The most expensive {kind}, {when}, is {first.name}: {of}.{follows if others else ''}"


def _facts(subject: Subject, whole: Charged, outlook: Outlook | None, lately: Charged) -> Facts:
    rows = [Fact("Spent", usage_words.spent(whole))]
    if outlook:
        rows.append(Fact("Projected month end", outlook.projected))
        rows.append(Fact("Budget", outlook.status or "none is set", outlook.tone))
    days = usage_sums.elapsed(subject.range.start, subject.range.end, subject.first, subject.zone)
    if subject.range.length > usage_sums.DAY:
        rows.append(
            Fact("Daily average", f"{usage_words.usd(whole.cost / days)}, over {usage_words.many(days, 'day')}")
        )
    rows.append(Fact("A call", usage_words.usd(usage_sums.a_call(whole))))
    rows.append(Fact("Last 24 h", _lately(lately)))
    return Facts(tuple(rows))


def _lately(one: Charged) -> str:
    if not one.calls:
        return "no call is known"
    tokens = f"{one.tokens:,} tokens" if one.counted else "tokens not counted"
    ok = usage_words.percent(usage_sums.success(one))
    return f"{usage_words.many(one.calls, 'call')}, {tokens}, {usage_words.spent(one)}, {ok} succeeded"


def _table(ask: Cost, subject: Subject, parts: tuple[Part, ...]) -> Table:
    head = ask.by.capitalize()
    caption = f"AI cost by {ask.by}, {subject.range.words}"
    if ask.about == "unit":
        columns = (head, "Calls", "Cost USD", "USD a call", "USD for 1,000 tokens", "Tokens a call")
        return Table(columns, tuple(_unit_row(one) for one in parts), caption)
    rows = tuple(
        (one.name, one.sum.calls, usage_words.tokens(one.sum), usage_words.cost(one.sum), usage_words.share(one))
        for one in parts
    )
    return Table((head, "Calls", "Tokens", "Cost USD", "Share"), rows, caption)


def _unit_row(one: Part) -> tuple[str | float, ...]:
    size = usage_sums.prompt(one.sum) + usage_sums.answer(one.sum)
    tokens = "not counted" if math.isnan(size) else round(size)
    dear = (usage_words.amount(value) for value in (usage_sums.a_call(one.sum), usage_sums.a_thousand(one.sum)))
    return one.name, one.sum.calls, usage_words.cost(one.sum), *dear, tokens


def _chart(line: Series, subject: Subject) -> tuple[Chart, ...]:
    if len(line.points) < 2:
        return ()
    drawn = drawing.chart(f"AI {line.name}{subject.of}, {subject.range.words}", [line])
    return (Chart(drawn.caption, drawn.series, "bar", zone=subject.zone),)


def _notes(subject: Subject, whole: Charged, outlook: Outlook | None) -> tuple[Block, ...]:
    parts = (about_usage.since_known(subject), usage_words.unknown(whole), outlook.basis if outlook else "")
    said = " ".join(part for part in parts if part)
    return (Text((said,)),) if said else ()


def _next_steps(ask: Cost) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True)
    row = [Button(f"By {by}", "cost", {**given, "by": by}) for by in ("tool", "model", "person") if by != ask.by][:2]
    if ask.about != "unit":
        row.append(Button("Cost of a call", "cost", {**given, "about": "unit"}))
    about = {"tool": ask.tool} if ask.tool else {}
    row.append(Button("Against last month", "usage_compare", {"window": "this month", **about}))
    row.append(Button("Forecast", "forecast", about))
    row.append(Button("Change range", "cost", given, asks=("window",)))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    text = ai_words.plain(question.text)
    if not _COST.search(text) or ai_words.ELSEWHERE.search(text) or ai_words.COMPARED.search(text):
        return ai_words.follow(question, "cost", OWN_WORDS)
    told = ai_words.said(_without_unit(question), OWN_WORDS)
    return ai_words.read(question, "cost", told, 0.94, _about(text))


def words(question: Question) -> dict[str, Any] | None:
    text = ai_words.plain(question.text)
    told = ai_words.behind_verb(_without_unit(question), OWN_WORDS)
    return None if told is None else {**told, **_about(f"cost {text}")}


def _about(text: str) -> dict[str, str]:
    if _UNIT.search(text):
        return {"about": "unit"}
    return {"about": "most"} if _MOST.search(text) else {}


def _without_unit(question: Question) -> Question:
    """“Per call” is no split."""
    return ai_words.without(question, _PER)


INTENT = Intent(
    name="cost",
    help="What AI costs: so far, as projected, by tool or model, and a call.",
    examples=("how much have we spent on AI this month?", "cost by model 7d", "what's our most expensive AI tool?"),
    asks=Cost,
    answer=answer,
    reads=reads,
    title="What AI costs",
    command="cost",
    words=words,
    by_clock=True,
)
