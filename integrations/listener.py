"""A ticket system only listens: it has one place, shows no progress, and knows none of our people."""

from bot.model.message import Account, Place
from bot.model.parcel import Receipt
from bot.model.tenant import TenantId
from bot.ports.platform import Step


class Listener:
    """What every bot.ports.outlet.Outlet answers alike."""

    place: Place

    async def begin(self, tenant: TenantId, place: Place, to: Account) -> Receipt | None:  # noqa: ARG002
        return None

    async def progress(self, tenant: TenantId, place: Place, step: Step, receipt: Receipt | None) -> None:
        """Nobody is there to see it."""

    async def workspace(self) -> str:
        return self.place.workspace

    async def profile(self, tenant: TenantId, account: Account) -> Account | None:  # noqa: ARG002
        return None

    async def by_email(self, tenant: TenantId, email: str) -> Account | None:  # noqa: ARG002
        return None

    def personal(self, account: Account) -> Place:  # noqa: ARG002
        return self.place
