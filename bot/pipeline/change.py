"""What happened to one issue in one step: what every stage after the merging or the act works on."""

from dataclasses import dataclass

from bot.model.issue import Happening, Issue
from bot.ports.storage import Entry


@dataclass(frozen=True, slots=True)
class Change:
    before: Issue | None  # None: it has just been opened
    after: Issue  # with its revision raised
    happenings: tuple[Happening, ...] = ()
    entries: tuple[Entry, ...] = ()  # of the audit trail: each act once, and each decision to speak or to keep quiet
