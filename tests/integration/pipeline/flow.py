"""A plan, and what the tests of the pipeline look at in the database."""

from collections import Counter
from typing import Any

from bot.model.issue import Issue
from bot.model.message import Place
from bot.model.plan import Plan, Policy, Route, Step, Target
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.run import Pipeline
from bot.ports.incidents import Wanted
from bot.ports.storage import Trail
from tests.fakes import NOON
from tests.unit.pipeline.signals import firing

SLACK, TEAMS = Place("slack", "T0NIGHT", "C0OPS"), Place("teams", "tenant-1", "19:ops")
TO = (Target(platform="slack", channel="C0OPS"), Target(platform="teams", channel="19:ops"))
PLAN = Plan(
    routes=(Route(to=TO, policy="day"),),
    policies={"day": Policy(steps=(Step(notify=("mail:ops@example.com",)),))},
    group_by=("service",),
)
HERE = {"slack": "T0NIGHT", "teams": "tenant-1"}


class Metered:
    def __init__(self) -> None:
        self.seen: Counter[tuple[str, ...]] = Counter()

    def count(self, name: str, by: float = 1, /, **labels: str) -> None:
        self.seen[name, *labels.values()] += 1

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.seen[name, *labels.values()] += 1


async def workspace(platform: str) -> str:
    return HERE[platform]


async def plan(storage: Any, given: Plan) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.plans.save(given, NOON)


async def all_issues(storage: Any, **wanted: Any) -> list[Issue]:
    async with storage.work(DEFAULT_TENANT) as work:
        return list(await work.issues.find(Wanted(**{"limit": 100_000, **wanted})))


async def the_issue(storage: Any) -> Issue:
    (issue,) = await all_issues(storage)
    return issue


async def trail(storage: Any, act: str) -> list[tuple[str, str]]:
    async with storage.work(DEFAULT_TENANT) as work:
        entries = await work.audit.find(Trail(act=act, limit=1000))
    return [(entry.place, entry.details["reason"]) for entry in reversed(entries)]


async def history(storage: Any, issue: Issue) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [one.what for one in await work.issues.history(issue.id, 1000)]


async def storms(storage: Any) -> list[Any]:
    async with storage.work(DEFAULT_TENANT) as work:
        return list(await work.storms.running())


async def said(storage: Any, clock: Any) -> dict[tuple[str, str], int]:
    """Revisions that wait to be said, by place and subject."""
    parcels = await storage.parcels.claim(1000, 1000, clock.now())
    await storage.parcels.release({parcel.place.lane: clock.now() for parcel in parcels})
    return {(parcel.place.platform, parcel.subject): parcel.revision for parcel in parcels}


async def due(storage: Any, clock: Any, pipeline: Pipeline) -> list[str]:
    """What the timekeeper does."""
    done = []
    for tenant, timer_id in await storage.timers.due(clock.now(), 1000):
        async with storage.work(tenant) as work:
            timer = await work.timers.take(timer_id, clock.now())
            if timer.kind in pipeline.handlers():
                await pipeline.handlers()[timer.kind](work, timer)
                done.append(timer.kind)
    return done


def services(count: int, start: int = 0, **more: Any) -> list[Any]:
    return [firing(f"f{n}", labels={"service": f"s{n}"}, title=f"s{n}", **more) for n in range(start, start + count)]
