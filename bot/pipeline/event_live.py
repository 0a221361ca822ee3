"""Log events shown where people talk, live: one message in a place that is written anew while it lasts."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.desk.office import entry
from bot.model.errors import Rejected
from bot.model.message import Place, PlaceKind
from bot.model.parcel import Subject
from bot.model.timer import Timer
from bot.pipeline import event_live_words as words
from bot.ports.actor import Actor
from bot.ports.events import WantedEvents
from bot.ports.services import Clock
from bot.ports.storage import Storage, UnitOfWork

KIND = "live events"
NOTE = "live"  # by place: which run shows them there, and what it said last
EVERY = timedelta(seconds=10)  # well within what both chats let one message change
MOST_PLACES = 10


class Live:
    """A run has a name of its own. A timer of a run that was ended meanwhile finds that out, and does nothing."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def begin(self, actor: Actor, minutes: int) -> bool:
        """False: they are shown here already, and are from now on for as long as was asked."""
        place, now = _where(actor), self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            runs = await _runs(work)
            standing = runs.get(place.key)
            if standing is None and len(runs) >= MOST_PLACES:
                raise Rejected(
                    f"They are shown live in {MOST_PLACES} places already.", advice="Stop one of them first."
                )
            until = now + timedelta(minutes=minutes)
            run = standing or {"run": secrets.token_hex(6), "revision": 0}
            runs = {**runs, place.key: {**run, "until": until.isoformat(), "place": _dumped(place)}}
            await work.audit.add(entry(actor, "events.live", place.key, self._clock, minutes=minutes))
            await self._show(work, runs, place.key, now)
            await work.timers.set(KIND, place.key, now + EVERY, {})
        return standing is None

    async def end(self, actor: Actor) -> bool:
        place, now = _where(actor), self._clock.now()
        async with self._storage.work(actor.tenant) as work:
            runs = await _runs(work)
            key = _shown_at(runs, place)
            if key is None:
                return False
            await work.timers.stop(KIND, key)
            await work.audit.add(entry(actor, "events.live_end", key, self._clock))
            await self._end(work, runs, key, now, actor.by.name)
        return True

    async def due(self, work: UnitOfWork, timer: Timer) -> None:
        """The handler of its timers."""
        runs, now = await _runs(work), self._clock.now()
        run = runs.get(timer.object)
        if run is None:
            return
        if datetime.fromisoformat(run["until"]) <= now:
            await self._end(work, runs, timer.object, now)
            return
        await self._show(work, runs, timer.object, now)
        await work.timers.set(KIND, timer.object, now + EVERY, {})

    async def _show(self, work: UnitOfWork, runs: Mapping[str, Any], key: str, now: datetime) -> None:
        """Said anew only where it says something else."""
        run = runs[key]
        events = await work.events.find(WantedEvents(limit=words.SHOWN))
        standings = await work.events.look()
        said = words.mark(events, standings, run["until"])
        if said == run.get("said"):
            return
        reply = words.shown(events, standings, datetime.fromisoformat(run["until"]), now)
        after = {**run, "revision": run["revision"] + 1, "said": said}
        await work.parcels.put(_loaded(run["place"]), _subject(run), after["revision"], reply, now)
        await work.events.save_note(NOTE, {**runs, key: after})

    async def _end(self, work: UnitOfWork, runs: Mapping[str, Any], key: str, now: datetime, by: str = "") -> None:
        """What stands stays to be read, and says that it is not live any more."""
        run = runs[key]
        events, standings = await work.events.find(WantedEvents(limit=words.SHOWN)), await work.events.look()
        reply = words.ended(events, standings, now, by)
        await work.parcels.put(_loaded(run["place"]), _subject(run), run["revision"] + 1, reply, now)
        await work.events.save_note(NOTE, {name: one for name, one in runs.items() if name != key})


async def _runs(work: UnitOfWork) -> Mapping[str, Any]:
    await work.events.turn(NOTE)
    return await work.events.note(NOTE)


def _where(actor: Actor) -> Place:
    """In a channel as a message of its own, for all to see."""
    place = actor.place
    if place is None or place.kind in (PlaceKind.HOME, PlaceKind.TERMINAL):
        raise Rejected("Events are shown live in a channel or a chat.", advice="Say this there.")
    return place.in_thread("") if place.kind is PlaceKind.CHANNEL else place


def _shown_at(runs: Mapping[str, Any], place: Place) -> str | None:
    """A button is pressed in the thread of its own message, which is another place than where that one stands."""
    if place.key in runs:
        return place.key
    return next((key for key, run in runs.items() if _loaded(run["place"]).lane == place.lane), None)


def _subject(run: Mapping[str, Any]) -> Subject:
    return Subject(f"live:{run['run']}")


def _dumped(place: Place) -> Mapping[str, Any]:
    return {**asdict(place), "kind": place.kind.value}


def _loaded(dumped: Mapping[str, Any]) -> Place:
    return Place(**{**dumped, "kind": PlaceKind(dumped["kind"])})
