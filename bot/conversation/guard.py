"""Who may ask. Every door passes here: switched on, and allowed."""

from bot.model.errors import Forbidden
from bot.model.message import Person, Role
from bot.model.tenant import Tenant

_RANK = (Role.VIEWER, Role.OPERATOR, Role.ADMIN)


def may_do(person: Person, needs: Role) -> bool:
    return _RANK.index(person.role) >= _RANK.index(needs)


def admit(tenant: Tenant | None, person: Person, needs: Role) -> None:
    if tenant is None or not tenant.enabled:
        raise Forbidden("I am switched off for this workspace.", advice="An administrator can switch me on.")
    if not may_do(person, needs):
        raise Forbidden(
            f"This needs the role {needs}; yours is {person.role}.", advice="An administrator can change it."
        )
