"""Many things to say, into the outbox in few statements: never behind what is there, never past what may be posted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, select, update

from bot.model.message import Place
from bot.model.parcel import Draft
from storage import bodies, locks, upsert
from storage.columns import storable
from storage.ids import new_id
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.spots import Spot, listed, of_spots
from storage.tables import outbox


class Posting(OfTenant):
    async def put(self, drafts: Sequence[Draft], at: datetime) -> int:
        """How many of them are news."""
        wanted = _newest(drafts)
        if not wanted:
            return 0
        names = [f"{self._tenant}/{place}/{subject}" for place, subject in wanted]
        await locks.many_at_a_time(self._connection, locks.Kind.SUBJECTS, names)
        there = await self._revisions(wanted)
        news = {spot: draft for spot, draft in wanted.items() if there.get(spot, draft.revision - 1) < draft.revision}
        unseen = await self._unseen(there.keys() & news.keys())
        await _REPLACE.each(
            self._connection, [_replacing(unseen[spot], draft) for spot, draft in news.items() if spot in unseen]
        )
        added = [self._row(draft, at) for spot, draft in news.items() if spot not in unseen]
        await upsert.add_absent(self._connection, outbox, added)
        return len(news)

    async def _revisions(self, wanted: Iterable[Spot]) -> Mapping[Spot, int]:
        found = await _REVISIONS.all(self._connection, tenant=self._tenant, spots=listed(wanted))
        return {(row.place, row.subject): row.revision for row in found if row.revision is not None}

    async def _unseen(self, wanted: Collection[Spot]) -> Mapping[Spot, str]:
        """Those whose place in the queue may be taken, for nobody has seen them; ours until this transaction ends.

        One that may have been posted stays: it is looked for under its own revision, and then updated by this one.
        """
        if not wanted:
            return {}
        found = await _UNSEEN.all(self._connection, tenant=self._tenant, spots=listed(wanted))
        return {(row.place, row.subject): row.id for row in found}

    def _row(self, draft: Draft, at: datetime) -> dict[str, Any]:
        return {
            "id": new_id(at),
            "tenant": self._tenant,
            "lane": draft.place.lane,
            "place": draft.place.key,
            "address": _address(draft.place),
            "subject": draft.subject,
            "revision": draft.revision,
            "reply": bodies.of_reply(draft.reply),
            "put_at": at,
            "due_at": at,
            "attempts": 0,
            "verdict": "",
            "error": "",
            "under": draft.under,
        }


@lru_cache(maxsize=1000)
def _address(place: Place) -> Mapping[str, Any]:
    return asdict(place)


_REPLACE = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("id_"))
    .values(revision=bindparam("revision_"), reply=bindparam("reply_"), under=bindparam("under_"))
)


def _here(given: FromClause) -> ColumnElement[bool]:
    place, subject = given.c
    return and_(outbox.c.tenant == bindparam("tenant"), outbox.c.place == place, outbox.c.subject == subject)


def _revisions(given: FromClause) -> Select[Any]:
    """None of those that are not there; looked up one by one, for SQLite would go through all of the tenant's."""
    newest = select(func.max(outbox.c.revision)).where(_here(given)).scalar_subquery()
    return select(*given.c, newest.label("revision"))


def _unseen(given: FromClause) -> Select[Any]:
    waiting = and_(outbox.c.done_at.is_(None), outbox.c.owner.is_(None), outbox.c.doubtful_since.is_(None))
    found = select(outbox.c.place, outbox.c.subject, outbox.c.id).join_from(given, outbox, and_(_here(given), waiting))
    # Being handed out at this moment: then it counts as seen.
    return found.order_by(outbox.c.id).with_for_update(skip_locked=True, of=outbox)


_REVISIONS, _UNSEEN = of_spots(_revisions), of_spots(_unseen)


def _newest(drafts: Sequence[Draft]) -> dict[Spot, Draft]:
    newest: dict[Spot, Draft] = {}
    for draft in drafts:
        spot = storable(draft.place.key), storable(draft.subject)
        if spot not in newest or newest[spot].revision < draft.revision:
            newest[spot] = draft
    return newest


def _replacing(parcel: str, draft: Draft) -> dict[str, Any]:
    return {
        "id_": parcel,
        "revision_": draft.revision,
        "reply_": bodies.of_reply(draft.reply),
        "under_": draft.under,
    }
