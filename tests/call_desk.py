"""A desk of calls, as intents ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.ports.actor import Actor
from bot.ports.calls import Call, Exchange


@dataclass
class Calls:
    calls: Sequence[Call] = ()
    said: dict[str, Exchange] = field(default_factory=dict)

    async def latest(self, actor: Actor, limit: int) -> Sequence[Call]:
        return self.calls[:limit]

    async def one(self, actor: Actor, ends: str) -> tuple[Call, Exchange | None] | None:
        found = next((call for call in self.calls if call.id.endswith(ends)), None)
        return (found, self.said.get(found.id)) if found else None
