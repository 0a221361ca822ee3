"""A desk of silences with two issues, a source that can fail, and looks into what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.silences import Silences
from bot.model.errors import Missing, Rejected, Unavailable
from bot.model.issue import Alert, By, Issue, IssueId
from bot.model.matchers import read_matchers
from bot.model.message import PersonId
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import DEFAULT_TENANT
from bot.pipeline.silenced import telling
from bot.ports.actor import Actor
from bot.ports.silencer import Ringing, Standing
from bot.ports.storage import Entry, Trail
from storage.storage import SqlStorage
from tests.fakes import NOON, DrivenClock

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SLOW, DISK = IssueId("ISS-1-checkout"), IssueId("ISS-2-db")
BY_NAME = ('alertname="Slow"',)


def anna(cause: str = "letter-1") -> Actor:
    return Actor(DEFAULT_TENANT, By("Anna Berger", PersonId("anna"), "slack"), cause)


def ben(cause: str = "letter-2") -> Actor:
    return Actor(DEFAULT_TENANT, By("Ben Ortner", PersonId("ben"), "teams"), cause)


class Source:
    """A source that keeps silences, and fails when it is told to."""

    title = "Alertmanager"

    def __init__(self) -> None:
        self.kept: dict[str, Standing] = {}
        self.ringing: list[Ringing] = []
        self.away: Unavailable | None = None
        self.answer_lost = False
        self.refuses = ""
        self.created = 0

    @property
    def alive(self) -> list[Standing]:
        return [one for one in self.kept.values() if one.state == "active"]

    async def create(
        self, matchers: Sequence[str], starts_at: datetime, ends_at: datetime, by: str, comment: str
    ) -> str:
        self._reach()
        if self.refuses:
            raise Rejected(self.refuses)
        self.created += 1
        new = Standing(f"out-{self.created}", tuple(matchers), starts_at, ends_at, by, comment, "active")
        self.kept[new.id] = new
        if self.answer_lost:
            raise Unavailable(self.title)
        return new.id

    async def extend(self, outside: str, ends_at: datetime) -> str:
        self._reach()
        if outside not in self.kept:
            raise Missing("Not known.")
        self.kept[outside] = replace(self.kept[outside], ends_at=ends_at)
        return outside

    async def expire(self, outside: str) -> bool:
        self._reach()
        known = self.kept.get(outside)
        if known is None or known.state == "expired":
            return False
        self.kept[outside] = replace(known, state="expired")
        return True

    async def get(self, outside: str) -> Standing | None:
        self._reach()
        return self.kept.get(outside)

    async def silences(self, mark: str = "") -> Sequence[Standing]:
        self._reach()
        return [one for one in self.kept.values() if (mark in one.comment if mark else one.state != "expired")]

    async def hidden_now(self, matchers: Sequence[str]) -> Sequence[Ringing]:
        self._reach()
        return [one for one in self.ringing if read_matchers(matchers).fit(one.labels)]

    def _reach(self) -> None:
        if self.away:
            raise self.away


async def standing_desk(storage: SqlStorage, clock: DrivenClock, source: Source) -> Silences:
    """One issue of a source that keeps silences, and one of a source that does not."""
    async with storage.work(DEFAULT_TENANT) as work:
        labels = {"alertname": "Slow", "pod": "p1"}
        slow = Issue(SLOW, "k1", "alertmanager", "Slow", Severity.HIGH, NOON, NOON, labels=labels)
        disk = Issue(DISK, "k2", "datadog", "Disk", Severity.HIGH, NOON, NOON, labels={"service": "db", "host": "h1"})
        await work.issues.save([slow, disk])
        await work.issues.save_alerts([alert("alertmanager", SLOW, labels), alert("datadog", DISK, disk.labels)])
    return Silences(storage, clock, {"alertmanager": source}, telling(clock))


def alert(source: str, issue: IssueId, labels: Mapping[str, str], number: int = 1) -> Alert:
    title = labels.get("alertname", "Disk")
    return Alert(source, f"f{number}", issue, "firing", Severity.HIGH, title, NOON, NOON, labels=labels)


async def issue_of(storage: SqlStorage, issue: IssueId) -> Issue:
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.issues.look(issue)
    assert found is not None
    return found


async def said(storage: SqlStorage, issue: IssueId) -> list[str]:
    async with storage.work(DEFAULT_TENANT) as work:
        return [happening.says for happening in await work.issues.history(issue, 50)]


async def trail(storage: SqlStorage, act: str = "") -> list[Entry]:
    async with storage.work(DEFAULT_TENANT) as work:
        return list(await work.audit.find(Trail(act=act)))


async def row(storage: SqlStorage, silence: SilenceId) -> Silence:
    async with storage.work(DEFAULT_TENANT) as work:
        found = await work.silences.get(silence)
    assert found is not None
    return found


async def save(storage: SqlStorage, silence: Silence) -> None:
    async with storage.work(DEFAULT_TENANT) as work:
        await work.silences.save(silence)


async def tick(storage: SqlStorage, desk: Silences, clock: DrivenClock) -> int:
    """What the timekeeper does with what is due."""
    done = 0
    for tenant, timer_id in await storage.timers.due(clock.now(), 50):
        async with storage.work(tenant) as work:
            if timer := await work.timers.take(timer_id, clock.now()):
                assert timer.kind == "silence"
                await desk.ended(work, timer)
                done += 1
    return done
