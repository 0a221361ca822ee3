"""What a question is read with: the names that exist, what we keep ourselves, and what people taught."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.grounding import Trace, TracedMetrics
from bot.desk.reader import Asker
from bot.desk.readers import Readable
from bot.model.errors import Problem
from bot.model.rule import Rule
from bot.model.tenant import TenantId
from bot.ports.desks import Desks
from bot.ports.services import Clock
from bot.query import names
from bot.query.names import Names

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)


class Lore:
    def __init__(self, clock: Clock, sources: Readable, desks: Desks) -> None:
        self._clock, self._sources, self._desks = clock, sources, desks
        self._names: dict[TenantId, tuple[datetime, Names]] = {}
        self._learning = asyncio.Lock()

    async def names(self, tenant: TenantId) -> Names:
        """Learnt once a minute; what was known serves while the source is away."""
        now = self._clock.now()
        if (kept := self._names.get(tenant)) and now - kept[0] < KEPT:
            return kept[1]
        async with self._learning:
            kept = self._names.get(tenant)
            if kept is None or now - kept[0] >= KEPT:
                kept = (now, await self._learnt(tenant, kept[1] if kept else Names()))
                self._names[tenant] = kept
        return kept[1]

    async def all_names(self, tenant: TenantId) -> Names:
        """With what we keep ourselves: applications, and the tools whose AI usage is told."""
        known, apps = await self.names(tenant), await self._apps(tenant)
        try:
            tools, models = await self._desks.ledgers.names(tenant)
        except Problem:
            tools, models = (), ()
        return replace(known, apps=apps, ai_tools=tuple(tools), ai_models=tuple(models))

    async def rules(self, tenant: TenantId) -> Sequence[Rule]:
        """As they are at this moment; where they cannot be read, questions are read without them."""
        try:
            return await self._desks.rules.active(tenant)
        except Problem:
            return ()

    async def _apps(self, tenant: TenantId) -> tuple[str, ...]:
        """As they are at this moment: whoever has just added one asks about it next."""
        try:
            known = await self._desks.profiles.every(tenant)
        except Problem:
            return ()
        return tuple(name for one in known for name in (one.name, *one.aliases))

    async def _learnt(self, tenant: TenantId, before: Names) -> Names:
        source = await self._sources.metrics(tenant)
        if source is None:
            return Names()
        try:
            return await names.learn(TracedMetrics(Trace(self._clock), source, Asker(tenant)))
        except Problem as problem:
            log.warning("names_not_learnt", extra={"source": source.title, "reason": problem.says})
            return before
