"""Fills the port of what can be told to keep quiet from an Alertmanager, or Mimir's."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from bot.model.errors import Missing
from bot.model.matchers import read_matchers
from bot.ports.silencer import Ringing, Standing
from integrations.alertmanager.bodies import to_ringing, to_silence, to_standing, unreadable
from integrations.alertmanager.connection import Connection

# What is told of now: what is quiet already cannot be hidden.
HEARD = (("active", "true"), ("silenced", "false"), ("inhibited", "false"), ("unprocessed", "true"))


class AlertmanagerSilences:
    title = "Alertmanager"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def create(
        self, matchers: Sequence[str], starts_at: datetime, ends_at: datetime, by: str, comment: str
    ) -> str:
        return await self._post(to_silence(matchers, starts_at, ends_at, by, comment))

    async def extend(self, outside: str, ends_at: datetime) -> str:
        """A silence that is over already cannot be changed: Alertmanager then makes another one with a new id."""
        body = await self._connection.find(_path(outside))
        if body is None:
            raise Missing("Alertmanager does not know this silence any more.")
        silence = to_standing(body)
        kept = to_silence(silence.matchers, silence.starts_at, ends_at, silence.by, silence.comment)
        # Word for word, for a start that differs in its last digit would make it another silence.
        return await self._post({**kept, "id": silence.id, "startsAt": body["startsAt"]})

    async def expire(self, outside: str) -> bool:
        # Asked first, because old versions answer 500 to what is over or unknown, which looks as if they were ill.
        silence = await self.get(outside)
        if silence is None or silence.state == "expired":
            return False
        await self._connection.delete(_path(outside))
        return True

    async def get(self, outside: str) -> Standing | None:
        body = await self._connection.find(_path(outside))
        return None if body is None else to_standing(body)

    async def silences(self, mark: str = "") -> Sequence[Standing]:
        every = [to_standing(body) for body in _rows(await self._connection.get("silences"))]
        if mark:
            return tuple(silence for silence in every if mark in silence.comment)
        return tuple(silence for silence in every if silence.state != "expired")

    async def hidden_now(self, matchers: Sequence[str]) -> Sequence[Ringing]:
        filters = [("filter", str(matcher)) for matcher in read_matchers(matchers).each]
        return tuple(to_ringing(body) for body in _rows(await self._connection.get("alerts", (*HEARD, *filters))))

    async def _post(self, body: dict[str, object]) -> str:
        try:
            return str((await self._connection.post("silences", body))["silenceID"])
        except (KeyError, TypeError) as problem:
            raise unreadable() from problem


def _path(outside: str) -> str:
    return f"silence/{quote(outside, safe='')}"


def _rows(body: object) -> Sequence[object]:
    if not isinstance(body, list):
        raise unreadable()
    return body
