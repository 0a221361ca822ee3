"""Who may ask, and how often. Every door passes here: switched on, allowed, not too often."""

import math
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.model.errors import Forbidden, TooOften
from bot.model.message import Person, PersonId, Role
from bot.model.tenant import Tenant

_RANK = (Role.VIEWER, Role.OPERATOR, Role.ADMIN)
REMEMBERED = 10_000  # people whose pace is kept; the longest silent are forgotten first


def may_do(person: Person, needs: Role) -> bool:
    return _RANK.index(person.role) >= _RANK.index(needs)


def admit(tenant: Tenant | None, person: Person, needs: Role) -> None:
    if tenant is None or not tenant.enabled:
        raise Forbidden("I am switched off for this workspace.", advice="An administrator can switch me on.")
    if not may_do(person, needs):
        raise Forbidden(
            f"This needs the role {needs}; yours is {person.role}.", advice="An administrator can change it."
        )


class Pace:
    """So many questions a minute for each person, with all of them at once if need be."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._kept: OrderedDict[PersonId, tuple[float, datetime]] = OrderedDict()

    def take(self, person: PersonId, now: datetime) -> None:
        left, at = self._kept.pop(person, (float(self._a_minute), now))
        left = min(self._a_minute, left + (now - at).total_seconds() * self._a_minute / 60)
        self._kept[person] = (left - 1 if left >= 1 else left, now)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        if left < 1:
            wait = timedelta(seconds=math.ceil((1 - left) * 60 / self._a_minute))
            says = f"That is more than {self._a_minute} questions in a minute. Ask again in {wait.seconds} s."
            raise TooOften(says, retry_after=wait)
