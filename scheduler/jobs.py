"""What happens by the clock: a name, when, and which function of the core or the storage. No logic."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger


class Upkeep(Protocol):
    async def forget(self, now: datetime) -> Mapping[str, int]:
        """Removes what is older than it has to be kept; how many rows of each table."""
        ...

    async def audit(self, now: datetime) -> object:
        """Counts, logs and repairs what should have happened and did not."""
        ...


class Kept(Protocol):
    """What has an upkeep; read-only, so that every storage fits."""

    @property
    def upkeep(self) -> Upkeep: ...


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    trigger: BaseTrigger
    run: Callable[[datetime], Awaitable[Any]]
    everywhere: bool = False  # in each replica, for what a process keeps for itself


class Desk(Protocol):
    async def refresh(self, now: datetime) -> None:
        """Who the people of the plans are, and when their turns end."""
        ...

    async def search(self, now: datetime) -> None:
        """Whom a chat did not know yet."""
        ...

    async def settle(self, now: datetime) -> None:
        """What was begun at an outside system and not booked."""
        ...

    async def tail(self, now: datetime) -> None:
        """Lines of logs that become log events."""
        ...

    async def budget(self, now: datetime) -> None:
        """What AI will have cost, against what it may."""
        ...

    async def rest(self, now: datetime) -> None:
        """Sessions in which nobody says anything any more."""
        ...

    async def shelve(self, now: datetime) -> None:
        """Folders of pages, and which pages name what no source has."""
        ...

    async def count_usage(self, now: datetime) -> None:
        """What AI costs, from counters and from those who bill it."""
        ...


class Catalogs(Protocol):
    async def refresh(self, now: datetime) -> None:
        """What exists in the sources that are in use."""
        ...


class Sources(Protocol):
    async def look_at_all(self, now: datetime) -> None:
        """How every datasource is."""
        ...


class Warmer(Protocol):
    async def prefetch(self, now: datetime) -> None:
        """What channels usually ask, before they do."""
        ...


class Watching(Protocol):
    async def sweep(self, now: datetime) -> object:
        """Every watch once."""
        ...


def jobs(
    storage: Kept, desk: Desk, sources: Sources, catalogs: Catalogs, warmer: Warmer, watching: Watching
) -> tuple[Job, ...]:
    return (
        Job("retention", CronTrigger(minute=17, timezone="UTC"), storage.upkeep.forget),
        Job("auditor", IntervalTrigger(minutes=1, timezone="UTC"), storage.upkeep.audit),
        Job("catalogues", IntervalTrigger(minutes=1, timezone="UTC"), catalogs.refresh, everywhere=True),
        Job("prefetch", IntervalTrigger(minutes=4, timezone="UTC"), warmer.prefetch, everywhere=True),
        Job("watches", IntervalTrigger(minutes=1, timezone="UTC"), watching.sweep),
        Job("settling", IntervalTrigger(minutes=1, timezone="UTC"), desk.settle),
        Job("datasources", IntervalTrigger(minutes=1, timezone="UTC"), sources.look_at_all),
        Job("tails", IntervalTrigger(seconds=10, timezone="UTC"), desk.tail),
        Job("strangers", IntervalTrigger(minutes=5, timezone="UTC"), desk.search),
        Job("AI budgets", CronTrigger(minute=7, timezone="UTC"), desk.budget),
        Job("pages", IntervalTrigger(minutes=10, timezone="UTC"), desk.shelve),
        Job("AI usage", IntervalTrigger(minutes=5, timezone="UTC"), desk.count_usage),
        Job("sessions", CronTrigger(minute=47, timezone="UTC"), desk.rest),
        Job("who is who", CronTrigger(hour=3, minute=41, timezone="UTC"), desk.refresh),
    )
