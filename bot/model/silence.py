"""Times in which something shall not be heard: silences at a source, our own mutes, maintenance windows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from bot.model.issue import By, IssueId

SilenceId = NewType("SilenceId", str)


@dataclass(frozen=True, slots=True)
class Silence:
    id: SilenceId  # ours
    kind: Literal["silence", "mute", "maintenance"]  # silence: it stands at the source; the others are our own
    matchers: tuple[str, ...]  # in Alertmanager's spelling: 'service="checkout"', 'instance=~"a.*"'
    starts_at: datetime
    ends_at: datetime
    by: By
    comment: str = ""
    source: str = ""  # the integration it stands at
    outside: str = ""  # its id there
    issue: IssueId | None = None
    state: Literal["asked", "active", "expired"] = "active"  # asked: waits for a second person
    approved: By | None = None

    def active(self, now: datetime) -> bool:
        return self.state == "active" and self.starts_at <= now < self.ends_at
