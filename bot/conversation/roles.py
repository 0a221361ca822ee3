"""Which role somebody has: what is stored for them, unless the settings say more."""

from collections.abc import Callable, Collection
from dataclasses import replace

from bot.model.message import Person, Role

Roles = Callable[[Person], Role]


def by_settings(admins: Collection[str], default: Role) -> Roles:
    """`admins` are e-mail addresses. Everyone begins as operator, so that stored role counts as none given."""
    addresses = frozenset(address.strip().casefold() for address in admins)

    def role(person: Person) -> Role:
        if person.email and person.email.casefold() in addresses:
            return Role.ADMIN
        return default if person.role is Role.OPERATOR else person.role

    return role


def as_stored(person: Person) -> Role:
    return person.role


def given(person: Person, roles: Roles) -> Person:
    """For this turn only: an address that is taken from the settings is no administrator's at once."""
    role = roles(person)
    return person if role is person.role else replace(person, role=role)
