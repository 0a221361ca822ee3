"""One page of the knowledge base: read, written down, corrected, removed."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from pydantic.config import JsonDict

from bot.desk import excerpts
from bot.intents import acting, kb
from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.document import Document, DocumentDraft, DocumentId
from bot.model.errors import Rejected
from bot.model.issue import IssueId
from bot.model.message import Role
from bot.model.reply import Block, Button, Fact, Facts, Reply, Table, Text
from bot.ports.desks import Act
from bot.ports.tools import Tools

_LINES: JsonDict = {"shape": "lines"}
_ID = re.compile(r"kb_[\w-]{1,80}")


class Page(BaseModel, frozen=True):
    document: str = Field(min_length=1, max_length=100, title="Page", description="Its id: kb_…")


class Using(BaseModel, frozen=True):
    document: str = Field(min_length=1, max_length=100, title="Page")
    issue: str = Field("", max_length=200, title="Issue", description="Its id; none: the issue of this thread")


class Adding(BaseModel, frozen=True):
    title: str = Field(min_length=1, max_length=200, title="Title")
    content: str = Field(
        min_length=1, max_length=200_000, title="Text", description="Markdown", json_schema_extra=_LINES
    )
    category: str = Field("", max_length=60, title="Category", description="Such as troubleshooting")
    tags: str = Field("", max_length=500, title="Tags", description="Separated by commas")
    url: str = Field("", max_length=1000, title="Address", description="Where the page itself is, if it is somewhere")


class Beginning(BaseModel, frozen=True):
    title: str = Field("", max_length=200, title="Title")


class Correcting(BaseModel, frozen=True):
    document: str = Field(min_length=1, max_length=100, title="Page")
    helped: str = Field(min_length=1, max_length=1000, title="What helped", json_schema_extra=_LINES)
    remark: str = Field("", max_length=2000, title="Anything else", json_schema_extra=_LINES)


async def show(ask: Page, tools: Tools) -> Reply:
    return page(await tools.desks.knowledge.find(tools.turn.tenant, DocumentId(ask.document)))


def page(one: Document) -> Reply:
    stale = tuple(Text((f"This page {mark}.",)) for mark in kb.marks(one) if mark.startswith("names"))
    rows = (
        Fact("Category", one.category),
        Fact("Tags", ", ".join(one.tags)),
        Fact("Changed", figures.clock(one.updated_at)),
        Fact("Written by", "a model, from the issue" if one.ai_generated else ""),
        Fact("For", "everyone" if one.everyone else ""),
        Fact("Read", _read(one)),
    )
    return Reply(
        one.title,
        (
            *stale,
            Facts(tuple(row for row in rows if row.value)),
            *excerpts.blocks(one.content, literal=one.case is not None or one.origin == "web"),
            *_corrections(one),
        ),
        _buttons(one),
        tone="warning" if stale else "neutral",
        footer=f"{one.id} · from the knowledge base",
        by_model=one.ai_generated,
    )


def _read(one: Document) -> str:
    """Of a page of the web: when it was looked at, and why it could not be read then."""
    fetched = one.fetched
    if fetched is None or fetched.checked_at is None:
        return ""
    return " · ".join(filter(None, (figures.clock(fetched.checked_at), fetched.says)))


def _corrections(one: Document) -> tuple[Block, ...]:
    rows = tuple((figures.clock(each.at), each.by.name, each.helped) for each in one.corrections)
    return (Table(("When", "Who", "What helped"), rows, "Corrections"),) if rows else ()


def _buttons(one: Document) -> tuple[Button, ...]:
    row = [Button("Open the page", url=one.url)] if one.url.startswith("http") else []
    row.append(Button("Use in thread", "kb_use", {"document": one.id}))
    if one.case:
        about = {"document": one.id, **({"helped": one.case.helped} if one.case.helped else {})}
        row += [
            Button("Correct this entry…", "kb_correct", about, asks=("helped", "remark")),
            Button("Issue", "show_issue", {"issue": one.case.issue}),
        ]
    elif one.origin in ("upload", "web"):
        row.append(
            Button(
                "Remove", "kb_remove", {"document": one.id}, style="danger", confirm="Remove this page for everyone?"
            )
        )
    return tuple(row)


async def use(ask: Using, tools: Tools) -> Reply:
    """Into the story of an issue: where its thread is, both chats read it."""
    turn = tools.turn
    one = await tools.desks.knowledge.find(turn.tenant, DocumentId(ask.document))
    issue = ask.issue or await tools.desks.incidents.here(turn.tenant, turn.place)
    if not issue:
        return await acting.which(tools, "kb_use", {"document": ask.document})
    where = f" ({one.url})" if one.url.startswith("http") else ""
    text = f"{one.title}{where}: {excerpts.excerpt(one.content, ())}"
    await tools.desks.incidents.act(turn.actor, Act("note", IssueId(issue), text=text))
    return Reply(f"“{one.title}” stands in the story of {issue} now.", buttons=(_open(one),), tone="good")


async def begin(ask: Beginning, tools: Tools) -> Reply:  # noqa: ARG001
    given = {"title": ask.title} if ask.title else {}
    write = Button("Write a page…", "kb_keep", given, asks=tuple(Adding.model_fields), style="primary")
    return Reply("A page has a title and a text in Markdown; everybody can look it up.", buttons=(write,))


async def keep(ask: Adding, tools: Tools) -> Reply:
    tags = tuple(part for part in (part.strip() for part in ask.tags.split(",")) if part)
    try:
        draft = DocumentDraft(title=ask.title, content=ask.content, category=ask.category, tags=tags, url=ask.url)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        says = first["msg"].removeprefix("Value error, ").lower()
        raise Rejected(f"I cannot use “{first['loc'][0]}”: {says}.") from None
    made = await tools.desks.knowledge.add(tools.turn.actor, draft)
    return Reply(f"“{made.title}” is in the knowledge base.", buttons=(_open(made),), tone="good")


async def correct(ask: Correcting, tools: Tools) -> Reply:
    made = await tools.desks.knowledge.correct(
        tools.turn.actor, DocumentId(ask.document), ask.helped.strip(), ask.remark.strip()
    )
    assert made.case is not None
    says = f"Corrected. When something like {made.case.issue} comes again, I say: {made.case.helped}"
    return Reply(says, buttons=(_open(made),), tone="good")


async def remove(ask: Page, tools: Tools) -> Reply:
    gone = await tools.desks.knowledge.remove(tools.turn.actor, DocumentId(ask.document))
    return Reply(f"“{gone.title}” is not in the knowledge base any more.")


def _open(one: Document) -> Button:
    return Button("Show it", "kb_show", {"document": one.id})


def _words(question: Question) -> Mapping[str, Any] | None:
    found = _ID.fullmatch(question.text.strip(" .?!"))
    return {"document": found[0]} if found else None


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "kb_show", "One page of the knowledge base.", ("kb show kb_1f2e3d4c5b6a",), Page, show,
        title="Show a page", command="kb show", words=_words, submit="Show", remembered=False,
    ),
    Intent(
        "kb_add", "Write something down for everyone.", ("kb add",), Beginning, begin,
        title="Add a page", command="kb add", words=lambda question: {"title": question.text.strip()}, submit="Next",
        needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "kb_use", "Put a page into the story of an issue.", (), Using, use,
        title="Use in thread", submit="Use it", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "kb_keep", "Keep a page.", (), Adding, keep,
        title="Add a page", submit="Keep it", needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "kb_correct", "Correct what was learnt from an issue.", (), Correcting, correct,
        title="Correct this entry", submit="Correct", needs=Role.OPERATOR, remembered=False,
    ),
    Intent(
        "kb_remove", "Take a page out of the knowledge base.", ("kb remove kb_1f2e3d4c5b6a",), Page, remove,
        title="Remove a page", command="kb remove", words=_words, submit="Remove",
        needs=Role.ADMIN, remembered=False,
    ),
)  # fmt: skip
