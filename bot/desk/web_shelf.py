"""Pages at addresses as documents: read when somebody asks for it, looked at again by the clock, gone when they are."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.desk import folders
from bot.desk.office import entry
from bot.model.document import Document, DocumentDraft, Fetched, id_of
from bot.model.errors import Misconfigured, Missing, Problem, Rejected, Unavailable
from bot.model.tenant import DEFAULT_TENANT, TenantId
from bot.ports.actor import Actor
from bot.ports.knowledge import WebPage, WebPages, WebState
from bot.ports.services import Clock
from bot.ports.storage import Entry, Storage
from bot.query.named import metrics_named

log = logging.getLogger(__name__)

WEB = "web"
FRESH = timedelta(hours=1)  # so long a page that could be read is not asked for again
GONE_AFTER = 3  # looks at which it was not there; then it goes here, too
MOST_PAGES, AT_ONCE, MOST_A_ROUND = 500, 4, 200


class WebShelf:
    """`pages` None: none are allowed. `listed`: addresses of the settings, for the first tenant."""

    def __init__(
        self, storage: Storage, clock: Clock, pages: WebPages | None = None, listed: Sequence[str] = ()
    ) -> None:
        self._storage, self._clock, self._pages = storage, clock, pages
        self._listed = tuple(_as_asked(one, pages) for one in listed)
        self._unread: dict[str, str] = {}  # of those listed, why

    async def read(self, actor: Actor, address: str, category: str = "", tags: Sequence[str] = ()) -> Document:
        """Read at once; one that is here already is read anew, whether it has changed or not."""
        if self._pages is None:
            raise Rejected(
                "No pages are read here.",
                advice="Whoever runs Nightdesk can allow them with NIGHTDESK_KNOWLEDGE_SITES.",
            )
        address = self._pages.address(address)
        page = await self._pages.read(address)
        assert page is not None
        async with self._storage.work(actor.tenant) as work:
            standing = await work.documents.get(id_of(WEB, address))
            if standing is None and len(await work.documents.of_place(WEB)) >= MOST_PAGES:
                raise Rejected(f"More than {MOST_PAGES} pages are not read.", advice="Remove one with “kb remove”.")
            made = _document(address, page, standing, self._clock.now(), category, tuple(tags))
            await work.documents.save([made])
            await work.audit.add(entry(actor, "knowledge.read", made.id, self._clock, address=address))
        return made

    def lists(self, one: Document) -> bool:
        """Whether the settings name it, so that it would come again."""
        return one.origin == "web" and one.path in self._listed

    async def every(self, tenant: TenantId) -> Sequence[WebState]:
        async with self._storage.work(tenant) as work:
            kept = await work.documents.of_place(WEB)
        found = [WebState(one.path, one, (one.fetched or Fetched()).says) for one in kept]
        waiting = [one for one in self._listed if tenant == DEFAULT_TENANT and one not in {page.path for page in kept}]
        return [*found, *(WebState(one, None, self._unread.get(one, "It has not been read yet.")) for one in waiting)]

    async def look(self, now: datetime) -> None:
        """Those that have not been looked at for a while."""
        if self._pages is None:
            return
        for tenant in await self._storage.directory.tenants():
            async with self._storage.work(tenant) as work:
                kept = {one.path: one for one in await work.documents.of_place(WEB)}
            due: list[tuple[str, Document | None]] = [(one.path, one) for one in kept.values() if _is_due(one, now)]
            if tenant == DEFAULT_TENANT:
                due += [(one, None) for one in self._listed if one not in kept]
            turns = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._look(tenant, *one, turns) for one in due[:MOST_A_ROUND]))

    async def _look(self, tenant: TenantId, address: str, standing: Document | None, turns: asyncio.Semaphore) -> None:
        async with turns:
            before = standing.fetched or Fetched() if standing else Fetched()
            try:
                after = await self._asked(address, standing, before)
            except Problem as problem:
                if standing is None:
                    self._unread[address] = problem.says
                    log.warning("page_not_read", extra={"page": address, "reason": problem.says})
                    return
                gone = before.gone + 1 if isinstance(problem, Missing) else before.gone
                now = self._clock.now()
                since = before.failing_since or now
                after = replace(standing, fetched=replace(
                    before, checked_at=now, gone=gone, says=problem.says, failing_since=since
                ))  # fmt: skip
            self._unread.pop(address, None)
            await self._keep(tenant, standing, after)

    async def _asked(self, address: str, standing: Document | None, before: Fetched) -> Document:
        if self._pages is None:
            raise Unavailable(address)
        page = await self._pages.read(address, etag=before.etag, modified=before.modified)
        now = self._clock.now()
        if page is not None:
            return _document(address, page, standing, now)
        if standing is None:
            raise Unavailable(address)
        return replace(standing, fetched=replace(before, checked_at=now, gone=0, says="", failing_since=None))

    async def _keep(self, tenant: TenantId, standing: Document | None, after: Document) -> None:
        """Only over what was looked at: somebody may have removed it meanwhile."""
        gone = after.fetched is not None and after.fetched.gone >= GONE_AFTER
        async with self._storage.work(tenant) as work:
            here = await work.documents.get(after.id)
            if standing is not None and here is None:
                return
            if not gone:
                await work.documents.save([replace(after, unknown=here.unknown if here else after.unknown)])
                return
            await work.documents.remove([after.id])
            told = {"title": after.title, "address": after.path, "looks": GONE_AFTER}
            await work.audit.add(Entry("knowledge.gone", after.id, self._clock.now(), None, "", told))
        log.info("page_gone", extra={"page": after.path})


def _as_asked(address: str, pages: WebPages | None) -> str:
    try:
        return pages.address(address) if pages else address
    except Rejected:
        return address  # what is wrong with it is said when it is looked at


def _is_due(one: Document, now: datetime) -> bool:
    fetched = one.fetched
    return fetched is None or fetched.checked_at is None or bool(fetched.says) or now - fetched.checked_at >= FRESH


def _document(
    address: str,
    page: WebPage,
    standing: Document | None,
    now: datetime,
    category: str = "",
    tags: tuple[str, ...] = (),
) -> Document:
    """What somebody said of it stays when it is read again; so does its day, where the text is as it was."""
    front, content = folders.parted(page.content, address)
    title = front.title or page.title or folders.heading(content) or address
    try:
        draft = DocumentDraft(
            title=title[:200], content=content, url=address,
            category=category or (standing.category if standing else "") or front.category,
            tags=tags or (standing.tags if standing else ()) or folders.tags_of(front),
        )  # fmt: skip
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise Rejected(f"The page at {address}, {first['loc'][0]}: {first['msg'].lower()}.") from None
    except Misconfigured as problem:
        raise Rejected(problem.says) from None
    same = standing is not None and (standing.title, standing.content) == (draft.title, draft.content)
    return Document(
        id_of(WEB, address), draft.title, draft.content, standing.updated_at if standing and same else now, "web",
        draft.category, draft.tags, address, place=WEB, path=address, metrics=metrics_named(draft.content),
        unknown=standing.unknown if standing and same else (),
        fetched=Fetched(page.etag, page.modified, now),
    )  # fmt: skip
