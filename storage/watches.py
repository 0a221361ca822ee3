"""Watches of a tenant, and what was told of them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select, update

from bot.model.watch import Mark, Standing, Watch, WatchId
from storage import bodies, upsert
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.watch_tables import watch_marks, watches


class SqlWatches(OfTenant):
    async def every(self) -> Sequence[tuple[Watch, Standing]]:
        rows = await _EVERY.all(self._connection, tenant=self._tenant)
        return [(bodies.watch.load(row.body), bodies.watch_standing.load(row.standing)) for row in rows]

    async def get(self, watch: WatchId) -> Watch | None:
        body = await _ONE.scalar(self._connection, tenant=self._tenant, id=watch)
        return None if body is None else bodies.watch.load(body)

    async def save(self, watch: Watch) -> None:
        """What changes a watch leaves how it is; a new one has yet to learn."""
        mine = {"tenant": self._tenant, "id": watch.id}
        body = bodies.watch.dump(watch)
        if await _CHANGE.change(self._connection, **mine, body_=body):
            return
        row = {**mine, "number": int(watch.id[1:]), "body": body, "standing": bodies.watch_standing.dump(Standing())}
        await _ADD.each(self._connection, [row])

    async def note(self, watch: WatchId, standing: Standing) -> None:
        told = bodies.watch_standing.dump(standing)
        await _NOTE.change(self._connection, tenant=self._tenant, id=watch, standing_=told)

    async def remove(self, watch: WatchId) -> bool:
        await _FORGET.change(self._connection, tenant=self._tenant, id=watch)
        return await _REMOVE.change(self._connection, tenant=self._tenant, id=watch) == 1

    async def marks(self, watch: WatchId) -> Sequence[Mark]:
        return [_mark(row) for row in await _MARKS.all(self._connection, tenant=self._tenant, id=watch)]

    async def open(self) -> Sequence[Mark]:
        return [_mark(row) for row in await _OPEN.all(self._connection, tenant=self._tenant)]

    async def mark(self, marks: Sequence[Mark]) -> None:
        rows = [
            {"tenant": self._tenant, "watch": one.watch, "series": one.series, "told_at": one.told_at,
             "is_open": one.open}
            for one in marks
        ]  # fmt: skip
        await upsert.save(self._connection, watch_marks, rows)


def _mark(row: object) -> Mark:
    return Mark(row.watch, row.series, row.told_at, bool(row.is_open))  # type: ignore[attr-defined]


_MINE = watches.c.tenant == bindparam("tenant")
_IT = _MINE & (watches.c.id == bindparam("id"))
_ITS = (watch_marks.c.tenant == bindparam("tenant")) & (watch_marks.c.watch == bindparam("id"))
_EVERY = Prepared(select(watches.c.body, watches.c.standing).where(_MINE).order_by(watches.c.number))
_ONE = Prepared(select(watches.c.body).where(_IT))
_ADD = Prepared(insert(watches), columns=("tenant", "id", "number", "body", "standing"))
_CHANGE = Prepared(update(watches).where(_IT).values(body=bindparam("body_")))
_NOTE = Prepared(update(watches).where(_IT).values(standing=bindparam("standing_")))
_REMOVE = Prepared(delete(watches).where(_IT))
_FORGET = Prepared(delete(watch_marks).where(_ITS))
_MARKS = Prepared(select(watch_marks).where(_ITS))
_OPEN = Prepared(
    select(watch_marks).where(watch_marks.c.tenant == bindparam("tenant"), watch_marks.c.is_open.is_(True))
)
