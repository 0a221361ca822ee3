"""Lines of logs, as an outside system has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogLine:
    nanoseconds: int  # since 1970: finer than a datetime, and what lines are told apart by
    text: str
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return _BEGIN + timedelta(microseconds=self.nanoseconds // 1000)


def nanoseconds(at: datetime) -> int:
    """Exactly: a float of today's seconds is only good for microseconds."""
    return (at - _BEGIN) // timedelta(microseconds=1) * 1000
