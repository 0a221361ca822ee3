"""Brings activities to the bot as Teams does: signed, with a time limit, and again when asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import aiohttp

from bot.ports.services import Clock
from handlers.playground.doubles.bus import Bus
from handlers.playground.doubles.teams.keys import CONNECTOR, KeyRing

PATIENCE = 15.0  # after that Teams shows “Unable to reach app”
PATH = "/api/messages"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int  # 504: no answer in time, 502: nobody there
    body: Any = None


class Courier:
    def __init__(
        self, bus: Bus, clock: Clock, keys: KeyRing, *, bot_url: str, app_id: str, issuer: str = CONNECTOR
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._keys = keys
        self._url = bot_url.rstrip("/") + PATH
        self._app_id = app_id
        self._issuer = issuer
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Future[Answer]] = set()
        self.last: Mapping[str, Any] | None = None

    async def deliver(self, activity: Mapping[str, Any]) -> Answer:
        self.last = activity
        began = perf_counter()
        answer = await self._in_time(activity)
        ms = (perf_counter() - began) * 1000
        self._bus.record(
            "teams", "out", "POST", PATH, status=answer.status, ms=ms, request=activity, response=answer.body
        )
        return answer

    async def close(self) -> None:
        for work in self._under_way:
            work.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _in_time(self, activity: Mapping[str, Any]) -> Answer:
        """An answer that comes too late is not read, but the activity was delivered all the same."""
        work = asyncio.ensure_future(self._post(activity))
        self._under_way.add(work)
        work.add_done_callback(self._under_way.discard)
        alarm = asyncio.ensure_future(self._clock.sleep(PATIENCE))
        try:
            await asyncio.wait({work, alarm}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else Answer(504)
        finally:
            alarm.cancel()

    async def _post(self, activity: Mapping[str, Any]) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        claims = {"iss": self._issuer, "aud": self._app_id, "serviceurl": activity["serviceUrl"]}
        headers = {"Authorization": f"Bearer {self._keys.sign(claims)}", "User-Agent": "Microsoft-SkypeBotApi"}
        try:
            async with self._session.post(self._url, json=activity, headers=headers) as response:
                return Answer(response.status, await _body(response))
        except aiohttp.ClientError:
            return Answer(502)


async def _body(response: aiohttp.ClientResponse) -> Any:
    if response.content_type != "application/json":
        return await response.text() or None
    try:
        return await response.json()
    except ValueError:
        return None
