"""Who is meant, and how they are called."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bot.model.message import Person, PersonId
from handlers.api.refusals import Unfit
from handlers.api.route import Call


def of_email(email: str, people: Sequence[Person]) -> Person | None:
    return next((one for one in people if one.email and one.email.casefold() == email.strip().casefold()), None)


async def person(call: Call, said: str, field: str) -> PersonId | None:
    """By e-mail address or id; None where nobody is named."""
    if not said.strip():
        return None
    people = await call.desks.office.people(call.tenant)
    found = next((one for one in people if one.id == said.strip()), None) or of_email(said, people)
    if found is None:
        raise Unfit({field: "nobody is known by this; they have to write to me once"})
    return found.id


async def names(call: Call, people: Iterable[PersonId | None]) -> Mapping[PersonId | None, str]:
    known = sorted({one for one in people if one})
    found = await asyncio.gather(*(call.desks.office.name(call.tenant, one) for one in known))
    return dict(zip(known, found, strict=True))
