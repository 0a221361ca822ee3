"""What every repository of one tenant is made of."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.tenant import TenantId


class OfTenant:
    """Works inside the transaction of whoever made it."""

    def __init__(self, connection: AsyncConnection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant
