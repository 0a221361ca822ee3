"""What the demo's page of knowledge shows: over the same desk as the chats."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.intents import kb
from bot.model.document import Document, DocumentId
from bot.model.errors import Rejected
from bot.model.tenant import DEFAULT_TENANT
from bot.ports.desks import Desks
from bot.ports.knowledge import Hit


class DemoKnowledge:
    """Fills handlers.playground.knowledge.Knowledge."""

    def __init__(self, desks: Desks) -> None:
        self._desk = desks.knowledge

    async def search(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            asked = kb.Kb.model_validate({name: value for name, value in given.items() if value not in ("", None)})
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_input=False)[0]
            what = kb.Kb.model_fields[str(first["loc"][0])].title if first["loc"][:1] else "This"
            raise Rejected(f"{what}: {first['msg'].lower()}.") from None
        found = await self._desk.search(DEFAULT_TENANT, kb.sought(asked))
        return {
            "total": found.total,
            "first": asked.first,
            "milliseconds": round(found.seconds * 1000),
            "results": [_result(one) for one in found.hits],
        }

    async def show(self, document: str) -> Mapping[str, Any]:
        one = await self._desk.find(DEFAULT_TENANT, DocumentId(document))
        told = [{"at": each.at, "by": each.by.name, "helped": each.helped} for each in one.corrections]
        return {**_about(one), "content": one.content, "corrections": told}

    async def pages(self) -> Mapping[str, Any]:
        found = await self._desk.web_pages(DEFAULT_TENANT)
        return {
            "pages": [
                {
                    "address": one.address,
                    "title": one.document.title if one.document else "",
                    "id": one.document.id if one.document else "",
                    "says": one.says or "As it stands there",
                    "failing": bool(one.says),
                }
                for one in found
            ]
        }


def _result(hit: Hit) -> Mapping[str, Any]:
    return {**_about(hit.document), "relevance": round(hit.relevance, 4), "excerpt": hit.excerpt}


def _about(one: Document) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "category": one.category,
        "tags": one.tags,
        "updated_at": one.updated_at,
        "url": one.url if one.url.startswith("http") else "",
        "marks": kb.marks(one),
        "stale": bool(one.unknown),
        "issue": one.case.issue if one.case else "",
    }
