"""The desk of knowledge: looked up, written down, corrected. Every change is audited."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.desk import issue_entry, searching
from bot.desk.office import entry
from bot.desk.searching import Groups
from bot.desk.web_shelf import WebShelf
from bot.model.document import Correction, Document, DocumentDraft, DocumentId, id_of, of_issue
from bot.model.errors import Missing, Rejected
from bot.model.issue import IssueId
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.knowledge import Found, Search, WebState
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork
from bot.query.named import metrics_named


class Knowledge:
    """Fills bot.ports.desks.KnowledgeDesk. `groups`: categories that one word stands for."""

    def __init__(self, storage: Storage, clock: Clock, groups: Groups, shelf: WebShelf | None = None) -> None:
        self._storage, self._clock, self._groups = storage, clock, groups
        self._shelf = shelf or WebShelf(storage, clock)

    async def search(self, tenant: TenantId, search: Search) -> Found:
        async with self._storage.work(tenant) as work:
            return await searching.search(work, search, self._groups)

    async def find(self, tenant: TenantId, document: DocumentId) -> Document:
        async with self._storage.work(tenant) as work:
            return await _found(work, document)

    async def learnt(self, tenant: TenantId, issues: Collection[IssueId]) -> Mapping[IssueId, Document]:
        async with self._storage.work(tenant) as work:
            found = await work.documents.several([of_issue(one) for one in issues])
        return {one: found[of_issue(one)] for one in issues if of_issue(one) in found}

    async def add(self, actor: Actor, draft: DocumentDraft) -> Document:
        made = of_draft(draft, id_of("upload", draft.title.casefold()), self._clock)
        async with self._storage.work(actor.tenant) as work:
            await work.documents.save([made])
            await work.audit.add(entry(actor, "knowledge.add", made.id, self._clock, title=made.title))
        return made

    async def correct(self, actor: Actor, document: DocumentId, helped: str, remark: str = "") -> Document:
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            standing = await _found(work, document)
            if standing.case is None:
                raise Rejected(
                    "Only what was learnt from an issue is corrected here.", advice="Change the page itself."
                )
            made = issue_entry.corrected(standing, Correction(replace(actor.by, at=now), now, helped, remark))
            await work.documents.save([made])
            said = {"helped": helped, "remark": remark, "before": standing.case.helped}
            await work.audit.add(entry(actor, "knowledge.correct", made.id, self._clock, **said))
        return made

    async def read(self, actor: Actor, address: str, category: str = "", tags: Sequence[str] = ()) -> Document:
        return await self._shelf.read(actor, address, category, tags)

    async def web_pages(self, tenant: TenantId) -> Sequence[WebState]:
        return await self._shelf.every(tenant)

    async def remove(self, actor: Actor, document: DocumentId) -> Document:
        async with self._storage.work(actor.tenant) as work:
            standing = await _found(work, document)
            if standing.origin == "folder" or standing.everyone:
                raise Rejected(
                    "This page comes from a folder.", advice="Remove it there; it goes with the next import."
                )
            if self._shelf.lists(standing):
                raise Rejected(
                    "This page stands in the settings.", advice="Take it out of NIGHTDESK_KNOWLEDGE_PAGES first."
                )
            await work.documents.remove([document])
            await work.audit.add(entry(actor, "knowledge.remove", document, self._clock, title=standing.title))
        return standing


def of_draft(draft: DocumentDraft, document: DocumentId, clock: Clock) -> Document:
    return Document(
        document, draft.title, draft.content, clock.now(), "upload", draft.category, draft.tags, draft.url,
        metrics=metrics_named(draft.content),
    )  # fmt: skip


async def _found(work: UnitOfWork, document: DocumentId) -> Document:
    found = await work.documents.get(document)
    if found is None:
        raise Missing(f"There is no document {document}.", advice="Search for it: kb and a few words.")
    return found
