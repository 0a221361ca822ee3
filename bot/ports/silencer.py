"""A source that can be told to keep quiet; filled by integrations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.model.severity import Severity


@dataclass(frozen=True, slots=True)
class Standing:
    """A silence as it stands at its source, whoever made it."""

    id: str
    matchers: tuple[str, ...]  # in Alertmanager's spelling
    starts_at: datetime
    ends_at: datetime
    by: str
    comment: str
    state: Literal["pending", "active", "expired"]


@dataclass(frozen=True, slots=True)
class Ringing:
    """An alert that the source would tell of at this moment."""

    title: str
    severity: Severity
    labels: Mapping[str, str] = field(default_factory=dict)


class Silencer(Protocol):
    """Raises Unavailable or Rejected. An Unavailable that is not `definite` may have done what was asked."""

    title: str  # as people know it: "Alertmanager"

    async def create(
        self, matchers: Sequence[str], starts_at: datetime, ends_at: datetime, by: str, comment: str
    ) -> str:
        """Its id there. Never tried a second time from within."""
        ...

    async def extend(self, outside: str, ends_at: datetime) -> str:
        """The id from now on: the source may give another. Raises Missing where there is no such silence."""
        ...

    async def expire(self, outside: str) -> bool:
        """False: it was over already, or is not known any more."""
        ...

    async def get(self, outside: str) -> Standing | None: ...

    async def silences(self, mark: str = "") -> Sequence[Standing]:
        """Those that stand or will; with a mark those whose comment holds it, also when they are over."""
        ...

    async def hidden_now(self, matchers: Sequence[str]) -> Sequence[Ringing]:
        """What rings now, and would not with a silence of these matchers."""
        ...
