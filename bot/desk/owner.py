"""Who is told when something of ours cannot be delivered: the owner of the plan, once a day for each place."""

from collections.abc import Mapping

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
        plan = await work.plans.get()
        references = (plan.owner,) if plan and plan.owner else self._admins
        subject = Subject(f"undeliverable:{parcel.place.lane}:{now:%Y-%m-%d}")
        reply = _told(parcel, problem)
        places = [place for reference in references for place in await self._places(work, reference)]
        drafts = [Draft(place, subject, 1, reply) for place in dict.fromkeys(places) if place.lane != parcel.place.lane]
        await work.parcels.put_all(drafts, now)

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
