"""Silences of the demo world's own alerts, with Alertmanager's meaning; kept in memory, as the world is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from bot.model.errors import Missing, Rejected
from bot.model.matchers import Matchers, read_matchers
from bot.model.severity import severity_of
from bot.ports.services import Clock
from bot.ports.silencer import Ringing, Standing

FORGOTTEN_AFTER = timedelta(days=5)  # once it is over, as Alertmanager's retention


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    lines: tuple[str, ...]
    matchers: Matchers
    starts_at: datetime
    ends_at: datetime
    by: str
    comment: str

    def state(self, now: datetime) -> Literal["pending", "active", "expired"]:
        return "expired" if self.ends_at <= now else "pending" if now < self.starts_at else "active"

    def standing(self, now: datetime) -> Standing:
        return Standing(self.id, self.lines, self.starts_at, self.ends_at, self.by, self.comment, self.state(now))


class Hush:
    """`ringing`: the labels of every alert that fires, and its title."""

    title = "the demo world"

    def __init__(self, clock: Clock, ringing: Callable[[], Sequence[tuple[str, Mapping[str, str]]]]) -> None:
        self._clock, self._ringing = clock, ringing
        self._kept: dict[str, Kept] = {}

    def covers(self, labels: Mapping[str, str], now: datetime) -> bool:
        return any(kept.state(now) == "active" and kept.matchers.fit(labels) for kept in self._kept.values())

    async def create(
        self, matchers: Sequence[str], starts_at: datetime, ends_at: datetime, by: str, comment: str
    ) -> str:
        now = self._clock.now()
        if not matchers or ends_at <= max(now, starts_at):
            raise Rejected("A silence needs matchers, and an end that lies ahead.", code="bad_data")
        self._forget(now)
        starts_at = max(now, starts_at)
        kept = Kept(str(uuid4()), tuple(matchers), read_matchers(matchers), starts_at, ends_at, by, comment)
        self._kept[kept.id] = kept
        return kept.id

    async def extend(self, outside: str, ends_at: datetime) -> str:
        """What is over stays over: then another one is made, with an id of its own."""
        now, kept = self._clock.now(), self._kept.get(outside)
        if kept is None:
            raise Missing("The demo world does not know this silence any more.")
        if kept.state(now) == "expired":
            return await self.create(kept.lines, now, ends_at, kept.by, kept.comment)
        self._kept[outside] = replace(kept, ends_at=ends_at)
        return outside

    async def expire(self, outside: str) -> bool:
        now, kept = self._clock.now(), self._kept.get(outside)
        if kept is None or kept.state(now) == "expired":
            return False
        self._kept[outside] = replace(kept, starts_at=min(kept.starts_at, now), ends_at=now)
        return True

    async def get(self, outside: str) -> Standing | None:
        kept = self._kept.get(outside)
        return kept.standing(self._clock.now()) if kept else None

    async def silences(self, mark: str = "") -> Sequence[Standing]:
        every = [kept.standing(self._clock.now()) for kept in self._kept.values()]
        return tuple(one for one in every if (mark in one.comment if mark else one.state != "expired"))

    async def hidden_now(self, matchers: Sequence[str]) -> Sequence[Ringing]:
        now, wanted = self._clock.now(), read_matchers(matchers)
        return tuple(
            Ringing(title, severity_of(labels.get("severity", "")), labels)
            for title, labels in self._ringing()
            if wanted.fit(labels) and not self.covers(labels, now)
        )

    def _forget(self, now: datetime) -> None:
        self._kept = {key: kept for key, kept in self._kept.items() if now - kept.ends_at < FORGOTTEN_AFTER}
