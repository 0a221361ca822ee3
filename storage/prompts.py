"""What was said to models and what they answered: encrypted, beside its row of usage, forgotten as the plan says."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.plan import Keep, ModelUse
from bot.model.tenant import TenantId
from bot.ports.calls import Call, Exchange
from bot.ports.model import Line
from storage import bodies, upsert
from storage.columns import Words
from storage.credentials import Credentials
from storage.incident_tables import plans
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.prompt_tables import model_prompts
from storage.usage_tables import model_usage
from storage.usages import to_usage


class SqlPrompts(OfTenant):
    def __init__(self, connection: AsyncConnection, tenant: TenantId, credentials: Credentials) -> None:
        super().__init__(connection, tenant)
        self._credentials = credentials

    async def keep(self, call: str, exchange: Exchange, at: datetime) -> None:
        said = {} if exchange.came is None else {"came": exchange.came}
        if exchange.sent:
            said["sent"] = json.dumps([(line.role, line.text) for line in exchange.sent])
        row = {
            "tenant": self._tenant,
            "id": call,
            "at": at,
            "kept": "all" if exchange.sent else "answers",
            "secrets": self._credentials.sealed(said),
        }
        await upsert.add_if_absent(self._connection, model_prompts, row)

    async def latest(self, limit: int) -> Sequence[Call]:
        return [_to_call(row) for row in await _LATEST.all(self._connection, tenant=self._tenant, limit=limit)]

    async def find(self, ends: str) -> Call | None:
        row = await _ENDING.first(self._connection, tenant=self._tenant, ending=f"%{ends}")
        return None if row is None or not ends else _to_call(row)

    async def read(self, call: str) -> Exchange | None:
        sealed = await _SEALED.scalar(self._connection, tenant=self._tenant, id=call)
        if sealed is None:
            return None
        said = self._credentials.opened(sealed)
        return Exchange(tuple(Line(role, text) for role, text in json.loads(said.get("sent", "[]"))), said.get("came"))


async def not_allowed(connection: AsyncConnection, now: datetime) -> Sequence[ColumnElement[bool]]:
    """What each tenant's plan, as it is now, does not let be kept; a tenant without a plan lets nothing."""
    of_plans = model_prompts.outerjoin(plans, plans.c.tenant == model_prompts.c.tenant)
    found = await connection.execute(select(model_prompts.c.tenant, plans.c.body).select_from(of_plans).distinct())
    return [
        and_(model_prompts.c.tenant == tenant, _beyond(bodies.to_plan(body).model if body else ModelUse(), now))
        for tenant, body in found.all()
    ]


def _beyond(use: ModelUse, now: datetime) -> ColumnElement[bool]:
    old = model_prompts.c.at < now - timedelta(days=use.keep_days)
    if use.keep == "none":
        return model_prompts.c.kept.is_not(None)
    return old if use.keep == "all" else or_(old, model_prompts.c.kept == "all")


def _to_call(row: Any) -> Call:
    return Call(row.id, to_usage(row), cast(Keep, row.kept or "none"))


_IT, _KEPT = model_usage.c, model_prompts.c
_CALLS = (
    select(model_usage, _KEPT.kept)
    .select_from(model_usage.outerjoin(model_prompts, and_(_KEPT.tenant == _IT.tenant, _KEPT.id == _IT.id)))
    .where(_IT.tenant == bindparam("tenant"))
    .order_by(_IT.at.desc(), _IT.id.desc())
)
_LATEST = Prepared(_CALLS.limit(bindparam("limit", type_=Integer())))
_ENDING = Prepared(_CALLS.where(_IT.id.like(bindparam("ending", type_=Words()))).limit(1))
_SEALED = Prepared(select(_KEPT.secrets).where(_KEPT.tenant == bindparam("tenant"), _KEPT.id == bindparam("id")))
