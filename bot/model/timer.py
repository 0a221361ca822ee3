"""Something that is due at an instant, and is done once however many replicas look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NewType

from bot.model.tenant import TenantId

TimerId = NewType("TimerId", str)


@dataclass(frozen=True, slots=True)
class Timer:
    id: TimerId
    tenant: TenantId
    kind: str  # who handles it: "escalation", "heartbeat"
    object: str  # what it is about; one timer of a kind for each object
    due_at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)
