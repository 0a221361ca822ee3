"""Who is told of what only the owner of the plan can change: what cannot be delivered, a model that is used up. Each
once a day."""

from collections.abc import Mapping, Sequence

from bot.desk import budget_words
from bot.model.budget import Level, Scope
from bot.model.errors import Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Draft, Parcel, Subject
from bot.model.reply import Button, Reply, Text
from bot.ports.platform import Platform
from bot.ports.services import Clock
from bot.ports.storage import UnitOfWork


class Owner:
    """`platforms` are those that are switched on, by name."""

    def __init__(self, platforms: Mapping[str, Platform], clock: Clock, admins: tuple[str, ...] = ()) -> None:
        self._platforms, self._clock, self._admins = platforms, clock, admins

    async def told(self, work: UnitOfWork, parcel: Parcel, problem: Rejected) -> None:
        if parcel.subject.startswith("undeliverable:"):
            return  # the owner cannot be reached either: it stands in the list and in the log
        now = self._clock.now()
        subject = Subject(f"undeliverable:{parcel.place.lane}:{now:%Y-%m-%d}")
        reply, places = _told(parcel, problem), await self._reached(work)
        drafts = [Draft(place, subject, 1, reply) for place in places if place.lane != parcel.place.lane]
        await work.parcels.put_all(drafts, now)

    async def model_used_up(self, work: UnitOfWork, level: Level) -> None:
        """The day's name makes that it is told once, whoever finds out."""
        pot = level.limit.pot
        name = "model_used_up" if pot.scope is Scope.DAY else f"model_used_up:{pot.scope}"
        subject, reply = Subject(f"{name}:{pot.since:%Y-%m-%dT%H}"), budget_words.for_owner(level)
        await self.tell(work, subject, reply)

    async def tell(self, work: UnitOfWork, subject: Subject, reply: Reply) -> bool:
        """False: there is nobody who could be told."""
        places = await self._reached(work)
        await work.parcels.put_all([Draft(place, subject, 1, reply) for place in places], self._clock.now())
        return bool(places)

    async def _reached(self, work: UnitOfWork) -> Sequence[Place]:
        plan = await work.plans.get()
        references = (plan.owner,) if plan and plan.owner else self._admins
        places = [place for reference in references for place in await self._places(work, reference)]
        return list(dict.fromkeys(places))

    async def _places(self, work: UnitOfWork, reference: str) -> list[Place]:
        kind, _, user = reference.partition(":")
        if kind in self._platforms and user:
            workspace = await self._platforms[kind].workspace()
            return [self._platforms[kind].personal(Account(kind, workspace, user))]
        found = await work.people.by_email(reference)
        accounts = await work.people.accounts(found.id) if found else ()
        known = [self._platforms[one.platform].personal(one) for one in accounts if one.platform in self._platforms]
        if known or "mail" not in self._platforms or "@" not in reference:
            return known
        return [Place("mail", "smtp", reference, kind=PlaceKind.PERSONAL)]


def _told(parcel: Parcel, problem: Rejected) -> Reply:
    where = f"{parcel.place.platform.capitalize()}, {parcel.place.channel}"
    return Reply(
        f"I cannot write to {where}: {problem.says}",
        blocks=(
            *((Text((problem.advice,)),) if problem.advice else ()),
            Text(("Not delivered: ", parcel.reply.summary[:300])),
            Text(("It is kept. When the place can be reached again, it can be sent from the list.",)),
        ),
        buttons=(Button("Show what waits", "undelivered"),),
        tone="warning",
        footer="Told once a day for each place.",
    )
