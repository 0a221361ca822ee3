"""Pages of the web in the knowledge base: read from an address, and how each of them is."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from bot.intents.intent import AnyIntent, Intent, Question
from bot.model import figures
from bot.model.errors import Rejected
from bot.model.message import Role
from bot.model.reply import Button, Choices, Option, Reply, Table
from bot.model.text import many
from bot.ports.knowledge import WebState
from bot.ports.tools import Tools

MOST_SHOWN = 50
_ADDRESS = re.compile(r"<?(?P<address>https?://[^\s|>]+)[^\s]*")
_FILTER = re.compile(r"(?<!\S)(?P<name>category|tags?):(?P<value>\S+)")
_TAG = re.compile(r"[\w.:/+-]{1,60}")


class Reading(BaseModel, frozen=True):
    address: str = Field(min_length=1, max_length=1000, title="Address", description="https://…")
    category: str = Field("", max_length=60, pattern=r"^[\w-]*$", title="Category", description="May stay empty")
    tags: str = Field("", max_length=300, title="Tags", description="Separated by commas")


class Listing(BaseModel, frozen=True):
    pass


async def read(ask: Reading, tools: Tools) -> Reply:
    tags = tuple(part for part in (part.strip() for part in ask.tags.split(",")) if part)
    if wrong := next((tag for tag in tags if not _TAG.fullmatch(tag)), None):
        raise Rejected(f"“{wrong[:60]}” cannot be a tag.", advice="Use letters, numbers and . : / + - _ only.")
    made = await tools.desks.knowledge.read(tools.turn.actor, ask.address, ask.category, tags)
    return Reply(
        f"“{made.title}” is in the knowledge base.",
        buttons=(Button("Show it", "kb_show", {"document": made.id}), Button("All such pages", "kb_pages")),
        tone="good",
        footer="It is looked at every hour; when it is gone there, it goes here after three looks.",
    )


async def listing(ask: Listing, tools: Tools) -> Reply:  # noqa: ARG001
    found = await tools.desks.knowledge.web_pages(tools.turn.tenant)
    if not found:
        return Reply(
            "No pages are read from addresses.", footer="Whoever runs Nightdesk allows sites; then “kb read https://…”."
        )
    failing = sum(bool(one.says) for one in found)
    told = f"{many(len(found), 'page')} read from addresses"
    said = f", {failing:,} of them could not be read last" if failing else ", each as it stands there"
    options = tuple(Option(one.document.title[:75], one.document.id) for one in found if one.document)[:MOST_SHOWN]
    rows = tuple(_row(one) for one in sorted(found, key=lambda one: (not one.says, one.address))[:MOST_SHOWN])
    left = len(found) - len(rows)
    return Reply(
        f"{told}{said}.",
        (
            Table(("Page", "Address", "Looked at", "How it is"), rows),
            *([Choices("Open one", options, "kb_show", "document")] if options else []),
        ),
        tone="warning" if failing else "neutral",
        footer=f"{left:,} more are not shown" if left else "",
    )


def _row(one: WebState) -> tuple[str, ...]:
    fetched = one.document.fetched if one.document else None
    looked = figures.clock(fetched.checked_at) if fetched and fetched.checked_at else "–"
    since = f" Since {figures.clock(fetched.failing_since)}." if fetched and fetched.failing_since else ""
    return (
        one.document.title if one.document else "–",
        one.address,
        looked,
        f"{one.says}{since}" or "As it stands there",
    )


def words(question: Question) -> Mapping[str, Any] | None:
    """Chats put addresses into brackets of their own."""
    found = _ADDRESS.search(question.text)
    if found is None:
        return None
    given: dict[str, Any] = {"address": found["address"]}
    for one in _FILTER.finditer(question.text.replace(found[0], " ")):
        name = "category" if one["name"] == "category" else "tags"
        given[name] = one["value"] if name == "category" else ",".join(filter(None, (given.get(name), one["value"])))
    return given


INTENTS: tuple[AnyIntent, ...] = (
    Intent(
        "kb_read", "Read a page of the web into the knowledge base.",
        ("kb read https://docs.example.com/runbooks/checkout",), Reading, read,
        title="Read a page", command="kb read", words=words, submit="Read it", needs=Role.ADMIN, remembered=False,
    ),
    Intent(
        "kb_pages", "Pages that are read from addresses, and how each of them is.", ("kb pages",), Listing, listing,
        title="Pages of the web", command="kb pages", words=lambda question: {} if not question.text.strip() else None,
        submit="Show", remembered=False,
    ),
)  # fmt: skip
