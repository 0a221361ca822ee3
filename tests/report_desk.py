"""Reports by the clock, kept in a dictionary that a test can read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.message import Account
from bot.model.report import Report, Schedule
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from tests.fakes import NOON


@dataclass
class Reports:
    kept: dict[str, Report] = field(default_factory=dict)

    async def every(self, tenant: TenantId) -> Sequence[Report]:
        return list(self.kept.values())

    async def make(self, actor: Actor, account: Account, question: str, schedule: Schedule) -> Report:
        assert actor.place
        assert actor.by.person
        name, due = f"R{len(self.kept) + 1}", schedule.after(NOON)
        made = Report(name, question, schedule, actor.place, account, actor.by.person, actor.by.name, due)
        self.kept[name] = made
        return made

    async def pause(self, actor: Actor, report: str) -> Report:
        return self._now(report, paused=True)

    async def resume(self, actor: Actor, report: str) -> Report:
        return self._now(report, paused=False)

    async def delete(self, actor: Actor, report: str) -> Report:
        return self.kept.pop(report)

    def _now(self, report: str, *, paused: bool) -> Report:
        self.kept[report] = replace(self.kept[report], paused=paused)
        return self.kept[report]
