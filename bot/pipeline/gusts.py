"""Storms as they meet one batch: what would be told for the first time is told in a digest where there is one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model.issue import Issue, IssueId, Told
from bot.model.message import Place
from bot.model.plan import Plan
from bot.model.plan import Storm as Rules
from bot.model.timer import Timer
from bot.pipeline import storms
from bot.pipeline.deciding import Telling
from bot.pipeline.notify import Hush, Quiet
from bot.pipeline.routing import Spot
from bot.pipeline.speaking import tell_digest
from bot.pipeline.storms import Arrivals, Count
from bot.ports.incidents import Storm
from bot.ports.storage import UnitOfWork

KIND = "storm"


class Batch:
    """`signals`: how many went into each issue. `counted`: issues with nothing new but their count."""

    def __init__(
        self,
        tellings: Sequence[Telling],
        counted: Sequence[Issue],
        signals: Mapping[IssueId, int],
        rules: Rules,
        arrivals: Arrivals,
        now: datetime,
    ) -> None:
        self._tellings, self._counted, self._signals = tellings, counted, signals
        self._rules, self._arrivals, self._now = rules, arrivals, now
        self.arrived: list[Place] = []  # to be noted when it is committed

    async def absorb(self, work: UnitOfWork, running: Sequence[Storm]) -> Sequence[Storm]:
        """Fills the tellings; the storms that changed are told after their issues are kept."""
        changed = []
        fresh: defaultdict[Place, list[tuple[Telling, Spot]]] = defaultdict(list)
        for telling in self._tellings:
            for spot in telling.fresh:
                fresh[spot.place].append((telling, spot))
        for place in sorted({*fresh, *self._touched(running)}, key=lambda place: place.key):
            standing = await work.storms.current(place)
            if storm := self._at(place, standing, fresh[place]):
                changed.append(storm)
                if standing is None:
                    await work.timers.set(KIND, storm.id, self._now + self._rules.calm_after, {})
        return changed

    def _touched(self, running: Sequence[Storm]) -> set[Place]:
        """Where issues of this batch are part of a storm."""
        if not running:
            return set()
        heard = [telling.issue for telling in self._tellings] + list(self._counted)
        ids, inside = {issue.id for issue in heard}, {told.storm for issue in heard for told in issue.told}
        return {storm.place for storm in running if storm.id in inside or not ids.isdisjoint(storm.critical)}

    def _at(self, place: Place, standing: Storm | None, fresh: Sequence[tuple[Telling, Spot]]) -> Storm | None:
        count = Count(standing, self._now) if standing else None
        if count:
            self._hear(count, place)
        many = self._arrivals.lately(place, self._rules, self._now) + len(fresh)
        if count is None and fresh and 0 < self._rules.from_issues < many:
            count = Count(storms.begin(place, self._now), self._now)  # with all that came in this same moment
        for telling, spot in fresh:
            self.arrived.append(place)
            signals = self._signals.get(telling.issue.id, 0)
            if count is None or count.knows(telling.issue) or count.add(telling.issue, signals):
                telling.takes(Told(place, spot.route.story))
            else:
                telling.takes(Told(place, spot.route.story, count.id))
                telling.quiet.append((place.key, Quiet(Hush.STORM)))
        return count.done() if count else None

    def _hear(self, count: Count, place: Place) -> None:
        for issue in self._counted:
            if count.knows(issue):
                count.hear(issue, issue, self._signals.get(issue.id, 0))
        for telling in self._tellings:
            issue = telling.issue
            if not count.knows(issue):
                continue
            if count.hear(telling.change.before, issue, self._signals.get(issue.id, 0)):
                inside = next((told for told in telling.told if told.storm == count.id), None)
                if inside:  # it has become critical: nothing critical is hidden
                    telling.takes(Told(place, inside.story))


async def calm(work: UnitOfWork, timer: Timer, plan: Plan, now: datetime) -> None:
    """Handles the timer of a storm: over when nothing new has come for a while."""
    storm = next((one for one in await work.storms.running() if one.id == timer.object), None)
    storm = await work.storms.current(storm.place) if storm else None
    if storm is None or storm.id != timer.object:
        return
    if storms.is_over(storm, plan.storm, now):
        await tell_digest(work, storms.over(storm), now)
    else:
        await work.timers.set(KIND, storm.id, storm.last_at + plan.storm.calm_after, {})
