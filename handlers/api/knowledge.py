"""The knowledge base: searched, read, written, corrected."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field
from pydantic.alias_generators import to_camel

from bot.model.document import Document, DocumentDraft, DocumentId, Tag
from bot.model.harmless import clean
from bot.model.message import Role
from bot.ports.knowledge import Hit, Search, WebState
from handlers.api.asked import Ask, Line, Nothing, Words
from handlers.api.route import AnyRoute, Call, Given, Route, simple
from handlers.api.shape import Shape

TAG = "Knowledge"


class DateRange(Ask):
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class Filters(Ask):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    category: Line = Field("", description="One, or a group such as `technical`.")
    tags: Annotated[tuple[Tag, ...], Field(max_length=30)] = Field((), description="Any of them; more rank higher.")
    tags_all: Annotated[tuple[Tag, ...], Field(max_length=30)] = Field((), description="Every one of them.")
    date_range: DateRange = DateRange()
    source: Annotated[str, Field(pattern="^(issues)?$")] = Field("", description="`issues`: what was learnt from them.")


class SearchingKnowledge(Ask):
    query: Annotated[str, AfterValidator(clean)] = Field(min_length=1, max_length=500)
    context: Annotated[tuple[Words, ...], Field(max_length=20)] = Field(
        (), description="Words that hint at what is meant."
    )
    filters: Filters = Filters.model_validate({})
    limit: int = Field(5, ge=1, le=50)
    offset: int = Field(0, ge=0, le=200)


class ReadingPage(Ask):
    address: str = Field(min_length=1, max_length=1000, description="Of a site that the operator allows.")
    category: str = Field("", max_length=60, pattern=r"^[\w-]*$")
    tags: Annotated[tuple[Tag, ...], Field(max_length=30)] = ()


class CorrectingEntry(Ask):
    helped: Annotated[str, AfterValidator(clean)] = Field(min_length=1, max_length=1000)
    remark: Words = ""


class _Camel(Shape):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Result(_Camel):
    id: str
    title: str
    content: str = Field(description="An excerpt around what was asked.")
    relevance_score: float = Field(description="From 0 to 1.")
    category: str
    tags: Sequence[str]
    last_updated: datetime
    url: str
    ai_generated: bool
    unknown_metrics: Sequence[str] = Field(description="Metrics that it names and no source has.")


class Results(_Camel):
    results: Sequence[Result]
    total_count: int = Field(description="All that match, not only those of this page.")
    search_time: float = Field(description="In seconds.")


class Whole(_Camel):
    id: str
    title: str
    content: str
    category: str
    tags: Sequence[str]
    last_updated: datetime
    url: str
    issue: str = Field(description="The issue that it was learnt from.")
    helped: str
    corrected_by: str
    ai_generated: bool
    unknown_metrics: Sequence[str]


class Page(_Camel):
    address: str
    id: str = Field(description="Of the document; empty before it could be read.")
    title: str
    checked_at: datetime | None
    problem: str = Field(description="Why it could not be read last; empty where it could.")


class Pages(_Camel):
    pages: Sequence[Page]


async def search(call: Call, asked: SearchingKnowledge) -> Given:
    given = asked.filters
    found = await call.desks.knowledge.search(
        call.tenant,
        Search(
            asked.query,
            hints=asked.context,
            category=given.category,
            tags=given.tags_all or given.tags,
            every_tag=bool(given.tags_all),
            since=given.date_range.start,
            until=given.date_range.end,
            issues=given.source == "issues",
            limit=asked.limit,
            first=asked.offset,
        ),
    )
    return Results(
        results=[_result(one) for one in found.hits], total_count=found.total, search_time=round(found.seconds, 4)
    )


async def show(call: Call) -> Given:
    return _whole(await call.desks.knowledge.find(call.tenant, DocumentId(call.id)))


async def add(call: Call, asked: DocumentDraft) -> Given:
    return _whole(await call.desks.knowledge.add(call.actor, asked))


async def read(call: Call, asked: ReadingPage) -> Given:
    return _whole(await call.desks.knowledge.read(call.actor, asked.address, asked.category, asked.tags))


async def pages(call: Call) -> Given:
    return Pages(pages=[_page(one) for one in await call.desks.knowledge.web_pages(call.tenant)])


async def correct(call: Call, asked: CorrectingEntry) -> Given:
    return _whole(await call.desks.knowledge.correct(call.actor, DocumentId(call.id), asked.helped, asked.remark))


async def remove(call: Call) -> Given:
    return _whole(await call.desks.knowledge.remove(call.actor, DocumentId(call.id)))


def _page(one: WebState) -> Page:
    kept = one.document
    fetched = kept.fetched if kept else None
    return Page(
        address=one.address, id=kept.id if kept else "", title=kept.title if kept else "",
        checked_at=fetched.checked_at if fetched else None, problem=one.says,
    )  # fmt: skip


def _result(hit: Hit) -> Result:
    one = hit.document
    return Result(
        id=one.id, title=one.title, content=hit.excerpt, relevance_score=hit.relevance, category=one.category,
        tags=one.tags, last_updated=one.updated_at, url=one.url, ai_generated=one.ai_generated,
        unknown_metrics=one.unknown,
    )  # fmt: skip


def _whole(one: Document) -> Whole:
    return Whole(
        id=one.id, title=one.title, content=one.content, category=one.category, tags=one.tags,
        last_updated=one.updated_at, url=one.url, issue=one.case.issue if one.case else "",
        helped=one.case.helped if one.case else "",
        corrected_by=one.corrections[-1].by.name if one.corrections else "",
        ai_generated=one.ai_generated, unknown_metrics=one.unknown,
    )  # fmt: skip


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST", path="/ai/knowledge-base/search", says="Look something up in one's own words.", tag=TAG,
        asks=SearchingKnowledge, gives=Results, act=search,
    ),
    Route(
        method="POST", path="/api/knowledge", says="Write a page down, in the place of one of the same title.", tag=TAG,
        asks=DocumentDraft, gives=Whole, act=add, needs=Role.ADMIN, status=201,
    ),
    Route(
        method="POST", path="/api/knowledge/pages", says="Read a page of the web, now and every hour from now on.",
        tag=TAG, asks=ReadingPage, gives=Whole, act=read, needs=Role.ADMIN, status=201,
    ),
    Route(
        method="GET", path="/api/knowledge/pages", says="The pages that are read so, and how each of them is.",
        tag=TAG, asks=Nothing, gives=Pages, act=simple(pages),
    ),
    Route(
        method="GET", path="/api/knowledge/{id}", says="One page, or what was learnt from an issue.", tag=TAG,
        asks=Nothing, gives=Whole, act=simple(show),
    ),
    Route(
        method="POST", path="/api/knowledge/{id}/correct", says="Say what really helped; the next issue shows it.",
        tag=TAG, asks=CorrectingEntry, gives=Whole, act=correct, needs=Role.OPERATOR,
    ),
    Route(
        method="DELETE", path="/api/knowledge/{id}", says="Take a page out.", tag=TAG,
        asks=Nothing, gives=Whole, act=simple(remove), needs=Role.ADMIN,
    ),
)  # fmt: skip
