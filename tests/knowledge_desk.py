"""The desk of knowledge with the pages that a test puts on it; found are those whose title has a word that is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.desk import issue_entry
from bot.model.document import Correction, Document, DocumentDraft, DocumentId, Fetched, id_of
from bot.model.errors import Missing, Rejected
from bot.model.issue import IssueId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.knowledge import Found, Hit, Search, WebState
from tests.fakes import NOON

WEB_PAGE = "https://docs.example.com/checkout"


@dataclass
class Knowledge:
    pages: list[Document] = field(default_factory=list)
    relevance: float = 0.9
    sought: list[Search] = field(default_factory=list)

    async def search(self, tenant: TenantId, search: Search) -> Found:
        self.sought.append(search)
        words = search.query.lower().split()
        found = [one for one in self.pages if any(word in one.title.lower() for word in words)]
        page = found[search.first : search.first + search.limit]
        hits = [Hit(one, self.relevance, one.content[:100], len(words)) for one in page]
        return Found(hits, len(found), 0.004, len(words))

    async def find(self, tenant: TenantId, document: DocumentId) -> Document:
        found = next((one for one in self.pages if one.id == document), None)
        if found is None:
            raise Missing(f"There is no document {document}.")
        return found

    async def learnt(self, tenant: TenantId, issues: Collection[IssueId]) -> Mapping[IssueId, Document]:
        return {one.case.issue: one for one in self.pages if one.case and one.case.issue in issues}

    async def add(self, actor: Actor, draft: DocumentDraft) -> Document:
        made = Document(
            id_of("upload", draft.title), draft.title, draft.content, NOON, "upload", draft.category, draft.tags,
            draft.url,
        )  # fmt: skip
        self.pages.append(made)
        return made

    async def correct(self, actor: Actor, document: DocumentId, helped: str, remark: str = "") -> Document:
        standing = await self.find(actor.tenant, document)
        made = issue_entry.corrected(standing, Correction(replace(actor.by, at=NOON), NOON, helped, remark))
        self.pages = [made if one.id == document else one for one in self.pages]
        return made

    async def read(self, actor: Actor, address: str, category: str = "", tags: Sequence[str] = ()) -> Document:
        if address != WEB_PAGE:
            raise Rejected("Pages of elsewhere.example are not allowed here.")
        made = replace(
            await self.add(actor, DocumentDraft(title="Checkout runbook", content="# Checkout runbook", url=address)),
            origin="web", category=category, tags=tuple(tags), path=address, fetched=Fetched(checked_at=NOON),
        )  # fmt: skip
        self.pages[-1] = made
        return made

    async def web_pages(self, tenant: TenantId) -> Sequence[WebState]:
        kept = [one for one in self.pages if one.origin == "web"]
        return [WebState(one.path, one, (one.fetched or Fetched()).says) for one in kept]

    async def remove(self, actor: Actor, document: DocumentId) -> Document:
        gone = await self.find(actor.tenant, document)
        self.pages.remove(gone)
        return gone
