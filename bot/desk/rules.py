"""Corrections that become rules: proposed with what they would change, reviewed by another person, held for a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.desk import rule_limits
from bot.desk.office import entry
from bot.desk.timekeeper import Handler
from bot.model import figures
from bot.model.errors import Forbidden, Missing, Rejected
from bot.model.issue import By
from bot.model.message import Account, PersonId, Place
from bot.model.parcel import Subject
from bot.model.reply import Button, Mention, Reply, Text
from bot.model.rule import REMINDED, Change, Golden, Rule, RuleDraft, RuleId, RuleKind, RuleState
from bot.model.tenant import TenantId
from bot.model.timer import Timer
from bot.ports.actor import Actor
from bot.ports.rules import ReadAs
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

ASKED, SHOWN = 100, 10  # questions of the tenant that are read again; changes that are kept
MOST = 200  # rules that are proposed or hold
REMINDER, END = "rule_reminder", "rule_expiry"
OPEN = (RuleState.PROPOSED, RuleState.ACTIVE)


class RulesDesk:
    """Fills bot.ports.rules.RuleDesk. `reads` comes with the engine, which is built later."""

    def __init__(self, storage: Storage, clock: Clock, examples: Sequence[str] = ()) -> None:
        self._storage, self._clock = storage, clock
        self.examples = examples
        self.reads: ReadAs = _unread

    def handlers(self) -> Mapping[str, Handler]:
        return {REMINDER: self._remind, END: self._end}

    async def every(self, tenant: TenantId) -> Sequence[Rule]:
        async with self._storage.work(tenant) as work:
            return await work.rules.every()

    async def active(self, tenant: TenantId) -> Sequence[Rule]:
        async with self._storage.work(tenant) as work:
            return await work.rules.active(self._clock.now())

    async def find(self, tenant: TenantId, rule: str) -> Rule:
        async with self._storage.work(tenant) as work:
            return await _standing(work, rule)

    async def question(self, actor: Actor) -> str:
        if actor.place is None:
            return ""
        async with self._storage.work(actor.tenant) as work:
            found = await work.conversations.find(actor.place)
            lines = await work.conversations.history(found.id, 8) if found else ()
        return next((one.text for one in reversed(lines) if one.role == "user" and not one.text.startswith("[")), "")

    async def propose(self, actor: Actor, draft: RuleDraft, account: Account | None = None) -> Rule:
        now = self._clock.now()
        made = Rule(
            RuleId("R0"), draft.kind, draft.said, draft.means, _person(actor), actor.by.name, now,
            now + timedelta(days=draft.days), why=draft.why, answer=draft.answer, question=draft.question,
            account=account, place=actor.place, above=draft.above, below=draft.below,
        )  # fmt: skip
        standing = await self.every(actor.tenant)
        if again := next((one for one in standing if one.state in OPEN and _same(one, made)), None):
            return again
        if sum(one.state in OPEN for one in standing) >= MOST:
            raise Rejected(f"There are {MOST} rules already.", advice="Withdraw some first: `rules` lists them.")
        async with self._storage.work(actor.tenant) as work:
            await rule_limits.possible(work, made)
        made = replace(made, golden=await self._golden(actor.tenant, made))
        async with self._storage.work(actor.tenant) as work:
            first = max((int(one.id[1:]) for one in await work.rules.every()), default=0) + 1
            while not await work.rules.add(made := replace(made, id=RuleId(f"R{first}"))):
                first += 1
            await work.audit.add(entry(actor, "rule.propose", made.id, self._clock, says=made.says))
        return made

    async def approve(self, actor: Actor, rule: str, *, admin: bool) -> Rule:
        """What stands there for the same words gives way."""
        now = self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            standing = await _standing(work, rule)
            if standing.state is RuleState.ACTIVE:
                return standing
            _open(standing, RuleState.PROPOSED)
            if standing.by == actor.by.person and not admin:
                raise Forbidden(
                    "Another person reviews a rule, or an administrator.",
                    advice=f"They say: rule approve {standing.id}",
                )
            for other in await work.rules.active(now):
                if (other.kind, other.said.casefold()) == (standing.kind, standing.said.casefold()):
                    await self._over(work, other, RuleState.WITHDRAWN, actor.by.name)
            made = _settled(standing, RuleState.ACTIVE, actor.by.name, self._clock)
            made = await rule_limits.put_in(work, made)
            await work.rules.save(made)
            await work.timers.set(END, made.id, made.expires_at, {})
            if made.expires_at - REMINDED > now:
                await work.timers.set(REMINDER, made.id, made.expires_at - REMINDED, {})
            await work.audit.add(entry(actor, "rule.approve", made.id, self._clock, says=made.says))
        return made

    async def refuse(self, actor: Actor, rule: str) -> Rule:
        return await self._closed(actor, rule, RuleState.PROPOSED, RuleState.REFUSED, "rule.refuse")

    async def withdraw(self, actor: Actor, rule: str) -> Rule:
        return await self._closed(actor, rule, RuleState.ACTIVE, RuleState.WITHDRAWN, "rule.withdraw")

    async def _closed(self, actor: Actor, rule: str, was: RuleState, state: RuleState, act: str) -> Rule:
        async with self._storage.work(actor.tenant) as work:
            standing = await _standing(work, rule)
            if standing.state is state:
                return standing
            _open(standing, was)
            made = await self._over(work, standing, state, actor.by.name)
            await work.audit.add(entry(actor, act, made.id, self._clock, says=made.says))
        return made

    async def _over(self, work: UnitOfWork, rule: Rule, state: RuleState, by: str) -> Rule:
        """What it took the place of comes back."""
        made = _settled(rule, state, by, self._clock)
        await rule_limits.take_out(work, rule)
        await work.rules.save(made)
        for kind in (REMINDER, END):
            await work.timers.stop(kind, rule.id)
        return made

    async def _golden(self, tenant: TenantId, rule: Rule) -> Golden | None:
        if rule.kind not in (RuleKind.ALIAS, RuleKind.UNIT):
            return None  # it changes no reading
        now = self._clock.now()
        async with self._storage.work(tenant) as work:
            asked = await work.conversations.questions(ASKED)
            standing = await work.rules.active(now)
        mine = rule.said.casefold()
        others = [one for one in standing if (one.kind, one.said.casefold()) != (rule.kind, mine)]
        questions = list(dict.fromkeys((*asked, *self.examples)))
        changes = []
        for one in questions:
            if rule.kind is RuleKind.ALIAS and mine not in one.casefold():
                continue  # it is not in it, so nothing of it changes
            before = await self.reads(tenant, one, standing, now)
            if rule.kind is RuleKind.UNIT and rule.said not in before:
                continue
            after = await self.reads(tenant, one, [*others, replace(rule, state=RuleState.ACTIVE)], now)
            if before != after:
                changes.append(Change(one[:300], before[:600], after[:600]))
        return Golden(len(questions), len(changes), tuple(changes[:SHOWN]))

    async def _remind(self, work: UnitOfWork, timer: Timer) -> None:
        rule = await work.rules.get(RuleId(timer.object))
        if rule is None or rule.state is not RuleState.ACTIVE or rule.place is None:
            return
        when = figures.clock(rule.expires_at)
        await self._tell(
            work, rule, rule.place, f"Rule {rule.id} ends {when}: {rule.says}.",
            "After that it holds no more. Propose it again to keep it.", "reminder",
        )  # fmt: skip

    async def _end(self, work: UnitOfWork, timer: Timer) -> None:
        rule = await work.rules.get(RuleId(timer.object))
        if rule is None or rule.state is not RuleState.ACTIVE:
            return
        await self._over(work, rule, RuleState.EXPIRED, "")
        await work.audit.add(entry(_clockwork(timer), "rule.expire", rule.id, self._clock, says=rule.says))
        if rule.place:
            await self._tell(
                work, rule, rule.place, f"Rule {rule.id} has ended: {rule.says}.", "It holds no more.", "end"
            )

    async def _tell(self, work: UnitOfWork, rule: Rule, place: Place, says: str, more: str, what: str) -> None:
        parts = (Mention(rule.account), f" {more}") if rule.account else (more,)
        again = {"kind": rule.kind.value, "said": rule.said, "means": rule.means, "why": rule.why}
        buttons = (Button("Propose it again", "propose_rule", again), Button("Show it", "rule", {"rule": rule.id}))
        reply = Reply(says, (Text(parts),), buttons, title="A rule")
        await work.parcels.put(place, Subject(f"rule:{rule.id}:{what}"), 1, reply, self._clock.now())


async def _unread(*_: object) -> str:
    return ""


def _person(actor: Actor) -> PersonId:
    if actor.by.person is None:
        raise Rejected("A rule has an owner: a person has to propose it.")
    return actor.by.person


def _clockwork(timer: Timer) -> Actor:
    return Actor(timer.tenant, By("Nightdesk"), timer.id)


async def _standing(work: UnitOfWork, rule: str) -> Rule:
    found = await work.rules.get(RuleId(rule.strip().upper()))
    if found is None:
        raise Missing(f"There is no rule “{rule[:20]}”.", advice="`rules` lists them.")
    return found


def _open(rule: Rule, wanted: RuleState) -> None:
    if rule.state is not wanted:
        raise Rejected(f"Rule {rule.id} is {rule.state.value}, not {wanted.value}.")


def _same(one: Rule, other: Rule) -> bool:
    return (one.kind, one.said.casefold(), one.means) == (other.kind, other.said.casefold(), other.means)


def _settled(rule: Rule, state: RuleState, by: str, clock: Clock) -> Rule:
    return replace(rule, state=state, settled_by=by, settled_at=clock.now())
