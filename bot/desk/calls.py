"""Calls of models, for administrators: the latest, and what was said in one."""

from collections.abc import Sequence

from bot.desk.office import entry
from bot.ports.actor import Actor
from bot.ports.calls import Call, Exchange
from bot.ports.services import Clock
from bot.ports.storage import Storage


class CallBook:
    """Fills bot.ports.calls.CallDesk."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def latest(self, actor: Actor, limit: int) -> Sequence[Call]:
        async with self._storage.work(actor.tenant) as work:
            found = await work.prompts.latest(limit)
            await work.audit.add(entry(actor, "model.calls", "model", self._clock, shown=len(found)))
        return found

    async def one(self, actor: Actor, ends: str) -> tuple[Call, Exchange | None] | None:
        async with self._storage.work(actor.tenant) as work:
            call = await work.prompts.find(ends)
            said = await work.prompts.read(call.id) if call else None
            kept = call.kept if call else "not found"
            await work.audit.add(entry(actor, "model.call", call.id if call else ends, self._clock, kept=kept))
        return (call, said) if call else None
