"""All that can be read about trouble of one thing in a window: its signs, its regions, its neighbours, its changes."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.desk import moves
from bot.desk.moves import Outage, Sign, Window, signs
from bot.model.errors import Problem
from bot.model.issue import Issue
from bot.model.tenant import TenantId
from bot.ports.desks import IncidentDesk
from bot.ports.incidents import Wanted
from bot.ports.tools import MetricsSource
from bot.query.vitals import BY_VITAL, VITALS, Vital

T = TypeVar("T")
COINCIDES = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Evidence:
    own: Sequence[Sign]
    hosts: Sequence[Sign] = ()
    regions: Sequence[Sign] = ()
    others: Sequence[Sign] = ()  # of the services beside it
    deploys: Sequence[datetime] = ()
    outages: Sequence[Outage] = ()
    issues: Sequence[Issue] = ()
    unread: Sequence[str] = ()  # what could not be read, as people call it

    @property
    def only_region(self) -> str:
        """The only one of several in which it moved."""
        moved = {one.name for one in self.regions if one.moved}
        return moved.pop() if len(moved) == 1 and len({one.name for one in self.regions}) > 1 else ""

    def deployed_before(self, since: datetime) -> datetime | None:
        """The last deploy that came with this, or shortly before it."""
        return next((at for at in reversed(self.deploys) if timedelta(0) <= since - at <= COINCIDES), None)

    def away_with(self, since: datetime) -> Outage | None:
        return next((one for one in self.outages if abs(since - one.start) <= COINCIDES), None)

    def beside(self, since: datetime) -> list[Sign]:
        """What moved to the worse at the same time in other services, the farthest first."""
        return [one for one in worse(self.others) if one.move and abs(one.move.since - since) <= COINCIDES]


def worse(found: Sequence[Sign]) -> list[Sign]:
    return sorted((one for one in found if one.moved and score(one) > 0), key=lambda one: -score(one))


def score(sign: Sign) -> float:
    if sign.move is None:
        return 0.0
    return -sign.move.score if sign.vital.measure.worse == "lower" else sign.move.score


async def gather(
    source: MetricsSource,
    incidents: IncidentDesk,
    tenant: TenantId,
    where: Mapping[str, str],
    window: Window,
    split: Sequence[Vital],
    *,
    hosts: Mapping[str, str] | None = None,
) -> Evidence:
    """`split`: what is read by region, too. `hosts`: which machines belong to it; None: they are not asked about."""
    kind = "tool" if "tool" in where else "service"
    around = {label: value for label, value in where.items() if label in ("region", "env")}
    beside = [BY_VITAL["latency"], BY_VITAL["errors"]] if kind == "service" else []
    unread: list[str] = []

    async def beside_it(name: str, reading: Awaitable[Sequence[T]]) -> Sequence[T]:
        """The rest stands without it."""
        try:
            return await reading
        except Problem:
            unread.append(name)
            return ()

    machines = [one for one in VITALS if one.of == "host" and hosts is not None]
    own, regions_and_others, changes, issues = await asyncio.gather(
        signs(source, where, window, [one for one in VITALS if one.of == kind]),
        asyncio.gather(
            beside_it("the machines", signs(source, hosts or {}, window, machines)),
            beside_it("regions", signs(source, where, window, split, "region")),
            beside_it("other services", signs(source, around, window, beside, "service")),
        ),
        beside_it("deploys", moves.deploys(source, where, window)),
        beside_it("incidents", _issues(incidents, tenant, window)),
    )
    outages = await beside_it("outside services", moves.outages(source, window))
    of_hosts, regions, others = regions_and_others
    others = [one for one in others if one.name not in ("", where.get("service"))]
    regions = [one for one in regions if one.name]
    return Evidence(own, of_hosts, regions, others, changes, outages, issues, unread)


async def _issues(incidents: IncidentDesk, tenant: TenantId, window: Window) -> Sequence[Issue]:
    """Those that stood in the window."""
    found = await incidents.find(tenant, Wanted(limit=200))
    return [one for one in found if one.opened_at <= window.end and (one.resolved_at or window.end) >= window.start]
