"""What models were asked for a tenant, and what it cost."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, bindparam, func, select

from bot.model.charge import ASSISTANT, Charge
from bot.model.message import PersonId
from bot.model.session import SessionKind
from bot.model.usage import OURS, DearSession, Outcome, Spent, Tokens, Usage
from storage import charge_rollups, ids, upsert
from storage.charge_rows import dollars, nanos, to_row
from storage.charge_tables import ai_charges
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.tables import conversations, messages
from storage.usage_tables import model_usage


class SqlUsages(OfTenant):
    async def add(self, usage: Usage) -> str:
        tokens = usage.tokens
        row = {
            "tenant": self._tenant,
            "id": (id_ := ids.new_id(usage.at)),
            "at": usage.at,
            "tool": usage.tool,
            "task": usage.task,
            "operation": usage.operation,
            "model": usage.model,
            "outcome": usage.outcome.value,
            "person": usage.person,
            "about": usage.about,
            "endpoint": usage.endpoint,
            "error": usage.error,
            "took_ms": usage.took // timedelta(milliseconds=1),
            "tokens_read": tokens.read if tokens else None,
            "tokens_written": tokens.written if tokens else None,
            "tokens_cached": tokens.cached if tokens else None,
            "estimated": bool(tokens and tokens.estimated),
            "cost_nanos": None if usage.cost is None else nanos(usage.cost),
        }
        await upsert.add_all(self._connection, model_usage, [row])
        await self._charge(usage, id_)
        return id_

    async def spent(self, tool: str, since: datetime, until: datetime) -> Spent:
        row = await _SPENT.first(self._connection, tenant=self._tenant, tool=tool, since=since, until=until)
        return Spent(row.calls, int(row.tokens), dollars(row.nanos), row.calls - row.priced)

    async def _charge(self, usage: Usage, id_: str) -> None:
        """Our own calls are among what AI costs the tenant."""
        charge = _to_charge(usage, id_)
        await upsert.add_all(self._connection, ai_charges, [to_row(self._tenant, charge)])
        await charge_rollups.count(self._connection, self._tenant, [charge])

    async def latest(self, limit: int) -> Sequence[Usage]:
        return [to_usage(row) for row in await _LATEST.all(self._connection, tenant=self._tenant, limit=limit)]

    async def about(self, what: str, since: datetime) -> Sequence[Usage]:
        rows = await _ABOUT.all(self._connection, tenant=self._tenant, about=what, since=since)
        return [to_usage(row) for row in rows]

    async def dearest(self, since: datetime, until: datetime, limit: int) -> Sequence[DearSession]:
        rows = await _DEAREST.all(self._connection, tenant=self._tenant, since=since, until=until, limit=limit)
        return [
            DearSession(
                row.id, SessionKind(row.kind) if row.kind else None, dollars(row.nanos), row.calls, row.priced,
                row.message_count, row.created_at,
            )
            for row in rows
        ]  # fmt: skip


def _to_charge(usage: Usage, id_: str) -> Charge:
    failed = usage.outcome is not Outcome.OK
    return Charge(
        id_, OURS, usage.at, ASSISTANT if usage.tool == OURS else usage.tool, usage.model, usage.task,
        usage.person or "", usage.endpoint, 1, int(failed), usage.tokens, usage.cost, usage.took,
        usage.outcome.value if failed else "", by_table=usage.cost is not None,
    )  # fmt: skip


def to_usage(row: Any) -> Usage:
    tokens = None
    if row.tokens_read is not None:
        tokens = Tokens(row.tokens_read, row.tokens_written, row.tokens_cached, bool(row.estimated))
    return Usage(
        row.at, row.task, row.operation, row.model, Outcome(row.outcome), timedelta(milliseconds=row.took_ms), tokens,
        None if row.cost_nanos is None else dollars(row.cost_nanos), row.error, row.about,
        None if row.person is None else PersonId(row.person), row.tool, row.endpoint,
    )  # fmt: skip


_IT = model_usage.c
_MINE = _IT.tenant == bindparam("tenant")
_SPENT = Prepared(
    select(
        func.count().label("calls"),
        func.coalesce(func.sum(_IT.tokens_read + _IT.tokens_written), 0).label("tokens"),
        func.coalesce(func.sum(_IT.cost_nanos), 0).label("nanos"),
        func.count(_IT.cost_nanos).label("priced"),
    ).where(
        _MINE,
        _IT.tool == bindparam("tool"),
        _IT.at >= bindparam("since", type_=_IT.at.type),
        _IT.at < bindparam("until", type_=_IT.at.type),
    )
)
_LATEST = Prepared(
    select(model_usage).where(_MINE).order_by(_IT.at.desc(), _IT.id.desc()).limit(bindparam("limit", type_=Integer()))
)
_ABOUT = Prepared(
    select(model_usage)
    .where(_MINE, _IT.about == bindparam("about"), _IT.at >= bindparam("since", type_=_IT.at.type))
    .order_by(_IT.at, _IT.id)
)
_SESSION, _SAID = conversations.c, messages.c
_NANOS = func.coalesce(func.sum(_IT.cost_nanos), 0)
_KEPT = (_SESSION.id, _SESSION.kind, _SESSION.message_count, _SESSION.created_at)
_DEAREST = Prepared(
    select(*_KEPT, _NANOS.label("nanos"), func.count().label("calls"), func.count(_IT.cost_nanos).label("priced"))
    .join_from(
        model_usage,
        messages,
        and_(_SAID.tenant == _IT.tenant, _SAID.about == _IT.about, _SAID.about != "", _SAID.role == "user"),
    )
    .join(conversations, and_(_SESSION.tenant == _IT.tenant, _SESSION.id == _SAID.conversation))
    .where(
        _MINE,
        _IT.at >= bindparam("since", type_=_IT.at.type),
        _IT.at < bindparam("until", type_=_IT.at.type),
    )
    .group_by(*_KEPT)
    .order_by(_NANOS.desc(), _SESSION.id)
    .limit(bindparam("limit", type_=Integer()))
)
