"""Queries that people and programs write themselves: so many a minute, checked before they run, and in the trail."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.catalogs import Catalogs
from bot.desk.office import entry
from bot.desk.pace import Pace
from bot.model.errors import Problem, Rejected
from bot.ports.actor import Actor
from bot.ports.desks import Language
from bot.ports.services import Clock
from bot.ports.storage import Storage
from bot.ports.tools import LogsSource, MetricsSource, Sources
from bot.query.catalog import Catalog
from bot.query.limits import Limits
from bot.query.logql import check as logql
from bot.query.promql import check as promql
from bot.query.promql.position import position

LATELY = timedelta(hours=1)  # what the catalogue knows of; a query about earlier may name what is gone
NEWS = timedelta(seconds=15)  # a catalogue younger than that is not read again because of a name that it lacks
AROUND = 20  # characters of the query that are shown where it goes wrong


class Queries:
    """Fills bot.ports.desks.QueryDesk."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        catalogs: Catalogs,
        sources: Sources,
        *,
        a_minute: int = 20,
        limits: Limits | None = None,
    ) -> None:
        self._storage, self._clock, self._catalogs, self._sources = storage, clock, catalogs, sources
        self._pace = Pace(a_minute, "data queries")
        self._limits = limits or Limits()
        self._checks: Mapping[Language, Callable[[Actor, str, bool, str], Awaitable[Problem | None]]] = {
            "promql": self._promql,
            "logql": self._logql,
        }

    async def admit(self, actor: Actor, language: Language, query: str, until: datetime, source: str = "") -> None:
        self._pace.take(actor.by.person or actor.by.name, self._clock.now())
        recent = until > self._clock.now() - LATELY
        problem = await self._checks[language](actor, query, recent, source)
        await self._noted(actor, language, query, problem)
        if problem is not None:
            raise problem

    async def _promql(self, actor: Actor, query: str, recent: bool, source: str) -> Problem | None:
        def check(catalog: Catalog | None) -> object:
            known = catalog if catalog and catalog.metrics else None  # nothing known is not nothing there
            return promql.checked(query, known, self._limits)

        found = await self._against(actor, recent, source, check)
        if found is not None and found.code == "bad_data" and (at := position(query)):
            rest = query[at - 1 : at - 1 + AROUND]
            where = f"Look at character {at}: “{rest}”." if rest else "Something is missing at its end."
            return Rejected(found.says, code=found.code, advice=where)
        return found

    async def _logql(self, actor: Actor, query: str, recent: bool, source: str) -> Problem | None:
        def check(catalog: Catalog | None) -> object:
            known = replace(catalog, logs=()) if catalog else None  # of fields, a few lines do not tell them all
            return logql.checked(query, known, self._limits)

        return await self._against(actor, recent, source, check)

    async def _against(
        self, actor: Actor, recent: bool, source: str, check: Callable[[Catalog | None], object]
    ) -> Rejected | None:
        """Once more where a name is not known: it may be younger than what is."""
        found = check(await self._catalog(actor, source) if recent else None)
        young = isinstance(found, Rejected) and found.code == "unknown"
        if young and await self._catalogs.renew(actor.tenant, *(await self._both(actor, source)), older_than=NEWS):
            found = check(await self._catalog(actor, source))
        return found if isinstance(found, Rejected) else None

    async def _catalog(self, actor: Actor, source: str) -> Catalog | None:
        """None: nobody knows what there is, and the source itself will say."""
        try:
            return await self._catalogs.of(actor.tenant, *(await self._both(actor, source)))
        except Problem:
            return None

    async def _both(self, actor: Actor, source: str) -> tuple[MetricsSource | None, LogsSource | None]:
        return await self._sources.metrics(actor.tenant, source), await self._sources.logs(actor.tenant)

    async def _noted(self, actor: Actor, language: Language, query: str, problem: Problem | None) -> None:
        refused = {"refused": problem.says} if problem else {}
        async with self._storage.work(actor.tenant) as work:
            await work.audit.add(entry(actor, f"query.{language}", language, self._clock, query=query, **refused))
