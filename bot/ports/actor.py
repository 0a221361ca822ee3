"""Who acts."""

from dataclasses import dataclass

from bot.model.issue import By
from bot.model.message import Place
from bot.model.tenant import TenantId


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `cause` is the letter, the API request or the timer behind it."""

    tenant: TenantId
    by: By
    cause: str
    place: Place | None = None
