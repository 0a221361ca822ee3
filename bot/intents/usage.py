"""How AI was used: calls, tokens, cost and success, by tool or model; other periods in the same message."""

import asyncio
import re
from typing import Any

from pydantic import Field

from bot.desk import usage_sums, usage_words
from bot.desk.usage_sums import Part
from bot.intents import about_usage, ai_words, own_sessions
from bot.intents.about_usage import SPLITS, AboutUsage, Split, Subject
from bot.intents.intent import Intent, Question, Reading
from bot.model import figures
from bot.model.charge import Charged, together
from bot.model.errors import Rejected
from bot.model.reply import Block, Button, Buttons, Fact, Facts, Reply, Table, Text
from bot.ports.tools import Tools
from bot.query import spans

OWN_WORDS = frozenset("usage used statistics stats summary successful fail failed failing succeed succeeded".split())
_USAGE = re.compile(r"\busage\b|\bstatistics\b")
_OF_AI = re.compile(r"\b(?:calls?|tokens?|requests?|success rate|used|use)\b")
PERIODS = (("24h", "last 24 h"), ("7d", "last 7 d"), ("30d", "last 30 d"))
GONE = "I no longer have that answer. Ask again, and I show it anew."


class Usage(AboutUsage, frozen=True):
    intent = "usage"
    window: str = Field("last 24 h", max_length=200, title="Over", examples=["last 24 h", "last 7 d", "last 30 d"])
    by: Split = Field("tool", title="By")


class UsageOver(Usage, frozen=True):
    of: str = Field("", description="The answer whose period changes")


async def answer(ask: Usage, tools: Tools) -> Reply:
    subject = await about_usage.exactly(ask, tools)
    if isinstance(subject, Reply):
        return subject
    span = subject.range
    before = spans.earlier(span, spans.before_words(span))
    sums, then = await asyncio.gather(
        subject.sums(span.start, span.end, (SPLITS[ask.by],)),
        subject.sums(before.start, before.end),
    )
    parts, whole = usage_sums.parts(sums), together(sums)
    ours = await own_sessions.blocks(subject) if own_sessions.shown(subject, tools) else ()
    if not whole.calls:
        empty = about_usage.nothing(subject)
        return Reply(empty.summary, (*ours, _periods(ask)), empty.buttons, tone=empty.tone)
    return Reply(
        title=f"AI usage{subject.of}",
        summary=_summary(subject, whole),
        blocks=(
            _facts(whole, together(then) if before.start >= subject.first else None),
            _table(ask, subject, parts),
            *_notes(subject, whole),
            *ours,
            _periods(ask),
        ),
        buttons=_next_steps(ask),
        rateable=True,
    )


async def over(ask: UsageOver, tools: Tools) -> Reply:
    if ask.of and await tools.kept(ask.of) is None:
        raise Rejected(GONE)
    return await answer(Usage.model_validate(ask.model_dump(exclude={"of"})), tools)


def _summary(subject: Subject, whole: Charged) -> str:
    tokens = f"{whole.tokens:,} tokens" if whole.counted else "tokens not counted"
    ok = usage_words.percent(usage_sums.success(whole))
    told = f"{usage_words.many(whole.calls, 'call')}, {tokens}, {usage_words.spent(whole)}, {ok} succeeded"
    return f"AI usage{subject.of}, {subject.range.words}: {told}."


def _facts(whole: Charged, then: Charged | None) -> Facts:
    rows = [
        Fact("Calls", f"{whole.calls:,}{_change(whole.calls, then.calls if then else None)}"),
        Fact("Tokens", _tokens(whole)),
        Fact("Cost", f"{usage_words.spent(whole)}{_change(float(whole.cost), float(then.cost) if then else None)}"),
        Fact("Success rate", f"{usage_words.percent(usage_sums.success(whole))}, {whole.failed:,} failed"),
        Fact("Average latency", figures.measured(usage_sums.latency(whole), "seconds")),
    ]
    return Facts(tuple(rows))


def _change(now: float, then: float | None) -> str:
    return f" ({figures.change(now, then)} against the time before)" if then else ""


def _tokens(whole: Charged) -> str:
    if not whole.counted:
        return "not counted"
    cached = f", {usage_words.percent(usage_sums.cached(whole))} of those read from the cache" if whole.cached else ""
    return f"{whole.tokens:,}: {whole.read:,} read and {whole.written:,} written{cached}"


def _table(ask: Usage, subject: Subject, parts: tuple[Part, ...]) -> Table:
    rows = tuple(
        (
            one.name,
            one.sum.calls,
            usage_words.tokens(one.sum),
            usage_words.cost(one.sum),
            usage_words.share(one),
            usage_words.percent(usage_sums.success(one.sum)),
        )
        for one in parts
    )
    columns = (ask.by.capitalize(), "Calls", "Tokens", "Cost USD", "Share", "Success")
    return Table(columns, rows, f"AI usage by {ask.by}, {subject.range.words}")


def _notes(subject: Subject, whole: Charged) -> tuple[Block, ...]:
    said = " ".join(part for part in (about_usage.since_known(subject), usage_words.unknown(whole)) if part)
    return (Text((said,)),) if said else ()


def _periods(ask: Usage) -> Buttons:
    given = ask.model_dump(exclude_defaults=True, exclude={"window", "of"})
    return Buttons(
        tuple(Button(label, "usage_over", {**given, "window": window, "of": ""}) for label, window in PERIODS)
    )


def _next_steps(ask: Usage) -> tuple[Button, ...]:
    given = ask.model_dump(exclude_defaults=True, exclude={"of"})
    row = [Button(f"By {by}", "usage", {**given, "by": by}) for by in ("tool", "model") if by != ask.by][:1]
    about = {"tool": ask.tool} if ask.tool else {}
    row.append(Button("Trends", "usage_trends", about))
    row.append(Button("This week against last", "usage_compare", {"window": "this week", **about}))
    row.append(Button("Cost", "cost", about))
    return tuple(row)


def reads(question: Question) -> Reading | None:
    text = ai_words.plain(question.text)
    if ai_words.ELSEWHERE.search(text) or ai_words.COMPARED.search(text):
        return None
    told = ai_words.said(question, OWN_WORDS)
    if not _USAGE.search(text) and not (told.about_ai and _OF_AI.search(text)):
        return ai_words.follow(question, "usage", OWN_WORDS)
    return ai_words.read(question, "usage", told, 0.93)


def words(question: Question) -> dict[str, Any] | None:
    return ai_words.behind_verb(question, OWN_WORDS)


INTENT = Intent(
    name="usage",
    help="How AI was used: calls, tokens, cost and success, by tool or model.",
    examples=("show me today's usage summary", "usage 7d", "how many tokens did the chatbot use yesterday?"),
    asks=Usage,
    answer=answer,
    reads=reads,
    title="How AI was used",
    command="usage",
    words=words,
    by_clock=True,
)
OVER = Intent(
    name="usage_over",
    help="The usage of AI over another period, in the same message.",
    examples=(),
    asks=UsageOver,
    answer=over,
    remembered=False,
    in_place=True,
)
INTENTS = (INTENT, OVER)
