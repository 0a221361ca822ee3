"""The knowledge base: what people wrote down and what was learnt from issues, looked up in one's own words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from bot.intents import human
from bot.intents.intent import Intent, Question, Reading
from bot.intents.sentences import asked
from bot.model.document import Document
from bot.model.reply import Block, Button, Choices, Link, Option, Reply, Strong, Text
from bot.ports.knowledge import Found, Hit, Search
from bot.ports.tools import Tools

PAGE = 5
SURE = 0.6  # a rule so sure is taken where nothing else is sure
STRONG, MOST_OF_IT = 0.5, 0.5  # of a page that answers by itself: its relevance, and the share of the words it has
_FILTER = re.compile(r"(?<!\S)(?P<name>category|tags?|tags_all|since|until|source):(?P<value>\S+)")
_AGO = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
_HOW = (
    r"how (?:do|can|could|should|would) (?:i|we|you|one|somebody) (?P<query>.{4,300})",
    r"how to (?P<query>.{4,300})",
    r"what (?:do|should|can) (?:i|we) do (?:when|if|about) (?P<query>.{4,300})",
    r"(?:is there |where is |show (?:me )?|find )?(?:an? |the )?(?:runbook|guide|documentation|docs|help page|article) "
    r"(?:for|on|about|of) (?P<query>.{3,300})",
    r"(?:search|look in|ask) (?:the )?(?:kb|knowledge base|docs|documentation) (?:for|about) (?P<query>.{2,300})",
)  # fmt: skip


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


Day = Annotated[datetime | None, AfterValidator(_aware)]


class Kb(BaseModel, frozen=True):
    query: str = Field(min_length=1, max_length=500, title="What do you look for?")
    category: str = Field("", max_length=60, title="Category", description="Or a group, such as technical")
    tags: str = Field("", max_length=300, title="Tags", description="Separated by commas; any of them")
    tags_all: str = Field("", max_length=300, title="All of these tags", description="Separated by commas")
    since: Day = Field(None, title="Changed since", description="Such as 2026-01-31")
    until: Day = Field(None, title="Changed before", description="Such as 2026-02-28")
    source: str = Field(
        "", pattern=r"^(issues)?$", title="Source", description="issues: only what was learnt from them"
    )
    first: int = Field(0, ge=0, le=1000)
    how: bool = False  # a question in somebody's own words: only a page that answers it is an answer


async def answer(ask: Kb, tools: Tools) -> Reply:
    found = await tools.desks.knowledge.search(tools.turn.tenant, sought(ask))
    if ask.how:
        return strongest(found) or _nothing(ask, found)
    if not found.hits:
        return _nothing(ask, found)
    last = ask.first + len(found.hits)
    shown = (
        f"{len(found.hits)} of {found.total:,}" if not ask.first else f"{ask.first + 1} to {last} of {found.total:,}"
    )
    options = tuple(Option(one.document.title[:75], one.document.id) for one in found.hits)
    blocks: list[Block] = [block for one in found.hits for block in listed(one)]
    more = {**ask.model_dump(mode="json", exclude_defaults=True), "first": last}
    return Reply(
        f"{shown} in the knowledge base for “{ask.query[:120]}”, the best first.",
        (*blocks, Choices("Open one", options, "kb_show", "document")),
        (Button("More", "kb", more),) if last < found.total and len(found.hits) == PAGE else (),
        footer=f"{found.total:,} found in {found.seconds * 1000:.0f} ms · from the knowledge base",
    )


def listed(hit: Hit) -> tuple[Block, ...]:
    one = hit.document
    small = (f"{hit.relevance:.0%}", one.category, ", ".join(one.tags[:6]), f"{one.updated_at:%Y-%m-%d}", *marks(one))
    title = Link(one.title, one.url) if one.url.startswith("http") else Strong(one.title)
    return Text((title, f" · {' · '.join(part for part in small if part)}")), Text((hit.excerpt or "–",))


def marks(one: Document) -> tuple[str, ...]:
    """What a reader should know before relying on it."""
    corrected = f"corrected by {one.corrections[-1].by.name}" if one.corrections else ""
    named = ", ".join(one.unknown[:3]) + (f" and {len(one.unknown) - 3} more" if len(one.unknown) > 3 else "")
    stale = f"names {named}, which no source has today" if one.unknown else ""
    return tuple(filter(None, ("AI generated" if one.ai_generated else "", corrected, stale)))


def strongest(found: Found) -> Reply | None:
    """The page that answers, by itself; None where none does so plainly enough."""
    best = found.hits[0] if found.hits else None
    if best is None or best.relevance < STRONG or best.terms < max(min(2, found.asked), found.asked * MOST_OF_IT):
        return None
    one = best.document
    parts = (Link(one.title, one.url) if one.url.startswith("http") else Strong(one.title),)
    notes = tuple(Text((f"This page {mark}.",)) for mark in marks(one) if mark.startswith("names"))
    return Reply(
        f"The knowledge base has a page on this: {one.title}.",
        (Text(parts), Text((best.excerpt,)), *notes),
        (
            Button("Read it", "kb_show", {"document": one.id}),
            Button("Use in thread", "kb_use", {"document": one.id}),
        ),
        footer=" · ".join(("from the knowledge base", *(mark for mark in marks(one) if not mark.startswith("names")))),
    )


def _nothing(ask: Kb, found: Found) -> Reply:
    filtered = any((ask.category, ask.tags, ask.tags_all, ask.since, ask.until, ask.source))
    row: tuple[Button, ...]
    if ask.how:
        near = (Button("Show what is near", "kb", {"query": ask.query}),) if found.hits else ()
        says = f"The knowledge base has no page that answers “{ask.query[:120]}”."
        return Reply(says, buttons=(*near, Button("Help", "help"), human.BUTTON))
    row = (Button("Without filters", "kb", {"query": ask.query}),) if filtered else (Button("Help", "help"),)
    return Reply(
        f"The knowledge base has nothing on “{ask.query[:120]}”{' with these filters' if filtered else ''}.",
        buttons=row,
    )


def sought(ask: Kb) -> Search:
    return Search(
        ask.query,
        category=ask.category,
        tags=_words(ask.tags_all or ask.tags),
        every_tag=bool(ask.tags_all),
        since=ask.since,
        until=ask.until,
        issues=ask.source == "issues",
        limit=PAGE,
        first=ask.first,
    )


def _words(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def words(question: Question) -> Mapping[str, Any] | None:
    """Filters may stand anywhere among the words: `category:…`, `tag:…` several times, `since:30d`, `source:issues`."""
    given: dict[str, Any] = {}
    for found in _FILTER.finditer(question.text):
        name, value = found["name"], found["value"]
        if name in ("since", "until"):
            given[name] = _day(value, question.at)
        elif name in ("tag", "tags"):
            given["tags"] = ",".join(filter(None, (given.get("tags", ""), value)))
        else:
            given[name] = value
    query = " ".join(_FILTER.sub(" ", question.text).split()).strip('“”" ')
    return {**given, "query": query} if query else None


def _day(value: str, now: datetime) -> str:
    ago = _AGO.fullmatch(value)
    return (now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])).isoformat() if ago else value


def reads(question: Question) -> Reading | None:
    found = asked(question.text, _HOW)
    return Reading("kb", {"query": found["query"], "how": True}, SURE) if found else None


INTENT = Intent(
    name="kb",
    help="Look something up in the knowledge base.",
    examples=("kb google ads setup", "kb checkout slow source:issues", "how do I rotate a certificate?"),
    asks=Kb,
    answer=answer,
    reads=reads,
    title="Knowledge base",
    command="kb",
    words=words,
    submit="Look it up",
    remembered=False,
)
