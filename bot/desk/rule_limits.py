"""The limit that a rule teaches stands where limits stand: at a watch, or among the thresholds of log events.

What stood there comes back when the rule ends, unless somebody has set another since."""

from dataclasses import replace

from bot.model.errors import Missing
from bot.model.rule import Rule, RuleKind, RuleState
from bot.model.watch import Watch, WatchId
from bot.ports.storage import UnitOfWork

EVENTS = "thresholds"  # the note in which a tenant's own limits of log events stand


async def possible(work: UnitOfWork, rule: Rule) -> None:
    if rule.kind is RuleKind.THRESHOLD and of_watch(rule.said):
        await _watch(work, rule)


async def put_in(work: UnitOfWork, rule: Rule) -> Rule:
    """With what it took the place of."""
    if rule.kind is not RuleKind.THRESHOLD:
        return rule
    if of_watch(rule.said):
        watch = await _watch(work, rule)
        await work.watches.save(replace(watch, above=rule.above, below=rule.below))
        return replace(rule, former={"above": watch.above, "below": watch.below})
    await work.events.turn(EVENTS)
    note = dict(await work.events.note(EVENTS))
    former = {"limit": note[rule.said]} if rule.said in note else {}
    await work.events.save_note(EVENTS, {**note, rule.said: _limit(rule)})
    return replace(rule, former=former)


async def take_out(work: UnitOfWork, rule: Rule) -> None:
    if rule.kind is not RuleKind.THRESHOLD or rule.former is None or rule.state is not RuleState.ACTIVE:
        return
    if of_watch(rule.said):
        watch = await work.watches.get(WatchId(rule.said))
        if watch and (watch.above, watch.below) == (rule.above, rule.below):
            await work.watches.save(replace(watch, above=rule.former["above"], below=rule.former["below"]))
        return
    await work.events.turn(EVENTS)
    note = dict(await work.events.note(EVENTS))
    if note.pop(rule.said, None) == _limit(rule):
        was = {rule.said: rule.former["limit"]} if "limit" in rule.former else {}
        await work.events.save_note(EVENTS, {**note, **was})


def of_watch(said: str) -> bool:
    return said[:1] == "W" and said[1:].isdigit()


def _limit(rule: Rule) -> float | None:
    return rule.below if rule.above is None else rule.above


async def _watch(work: UnitOfWork, rule: Rule) -> Watch:
    found = await work.watches.get(WatchId(rule.said))
    if found is None:
        raise Missing(f"There is no watch “{rule.said[:20]}”.", advice="`watches` lists them.")
    return found
