"""Documents, and which of them have the words that are sought."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    column,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)

from bot.model.document import Document, DocumentId
from bot.model.tenant import TenantId
from bot.model.terms import terms
from bot.ports.knowledge import Candidate, Pool, Sought
from storage import bodies, upsert
from storage.among import Names, among, holds, lines
from storage.knowledge_tables import documents
from storage.of_tenant import OfTenant
from storage.prepared import POSTGRES, Prepared

EVERYONE = TenantId("")
_DOC = documents.c


class SqlDocuments(OfTenant):
    async def save(self, documents_: Sequence[Document]) -> None:
        await upsert.save(self._connection, documents, [_to_row(self._tenant, one) for one in documents_])

    async def get(self, document: DocumentId) -> Document | None:
        return (await self.several([document])).get(document)

    async def several(self, documents: Collection[DocumentId]) -> Mapping[DocumentId, Document]:
        """The tenant's own goes before everyone's."""
        if not documents:
            return {}
        found = await _SEVERAL.scalars(self._connection, tenant=self._tenant, names=documents)
        return {one.id: one for one in map(bodies.document.load, found)}

    async def search(self, sought: Sought) -> Pool:
        """Where many have what is sought, those with its rarest terms are looked at first, and of as many as have a
        term those that have it in their titles: what is left out could not come first."""
        if not sought.terms:
            return Pool()
        size, having = await self._corpus(sought.terms)
        present = sorted((term for term in sought.terms if having[term]), key=lambda term: (having[term], term))
        if not present:
            return Pool(size, having)
        total = await self._count(sought, present) if sought.counted else 0
        rows: list[Any] = []
        taken = 0
        while taken < len(present) and len(rows) < sought.limit and (len(rows) < total or not sought.counted):
            rare = _rarest(present[taken:], having, sought.limit - len(rows))
            rows += await self._found(sought, rare, present[:taken], sought.limit - len(rows))
            taken += len(rare)
        return Pool(size, having, total, [_to_candidate(row) for row in rows])

    async def of_place(self, place: str) -> Sequence[Document]:
        found = await _OF_PLACE.scalars(self._connection, tenant=self._tenant, place=place)
        return [bodies.document.load(body) for body in found]

    async def naming(self) -> Sequence[Document]:
        return [bodies.document.load(body) for body in await _NAMING.scalars(self._connection, tenant=self._tenant)]

    async def remove(self, documents: Collection[DocumentId]) -> int:
        return await _REMOVE.change(self._connection, tenant=self._tenant, names=documents) if documents else 0

    async def _corpus(self, asked: Sequence[str]) -> tuple[int, dict[str, int]]:
        """How many there are, and how many have each term, in one question."""
        counts = [select(func.count()).select_from(documents).where(_READABLE).scalar_subquery()]
        counts += [self._counted([term]) for term in asked]
        row = (await self._connection.execute(select(*counts), {"tenant": self._tenant})).one()
        return int(row[0]), {term: int(count) for term, count in zip(asked, row[1:], strict=True)}

    def _counted(self, words: Sequence[str]) -> Any:
        if self._connection.dialect.name == POSTGRES:
            having = and_(_READABLE, _in_arrays(words))
            return select(func.count()).select_from(documents).where(having).scalar_subquery()
        mine = f'owner : ("{_owner(self._tenant)}" OR "{_owner(EVERYONE)}")'
        return select(func.count()).select_from(_WORDS).where(_match(f"{mine} AND ({_any(words)})")).scalar_subquery()

    async def _count(self, sought: Sought, words: Sequence[str]) -> int:
        filtered = sought.categories or sought.tags or sought.since or sought.until or sought.issues
        counting = self._passing(select(func.count()), sought, words) if filtered else select(self._counted(words))
        return int((await self._connection.execute(counting, {"tenant": self._tenant})).scalar_one())

    async def _found(self, sought: Sought, words: Sequence[str], beyond: Sequence[str], limit: int) -> list[Any]:
        """With any of these words, and none of those `beyond`."""
        found = self._passing(select(_DOC.id), sought, words)
        if beyond:
            found = found.where(~self._matches(beyond))
        in_title = sum((case((self._in_title(term), 1), else_=0) for term in words), literal(0))
        ordered = found.order_by(in_title.desc(), _DOC.updated_at.desc(), _DOC.id).limit(limit)
        ids = (await self._connection.execute(ordered, {"tenant": self._tenant})).scalars().all()
        return await _CANDIDATES.all(self._connection, tenant=self._tenant, names=ids)

    def _passing(self, start: Select[Any], sought: Sought, words: Sequence[str]) -> Select[Any]:
        found = start.select_from(documents).where(self._readable(), self._matches(words))
        if sought.categories:
            found = found.where(_DOC.category.in_(sought.categories))
        if sought.tags:
            each = [holds(self._connection, _DOC.tags, tag) for tag in sought.tags]
            found = found.where(and_(*each) if sought.every_tag else or_(*each))
        if sought.since:
            found = found.where(_DOC.updated_at >= sought.since)
        if sought.until:
            found = found.where(_DOC.updated_at < sought.until)
        return found.where(_DOC.origin == "issue") if sought.issues else found

    def _readable(self) -> ColumnElement[bool]:
        """On SQLite the words choose, and the tenant is looked at: the other way round, all would be read."""
        if self._connection.dialect.name == POSTGRES:
            return _READABLE
        return literal_column("(+tenant)").in_([bindparam("tenant"), EVERYONE])

    def _matches(self, words: Sequence[str]) -> ColumnElement[bool]:
        if self._connection.dialect.name == POSTGRES:
            return _in_arrays(words)
        return _DOC.number.in_(select(_WORDS.c.rowid).where(_match(_any(words))))

    def _in_title(self, term: str) -> ColumnElement[bool]:
        find = func.strpos if self._connection.dialect.name == POSTGRES else func.instr
        return find(_DOC.title, f" {term} ") > 0


def _rarest(present: Sequence[str], having: Mapping[str, int], enough: int) -> Sequence[str]:
    """As many as few documents have; the first one in any case."""
    taken, sum_ = [present[0]], having[present[0]]
    for term in present[1:]:
        sum_ += having[term]
        if sum_ > enough:
            break
        taken.append(term)
    return taken


def _match(query: str) -> ColumnElement[bool]:
    return literal_column("document_words").op("MATCH", is_comparison=True)(query)


def _any(words: Sequence[str]) -> str:
    """Quoted: a word is never an operator."""
    return " OR ".join('"{}"'.format(word.replace('"', '""')) for word in words)


def _in_arrays(words: Sequence[str]) -> ColumnElement[bool]:
    """Written as the index has it."""
    indexed: ColumnElement[Any] = literal_column("string_to_array(title || labels || content, ' ')")
    return indexed.op("&&", is_comparison=True)(bindparam("words", list(words), type_=Names(), unique=True))


def _owner(tenant: TenantId) -> str:
    """A term that no text has."""
    return f"of_{sha256(tenant.encode()).hexdigest()[:16]}"


def _to_row(tenant: TenantId, one: Document) -> dict[str, Any]:
    number = int.from_bytes(sha256(f"{tenant}/{one.id}".encode()).digest()[:8]) >> 1
    return {
        "tenant": tenant,
        "id": one.id,
        "number": number,
        "owner": _owner(tenant),
        "origin": one.origin,
        "category": one.category,
        "place": one.place,
        "tags": lines(one.tags),
        "metrics": lines(one.metrics),
        "updated_at": one.updated_at,
        "title": _terms(one.title),
        "labels": _terms(" ".join((*one.tags, one.category))),
        "content": _terms(one.content),
        "body": bodies.document.dump(one),
    }


def _terms(text: str) -> str:
    return f" {'  '.join(terms(text))} "


def _to_candidate(row: Any) -> Candidate:
    tags = [tag for tag in row.tags.split("\n") if tag]
    return Candidate(DocumentId(row.id), row.title, row.labels, row.content, tags)


_WORDS = table("document_words", column("rowid"))
_READABLE = or_(_DOC.tenant == bindparam("tenant"), _DOC.tenant == EVERYONE)
_MINE = _DOC.tenant == bindparam("tenant")
_SEVERAL = Prepared(select(_DOC.body).where(_READABLE, among(_DOC.id, "names")).order_by(_DOC.tenant))
_CANDIDATES = Prepared(
    select(_DOC.id, _DOC.title, _DOC.labels, _DOC.content, _DOC.tags)
    .where(_READABLE, among(_DOC.id, "names"))
    .order_by(_DOC.tenant)
)
_OF_PLACE = Prepared(select(_DOC.body).where(_MINE, _DOC.place == bindparam("place")).order_by(_DOC.id))
_NAMING = Prepared(select(_DOC.body).where(_MINE, _DOC.metrics != "").order_by(_DOC.id))
_REMOVE = Prepared(delete(documents).where(_MINE, among(_DOC.id, "names")))
