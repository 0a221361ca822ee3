"""Who the data belongs to."""

from dataclasses import dataclass
from typing import NewType

TenantId = NewType("TenantId", str)

DEFAULT_TENANT = TenantId("default")


@dataclass(frozen=True, slots=True)
class Tenant:
    id: TenantId
    name: str
    zone: str = "UTC"
    enabled: bool = True
