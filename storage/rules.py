"""Rules that people of a tenant taught."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.model.rule import Rule, RuleId, RuleState
from storage import bodies, upsert
from storage.of_tenant import OfTenant
from storage.prepared import Prepared
from storage.rule_tables import rules


class SqlRules(OfTenant):
    async def every(self) -> Sequence[Rule]:
        return [bodies.rule.load(body) for body in await _EVERY.scalars(self._connection, tenant=self._tenant)]

    async def active(self, now: datetime) -> Sequence[Rule]:
        given = {"tenant": self._tenant, "state": RuleState.ACTIVE.value, "now": now}
        return [bodies.rule.load(body) for body in await _ACTIVE.scalars(self._connection, **given)]

    async def get(self, rule: RuleId) -> Rule | None:
        body = await _ONE.scalar(self._connection, tenant=self._tenant, id=rule)
        return None if body is None else bodies.rule.load(body)

    async def add(self, rule: Rule) -> bool:
        return await upsert.add_if_absent(self._connection, rules, self._row(rule))

    async def save(self, rule: Rule) -> None:
        await upsert.save(self._connection, rules, [self._row(rule)])

    def _row(self, rule: Rule) -> dict[str, object]:
        return {
            "tenant": self._tenant,
            "id": rule.id,
            "number": int(rule.id[1:]),
            "state": rule.state.value,
            "expires_at": rule.expires_at,
            "body": bodies.rule.dump(rule),
        }


_MINE = rules.c.tenant == bindparam("tenant")
_EVERY = Prepared(select(rules.c.body).where(_MINE).order_by(rules.c.number.desc()))
_ACTIVE = Prepared(
    select(rules.c.body)
    .where(_MINE, rules.c.state == bindparam("state"), rules.c.expires_at > bindparam("now"))
    .order_by(rules.c.number)
)
_ONE = Prepared(select(rules.c.body).where(_MINE, rules.c.id == bindparam("id")))
