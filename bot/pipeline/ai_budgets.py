"""Budgets of AI spend and days of unusual use, looked at by the hour: what they come to is an issue like any other.

Told is each stand once. What was told is not kept apart: the alert that fires carries it.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.analysis.ai_budget import Stand, stand
from bot.model.errors import Problem
from bot.model.issue import Alert
from bot.model.plan import Plan
from bot.model.signal import Signal
from bot.model.spend import Ahead, Budget, Spike
from bot.model.tenant import TenantId
from bot.pipeline import ai_budget_words as words
from bot.pipeline.ai_budget_words import SOURCE
from bot.ports.incidents import Wanted
from bot.ports.services import Clock
from bot.ports.spending import SpendDesk
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

MOST = 500
Accept: TypeAlias = Callable[[TenantId, Sequence[Signal]], Awaitable[None]]


class AiBudgets:
    def __init__(self, storage: Storage, clock: Clock, spending: SpendDesk, accept: Accept) -> None:
        self._storage, self._clock, self._spending, self._accept = storage, clock, spending, accept

    async def look(self, now: datetime) -> None:  # noqa: ARG002
        """One tenant that cannot be looked at holds up no other."""
        for tenant in await self._storage.directory.tenants():
            await self.try_at(tenant)

    async def try_at(self, tenant: TenantId) -> None:
        try:
            await self.at(tenant)
        except Problem as problem:
            log.warning("ai_budget_put_off", extra={"tenant": tenant, "reason": problem.says})

    async def at(self, tenant: TenantId) -> None:
        now = self._clock.now()
        ahead = await self._spending.ahead(tenant, with_record=False)
        spikes = await self._spending.spikes(tenant)
        tenant_ = await self._storage.directory.tenant(tenant)
        today = now.astimezone(ZoneInfo(tenant_.zone if tenant_ else "UTC")).date()
        async with self._storage.work(tenant) as work:
            plan = await work.plans.get() or Plan()
            scopes = [*([""] if plan.ai_budget.warning or plan.ai_budget.critical else []), *plan.ai_budget.tools]
            mine = [words.fingerprint(today, tool) for tool in scopes]
            standing = await _standing(work, [*mine, *map(words.spike_fingerprint, spikes)])
        signals = [*_of_budgets(ahead, standing, now)] if isinstance(ahead, Ahead) else []
        signals += _of_spikes(spikes, standing, now)
        signals += _over(standing, mine, today, now)
        if signals:
            await self._accept(tenant, signals)


async def _standing(work: UnitOfWork, fingerprints: Sequence[str]) -> Mapping[str, Alert]:
    """What fires: of what may be told now also where somebody resolved its issue; of the rest while that is open."""
    known = dict(await work.issues.known(SOURCE, fingerprints)) if fingerprints else {}
    for issue in await work.issues.find(Wanted(open=True, limit=MOST)):
        if issue.told_by(SOURCE):
            for alert in await work.issues.alerts(issue.id, firing=True, limit=MOST):
                if alert.source == SOURCE:
                    known.setdefault(alert.fingerprint, alert)
    return {name: alert for name, alert in known.items() if alert.status != "resolved"}


def _of_budgets(ahead: Ahead, standing: Mapping[str, Alert], now: datetime) -> Sequence[Signal]:
    found = (_of_budget(ahead, one, standing, now) for one in ahead.budgets)
    return [signal for signal in found if signal]


def _of_budget(ahead: Ahead, one: Budget, standing: Mapping[str, Alert], now: datetime) -> Signal | None:
    alert = standing.get(words.fingerprint(ahead.month.first, one.tool))
    before = Stand(alert.labels["stand"]) if alert else Stand.WITHIN
    reached = stand(one, ahead.history, before)
    if reached is Stand.WITHIN:
        return words.over(alert.fingerprint, alert.title, alert.started_at, now) if alert else None
    same = alert is not None and reached is before and alert.labels.get("budget") == words.amounts(one)
    return None if same else words.budget(ahead, one, reached, now)


def _of_spikes(spikes: Sequence[Spike], standing: Mapping[str, Alert], now: datetime) -> Sequence[Signal]:
    return [words.spike(one, now) for one in spikes if words.spike_fingerprint(one) not in standing]


def _over(standing: Mapping[str, Alert], mine: Sequence[str], today: date, now: datetime) -> Sequence[Signal]:
    """The month or the day is over, or nobody watches it any more."""
    return [
        words.over(name, alert.title, alert.started_at, now)
        for name, alert in standing.items()
        if name not in mine and not name.startswith(f"{today:%Y-%m-%d}:")
    ]
