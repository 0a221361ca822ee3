"""Who is told of what only the owner of the plan can change: what cannot be delivered, a model that is used up. Each
once a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import figures
from bot.model.errors import Rejected
from bot.model.message import Account, Place, PlaceKind
from bot.model.parcel import Draft, Parcel, Subject
from bot.model.reply import Button, Reply, Text
from bot.model.usage import Allowance, Spent
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

    async def model_used_up(self, work: UnitOfWork, allowance: Allowance, spent: Spent, day: datetime) -> None:
        """`day`: when it began; its name makes that it is told once, whoever finds out."""
        subject, reply = Subject(f"model_used_up:{day:%Y-%m-%dT%H}"), _used_up(allowance, spent)
        drafts = [Draft(place, subject, 1, reply) for place in await self._reached(work)]
        await work.parcels.put_all(drafts, self._clock.now())

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


def _used_up(allowance: Allowance, spent: Spent) -> Reply:
    limits = [
        f"$ {allowance.cost:.2f}" if allowance.cost else "",
        f"{allowance.tokens:,} tokens" if allowance.tokens else "",
    ]
    cost = figures.measured(float(spent.cost), "usd")
    unpriced = f" What {spent.unpriced:,} of the calls cost is not known." if spent.unpriced else ""
    return Reply(
        "The language model is off until tomorrow: what it may use in a day is used up.",
        blocks=(
            Text((f"Used today: {cost} and {spent.tokens:,} tokens in {spent.calls:,} calls.{unpriced}",)),
            Text((f"Allowed in a day: {', '.join(filter(None, limits))}. Everything goes on by rules meanwhile.",)),
        ),
        tone="warning",
        footer="Told once a day.",
    )
