"""Fills the port of silences: real ones where the source keeps them, our own mutes where it does not."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from bot.desk import breadth
from bot.desk.silence_marks import A_MOMENT, MOST, Told, covered, entry, marked
from bot.desk.silence_source import SilenceSource, expired
from bot.model.errors import Forbidden, Missing, Rejected, Unavailable
from bot.model.issue import Alert, By, Issue, IssueId
from bot.model.matchers import Matchers, read_matchers
from bot.model.plan import Plan
from bot.model.severity import Severity
from bot.model.silence import Silence, SilenceId
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.ports.actor import Actor
from bot.ports.desks import Preview
from bot.ports.services import Clock
from bot.ports.silencer import Ringing, Silencer, Standing
from bot.ports.storage import Storage, UnitOfWork

log = logging.getLogger(__name__)

HERE = "Nightdesk"
LISTED = 200  # rows that are looked through for those that wait for a second person


class Silences:
    """`silencers`: by the name of the source whose alerts they hide, as webhooks name it."""

    def __init__(self, storage: Storage, clock: Clock, silencers: Mapping[str, Silencer], told: Told) -> None:
        self._storage, self._clock, self._silencers, self._told = storage, clock, silencers, told
        self._source = SilenceSource(storage, clock, silencers, told)

    async def settle(self, tenant: TenantId) -> None:
        """Repairs what a crash or an unanswered call left: at every start, and now and then."""
        await self._source.settle(tenant)

    async def matchers(self, tenant: TenantId, issue: IssueId) -> tuple[str, ...]:
        async with self._storage.work(tenant) as work:
            found = await _known(work, issue)
            plan = await work.plans.get() or Plan()
        return breadth.of_issue(found, breadth.grouped_by(plan, found), own=found.source not in self._silencers)

    async def preview(self, tenant: TenantId, matchers: Sequence[str], source: str = "") -> Preview:
        read = _read(matchers)
        seen = await self._seen(tenant)
        return await self._preview(read, self._home(read, source, seen), seen)

    async def create(
        self, actor: Actor, matchers: Sequence[str], until: datetime, *, issue: IssueId | None = None, comment: str = ""
    ) -> Silence:
        read, now = _read(matchers), self._clock.now()
        if refused := breadth.fault_of_end(until, now):
            raise Rejected(refused, code="span")
        seen = await self._seen(actor.tenant)
        source = await self._source_of(actor.tenant, issue) if issue else ""
        home, lines = self._home(read, source, seen), tuple(str(one) for one in read.each)
        silence = Silence(
            _id(actor, lines), "silence" if home else "mute", lines, now, until,
            replace(actor.by, at=now), " ".join(comment.split()), home, issue=issue,
        )  # fmt: skip
        preview = await self._preview(read, home, seen)
        async with self._storage.work(actor.tenant) as work:
            standing = await self._standing_twin(work, silence)
            if standing is None:
                if preview.refused:
                    raise Rejected(preview.refused, code="matchers")
                silence = replace(silence, state="asked" if preview.critical else "active")
                await self._begin(work, actor, silence, "ask" if preview.critical else "create")
        if standing is None:
            return await self._stand(actor, silence, first=True)
        if standing.state == "active" and standing.id != silence.id and standing.ends_at < until:
            return await self.extend(actor, standing.id, until)
        return await self._stand(actor, standing, first=False)

    async def approve(self, actor: Actor, silence: SilenceId) -> Silence:
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            found = await _row(work, silence)
            if found.state == "expired" or found.ends_at <= now:
                raise Rejected("This silence is over, or was taken back.", code="expired")
            first = found.state == "asked"
            if first:
                _second_person(found.by, actor.by, "approve")
                found = replace(found, state="active", approved=replace(actor.by, at=now))
                await self._begin(work, actor, found, "approve")
        return await self._stand(actor, found, first=first)

    async def expire(self, actor: Actor, silence: SilenceId) -> Silence:
        async with self._storage.work(actor.tenant) as work:
            found = await work.silences.get(silence)
        if found is None:
            return await self._expire_foreign(actor, silence)
        if found.state == "expired":
            return found
        await self._source.end(found)
        async with self._storage.work(actor.tenant) as work:
            found = await _row(work, silence)
            if found.state == "expired":
                return found
            return await expired(work, found, actor, "expire", self._clock, self._told)

    async def extend(self, actor: Actor, silence: SilenceId, until: datetime) -> Silence:
        now = self._clock.now()
        if refused := breadth.fault_of_end(until, now):
            raise Rejected(refused, code="span")
        async with self._storage.work(actor.tenant) as work:
            found = await work.silences.get(silence)
        if found is None:
            return await self._extend_foreign(actor, silence, until)
        _may_be_extended(found, actor.by, now)
        if found.ends_at == until:
            return found
        outside = await self._extend_outside(found, until)
        async with self._storage.work(actor.tenant) as work:
            found = await _row(work, silence)
            if found.state == "active":
                found = replace(found, ends_at=until, outside=outside)
                await self._begin(work, actor, found, "extend", marks=True)
        # At its source it is unknown by now: then it is made anew, with the new end.
        return await self._stand(actor, found, first=False)

    async def standing(self, tenant: TenantId) -> Sequence[Silence]:
        now = self._clock.now()
        async with self._storage.work(tenant) as work:
            active = await work.silences.active(now)
            asked = [one for one in await work.silences.latest(LISTED) if one.state == "asked" and one.ends_at > now]
        ours = [*active, *asked]
        known, ids = {one.outside for one in ours if one.outside}, {one.id for one in ours}
        others: list[Silence] = []
        for source, silencer in self._silencers.items():
            try:
                found = await silencer.silences()
            except (Unavailable, Rejected) as problem:  # what we made ourselves can be told, and ended, all the same
                log.warning("silences_not_listed", extra={"source": source, "reason": problem.says})
                continue
            others += [_foreign(source, one) for one in found if one.id not in known and marked(one.comment) not in ids]
        return (*ours, *others)

    async def ended(self, work: UnitOfWork, timer: Timer) -> None:
        """The handler of the timer "silence"."""
        found = await work.silences.get(SilenceId(timer.object))
        if found is None or found.state == "expired":
            return
        if found.ends_at > self._clock.now():  # extended meanwhile
            await work.timers.set(timer.kind, timer.object, found.ends_at, timer.body)
            return
        actor = Actor(timer.tenant, By(HERE), f"timer:{timer.id}")
        await expired(work, found, actor, "lapse" if found.state == "asked" else "end", self._clock, self._told)

    async def _source_of(self, tenant: TenantId, issue: IssueId) -> str:
        async with self._storage.work(tenant) as work:
            return (await _known(work, issue)).source

    async def _seen(self, tenant: TenantId) -> Sequence[Alert]:
        now = self._clock.now()
        async with self._storage.work(tenant) as work:
            return await work.issues.seen_between(now - breadth.LOOKS_BACK, now + A_MOMENT, MOST)

    async def _standing_twin(self, work: UnitOfWork, silence: Silence) -> Silence | None:
        """This very request, answered before; or the same silence, made or asked for by somebody."""
        if known := await work.silences.get(silence.id):
            return known
        asked = [one for one in await work.silences.latest(LISTED) if one.state == "asked"]
        for other in (*await work.silences.active(silence.starts_at), *asked):
            same = set(other.matchers) == set(silence.matchers) and other.source == silence.source
            if same and other.kind == silence.kind and other.ends_at > silence.starts_at:
                return other
        return None

    async def _begin(self, work: UnitOfWork, actor: Actor, silence: Silence, act: str, *, marks: bool = False) -> None:
        """What stands at a source marks its issues once it stands there; a request, only the issue it is about."""
        now = self._clock.now()
        await work.silences.save(silence)
        await work.timers.set("silence", silence.id, silence.ends_at, {})
        await work.audit.add(entry(actor, act, silence, now))
        issues: Collection[IssueId] = ()
        if silence.state == "asked":
            issues = [silence.issue] if silence.issue else []
        elif not silence.source or (marks and silence.outside):
            issues = await covered(work, silence, now)
        for issue in issues:
            await self._told(work, issue, silence, actor)

    async def _stand(self, actor: Actor, silence: Silence, *, first: bool) -> Silence:
        waits = silence.state == "active" and silence.source in self._silencers and not silence.outside
        return await self._source.stand(actor, silence, first=first) if waits else silence

    async def _preview(self, matchers: Matchers, home: str, seen: Sequence[Alert]) -> Preview:
        lines = tuple(str(one) for one in matchers.each)
        where = self._silencers[home].title if home else HERE
        if refused := breadth.fault(matchers):
            return Preview(lines, (), (), 0, where, refused)
        found = breadth.reach(matchers, seen, home)
        try:
            ringing = await self._ringing(lines, home, found.firing)
        except Rejected as problem:  # matchers that this version cannot read
            return Preview(lines, (), found.titles, 0, where, problem.says)
        critical = sum(one.severity is Severity.CRITICAL for one in ringing)
        titles = tuple(one.title for one in ringing)
        return Preview(lines, titles, found.titles, critical, where, breadth.too_broad(matchers, found))

    async def _ringing(self, lines: tuple[str, ...], home: str, firing: Sequence[Alert]) -> Sequence[Ringing]:
        ours = [Ringing(alert.title, alert.severity, alert.labels) for alert in firing]
        if not home:
            return ours
        try:
            return await self._silencers[home].hidden_now(lines)
        except Unavailable:
            return ours  # what it told us of; that it is away is said when the silence is made

    def _home(self, matchers: Matchers, source: str, seen: Sequence[Alert]) -> str:
        """Where it stands; empty: with us. Nobody said which source is meant: then where such alerts come from."""
        source = source or breadth.source_named(matchers)
        if source:
            return source if source in self._silencers else ""
        for home in self._silencers:
            if breadth.reach(matchers, seen, home).hidden:
                return home
        return "" if breadth.reach(matchers, seen, "").hidden else next(iter(self._silencers), "")

    async def _extend_outside(self, silence: Silence, until: datetime) -> str:
        silencer = self._silencers.get(silence.source)
        if silencer is None or not silence.outside:
            return silence.outside
        try:
            return await silencer.extend(silence.outside, until)
        except Missing:
            return ""

    async def _expire_foreign(self, actor: Actor, silence: SilenceId) -> Silence:
        found, silencer = await self._at_source(silence)
        await silencer.expire(found.outside)
        return await self._audited(actor, "expire", replace(found, state="expired"))

    async def _extend_foreign(self, actor: Actor, silence: SilenceId, until: datetime) -> Silence:
        found, silencer = await self._at_source(silence)
        outside = await silencer.extend(found.outside, until)
        renamed = replace(found, id=SilenceId(f"{found.source}:{outside}"), outside=outside, ends_at=until)
        return await self._audited(actor, "extend", renamed)

    async def _at_source(self, silence: SilenceId) -> tuple[Silence, Silencer]:
        source, _, outside = silence.partition(":")
        silencer = self._silencers.get(source)
        standing = await silencer.get(outside) if silencer and outside else None
        if silencer is None or standing is None:
            raise Missing("There is no such silence.")
        return _foreign(source, standing), silencer

    async def _audited(self, actor: Actor, act: str, silence: Silence) -> Silence:
        async with self._storage.work(actor.tenant) as work:
            await work.audit.add(entry(actor, act, silence, self._clock.now()))
        return silence


def _read(lines: Sequence[str]) -> Matchers:
    try:
        return read_matchers(lines)
    except ValueError as problem:
        raise Rejected(f"I cannot read these matchers: {problem}.", code="matchers") from None


def _id(actor: Actor, lines: Sequence[str]) -> SilenceId:
    """The same request for the same matchers is the same silence, however often it comes."""
    cause = actor.cause or uuid4().hex
    return SilenceId(sha256("\0".join((actor.tenant, cause, *lines)).encode()).hexdigest()[:24])


async def _row(work: UnitOfWork, silence: SilenceId) -> Silence:
    found = await work.silences.get(silence)
    if found is None:
        raise Missing("There is no such silence.")
    return found


async def _known(work: UnitOfWork, issue: IssueId) -> Issue:
    found = await work.issues.look(issue)
    if found is None:
        raise Missing(f"There is no issue {issue}.")
    return found


def _second_person(first: By, second: By, verb: str) -> None:
    if second.person is None or second.person == first.person:
        raise Forbidden(
            f"It hides critical alerts, so somebody else than {first.name} has to {verb} it.",
            advice="Ask a colleague to press the button.",
        )


def _may_be_extended(silence: Silence, by: By, now: datetime) -> None:
    if silence.state == "asked":
        raise Rejected("This silence waits for a second person; it cannot be extended before.", code="asked")
    if silence.state == "expired" or silence.ends_at <= now:
        raise Rejected("This silence is over; make a new one.", code="expired")
    if silence.approved is not None:
        _second_person(silence.by, by, "extend")


def _foreign(source: str, standing: Standing) -> Silence:
    return Silence(
        SilenceId(f"{source}:{standing.id}"), "silence", standing.matchers, standing.starts_at, standing.ends_at,
        By(standing.by), standing.comment, source, standing.id,
        state="expired" if standing.state == "expired" else "active",
    )  # fmt: skip
