"""How somebody, or a channel, likes to be answered: whether a query is shown before it runs."""

from collections.abc import Mapping
from typing import Any

from bot.desk.office import entry
from bot.model.message import Place
from bot.model.tenant import TenantId
from bot.ports.actor import Actor
from bot.ports.services import Clock
from bot.ports.storage import Storage

PREVIEW = "preview"


class Habits:
    """Fills bot.ports.desks.HabitDesk. What a person wants goes before what their channel wants."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def previews(self, tenant: TenantId, person: str, place: Place) -> bool:
        async with self._storage.work(tenant) as work:
            for kept_at in (_of_person(person), _of_channel(place)):
                kept: Mapping[str, Any] | None = await work.places.details(kept_at)
                if kept is not None:
                    return kept.get(PREVIEW) is True
        return False

    async def preview(self, actor: Actor, *, on: bool, channel: bool) -> None:
        kept_at = _of_channel(actor.place) if channel and actor.place else _of_person(str(actor.by.person))
        async with self._storage.work(actor.tenant) as work:
            await work.places.remember(kept_at, {PREVIEW: on}, self._clock.now())
            await work.audit.add(entry(actor, "preview", kept_at.channel, self._clock, on=on))


def _of_person(person: str) -> Place:
    """A place that nobody speaks in: what is remembered there is remembered of them."""
    return Place("nightdesk", PREVIEW, f"person:{person}")


def _of_channel(place: Place) -> Place:
    return Place("nightdesk", PREVIEW, f"channel:{place.lane}")
