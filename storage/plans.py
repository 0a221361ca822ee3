"""What a team has decided: one document for each tenant."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.model.plan import Plan
from storage import bodies, upsert
from storage.incident_tables import plans
from storage.of_tenant import OfTenant
from storage.prepared import Prepared


class SqlPlans(OfTenant):
    async def get(self) -> Plan | None:
        body = await _BODY.scalar(self._connection, tenant=self._tenant)
        return None if body is None else bodies.to_plan(body)

    async def save(self, plan: Plan, at: datetime) -> None:
        row = {"tenant": self._tenant, "body": bodies.of_plan(plan), "saved_at": at}
        await upsert.save(self._connection, plans, [row])


_BODY = Prepared(select(plans.c.body).where(plans.c.tenant == bindparam("tenant")))
