"""A question in somebody's words to the documents that answer it, the best first."""

import time
from collections.abc import Mapping, Sequence

from bot.analysis.relevance import Corpus, Counted, relevance
from bot.desk.excerpts import excerpt
from bot.model.document import DocumentId
from bot.model.terms import asked, terms
from bot.ports.knowledge import Candidate, Found, Hit, Pool, Search, Sought
from bot.ports.storage import UnitOfWork

LOOKED_AT = 100
Groups = Mapping[str, Sequence[str]]


async def search(work: UnitOfWork, search: Search, groups: Groups) -> Found:
    began = time.perf_counter()
    words, hints = asked(search.query), terms(" ".join(search.hints))[:24]
    sought = Sought(
        words,
        categories=_categories(search.category, groups),
        tags=search.tags,
        every_tag=search.every_tag,
        since=search.since,
        until=search.until,
        issues=search.issues,
        limit=LOOKED_AT,
    )
    pool = await work.documents.search(sought)
    ranked = ranking(pool, words, hints, search.tags)
    page = ranked[search.first : search.first + search.limit]
    known = await work.documents.several([one for one, _, _ in page])
    hits = [
        Hit(known[one], score, excerpt(known[one].content, {*words, *hints}), has)
        for one, score, has in page
        if one in known
    ]
    return Found(hits, pool.total, time.perf_counter() - began, len(words))


def ranking(
    pool: Pool, words: Sequence[str], hints: Sequence[str] = (), tags: Sequence[str] = ()
) -> list[tuple[DocumentId, float, int]]:
    """Each with its relevance, and how many of the words it has."""
    corpus = Corpus(pool.size, pool.having)
    asked_for, hinted = corpus.worths(words), corpus.worths(hints)
    scored = []
    for one in pool.candidates:
        counted = _counted(one, {*words, *hints}, tags)
        has = sum(any(word in field for field in (counted.title, counted.tags, counted.content)) for word in words)
        scored.append((one.id, relevance(counted, asked_for, hinted), has))
    return sorted(scored, key=lambda row: (-row[1], row[0]))


def _counted(one: Candidate, words: set[str], tags: Sequence[str]) -> Counted:
    tagged = len(set(tags) & set(one.tags)) / len(set(tags)) if tags else 1.0
    length = one.content.count("  ") + 1
    return Counted(_times(one.title, words), _times(one.labels, words), _times(one.content, words), length, tagged)


def _times(field: str, words: set[str]) -> dict[str, int]:
    return {word: count for word in words if (count := field.count(f" {word} "))}


def _categories(asked_for: str, groups: Groups) -> Sequence[str]:
    """A category by itself, or all of its group."""
    return [asked_for, *groups.get(asked_for, ())] if asked_for else ()
