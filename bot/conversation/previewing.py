"""What stands beside a link that somebody posted: made at once, or not at all, by the engine that answers questions."""

from dataclasses import replace

from bot.conversation.engine import Engine
from bot.conversation.roles import Roles, as_stored, given
from bot.model.message import Message
from bot.model.parcel import Subject
from bot.model.reply import Reply
from bot.model.tenant import TenantId
from bot.ports.storage import Storage
from bot.ports.tools import Turn


class Previewer:
    def __init__(self, storage: Storage, engine: Engine, zone: str, *, roles: Roles = as_stored) -> None:
        self._storage, self._engine, self._zone, self._roles = storage, engine, zone, roles

    async def of(self, tenant: TenantId, message: Message) -> Reply | None:
        """None: the link is left as it is, for it is none of ours, or this person may not see what it leads to."""
        async with self._storage.work(tenant) as work:
            person = given(await work.people.of(replace(message.author, name="")), self._roles)
        known = await self._storage.directory.tenant(tenant)
        zone = person.zone or (known.zone if known else "") or self._zone
        turn = Turn(tenant, person, message.place, message.said_at, zone, cause=message.key, account=message.author)
        answer = await self._engine.answer(message, turn, known, Subject(f"preview:{message.key}"), _silent)
        if answer.reply is None or answer.intent is None:
            return None
        return replace(answer.reply, buttons=(), rateable=False)  # it is no message of ours that could be answered to


async def _silent(_: str) -> None:
    return
